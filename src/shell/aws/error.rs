//! What goes wrong on the client's side or comes back from a service, with the exit code and the text of the real `aws`.
//!
//! Texts and codes: observed with AWS CLI 2.36.7.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::cloud::ApiError;
use crate::text::{Message, Words};

/// What the real command prints after an error in how it was used.
pub(super) const USAGE: &str = "\
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
";

/// Why a command ends without its result.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// The command line does not parse. The usage follows. Exit code 252.
    Usage(String),
    /// Words that nothing takes. The usage comes first. Exit code 252.
    UnknownOptions(Vec<String>),
    /// A parameter's value does not parse or does not fit the model. Exit code 252.
    Params(String),
    /// No region or no credentials. Exit code 253.
    Configuration { code: &'static str, message: Cow<'static, str> },
    /// The service said no. Exit code 254.
    Service { operation: String, error: ApiError, retries: Option<u32> },
    /// All else that the real command says. Exit code 255.
    Other(String),
    /// What only the simulation says. Exit code 255.
    Simulation(Message),
}

/// `--cli-error-format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ErrorFormat {
    Legacy,
    Json,
    Yaml,
    Text,
    Table,
    #[default]
    Enhanced,
}

impl ErrorFormat {
    pub(super) const NAMES: [&'static str; 6] = ["legacy", "json", "yaml", "text", "table", "enhanced"];

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "legacy" => Self::Legacy,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "text" => Self::Text,
            "table" => Self::Table,
            _ => Self::Enhanced,
        }
    }
}

impl Failure {
    /// The exit code. Source: AWS CLI user guide, "Command line return codes".
    pub(super) fn exit_code(&self) -> i32 {
        match self {
            Self::Usage(_) | Self::UnknownOptions(_) | Self::Params(_) => 252,
            Self::Configuration { .. } => 253,
            Self::Service { .. } => 254,
            Self::Other(_) | Self::Simulation(_) => 255,
        }
    }

    /// What went wrong, without anything around it: as `aws s3` tells of one transfer among many.
    pub(super) fn said(&self) -> String {
        match self {
            Self::Service { operation, error, retries } => {
                let retries = retries.map(|times| format!(" (reached max retries: {times})")).unwrap_or_default();
                format!(
                    "An error occurred ({}) when calling the {operation} operation{retries}: {}",
                    error.code, error.message
                )
            }
            Self::Usage(message) | Self::Params(message) | Self::Other(message) => message.clone(),
            Self::Configuration { message, .. } => message.to_string(),
            Self::UnknownOptions(words) => words.join(", "),
            // `aws s3` has no such failures: every request that it makes is simulated.
            Self::Simulation(_) => String::new(),
        }
    }

    /// What goes to standard error.
    pub(super) fn render(&self, format: ErrorFormat, words: &Words) -> String {
        if let (Some(object), false) = (self.object(), matches!(format, ErrorFormat::Legacy | ErrorFormat::Enhanced)) {
            return match format {
                ErrorFormat::Yaml => super::output::yaml::dump(&object),
                ErrorFormat::Text => super::output::text::format(&object),
                ErrorFormat::Table => super::output::table::format("error", &object).unwrap_or_default(),
                _ => super::output::json::format(&object),
            };
        }
        match self {
            Self::Usage(message) => {
                format!("\naws: [ERROR]: An error occurred (ParamValidation): {message}\n\n{USAGE}")
            }
            Self::UnknownOptions(words) => {
                format!("\n{USAGE}\n\naws: [ERROR]: Unknown options: {}\n", words.join(", "))
            }
            Self::Params(message) => format!("\naws: [ERROR]: An error occurred (ParamValidation): {message}\n"),
            Self::Configuration { code, message } => format!("\naws: [ERROR]: An error occurred ({code}): {message}\n"),
            Self::Service { .. } => format!("\naws: [ERROR]: {}\n", self.said()),
            Self::Other(message) => format!("\naws: [ERROR]: {message}\n"),
            Self::Simulation(message) => format!("aws: {}\n", message.say(words)),
        }
    }

    /// The error as data, where the real command has it as such.
    fn object(&self) -> Option<Value> {
        match self {
            Self::Service { error, .. } => {
                Some(json!({"Message": error.message, "Code": error.code, "message": error.message}))
            }
            Self::Usage(message) | Self::Params(message) => {
                Some(json!({"Message": message, "Code": "ParamValidation"}))
            }
            Self::Configuration { code, message } => Some(json!({"Message": message, "Code": code})),
            Self::UnknownOptions(_) | Self::Other(_) | Self::Simulation(_) => None,
        }
    }
}
