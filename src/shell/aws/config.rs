//! The learner's AWS configuration: `~/.aws/config`, `~/.aws/credentials`, the environment; which of them wins.
//!
//! Source: AWS CLI user guide, "Configuration and credential file settings"; precedence and texts observed.

use indexmap::IndexMap;

use super::error::Failure;
use crate::cloud::Timestamp;
use crate::laptop::{HOME, Laptop};

/// One file's sections, each with its settings. A setting inside of another is named after both: `s3.addressing_style`.
type Sections = IndexMap<String, IndexMap<String, String>>;

/// The files' paths when the environment does not say otherwise.
const CONFIG: &str = ".aws/config";
const CREDENTIALS: &str = ".aws/credentials";

/// The settings in force for a command.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// The profile asked for, by option or environment.
    pub(super) profile: Option<String>,
    /// Whether the option asked: then keys in the environment do not count.
    explicit: bool,
    profiles: Sections,
    credentials: Sections,
}

/// Keys, and where they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: Option<String>,
    /// Until when they hold, where that is known: a role's.
    pub(super) expires: Option<Timestamp>,
    pub(super) source: Source,
}

/// Where keys were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Environment,
    CredentialsFile,
    ConfigFile,
}

/// How a command signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credentials {
    Keys(Keys),
    /// A profile with `role_arn`: the keys of another profile assume the role first.
    Role {
        arn: String,
        session: Option<String>,
        external_id: Option<String>,
        source: Box<Credentials>,
    },
}

/// The path of the config file.
pub(super) fn config_path(laptop: &Laptop) -> String {
    path(laptop, "AWS_CONFIG_FILE", CONFIG)
}

/// The path of the credentials file.
pub(super) fn credentials_path(laptop: &Laptop) -> String {
    path(laptop, "AWS_SHARED_CREDENTIALS_FILE", CREDENTIALS)
}

fn path(laptop: &Laptop, variable: &str, otherwise: &str) -> String {
    match laptop.session.env(variable).filter(|path| !path.is_empty()) {
        Some(path) => expand_home(laptop, path),
        None => format!("{}/{otherwise}", home(laptop)),
    }
}

fn home(laptop: &Laptop) -> String {
    laptop.session.env("HOME").unwrap_or(HOME).to_owned()
}

/// `~/x` from the home directory.
pub(super) fn expand_home(laptop: &Laptop, path: &str) -> String {
    match path.strip_prefix('~') {
        Some("") => home(laptop),
        Some(rest) if rest.starts_with('/') => format!("{}{rest}", home(laptop)),
        _ => path.to_owned(),
    }
}

/// A variable that is set to something.
pub(super) fn variable<'a>(laptop: &'a Laptop, name: &str) -> Option<&'a str> {
    laptop.session.env(name).filter(|value| !value.is_empty())
}

impl Config {
    /// Reads the files and the environment.
    ///
    /// # Errors
    /// For a file that is no configuration.
    pub(super) fn load(laptop: &Laptop, profile: Option<&str>) -> Result<Self, Failure> {
        let config = read(laptop, &config_path(laptop))?;
        let credentials = read(laptop, &credentials_path(laptop))?;
        let mut profiles = Sections::new();
        for (section, settings) in config {
            let name = match section.strip_prefix("profile") {
                Some(name) if name.starts_with([' ', '\t']) => name.trim().trim_matches(['"', '\'']).to_owned(),
                _ if section == "default" => section,
                // `[sso-session x]` and `[services x]` are no profiles.
                _ => continue,
            };
            profiles.insert(name, settings);
        }
        for (name, settings) in &credentials {
            profiles.entry(name.clone()).or_default().extend(settings.clone());
        }
        let explicit = profile.is_some();
        let from_environment = || ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter().find_map(|name| variable(laptop, name));
        let profile = profile.or_else(from_environment).map(str::to_owned);
        Ok(Self { profile, explicit, profiles, credentials })
    }

    /// Fails when a profile was asked for that no file has.
    pub(super) fn check_profile(&self) -> Result<(), Failure> {
        match &self.profile {
            Some(name) if !self.profiles.contains_key(name) => Err(profile_not_found(name)),
            _ => Ok(()),
        }
    }

    /// The name of the profile in force.
    pub(super) fn profile_name(&self) -> &str {
        self.profile.as_deref().unwrap_or("default")
    }

    /// A setting of the profile in force.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.setting(self.profile_name(), key)
    }

    /// Whether a profile has settings inside of this one, as `s3` may have.
    pub(super) fn is_section(&self, profile: &str, key: &str) -> bool {
        let inside = |name: &String| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        self.profiles.get(profile).is_some_and(|settings| settings.keys().any(inside))
    }

    /// A setting of a profile.
    pub(super) fn setting(&self, profile: &str, key: &str) -> Option<&str> {
        self.profiles.get(profile)?.get(key).map(String::as_str)
    }

    /// The profiles' names, in the files' order.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The region from the environment or the profile.
    pub(super) fn region(&self, laptop: &Laptop) -> Option<String> {
        let from_environment = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| variable(laptop, name));
        from_environment.or_else(|| self.get("region")).map(str::to_owned)
    }

    /// The address to send to, where the environment or the profile names one, for the service or for all.
    /// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
    pub(super) fn endpoint_url(&self, laptop: &Laptop, service: &str) -> Option<String> {
        let ignored = variable(laptop, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
            .or_else(|| self.get("ignore_configured_endpoint_urls"))
            .is_some_and(|ignored| ignored.eq_ignore_ascii_case("true"));
        if ignored {
            return None;
        }
        let own = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase().replace('-', "_"));
        let found = variable(laptop, &own).or_else(|| variable(laptop, "AWS_ENDPOINT_URL"));
        found.or_else(|| self.get("endpoint_url")).map(str::to_owned)
    }

    /// How to sign; none when nothing is configured.
    ///
    /// # Errors
    /// For half a pair of keys, a profile that is not there, or profiles that point at each other.
    pub(super) fn credentials(&self, laptop: &Laptop) -> Result<Option<Credentials>, Failure> {
        if !self.explicit
            && let Some(keys) = environment_keys(laptop)?
        {
            return Ok(Some(Credentials::Keys(keys)));
        }
        self.profile_credentials(laptop, self.profile_name(), &mut Vec::new())
    }

    fn profile_credentials(
        &self,
        laptop: &Laptop,
        profile: &str,
        visited: &mut Vec<String>,
    ) -> Result<Option<Credentials>, Failure> {
        let role = self.setting(profile, "role_arn");
        if let Some(arn) = role.filter(|_| !visited.iter().any(|seen| seen == profile)) {
            visited.push(profile.to_owned());
            let source = match (self.setting(profile, "source_profile"), self.setting(profile, "credential_source")) {
                (Some(source), None) => {
                    if !self.profiles.contains_key(source) {
                        return Err(Failure::Other(format!(
                            "The source profile \"{source}\" referenced in the profile \"{profile}\" does not exist."
                        )));
                    }
                    if visited.iter().any(|seen| seen == source) && source != profile {
                        return Err(Failure::Other(format!(
                            "Infinite loop in credential configuration detected. Attempting to load from profile \
                             {source} which has already been visited. Visited profiles: {}",
                            super::python::repr(&visited.clone().into())
                        )));
                    }
                    self.profile_credentials(laptop, source, visited)?
                }
                (None, Some("Environment")) => environment_keys(laptop)?.map(Credentials::Keys),
                _ => {
                    let missing =
                        "Partial credentials found in assume-role, missing: source_profile or credential_source";
                    return Err(Failure::Other(missing.to_owned()));
                }
            };
            let Some(source) = source else {
                return Err(Failure::Other(format!(
                    "The source profile \"{}\" must have credentials.",
                    self.setting(profile, "source_profile").unwrap_or(profile)
                )));
            };
            let setting = |key| self.setting(profile, key).map(str::to_owned);
            return Ok(Some(Credentials::Role {
                arn: arn.to_owned(),
                session: setting("role_session_name"),
                external_id: setting("external_id"),
                source: source.into(),
            }));
        }
        let in_file = |section: Option<&IndexMap<String, String>>, source: Source, method: &str| {
            let Some(section) = section else { return Ok(None) };
            let Some(id) = section.get("aws_access_key_id") else { return Ok(None) };
            let Some(secret) = section.get("aws_secret_access_key") else {
                return Err(Failure::Other(format!(
                    "Partial credentials found in {method}, missing: aws_secret_access_key"
                )));
            };
            Ok(Some(Credentials::Keys(Keys {
                access_key_id: id.clone(),
                secret_access_key: secret.clone(),
                session_token: section.get("aws_session_token").cloned(),
                expires: None,
                source,
            })))
        };
        let shared = in_file(self.credentials.get(profile), Source::CredentialsFile, "shared-credentials-file")?;
        match shared {
            Some(keys) => Ok(Some(keys)),
            None => in_file(self.profiles.get(profile), Source::ConfigFile, "config-file"),
        }
    }
}

fn profile_not_found(name: &str) -> Failure {
    Failure::Other(format!("The config profile ({name}) could not be found"))
}

fn environment_keys(laptop: &Laptop) -> Result<Option<Keys>, Failure> {
    let Some(id) = variable(laptop, "AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = variable(laptop, "AWS_SECRET_ACCESS_KEY") else {
        let missing = "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY";
        return Err(Failure::Other(missing.to_owned()));
    };
    Ok(Some(Keys {
        access_key_id: id.to_owned(),
        secret_access_key: secret.to_owned(),
        session_token: variable(laptop, "AWS_SESSION_TOKEN").map(str::to_owned),
        expires: None,
        source: Source::Environment,
    }))
}

fn read(laptop: &Laptop, path: &str) -> Result<Sections, Failure> {
    let Ok(bytes) = laptop.files.read(&laptop.absolute(path)) else { return Ok(Sections::new()) };
    let text = String::from_utf8_lossy(bytes.as_bytes()).into_owned();
    sections(&text).ok_or_else(|| Failure::Other(format!("Unable to parse config file: {path}")))
}

/// The sections of a file; none if it is no such file.
fn sections(text: &str) -> Option<Sections> {
    let mut sections = Sections::new();
    let mut current: Option<String> = None;
    // The setting without value that the lines with blanks before them belong to.
    let mut parent: Option<String> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            let name = name.split(']').next()?.trim().to_owned();
            sections.entry(name.clone()).or_default();
            current = Some(name);
            parent = None;
            continue;
        }
        let settings = sections.get_mut(current.as_ref()?)?;
        if line.starts_with([' ', '\t']) {
            if let (Some(parent), Some((key, value))) = (&parent, trimmed.split_once('=')) {
                settings.insert(format!("{parent}.{}", key.trim()), value.trim().to_owned());
            }
            continue;
        }
        let (key, value) = line.split_once(['=', ':'])?;
        let (key, value) = (key.trim().to_lowercase(), value.trim());
        parent = value.is_empty().then(|| key.clone());
        settings.insert(key, value.to_owned());
    }
    Some(sections)
}

/// A setting to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) key: String,
    /// The setting inside of `key` that is meant, as `addressing_style` in `s3`.
    pub(super) inner: Option<String>,
    pub(super) value: String,
}

impl Setting {
    pub(super) fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), inner: None, value: value.into() }
    }
}

/// `text` with `settings` written into its section `name`, everything else as it was.
pub(super) fn updated(text: &str, name: &str, settings: &[Setting]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let start = match lines.iter().position(|line| is_header(line, name)) {
        Some(start) => start,
        None => {
            lines.push(format!("[{name}]"));
            lines.len() - 1
        }
    };
    for setting in settings {
        let end = position_after(&lines, start, |line| line.starts_with('[')).unwrap_or(lines.len());
        let known = position_after(&lines, start, |line| !line.starts_with([' ', '\t']) && names(line, &setting.key));
        let known = known.filter(|at| *at < end);
        match (&setting.inner, known) {
            (None, Some(at)) => replace(&mut lines, at, format!("{} = {}", setting.key, setting.value)),
            (None, None) => insert(&mut lines, start, end, format!("{} = {}", setting.key, setting.value)),
            (Some(inner), at) => {
                let parent = at.unwrap_or_else(|| insert(&mut lines, start, end, format!("{} =", setting.key)));
                let inside = |line: &str| line.starts_with([' ', '\t']);
                let end = position_after(&lines, parent, |line| !inside(line)).unwrap_or(lines.len());
                let known = position_after(&lines, parent, |line| names(line, inner)).filter(|at| *at < end);
                let line = format!("    {inner} = {}", setting.value);
                match known {
                    Some(at) => replace(&mut lines, at, line),
                    None => insert(&mut lines, parent, end, line),
                }
            }
        };
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Whether a line begins the section. `[profile x]` may be quoted.
fn is_header(line: &str, name: &str) -> bool {
    let Some(found) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) else { return false };
    let unquoted = |text: &str| text.replace(['"', '\''], "");
    unquoted(found.trim()) == unquoted(name)
}

/// Whether a line sets `key`.
fn names(line: &str, key: &str) -> bool {
    !line.trim_start().starts_with(['#', ';'])
        && line.split_once('=').is_some_and(|(found, _)| found.trim().eq_ignore_ascii_case(key))
}

/// The first line behind `start` that is wanted.
fn position_after(lines: &[String], start: usize, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    lines.iter().enumerate().skip(start + 1).find(|(_, line)| is_wanted(line)).map(|(number, _)| number)
}

/// Gives the place back.
fn replace(lines: &mut [String], at: usize, line: String) -> usize {
    if let Some(slot) = lines.get_mut(at) {
        *slot = line;
    }
    at
}

/// Puts a line behind the last one before `end` that says something. Gives its place.
fn insert(lines: &mut Vec<String>, start: usize, end: usize, line: String) -> usize {
    let blank = lines.get(..end).unwrap_or_default().iter().rev().take_while(|line| line.trim().is_empty()).count();
    let at = (end - blank).max(start + 1);
    lines.insert(at, line);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_read_and_written_without_touching_the_rest() {
        let text = "# mine\n[default]\nregion = us-east-1\n\n[profile dev]\ns3 =\n  max = 1\nrole_arn = x\n";
        let read = sections(text).unwrap();
        assert_eq!(read.get("default").unwrap().get("region").unwrap(), "us-east-1");
        assert_eq!(read.get("profile dev").unwrap().get("role_arn").unwrap(), "x");
        assert_eq!(sections("no section = 1"), None);
        assert_eq!(read.get("profile dev").unwrap().get("s3.max").unwrap(), "1");
        let set = |name: &str, key: &str, value: &str| updated(text, name, &[Setting::new(key, value)]);
        assert_eq!(set("default", "region", "eu-west-1"), text.replace("us-east-1", "eu-west-1"));
        assert_eq!(set("default", "output", "yaml"), text.replace("us-east-1\n", "us-east-1\noutput = yaml\n"));
        assert_eq!(set("profile new", "region", "x"), format!("{text}[profile new]\nregion = x\n"));
        assert_eq!(updated("", "default", &[Setting::new("a", "b")]), "[default]\na = b\n");
    }

    #[test]
    fn a_setting_inside_of_another_is_written_there() {
        let set = |text: &str, inner: &str, value: &str| {
            let setting = Setting { inner: Some(inner.to_owned()), ..Setting::new("s3", value) };
            updated(text, "default", &[setting])
        };
        let once = set("[default]\nregion = x\n\n[other]\n", "addressing_style", "path");
        assert_eq!(once, "[default]\nregion = x\ns3 =\n    addressing_style = path\n\n[other]\n");
        let twice = set(&once, "max_concurrent_requests", "2");
        assert_eq!(twice, once.replace("path\n", "path\n    max_concurrent_requests = 2\n"));
        assert_eq!(set(&twice, "addressing_style", "virtual"), twice.replace("path", "virtual"));
        let last = "[default]\ns3 =\n    a = 1";
        assert_eq!(set(last, "b", "2"), "[default]\ns3 =\n    a = 1\n    b = 2\n");
    }
}
