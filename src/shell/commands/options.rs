//! Options as the GNU tools read them: `-n5`, `-n 5`, `-la`, `--lines=5`, `--`.

use super::Io;

/// The options that were given and the arguments that are none.
#[derive(Debug, Default)]
pub(super) struct Options {
    given: Vec<(char, String)>,
    /// The arguments that are no options.
    pub(super) rest: Vec<String>,
}

impl Options {
    /// Whether the option was given.
    pub(super) fn has(&self, option: char) -> bool {
        self.given.iter().any(|(given, _)| *given == option)
    }

    /// The value of the option, the last one given.
    pub(super) fn value(&self, option: char) -> Option<&str> {
        self.given.iter().rev().find(|(given, _)| *given == option).map(|(_, value)| value.as_str())
    }

    /// All values of an option, in the order given.
    pub(super) fn values(&self, option: char) -> impl Iterator<Item = &str> {
        self.given.iter().filter(move |(given, _)| *given == option).map(|(_, value)| value.as_str())
    }
}

/// Reads the arguments. `shorts` lists the letters, one that takes a value followed by `:`; `longs` gives long names their
/// letter. Complains as the GNU tools do and answers none.
pub(super) fn options(io: &mut Io<'_>, name: &str, shorts: &str, longs: &[(&str, char)]) -> Option<Options> {
    match read(io.args, name, shorts, longs) {
        Ok(options) => Some(options),
        Err(message) => {
            io.eprint(format!("{name}: {message}\nTry '{name} --help' for more information.\n"));
            None
        }
    }
}

/// Says of the first of these options that was given that it is not simulated: what GNU's tool does with it, this one does
/// not, and nothing is left out in silence. Says whether there was one.
pub(super) fn refuses(io: &mut Io<'_>, name: &str, options: &Options, letters: &[char]) -> bool {
    let Some(letter) = letters.iter().find(|letter| options.has(**letter)) else { return false };
    let text = io.words.with("shell-not-simulated", &[("what", format!("{name} -{letter}").into())]);
    io.eprint(format!("{name}: {text}\n"));
    true
}

fn read(args: &[String], _name: &str, shorts: &str, longs: &[(&str, char)]) -> Result<Options, String> {
    let takes_value = |letter: char| shorts.split_once(letter).map(|(_, after)| after.starts_with(':'));
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(argument) = args.next() {
        if argument == "--" {
            options.rest.extend(args.by_ref().cloned());
        } else if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            let Some((_, letter)) = longs.iter().find(|(long, _)| *long == name) else {
                return Err(format!("unrecognized option '--{name}'"));
            };
            let value = match (takes_value(*letter).unwrap_or(false), value) {
                (true, Some(value)) => value,
                (true, None) => {
                    args.next().cloned().ok_or_else(|| format!("option '--{name}' requires an argument"))?
                }
                (false, None) => String::new(),
                (false, Some(_)) => return Err(format!("option '--{name}' doesn't allow an argument")),
            };
            options.given.push((*letter, value));
        } else if let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let mut letters = letters.chars();
            while let Some(letter) = letters.next() {
                match takes_value(letter).filter(|_| letter != ':') {
                    None => return Err(format!("invalid option -- '{letter}'")),
                    Some(false) => options.given.push((letter, String::new())),
                    Some(true) => {
                        let inline = letters.as_str();
                        let value = if inline.is_empty() {
                            args.next().cloned().ok_or_else(|| format!("option requires an argument -- '{letter}'"))?
                        } else {
                            inline.to_owned()
                        };
                        options.given.push((letter, value));
                        break;
                    }
                }
            }
        } else {
            options.rest.push(argument.clone());
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_the_gnu_tools_do() {
        let args: Vec<String> = ["-la", "-n5", "x", "--lines=7", "-", "--", "-z"].map(String::from).into();
        let options = read(&args, "x", "lan:", &[("lines", 'n')]).unwrap();
        assert!(options.has('l') && options.has('a'));
        assert_eq!(options.values('n').collect::<Vec<_>>(), ["5", "7"]);
        assert_eq!(options.rest, ["x", "-", "-z"]);
        assert_eq!(read(&args, "x", "la", &[]).unwrap_err(), "invalid option -- 'n'");
        assert_eq!(read(&["-n".to_owned()], "x", "n:", &[]).unwrap_err(), "option requires an argument -- 'n'");
    }
}
