//! `aws configure`: the learner's configuration, shown and written.
//!
//! Source: AWS CLI command reference, `configure`; the list's layout observed.

use super::args::{self, Opt};
use super::config::{self, Config, Credentials, Keys, Source};
use super::error::Failure;
use super::globals::Globals;
use crate::laptop::Laptop;
use crate::shell::Io;
use crate::text::Message;

/// The subcommands.
pub(super) const SUBCOMMANDS: [&str; 4] = ["list", "list-profiles", "get", "set"];

/// Settings that are kept in the credentials file.
const SECRET: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

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
            list(&io.world.laptop, globals, &config).map(|text| (text, 0))
        }
        Some("list-profiles") => {
            nothing_else(rest)?;
            Ok((config.profiles().map(|name| format!("{name}\n")).collect(), 0))
        }
        Some("get") => {
            let [name] = rest.as_slice() else { return Err(positionals(rest, &["varname"])) };
            Ok(match get(&config, name)? {
                Some(value) => (format!("{value}\n"), 0),
                None => (String::new(), 1),
            })
        }
        Some("set") => {
            let [name, value] = rest.as_slice() else { return Err(positionals(rest, &["varname", "value"])) };
            let (profile, key) = target(&config, name);
            write(io, &profile, &[(key, value.clone())])?;
            Ok((String::new(), 0))
        }
        Some(other @ ("import" | "sso" | "sso-session" | "add-model" | "export-credentials")) => {
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

/// The profile and the setting that a name means: `region`, `dev.region`, `profile.dev.region`.
fn target(config: &Config, name: &str) -> (String, String) {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["profile", profile, rest @ ..] if !rest.is_empty() => ((*profile).to_owned(), rest.join(".")),
        [profile, key] if *profile == "default" || config.profiles().any(|known| known == *profile) => {
            ((*profile).to_owned(), (*key).to_owned())
        }
        _ => (config.profile_name().to_owned(), name.to_owned()),
    }
}

fn get(config: &Config, name: &str) -> Result<Option<String>, Failure> {
    if !name.contains('.') {
        config.check_profile()?;
    }
    let (profile, key) = target(config, name);
    Ok(config.setting(&profile, &key).map(str::to_owned))
}

/// Writes settings of a profile, each into the file that it belongs in.
fn write(io: &mut Io<'_>, profile: &str, settings: &[(String, String)]) -> Result<(), Failure> {
    let (secret, open): (Vec<_>, Vec<_>) =
        settings.iter().cloned().partition(|(key, _)| SECRET.contains(&key.as_str()));
    let section = if profile == "default" { profile.to_owned() } else { format!("profile {profile}") };
    let credentials_path = config::credentials_path(&io.world.laptop);
    let config_path = config::config_path(&io.world.laptop);
    for (path, section, settings) in [(credentials_path, profile, secret), (config_path, section.as_str(), open)] {
        if settings.is_empty() {
            continue;
        }
        let failed = |error: crate::laptop::FsError| Failure::Other(format!("{error}: {path}"));
        let path = io.path(&path);
        let text = io.world.laptop.files.read_text(&path).unwrap_or_default();
        let now = io.world.cloud.now();
        if let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
            io.world.laptop.files.create_directories(folder, now).map_err(failed)?;
        }
        let text = config::updated(&text, section, &settings);
        io.world.laptop.files.write(&path, text.into_bytes(), now).map_err(failed)?;
    }
    Ok(())
}

/// All but the last four characters as stars, as many as sixteen.
fn masked(secret: &str) -> String {
    let tail: String = secret.chars().skip(secret.chars().count().saturating_sub(4)).collect();
    format!("****************{tail}")
}

fn list(laptop: &Laptop, globals: &Globals, config: &Config) -> Result<String, Failure> {
    const NOT_SET: [&str; 3] = ["<not set>", "None", "None"];
    let row =
        |name: &str, [value, kind, place]: [&str; 3]| format!("{name:<10} : {value:<24} : {kind:<16} : {place}\n");
    let mut out = row("NAME", ["VALUE", "TYPE", "LOCATION"]);
    let from_environment = |names: [&'static str; 2]| {
        names
            .into_iter()
            .find_map(|name| config::variable(laptop, name))
            .map(|value| (value, format!("['{}', '{}']", names[0], names[1])))
    };
    out += &match (&globals.profile, from_environment(["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])) {
        (Some(profile), _) => row("profile", [profile, "manual", "--profile"]),
        (None, Some((profile, place))) => row("profile", [profile, "env", &place]),
        (None, None) => row("profile", NOT_SET),
    };
    match keys(config.credentials(laptop)?) {
        Some((keys, kind)) => {
            out += &row("access_key", [&masked(&keys.access_key_id), kind, ""]);
            out += &row("secret_key", [&masked(&keys.secret_access_key), kind, ""]);
        }
        None => {
            out += &row("access_key", NOT_SET);
            out += &row("secret_key", NOT_SET);
        }
    }
    out += &match (&globals.region, from_environment(["AWS_REGION", "AWS_DEFAULT_REGION"]), config.get("region")) {
        (Some(region), _, _) => row("region", [region, "manual", "--region"]),
        (None, Some((region, place)), _) => row("region", [region, "env", &place]),
        (None, None, Some(region)) => {
            let place = config::variable(laptop, "AWS_CONFIG_FILE").unwrap_or("~/.aws/config");
            row("region", [region, "config-file", place])
        }
        (None, None, None) => row("region", NOT_SET),
    };
    Ok(out)
}

/// The keys to show, and how they were found.
fn keys(credentials: Option<Credentials>) -> Option<(Keys, &'static str)> {
    match credentials? {
        Credentials::Keys(keys) => {
            let kind = match keys.source {
                Source::Environment => "env",
                Source::CredentialsFile => "shared-credentials-file",
                Source::ConfigFile => "config-file",
            };
            Some((keys, kind))
        }
        // The role's own keys do not exist before it is assumed.
        Credentials::Role { source, .. } => keys(Some(*source)).map(|(keys, _)| (keys, "assume-role")),
    }
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
    let mut settings = Vec::new();
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
            settings.push((key.to_owned(), answer.to_owned()));
        }
    }
    io.print("\n");
    write(io, config.profile_name(), &settings)
}
