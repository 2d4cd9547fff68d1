//! `aws configure`: the learner's configuration, shown and written.
//!
//! Source: AWS CLI command reference, `configure`; the list's layout observed.

mod export;
mod import;

use super::args::{self, Opt, Takes};
use super::config::{self, Config, Credentials, Keys, Setting, Source};
use super::error::Failure;
use super::globals::Globals;
use super::{client, model};
use crate::laptop::Laptop;
use crate::shell::Io;
use crate::text::Message;
use crate::world::World;

/// The subcommands.
pub(super) const SUBCOMMANDS: [&str; 6] = ["list", "list-profiles", "get", "set", "import", "export-credentials"];

/// Settings that are kept in the credentials file.
const SECRET: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// The options of a subcommand.
pub(super) fn options(subcommand: &str) -> Vec<Opt> {
    match subcommand {
        "set" => vec![Opt::new("--profile-pattern", Takes::One)],
        "import" => import::options(),
        "export-credentials" => export::options(),
        _ => Vec::new(),
    }
}

/// Runs `aws configure` with the words after it and gives its output and exit code.
///
/// # Errors
/// For words that do not parse and files that cannot be read or written.
pub(super) fn run(io: &mut Io<'_>, globals: &Globals, words: &[String]) -> Result<(String, i32), Failure> {
    let parsed = args::parse(words, &[] as &[Opt], true)?;
    let config = Config::load(&io.world.laptop, globals.profile.as_deref())?;
    let rest = &parsed.rest;
    match parsed.word.as_deref() {
        None => interactive(io, &config).map(|()| (String::new(), 0)),
        Some("list") => {
            nothing_else(rest)?;
            config.check_profile()?;
            list(io, globals, &config).map(|()| (String::new(), 0))
        }
        Some("list-profiles") => {
            nothing_else(rest)?;
            Ok((config.profiles().map(|name| format!("{name}\n")).collect(), 0))
        }
        Some("get") => {
            let [name] = rest.as_slice() else { return Err(positionals(rest, &["varname"])) };
            get(io, &config, name)
        }
        Some("set") => set(io, &config, rest).map(|()| (String::new(), 0)),
        Some("import") => import::run(io, rest).map(|text| (text, 0)),
        Some("export-credentials") => export::run(io.world, globals, &config, rest).map(|text| (text, 0)),
        Some(other @ ("sso" | "sso-session" | "add-model" | "mfa-login")) => {
            let message = Message::new("aws-operation-not-simulated").with("service", "configure");
            Err(Failure::Simulation(message.with("operation", other)))
        }
        Some(other) => Err(args::invalid_choice("subcommand", other, SUBCOMMANDS)),
    }
}

fn nothing_else(rest: &[String]) -> Result<(), Failure> {
    if rest.is_empty() { Ok(()) } else { Err(Failure::UnknownOptions(rest.to_vec())) }
}

/// Too few or too many plain words.
fn positionals(given: &[String], names: &[&str]) -> Failure {
    match names.get(given.len()..) {
        Some(missing) if !missing.is_empty() => args::required(&missing.join(", ")),
        _ => Failure::UnknownOptions(given.get(names.len()..).unwrap_or_default().to_vec()),
    }
}

/// The profile and the setting that a name means: `region`, `dev.region`, `profile.dev.region`, `s3.addressing_style`.
///
/// # Errors
/// Python's, for a name that ends too soon.
fn target<'n>(config: &'n Config, name: &'n str) -> Result<(&'n str, &'n str), Failure> {
    let ended = || Failure::Other("list index out of range".to_owned());
    let Some((first, rest)) = name.split_once('.') else { return Ok((config.profile_name(), name)) };
    match first {
        "profile" => rest.split_once('.').ok_or_else(ended),
        first if first == "default" || config.profiles().any(|known| known == first) => Ok((first, rest)),
        _ => Ok((config.profile_name(), name)),
    }
}

fn get(io: &mut Io<'_>, config: &Config, name: &str) -> Result<(String, i32), Failure> {
    if !name.contains('.') {
        config.check_profile()?;
    }
    let (profile, key) = target(config, name)?;
    if config.is_section(profile, key) {
        io.eprint(format!("varname ({name}) must reference a value, not a section or sub-section."));
        return Ok((String::new(), 1));
    }
    Ok(match config.setting(profile, key) {
        Some(value) => (format!("{value}\n"), 0),
        None => (String::new(), 1),
    })
}

/// `set`: other than `get`, it takes a first word for a profile only after `profile.` or where it is `default`.
fn set(io: &mut Io<'_>, config: &Config, words: &[String]) -> Result<(), Failure> {
    let parsed = args::parse(words, &options("set"), false)?;
    let [name, value] = parsed.rest.as_slice() else {
        return Err(positionals(&parsed.rest, &["varname", "value"]));
    };
    let mut parts = name.split('.');
    let mut next = || parts.next().ok_or_else(|| Failure::Other("list index out of range".to_owned()));
    let (profile, key) = match next()? {
        "default" if name.contains('.') => ("default", next()?),
        "profile" if name.contains('.') => (next()?, next()?),
        key => (config.profile_name(), key),
    };
    let inner: Vec<&str> = parts.collect();
    let inner = match inner.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    };
    let setting = Setting { inner, ..Setting::new(key, value) };
    let place = if SECRET.contains(&key) { Place::Credentials } else { Place::Config };
    let profiles: Vec<String> = match parsed.value("--profile-pattern") {
        None => vec![profile.to_owned()],
        Some(pattern) => {
            // Where no profile fits, it is the one that is named.
            let pattern = regex_bites::Regex::new(&format!("^(?:{pattern})"))
                .map_err(|_| Failure::Other(format!("bad pattern: {pattern}")))?;
            let fitting: Vec<String> =
                config.profiles().filter(|name| pattern.is_match(name)).map(str::to_owned).collect();
            if fitting.is_empty() { vec![profile.to_owned()] } else { fitting }
        }
    };
    for profile in profiles {
        write(io, place, &profile, std::slice::from_ref(&setting))?;
    }
    Ok(())
}

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Config,
    Credentials,
}

/// Writes settings of a profile into one of the files.
fn write(io: &mut Io<'_>, place: Place, profile: &str, settings: &[Setting]) -> Result<(), Failure> {
    if settings.is_empty() {
        return Ok(());
    }
    let (path, section) = match place {
        Place::Credentials => (config::credentials_path(&io.world.laptop), profile.to_owned()),
        Place::Config if profile == "default" => (config::config_path(&io.world.laptop), profile.to_owned()),
        Place::Config if profile.contains([' ', '\t']) => {
            (config::config_path(&io.world.laptop), format!("profile '{profile}'"))
        }
        Place::Config => (config::config_path(&io.world.laptop), format!("profile {profile}")),
    };
    let failed = |error: crate::laptop::FsError| Failure::Other(format!("{error}: {path}"));
    let path = io.path(&path);
    let text = io.world.laptop.files.read_text(&path).unwrap_or_default();
    let now = io.world.cloud.now();
    if let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
        io.world.laptop.files.create_directories(folder, now).map_err(failed)?;
    }
    let text = config::updated(&text, &section, settings);
    io.world.laptop.files.write(&path, text.into_bytes(), now).map_err(failed)
}

/// The keys themselves: those of a role are asked for now.
///
/// # Errors
/// Where the role may not be assumed.
fn resolved(world: &mut World, globals: &Globals, credentials: Credentials) -> Result<Keys, Failure> {
    match (credentials, model::model("sts")) {
        (Credentials::Keys(keys), _) => Ok(keys),
        (Credentials::Role { .. }, Some(sts)) => client::open(world, sts, globals)?.signer(world),
        (Credentials::Role { source, .. }, None) => resolved(world, globals, *source),
    }
}

/// All but the last four characters as stars, as many as sixteen.
fn masked(secret: &str) -> String {
    let tail: String = secret.chars().skip(secret.chars().count().saturating_sub(4)).collect();
    format!("****************{tail}")
}

fn list(io: &mut Io<'_>, globals: &Globals, config: &Config) -> Result<(), Failure> {
    const NOT_SET: [&str; 3] = ["<not set>", "None", "None"];
    let row =
        |name: &str, [value, kind, place]: [&str; 3]| format!("{name:<10} : {value:<24} : {kind:<16} : {place}\n");
    let mut out = row("NAME", ["VALUE", "TYPE", "LOCATION"]);
    out += &match (&globals.profile, from_environment(&io.world.laptop, ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])) {
        (Some(profile), _) => row("profile", [profile, "manual", "--profile"]),
        (None, Some((profile, place))) => row("profile", [&profile, "env", &place]),
        (None, None) => row("profile", NOT_SET),
    };
    io.print(out);
    let credentials = config.credentials(&io.world.laptop)?;
    let keys = match credentials {
        None => None,
        Some(credentials) => {
            let is_role = matches!(credentials, Credentials::Role { .. });
            let keys = resolved(io.world, globals, credentials)?;
            let kind = match keys.source {
                _ if is_role => "assume-role",
                Source::Environment => "env",
                Source::CredentialsFile => "shared-credentials-file",
                Source::ConfigFile => "config-file",
            };
            Some((keys, kind))
        }
    };
    let mut out = String::new();
    match keys {
        Some((keys, kind)) => {
            out += &row("access_key", [&masked(&keys.access_key_id), kind, ""]);
            out += &row("secret_key", [&masked(&keys.secret_access_key), kind, ""]);
        }
        None => {
            out += &row("access_key", NOT_SET);
            out += &row("secret_key", NOT_SET);
        }
    }
    let laptop = &io.world.laptop;
    let region = from_environment(laptop, ["AWS_REGION", "AWS_DEFAULT_REGION"]);
    out += &match (&globals.region, region, config.get("region")) {
        (Some(region), _, _) => row("region", [region, "manual", "--region"]),
        (None, Some((region, place)), _) => row("region", [&region, "env", &place]),
        (None, None, Some(region)) => {
            let place = config::variable(laptop, "AWS_CONFIG_FILE").unwrap_or("~/.aws/config");
            row("region", [region, "config-file", place])
        }
        (None, None, None) => row("region", NOT_SET),
    };
    io.print(out);
    Ok(())
}

/// The first of two variables that is set, and how the list names both.
fn from_environment(laptop: &Laptop, names: [&str; 2]) -> Option<(String, String)> {
    let value = names.into_iter().find_map(|name| config::variable(laptop, name))?;
    let [first, second] = names;
    Some((value.to_owned(), format!("['{first}', '{second}']")))
}

/// Asks for the four settings on standard input, which a here-document or a pipe gives.
fn interactive(io: &mut Io<'_>, config: &Config) -> Result<(), Failure> {
    const QUESTIONS: [(&str, &str); 4] = [
        ("aws_access_key_id", "AWS Access Key ID"),
        ("aws_secret_access_key", "AWS Secret Access Key"),
        ("region", "Default region name"),
        ("output", "Default output format"),
    ];
    let Some(input) = io.stdin() else {
        return Err(Failure::Simulation(Message::new("aws-configure-needs-input")));
    };
    let text = String::from_utf8_lossy(input.as_bytes()).into_owned();
    let mut lines = text.lines();
    let (mut secret, mut open) = (Vec::new(), Vec::new());
    for (key, question) in QUESTIONS {
        let current = config.get(key);
        let shown = match current {
            Some(secret) if SECRET.contains(&key) => masked(secret),
            Some(value) => value.to_owned(),
            None => "None".to_owned(),
        };
        io.print(format!("{question} [{shown}]: "));
        let Some(answer) = lines.next() else {
            io.print("\n");
            // Python's `input()` at the end of the input.
            return Err(Failure::Other("EOF when reading a line".to_owned()));
        };
        let answer = answer.trim();
        if !answer.is_empty() && Some(answer) != current {
            let settings = if SECRET.contains(&key) { &mut secret } else { &mut open };
            settings.push(Setting::new(key, answer));
        }
    }
    io.print("\n");
    write(io, Place::Credentials, config.profile_name(), &secret)?;
    write(io, Place::Config, config.profile_name(), &open)
}
