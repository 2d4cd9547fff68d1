//! Flags as docker's client reads them: `-t x`, `-tx`, `--tag=x`, `--tag x`, `-it`, `--`.

use super::spec::Spec;

/// What was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    given: Vec<(&'static str, String)>,
    /// The arguments that are no flags.
    pub(super) rest: Vec<String>,
}

impl Parsed {
    /// Whether a flag was given (and not with `=false`).
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value != "false")
    }

    /// The last value of a flag.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.given.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// All values of a flag, in the order given.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.given.iter().filter(move |(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// The argument at that place.
    pub(super) fn arg(&self, at: usize) -> &str {
        self.rest.get(at).map(String::as_str).unwrap_or_default()
    }
}

/// A flag: its long name, its letter (or a blank), whether it takes a value.
pub(super) type Flag = (&'static str, char, bool);

/// Reads arguments.
///
/// # Errors
/// The first line of docker's complaint.
pub(super) fn parse(spec: &Spec, args: &[String]) -> Result<Parsed, String> {
    let mut parsed = Parsed::default();
    let mut args = args.iter();
    while let Some(argument) = args.next() {
        // After the image, `docker run`'s arguments are the container's.
        if spec.stops_at_first && !parsed.rest.is_empty() {
            parsed.rest.push(argument.clone());
        } else if argument == "--" {
            parsed.rest.extend(args.by_ref().cloned());
        } else if argument == "--help" {
            parsed.given.push(("help", "true".to_owned()));
        } else if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            let Some((name, _, takes)) = spec.flags.iter().find(|(known, _, _)| *known == name) else {
                return Err(format!("unknown flag: --{name}"));
            };
            let value = match (value, takes) {
                (Some(value), _) => value,
                (None, false) => "true".to_owned(),
                (None, true) => args.next().cloned().ok_or_else(|| format!("flag needs an argument: --{name}"))?,
            };
            parsed.given.push((name, value));
        } else if let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                let Some((name, _, takes)) = spec.flags.iter().find(|(_, known, _)| *known == letter && letter != ' ')
                else {
                    return Err(format!("unknown shorthand flag: '{letter}' in -{letters}"));
                };
                if !takes {
                    parsed.given.push((name, "true".to_owned()));
                    continue;
                }
                let inline = rest.as_str().strip_prefix('=').unwrap_or(rest.as_str());
                let value = if inline.is_empty() {
                    args.next().cloned().ok_or_else(|| format!("flag needs an argument: '{letter}' in -{letters}"))?
                } else {
                    inline.to_owned()
                };
                parsed.given.push((name, value));
                break;
            }
        } else {
            parsed.rest.push(argument.clone());
        }
    }
    Ok(parsed)
}
