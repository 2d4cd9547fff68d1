//! Reads a Dockerfile.
//!
//! Here-documents (`RUN <<EOF`), `ONBUILD` and `# syntax=` front ends are not simulated.
//! Source: Dockerfile reference.

/// A Dockerfile's statements, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    pub statements: Vec<Statement>,
    /// The file's lines, for excerpts in errors.
    pub lines: Vec<String>,
}

/// One instruction and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The first and the last line, from 1.
    pub lines: (usize, usize),
    /// The text with continued lines joined, such as `COPY app /app`.
    pub text: String,
    pub instruction: Instruction,
}

/// An instruction. Texts may hold `$NAME`, to be replaced while building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    From {
        image: String,
        stage: Option<String>,
        /// `--platform`; else the one that is built for.
        platform: Option<String>,
    },
    Run(CommandForm),
    Copy(Copy),
    Workdir(String),
    Env(Vec<(String, String)>),
    Label(Vec<(String, String)>),
    Arg(Vec<(String, Option<String>)>),
    Expose(Vec<String>),
    Volume(Vec<String>),
    User(String),
    Cmd(CommandForm),
    Entrypoint(CommandForm),
    StopSignal(String),
    /// Accepted and without effect on the image here: `HEALTHCHECK`, `MAINTAINER`, `SHELL`.
    Ignored,
}

/// `COPY` or `ADD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// `ADD`: archives are unpacked.
    pub add: bool,
    /// Another stage or image to copy from.
    pub from: Option<String>,
    /// `--chmod`, such as `0o755`.
    pub mode: Option<u32>,
    pub sources: Vec<String>,
    pub target: String,
}

/// A command as a line for the shell or as a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandForm {
    Shell(String),
    Exec(Vec<String>),
}

impl CommandForm {
    /// As the image's config holds it: a line runs under `/bin/sh -c`.
    pub fn argv(&self) -> Vec<String> {
        match self {
            Self::Shell(line) => vec!["/bin/sh".to_owned(), "-c".to_owned(), line.clone()],
            Self::Exec(argv) => argv.clone(),
        }
    }
}

/// What is wrong and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the Dockerfile cannot be empty")]
    Empty,
    #[error("dockerfile parse error on line {line}: {message}")]
    Line { line: usize, message: String },
}

/// Reads a Dockerfile.
///
/// # Errors
/// As BuildKit words them.
pub fn parse(text: &str) -> Result<Dockerfile, ParseError> {
    let lines: Vec<String> = text.lines().map(|line| line.trim_end_matches('\r').to_owned()).collect();
    let mut statements = Vec::new();
    let mut pending: Option<(usize, String)> = None;
    for (at, line) in lines.iter().enumerate() {
        let number = at + 1;
        let trimmed = line.trim();
        if trimmed.starts_with('#') || (trimmed.is_empty() && pending.is_some()) {
            continue;
        }
        let (first, joined) = pending.take().unwrap_or((number, String::new()));
        match line.trim_end().strip_suffix('\\') {
            Some(head) => pending = Some((first, joined + head)),
            None => {
                let text = joined + line;
                if !text.trim().is_empty() {
                    statements.push(statement((first, number), text.trim(), statements.is_empty())?);
                }
            }
        }
    }
    if let Some((first, text)) = pending
        && !text.trim().is_empty()
    {
        statements.push(statement((first, lines.len()), text.trim(), statements.is_empty())?);
    }
    let Some(start) = statements.iter().find(|statement| !matches!(statement.instruction, Instruction::Arg(_))) else {
        return Err(ParseError::Empty);
    };
    if !matches!(start.instruction, Instruction::From { .. }) {
        let message = "no build stage in current context".to_owned();
        return Err(ParseError::Line { line: start.lines.0, message });
    }
    Ok(Dockerfile { statements, lines })
}

const NAMES: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

fn statement(lines: (usize, usize), text: &str, _first: bool) -> Result<Statement, ParseError> {
    let wrong = |message: String| ParseError::Line { line: lines.0, message };
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let name = name.to_ascii_uppercase();
    let rest = rest.trim();
    if !NAMES.contains(&name.as_str()) {
        let nearest = NAMES.iter().map(|known| (strsim::levenshtein(known, &name), known)).min();
        let hint = match nearest {
            Some((distance, known)) if distance <= 2 => format!(" (did you mean {known}?)"),
            _ => String::new(),
        };
        return Err(wrong(format!("unknown instruction: {name}{hint}")));
    }
    if rest.is_empty() && !matches!(name.as_str(), "CMD" | "ENTRYPOINT") {
        return Err(wrong(match name.as_str() {
            "FROM" => "FROM requires either one or three arguments".to_owned(),
            "COPY" | "ADD" => format!(
                "{name} requires at least two arguments, but only one was provided. Destination could not be determined"
            ),
            _ => format!("{name} requires at least one argument"),
        }));
    }
    let instruction = match name.as_str() {
        "FROM" => {
            let (flags, words): (Vec<&str>, Vec<&str>) =
                rest.split_whitespace().partition(|word| word.starts_with("--"));
            let platform = flags.iter().find_map(|flag| flag.strip_prefix("--platform=")).map(str::to_owned);
            match words.as_slice() {
                [image] => Instruction::From { image: (*image).to_owned(), stage: None, platform },
                [image, word, stage] if word.eq_ignore_ascii_case("as") => {
                    Instruction::From { image: (*image).to_owned(), stage: Some(stage.to_ascii_lowercase()), platform }
                }
                _ => return Err(wrong("FROM requires either one or three arguments".to_owned())),
            }
        }
        "RUN" => {
            let mut rest = rest;
            while let Some(flag) = rest.strip_prefix("--") {
                rest = flag.split_once(char::is_whitespace).map_or("", |(_, after)| after.trim_start());
            }
            if rest.starts_with("<<") {
                return Err(wrong("here-documents in RUN are not simulated".to_owned()));
            }
            Instruction::Run(form(rest))
        }
        "COPY" | "ADD" => Instruction::Copy(copy(&name, rest).map_err(wrong)?),
        "WORKDIR" => Instruction::Workdir(unquote(rest)),
        "ENV" => Instruction::Env(pairs(&name, rest).map_err(wrong)?),
        "LABEL" => Instruction::Label(pairs(&name, rest).map_err(wrong)?),
        "ARG" => Instruction::Arg(
            words(rest)
                .into_iter()
                .map(|word| match word.split_once('=') {
                    Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                    None => (word, None),
                })
                .collect(),
        ),
        "EXPOSE" => Instruction::Expose(rest.split_whitespace().map(str::to_owned).collect()),
        "VOLUME" => Instruction::Volume(match form(rest) {
            CommandForm::Exec(list) => list,
            CommandForm::Shell(text) => words(&text),
        }),
        "USER" => Instruction::User(rest.to_owned()),
        "CMD" => Instruction::Cmd(form(rest)),
        "ENTRYPOINT" => Instruction::Entrypoint(form(rest)),
        "STOPSIGNAL" => Instruction::StopSignal(rest.to_owned()),
        "ONBUILD" => return Err(wrong("ONBUILD is not simulated".to_owned())),
        _ => Instruction::Ignored,
    };
    Ok(Statement { lines, text: format!("{name} {}", squeeze(rest)).trim_end().to_owned(), instruction })
}

/// Blanks between words as one, as BuildKit shows a statement.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A JSON list of strings, or a line for the shell.
fn form(text: &str) -> CommandForm {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(list) => CommandForm::Exec(list),
        Err(_) => CommandForm::Shell(text.to_owned()),
    }
}

fn copy(name: &str, rest: &str) -> Result<Copy, String> {
    let (mut from, mut mode) = (None, None);
    let mut rest = rest;
    while rest.starts_with("--") {
        let (flag, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        rest = after.trim_start();
        match flag.split_once('=') {
            Some(("--from", value)) => from = Some(value.to_owned()),
            Some(("--chmod", value)) => {
                mode = Some(u32::from_str_radix(value, 8).map_err(|_| format!("invalid chmod parameter: '{value}'"))?);
            }
            Some(("--chown", _)) | None if flag == "--link" || flag.starts_with("--chown=") => {}
            _ => {
                return Err(format!(
                    "unknown flag: {}",
                    flag.split('=').next().unwrap_or(flag).trim_start_matches('-')
                ));
            }
        }
    }
    let mut paths = match form(rest) {
        CommandForm::Exec(list) => list,
        CommandForm::Shell(text) => words(&text),
    };
    match paths.pop() {
        Some(target) if !paths.is_empty() => Ok(Copy { add: name == "ADD", from, mode, sources: paths, target }),
        _ => Err(format!(
            "{name} requires at least two arguments, but only one was provided. Destination could not be determined"
        )),
    }
}

/// `KEY=value KEY2="two words"`, or the old `KEY the rest`.
fn pairs(name: &str, rest: &str) -> Result<Vec<(String, String)>, String> {
    let all = words(rest);
    if all.first().is_some_and(|word| !word.contains('=')) {
        return match rest.split_once(char::is_whitespace) {
            Some((key, value)) => Ok(vec![(key.to_owned(), unquote(value.trim()))]),
            None => Err(format!("{name} must have two arguments")),
        };
    }
    all.into_iter()
        .map(|word| match word.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
            _ => Err(format!("Syntax error - can't find = in \"{word}\". Must be of the form: name=value")),
        })
        .collect()
}

fn unquote(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text).to_owned()
}

/// Words with quotes taken off and backslashes resolved.
fn words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut current: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => match chars.next() {
                // A dollar keeps its backslash: it is still to be looked at.
                Some('$') => current.get_or_insert_default().push_str("\\$"),
                Some(next) => current.get_or_insert_default().push(next),
                None => {}
            },
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                current.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => all.extend(current.take()),
            (c, _) => current.get_or_insert_default().push(c),
        }
    }
    all.extend(current);
    all
}

/// Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`.
pub(super) fn substitute(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\\']) {
        let (head, tail) = rest.split_at(at);
        out += head;
        if let Some(after) = tail.strip_prefix("\\$") {
            out.push('$');
            rest = after;
            continue;
        }
        let Some(after) = tail.strip_prefix('$') else {
            out.push('\\');
            rest = tail.strip_prefix('\\').unwrap_or_default();
            continue;
        };
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        if let Some((inner, after)) = braced {
            let (name, operator, word) = match inner.find([':', '-', '+']) {
                Some(at) => {
                    let (name, rest) = inner.split_at(at);
                    let rest = rest.strip_prefix(':').unwrap_or(rest);
                    (name, rest.chars().next(), rest.get(1..).unwrap_or_default())
                }
                None => (inner, None, ""),
            };
            let found = value(name).filter(|text| operator.is_none() || !text.is_empty());
            match operator {
                Some('+') => out += if found.is_some() { word } else { "" },
                Some('-') => out += found.as_deref().unwrap_or(word),
                _ => out += found.as_deref().unwrap_or_default(),
            }
            rest = after;
        } else {
            let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
            let (name, tail) = after.split_at(end);
            if name.is_empty() {
                out.push('$');
            } else {
                out += value(name).as_deref().unwrap_or_default();
            }
            rest = tail;
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_with_their_lines() {
        let file = parse("# a comment\nARG V=3.20\nFROM alpine:$V AS base\n\nRUN apk add \\\n  # why\n  curl\nENV A=1 B=\"x y\"\nCMD [\"a\", \"b\"]\n").unwrap();
        let shown: Vec<_> = file.statements.iter().map(|s| (s.lines, s.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                ((2, 2), "ARG V=3.20"),
                ((3, 3), "FROM alpine:$V AS base"),
                ((5, 7), "RUN apk add curl"),
                ((8, 8), "ENV A=1 B=\"x y\""),
                ((9, 9), "CMD [\"a\", \"b\"]"),
            ]
        );
        assert_eq!(
            file.statements[3].instruction,
            Instruction::Env(vec![("A".into(), "1".into()), ("B".into(), "x y".into())])
        );
        assert_eq!(file.statements[4].instruction, Instruction::Cmd(CommandForm::Exec(vec!["a".into(), "b".into()])));
    }

    #[test]
    fn a_wrong_dockerfile_gets_buildkits_words() {
        let check = |text: &str, expect: &str| assert_eq!(parse(text).unwrap_err().to_string(), expect, "{text}");
        check("", "the Dockerfile cannot be empty");
        check("# only\n", "the Dockerfile cannot be empty");
        check("RUN x", "dockerfile parse error on line 1: no build stage in current context");
        check("FROM a\nCOPPY x y", "dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)");
        check("FROM a b", "dockerfile parse error on line 1: FROM requires either one or three arguments");
        check(
            "FROM a\nCOPY x",
            "dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        );
        check("FROM a\nENV A", "dockerfile parse error on line 2: ENV must have two arguments");
    }

    #[test]
    fn variables_are_replaced() {
        let value = |name: &str| (name == "A").then(|| "1".to_owned());
        let check = |text: &str, expect: &str| assert_eq!(substitute(text, &value), expect, "{text}");
        check("$A-${A}-${B:-x}-${A:+y}-$B-\\$A-$", "1-1-x-y--$A-$");
        check("${A", "${A");
        check("a\\b", "a\\b");
    }
}
