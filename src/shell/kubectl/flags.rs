//! Flags as `kubectl` reads them: anywhere, `-n x`, `-nx`, `--namespace=x`, `-A`, `--`.

/// A flag: its long name, its letter (or a blank), whether it takes a value.
pub(super) type Flag = (&'static str, char, bool);

/// The flags of every command. Source: `kubectl options`.
pub(super) const GLOBAL: [Flag; 14] = [
    ("namespace", 'n', true),
    ("context", ' ', true),
    ("kubeconfig", ' ', true),
    ("help", 'h', false),
    ("request-timeout", ' ', true),
    ("v", 'v', true),
    ("as", ' ', true),
    ("as-group", ' ', true),
    ("as-uid", ' ', true),
    ("cluster", ' ', true),
    ("insecure-skip-tls-verify", ' ', false),
    ("server", 's', true),
    ("token", ' ', true),
    ("user", ' ', true),
];

/// What was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    given: Vec<(&'static str, String)>,
    /// The arguments that are no flags.
    pub(super) rest: Vec<String>,
    /// The arguments behind `--`.
    pub(super) behind: Vec<String>,
}

impl Parsed {
    /// Whether a flag was given, and not with `=false`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value != "false")
    }

    /// The last value of a flag.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.given.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// All values of a flag, in the order given.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.given.iter().filter(move |(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// The argument at that place.
    pub(super) fn arg(&self, at: usize) -> Option<&str> {
        self.rest.get(at).map(String::as_str)
    }
}

/// Reads the arguments of a command that has these flags beside those of every command. Source: spf13/pflag's messages.
///
/// # Errors
/// With what `kubectl` says of a flag that it does not know.
pub(super) fn parse(own: &[Flag], args: &[String], path: &str) -> Result<Parsed, String> {
    let see = |message: String| format!("error: {message}\nSee '{path} --help' for usage.\n");
    let find = |long: &str| own.iter().chain(&GLOBAL).find(|(name, _, _)| *name == long);
    let mut parsed = Parsed::default();
    let mut args = args.iter();
    while let Some(argument) = args.next() {
        if argument == "--" {
            parsed.behind.extend(args.by_ref().cloned());
        } else if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            let Some((name, _, takes)) = find(name) else { return Err(see(format!("unknown flag: --{name}"))) };
            let value = match (value, takes) {
                (Some(value), _) => value,
                (None, false) => "true".to_owned(),
                (None, true) => match args.next() {
                    Some(value) => value.clone(),
                    None => return Err(see(format!("flag needs an argument: --{name}"))),
                },
            };
            parsed.given.push((name, value));
        } else if let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                let known = own.iter().chain(&GLOBAL).find(|(_, known, _)| *known == letter && letter != ' ');
                let Some((name, _, takes)) = known else {
                    return Err(see(format!("unknown shorthand flag: '{letter}' in -{letters}")));
                };
                if !takes {
                    parsed.given.push((name, "true".to_owned()));
                    continue;
                }
                let inline = rest.as_str().strip_prefix('=').unwrap_or(rest.as_str()).to_owned();
                let value = if inline.is_empty() { args.next().cloned() } else { Some(inline) };
                let Some(value) = value else {
                    return Err(see(format!("flag needs an argument: '{letter}' in -{letters}")));
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
