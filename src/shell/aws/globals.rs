//! The options that every `aws` command takes.

use super::args::{self, Check, Opt, Parsed, Takes};
use super::error::{ErrorFormat, Failure};
use super::output::Format;
use super::query::Query;

/// What the global options say.
#[derive(Clone, Debug)]
pub(super) struct Globals {
    pub(super) region: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) endpoint_url: Option<String>,
    pub(super) output: Option<Format>,
    pub(super) query: Option<Query>,
    pub(super) paginate: bool,
    /// Whether blobs are given as they are, and not in base64.
    pub(super) raw_blobs: Option<bool>,
    pub(super) signs: bool,
}

/// The options.
pub(super) fn options() -> Vec<Opt> {
    let one = |flag| Opt::new(flag, Takes::One);
    let none = |flag| Opt::new(flag, Takes::Nothing);
    vec![
        none("--debug"),
        one("--endpoint-url"),
        none("--no-verify-ssl"),
        none("--no-paginate"),
        one("--output").check(Check::Choice(&Format::NAMES)),
        one("--query"),
        one("--profile"),
        one("--region"),
        none("--version"),
        one("--color").check(Check::Choice(&["on", "off", "auto"])),
        none("--no-sign-request"),
        one("--ca-bundle"),
        one("--cli-read-timeout").check(Check::Int),
        one("--cli-connect-timeout").check(Check::Int),
        one("--cli-binary-format").check(Check::Choice(&["base64", "raw-in-base64-out"])),
        none("--no-cli-pager"),
        none("--cli-auto-prompt"),
        none("--no-cli-auto-prompt"),
        one("--cli-error-format").check(Check::Choice(&ErrorFormat::NAMES)),
    ]
}

/// Reads the global options and the command; the rest is left for the command.
///
/// # Errors
/// For an option that does not parse.
pub(super) fn parse(words: &[String]) -> Result<Parsed, Failure> {
    args::parse(words, &options(), true)
}

/// The form that errors take. Read from the words alone, so that it holds when they do not parse.
pub(super) fn error_format(words: &[String]) -> ErrorFormat {
    let mut found = None;
    for (number, word) in words.iter().enumerate() {
        if word == "--cli-error-format" {
            found = words.get(number + 1).map(String::as_str);
        } else if let Some(value) = word.strip_prefix("--cli-error-format=") {
            found = Some(value);
        }
    }
    found.map(ErrorFormat::from_name).unwrap_or_default()
}

impl Globals {
    /// What the options say.
    ///
    /// # Errors
    /// For a query that is none.
    pub(super) fn new(parsed: &Parsed) -> Result<Self, Failure> {
        let text = |flag| parsed.value(flag).map(str::to_owned);
        let query = match parsed.value("--query") {
            None => None,
            Some(expression) => Some(
                Query::compile(expression)
                    .map_err(|error| Failure::Params(format!("Bad value for --query {expression}: {error}")))?,
            ),
        };
        Ok(Self {
            region: text("--region"),
            profile: text("--profile"),
            endpoint_url: text("--endpoint-url"),
            output: parsed.value("--output").and_then(Format::from_name),
            query,
            paginate: !parsed.is_given("--no-paginate"),
            raw_blobs: parsed.value("--cli-binary-format").map(|format| format == "raw-in-base64-out"),
            signs: !parsed.is_given("--no-sign-request"),
        })
    }
}
