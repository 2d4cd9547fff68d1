//! The command line in options and words, with the rules and messages of Python's `argparse`, which the real `aws` uses.
//!
//! Options may stand anywhere and may be shortened as long as they stay unambiguous; `--name=value` is the same as
//! `--name value`; a value may not start with a dash unless it is a negative number or holds a blank.

use super::error::Failure;
use super::python;
use super::suggest::close_matches;

/// An option that a level of the command line knows.
#[derive(Clone, Debug)]
pub(super) struct Opt {
    /// With its dashes: `--repository-name`.
    pub(super) flag: String,
    pub(super) takes: Takes,
    /// Whether the command line fails without it.
    pub(super) required: bool,
    pub(super) check: Check,
}

/// How many values follow an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    One,
    /// None or one; with none, this stands for it.
    Optional(&'static str),
    Many,
}

/// What is checked of a value at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    Nothing,
    Choice(&'static [&'static str]),
    Int,
    Float,
}

impl Opt {
    pub(super) fn new(flag: impl Into<String>, takes: Takes) -> Self {
        Self { flag: flag.into(), takes, required: false, check: Check::Nothing }
    }

    pub(super) fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    pub(super) fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }
}

/// A level's reading of the command line.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    /// By position in the table of options: the values given last. None: not given.
    values: Vec<Option<Vec<String>>>,
    flags: Vec<String>,
    /// Where the level has one: its word, such as the command.
    pub(super) word: Option<String>,
    /// What this level does not know, in order.
    pub(super) rest: Vec<String>,
}

impl Parsed {
    /// The values of an option; none if it was not given.
    pub(super) fn values(&self, flag: &str) -> Option<&[String]> {
        let at = self.flags.iter().position(|known| known == flag)?;
        self.values.get(at)?.as_deref()
    }

    /// The one value of an option.
    pub(super) fn value(&self, flag: &str) -> Option<&str> {
        self.values(flag)?.first().map(String::as_str)
    }

    /// Whether an option was given.
    pub(super) fn is_given(&self, flag: &str) -> bool {
        self.values(flag).is_some()
    }
}

/// Whether a word is read as an option.
fn is_option(word: &str) -> bool {
    let negative_number = word.strip_prefix('-').is_some_and(|rest| {
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        !rest.is_empty()
            && whole.bytes().all(|b| b.is_ascii_digit())
            && !fraction.is_empty()
            && fraction.bytes().all(|b| b.is_ascii_digit())
    });
    word.len() > 1 && word.starts_with('-') && !word.contains(' ') && !negative_number
}

/// Reads `words` with the options of one level. `takes_word`: whether the first plain word is this level's own.
pub(super) fn parse(words: &[String], options: &[Opt], takes_word: bool) -> Result<Parsed, Failure> {
    let mut parsed = Parsed {
        values: vec![None; options.len()],
        flags: options.iter().map(|option| option.flag.clone()).collect(),
        ..Parsed::default()
    };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        if !is_option(word) {
            if takes_word && parsed.word.is_none() {
                parsed.word = Some(word.clone());
            } else {
                parsed.rest.push(word.clone());
            }
            continue;
        }
        let (name, explicit) = match word.split_once('=') {
            Some((name, value)) if !options.iter().any(|option| option.flag == *word) => (name, Some(value)),
            _ => (word.as_str(), None),
        };
        let Some(number) = find(name, options)? else {
            parsed.rest.push(word.clone());
            continue;
        };
        let Some(option) = options.get(number) else { continue };
        let following = words.get(at..).unwrap_or_default().iter().take_while(|word| !is_option(word));
        let values = take(option, explicit, following)?;
        at += if explicit.is_some() { 0 } else { values.len() };
        let values = match (option.takes, values.is_empty()) {
            (Takes::Optional(otherwise), true) => vec![otherwise.to_owned()],
            _ => values,
        };
        for value in &values {
            check(option, value)?;
        }
        if let Some(slot) = parsed.values.get_mut(number) {
            *slot = Some(values);
        }
    }
    Ok(parsed)
}

/// The position of the option that `name` means, in full or shortened.
fn find(name: &str, options: &[Opt]) -> Result<Option<usize>, Failure> {
    if let Some(number) = options.iter().position(|option| option.flag == name) {
        return Ok(Some(number));
    }
    if !name.starts_with("--") || name.len() < 3 {
        return Ok(None);
    }
    let matches: Vec<usize> = options
        .iter()
        .enumerate()
        .filter(|(_, option)| option.flag.starts_with(name))
        .map(|(number, _)| number)
        .collect();
    match matches.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        several => {
            let flags: Vec<&str> =
                several.iter().filter_map(|number| options.get(*number)).map(|option| option.flag.as_str()).collect();
            Err(Failure::Usage(format!("ambiguous option: {name} could match {}", flags.join(", "))))
        }
    }
}

fn take<'w>(
    option: &Opt,
    explicit: Option<&str>,
    mut following: impl Iterator<Item = &'w String>,
) -> Result<Vec<String>, Failure> {
    match (option.takes, explicit) {
        (Takes::Nothing, None) => Ok(Vec::new()),
        (Takes::Nothing, Some(value)) => Err(Failure::Usage(format!(
            "argument {}: ignored explicit argument {}",
            option.flag,
            python::repr_str(value)
        ))),
        (_, Some(value)) => Ok(vec![value.to_owned()]),
        (Takes::One, None) => match following.next() {
            Some(value) => Ok(vec![value.clone()]),
            None => Err(Failure::Usage(format!("argument {}: expected one argument", option.flag))),
        },
        (Takes::Optional(_), None) => Ok(following.next().cloned().into_iter().collect()),
        (Takes::Many, None) => Ok(following.cloned().collect()),
    }
}

fn check(option: &Opt, value: &str) -> Result<(), Failure> {
    let invalid = |kind: &str| {
        Failure::Usage(format!("argument {}: invalid {kind} value: {}", option.flag, python::repr_str(value)))
    };
    match option.check {
        Check::Nothing => Ok(()),
        Check::Int => python::int(value).map(drop).map_err(|_| invalid("int")),
        Check::Float => python::float(value).map(drop).map_err(|_| invalid("float")),
        Check::Choice(choices) if choices.contains(&value) => Ok(()),
        Check::Choice(choices) => Err(invalid_choice(&option.flag, value, choices.iter().copied())),
    }
}

/// The failure for a word that is none of `choices`, with suggestions where some are close.
pub(super) fn invalid_choice<'a>(argument: &str, value: &str, choices: impl IntoIterator<Item = &'a str>) -> Failure {
    let mut message = format!("argument {argument}: Found invalid choice '{value}'\n");
    let close = close_matches(value, choices);
    if !close.is_empty() {
        message.push_str("\nMaybe you meant:\n");
        for choice in close {
            message.push_str(&format!("\n  * {choice}"));
        }
    }
    Failure::Usage(message)
}

/// The required options that are missing, in order.
pub(super) fn missing<'o>(parsed: &Parsed, options: &'o [Opt]) -> Vec<&'o str> {
    let missing = options.iter().filter(|option| option.required && !parsed.is_given(&option.flag));
    missing.map(|option| option.flag.as_str()).collect()
}

/// The failure for missing arguments.
pub(super) fn required(names: &str) -> Failure {
    Failure::Usage(format!("the following arguments are required: {names}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn options() -> Vec<Opt> {
        vec![
            Opt::new("--image-ids", Takes::Many),
            Opt::new("--repository-name", Takes::One).required(true),
            Opt::new("--image-tag", Takes::One),
            Opt::new("--force", Takes::Nothing),
            Opt::new("--max-items", Takes::One).check(Check::Int),
        ]
    }

    #[track_caller]
    fn fails(line: &str, message: &str) {
        assert_eq!(parse(&words(line), &options(), false).unwrap_err(), Failure::Usage(message.to_owned()));
    }

    #[test]
    fn options_stand_anywhere_and_may_be_shortened() {
        let line = words("stray --repo=app --image-ids a b --unknown x --force");
        let parsed = parse(&line, &options(), false).unwrap();
        assert_eq!(parsed.value("--repository-name"), Some("app"));
        assert_eq!(parsed.values("--image-ids").unwrap(), ["a", "b"]);
        assert!(parsed.is_given("--force") && !parsed.is_given("--image-tag"));
        assert_eq!(parsed.rest, ["stray", "--unknown", "x"]);
    }

    #[test]
    fn what_does_not_parse_is_told_as_the_real_command_tells_it() {
        fails("--repository-name", "argument --repository-name: expected one argument");
        fails("--repository-name --force", "argument --repository-name: expected one argument");
        fails("--image x", "ambiguous option: --image could match --image-ids, --image-tag");
        fails("--force=yes", "argument --force: ignored explicit argument 'yes'");
        fails("--max-items abc", "argument --max-items: invalid int value: 'abc'");
        assert!(parse(&words("--max-items -5"), &options(), false).is_ok());
    }
}
