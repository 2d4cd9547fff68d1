//! `aws configure export-credentials`: the keys that commands sign with, for other programs.
//!
//! Source: AWS CLI command reference, `configure export-credentials`.

use serde_json::{Map, Value};

use super::super::args::{self, Check, Opt, Takes};
use super::super::config::{Config, Keys};
use super::super::error::Failure;
use super::super::globals::Globals;
use crate::world::World;

/// The names of the forms.
const FORMATS: [&str; 6] = ["process", "env", "env-no-export", "powershell", "windows-cmd", "fish"];

pub(super) fn options() -> Vec<Opt> {
    vec![Opt::new("--format", Takes::One).check(Check::Choice(&FORMATS))]
}

/// Gives the keys in the form that is asked for.
///
/// # Errors
/// Where there are none, or a role is not to be assumed.
pub(super) fn run(world: &mut World, globals: &Globals, config: &Config, words: &[String]) -> Result<String, Failure> {
    let parsed = args::parse(words, &options(), false)?;
    super::nothing_else(&parsed.rest)?;
    // The message of what went wrong ends a line of its own.
    let unable = |why: &str| Failure::Configuration {
        code: "Configuration",
        message: format!("Unable to retrieve credentials: {why}").into(),
    };
    let found = config.check_profile().and_then(|()| config.credentials(&world.laptop));
    let credentials = found.map_err(|failure| unable(&format!("{}\n", failure.said())))?;
    let credentials = credentials.ok_or_else(|| unable("no credentials found"))?;
    let keys = super::resolved(world, globals, credentials)?;
    Ok(print(&keys, parsed.value("--format").unwrap_or("process")))
}

fn print(keys: &Keys, format: &str) -> String {
    let expires = keys.expires.map(|expires| expires.to_string());
    let fields = [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId", Some(&keys.access_key_id)),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey", Some(&keys.secret_access_key)),
        ("AWS_SESSION_TOKEN", "SessionToken", keys.session_token.as_ref()),
        ("AWS_CREDENTIAL_EXPIRATION", "Expiration", expires.as_ref()),
    ];
    let fields = fields.into_iter().filter_map(|(variable, name, value)| Some((variable, name, value?)));
    let line: fn(&str, &str) -> String = match format {
        "env" => |name, value| format!("export {name}={value}\n"),
        "env-no-export" => |name, value| format!("{name}={value}\n"),
        "powershell" => |name, value| format!("$Env:{name}=\"{value}\"\n"),
        "windows-cmd" => |name, value| format!("set {name}={value}\n"),
        "fish" => |name, value| format!("set -gx {name} \"{value}\"\n"),
        _ => {
            let mut object = Map::from_iter([("Version".to_owned(), Value::from(1))]);
            object.extend(fields.map(|(_, name, value)| (name.to_owned(), value.as_str().into())));
            return serde_json::to_string_pretty(&object).unwrap_or_default() + "\n";
        }
    };
    fields.map(|(variable, _, value)| line(variable, value)).collect()
}
