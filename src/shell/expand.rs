//! Words to arguments: braces, tilde, `$x`, `$(…)`, `$((…))`, splitting, file names, quotes; in bash's order.

use brush_parser::word::{
    self, Parameter, ParameterExpr, ParameterTestType, SpecialParameter, SubstringMatchKind, TildeExpr, WordPiece,
    WordPieceWithSource,
};
use regex_bites::Regex;

use super::commands::regex;
use super::glob::Pattern;
use super::interpret::Shell;
use super::{arithmetic, escape, parse, paths};
use crate::laptop::HOME;

/// What an expansion may produce at most, in bytes and in words.
const TEXT_MAX: usize = 4 << 20;
const WORDS_MAX: usize = 10_000;
/// How many `{` a word may have for its braces to be expanded: the parser's time doubles with each.
const BRACES_MAX: usize = 6;

/// Why a word has no value: what bash says after `bash: `. The line stops.
pub(super) type Failure = String;

/// A part of a word after expansion. What is quoted is neither split nor a pattern.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    quoted: bool,
}

/// The words that one word becomes.
#[derive(Debug, Default)]
struct Fields {
    done: Vec<Vec<Piece>>,
    current: Option<Vec<Piece>>,
    size: usize,
}

impl Fields {
    fn push(&mut self, text: impl Into<String>, quoted: bool) -> Result<(), Failure> {
        let text = text.into();
        self.size += text.len();
        if self.size > TEXT_MAX {
            return Err("word too long".to_owned());
        }
        if quoted || !text.is_empty() {
            self.current.get_or_insert_default().push(Piece { text, quoted });
        }
        Ok(())
    }

    /// The text of an unquoted expansion: split where `ifs` has its characters.
    fn push_split(&mut self, text: &str, ifs: &str) -> Result<(), Failure> {
        let mut rest = text;
        while let Some(at) = rest.find(|c| ifs.contains(c)) {
            let (head, tail) = rest.split_at(at);
            self.push(head, false)?;
            let mut tail = tail.chars();
            let separator = tail.next();
            // Blanks separate together; another separator always ends a word, even an empty one.
            if separator.is_some_and(|c| !c.is_ascii_whitespace()) {
                self.current.get_or_insert_default();
            }
            self.end_word();
            rest = tail.as_str();
        }
        self.push(rest, false)
    }

    fn end_word(&mut self) {
        self.done.extend(self.current.take());
    }

    fn finish(mut self) -> Vec<Vec<Piece>> {
        self.end_word();
        self.done
    }
}

impl Shell<'_> {
    /// The arguments that words of a command become.
    pub(super) fn expand_all<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> Result<Vec<String>, Failure> {
        let mut arguments = Vec::new();
        for word in words {
            for word in braces(word)? {
                for field in self.fields(&word)? {
                    self.glob(field, &mut arguments);
                }
            }
            if arguments.len() > WORDS_MAX {
                return Err("argument list too long".to_owned());
            }
        }
        Ok(arguments)
    }

    /// One text, neither split nor matched with files: an assignment, a redirection's target, `case WORD`.
    pub(super) fn expand_text(&mut self, word: &str) -> Result<String, Failure> {
        Ok(self.expand_unsplit(word)?.into_iter().map(|piece| piece.text).collect())
    }

    /// A pattern: what was quoted in the word stands for itself.
    pub(super) fn expand_pattern(&mut self, word: &str) -> Result<Pattern, Failure> {
        let pieces = self.expand_unsplit(word)?;
        Ok(Pattern::new(pieces.iter().map(|piece| (piece.text.as_str(), piece.quoted))))
    }

    /// An extended regular expression: what was quoted in the word stands for itself.
    pub(super) fn expand_regex(&mut self, word: &str) -> Result<Regex, Failure> {
        let pieces = self.expand_unsplit(word)?;
        let part = |piece: &Piece| if piece.quoted { regex_bites::escape(&piece.text) } else { piece.text.clone() };
        regex::compile(&pieces.iter().map(part).collect::<String>(), true, false)
    }

    /// A here-document's text.
    pub(super) fn expand_heredoc(&mut self, text: &str) -> Result<String, Failure> {
        if !text.contains(['$', '`', '\\']) {
            return Ok(text.to_owned());
        }
        let Ok(pieces) = word::parse_heredoc(text, &parse::options()) else {
            return Err("bad substitution".to_owned());
        };
        let mut fields = Fields::default();
        self.pieces(&pieces, true, &mut fields)?;
        Ok(fields.finish().into_iter().flatten().map(|piece| piece.text.replace("\\\n", "")).collect())
    }

    fn expand_unsplit(&mut self, word: &str) -> Result<Vec<Piece>, Failure> {
        let mut fields = Fields::default();
        if is_plain(word) {
            fields.push(word, false)?;
        } else {
            let ifs = std::mem::take(&mut self.ifs);
            let result = word_pieces(word).and_then(|pieces| self.pieces(&pieces, false, &mut fields));
            self.ifs = ifs;
            result?;
        }
        Ok(fields.finish().into_iter().flatten().collect())
    }

    fn fields(&mut self, word: &str) -> Result<Vec<Vec<Piece>>, Failure> {
        let mut fields = Fields::default();
        if is_plain(word) {
            fields.push(word, false)?;
        } else {
            let ifs = self.variable("IFS").unwrap_or_else(|| " \t\n".to_owned());
            let outer = std::mem::replace(&mut self.ifs, ifs);
            let result = word_pieces(word).and_then(|pieces| self.pieces(&pieces, false, &mut fields));
            self.ifs = outer;
            result?;
        }
        Ok(fields.finish())
    }

    fn pieces(&mut self, pieces: &[WordPieceWithSource], quoted: bool, fields: &mut Fields) -> Result<(), Failure> {
        for piece in pieces {
            match &piece.piece {
                WordPiece::Text(text) if quoted => fields.push(text.replace("\\\n", ""), true)?,
                WordPiece::Text(text) => fields.push(text.as_str(), false)?,
                WordPiece::SingleQuotedText(text) => fields.push(text.as_str(), true)?,
                WordPiece::AnsiCQuotedText(text) => {
                    fields.push(String::from_utf8_lossy(&escape::unescape(text).bytes), true)?;
                }
                WordPiece::DoubleQuotedSequence(inner) | WordPiece::GettextDoubleQuotedSequence(inner) => {
                    // `""` is a word, though an empty one; `"$@"` without parameters is none.
                    if !matches!(inner.as_slice(), [only] if is_each_parameter(&only.piece)) {
                        fields.push("", true)?;
                    }
                    self.pieces(inner, true, fields)?;
                }
                WordPiece::TildeExpansion(tilde) => fields.push(self.tilde(tilde), true)?,
                WordPiece::EscapeSequence(text) => match text.strip_prefix('\\') {
                    Some("\n") => {}
                    Some(escaped) => fields.push(escaped, true)?,
                    None => fields.push(text.as_str(), true)?,
                },
                all if quoted && !self.ifs.is_empty() && is_each_parameter(all) => {
                    for (at, parameter) in self.parameters.iter().enumerate() {
                        if at > 0 {
                            fields.end_word();
                        }
                        fields.push(parameter.as_str(), true)?;
                    }
                }
                WordPiece::ParameterExpansion(expression) => {
                    let text = self.parameter_expression(expression)?;
                    self.push_expansion(&text, quoted, fields)?;
                }
                WordPiece::CommandSubstitution(command) | WordPiece::BackquotedCommandSubstitution(command) => {
                    let text = self.substitute(command)?;
                    self.push_expansion(&text, quoted, fields)?;
                }
                WordPiece::ArithmeticExpression(expression) => {
                    let number = self.arithmetic(&expression.value)?.to_string();
                    self.push_expansion(&number, quoted, fields)?;
                }
            }
        }
        Ok(())
    }

    fn push_expansion(&mut self, text: &str, quoted: bool, fields: &mut Fields) -> Result<(), Failure> {
        if quoted { fields.push(text, true) } else { fields.push_split(text, &self.ifs) }
    }

    /// The value of an arithmetic expression; expansions inside it are done first.
    pub(super) fn arithmetic(&mut self, text: &str) -> Result<i64, Failure> {
        let text = self.expand_text(text)?;
        arithmetic::evaluate(&mut self.world.laptop.session, text.trim())
    }

    fn tilde(&self, tilde: &TildeExpr) -> String {
        let variable = |name: &str| self.variable(name);
        match tilde {
            TildeExpr::Home => variable("HOME").unwrap_or_else(|| HOME.to_owned()),
            TildeExpr::WorkingDir => variable("PWD").unwrap_or_else(|| "~+".to_owned()),
            TildeExpr::OldWorkingDir => variable("OLDPWD").unwrap_or_else(|| "~-".to_owned()),
            TildeExpr::UserHome(user) if user == "learner" => HOME.to_owned(),
            TildeExpr::UserHome(user) if user == "root" => "/root".to_owned(),
            TildeExpr::UserHome(user) => format!("~{user}"),
            TildeExpr::NthDirFromTopOfDirStack { n, plus_used } => {
                format!("~{}{n}", if *plus_used { "+" } else { "" })
            }
            TildeExpr::NthDirFromBottomOfDirStack { n } => format!("~-{n}"),
        }
    }

    /// A shell variable's text.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.world.laptop.session.variable(name).map(|variable| variable.value.clone())
    }

    fn parameter(&mut self, parameter: &Parameter) -> Result<Option<String>, Failure> {
        Ok(match parameter {
            Parameter::Named(name) if name == "RANDOM" => Some(self.world.laptop.session.random().to_string()),
            Parameter::Named(name) => self.variable(name),
            Parameter::Positional(number) => {
                usize::try_from(*number).ok().and_then(|number| self.parameters.get(number.checked_sub(1)?)).cloned()
            }
            Parameter::Special(special) => match special {
                SpecialParameter::LastExitStatus => Some(self.world.laptop.session.code.to_string()),
                SpecialParameter::PositionalParameterCount => Some(self.parameters.len().to_string()),
                SpecialParameter::ShellName => Some(self.name.clone()),
                SpecialParameter::ProcessId => Some("1000".to_owned()),
                SpecialParameter::CurrentOptionFlags => {
                    let options = self.world.laptop.session.options;
                    let (e, u) = (if options.errexit { "e" } else { "" }, if options.nounset { "u" } else { "" });
                    Some(format!("{e}him{u}BH"))
                }
                SpecialParameter::AllPositionalParameters { .. } => Some(self.parameters.join(" ")),
                SpecialParameter::LastBackgroundProcessId => None,
            },
            Parameter::NamedWithIndex { name, .. } | Parameter::NamedWithAllIndices { name, .. } => {
                return Err(self.not_simulated(&format!("${{{name}[…]}}")));
            }
        })
    }

    fn parameter_expression(&mut self, expression: &ParameterExpr) -> Result<String, Failure> {
        use ParameterExpr as E;
        Ok(match expression {
            E::Parameter { parameter, indirect } => self.value(parameter, *indirect)?.unwrap_or_default(),
            E::UseDefaultValues { parameter, indirect, test_type, default_value } => {
                match self.tested(parameter, *indirect, test_type)? {
                    Some(value) => value,
                    None => self.optional_text(default_value.as_deref())?,
                }
            }
            E::AssignDefaultValues { parameter, indirect, test_type, default_value } => {
                match (self.tested(parameter, *indirect, test_type)?, parameter) {
                    (Some(value), _) => value,
                    (None, Parameter::Named(name)) => {
                        let value = self.optional_text(default_value.as_deref())?;
                        self.world.laptop.session.set(name, value.clone());
                        value
                    }
                    (None, other) => return Err(format!("{other}: cannot assign in this way")),
                }
            }
            E::IndicateErrorIfNullOrUnset { parameter, indirect, test_type, error_message } => {
                match self.tested(parameter, *indirect, test_type)? {
                    Some(value) => value,
                    None => {
                        let message = match error_message {
                            Some(message) => self.expand_text(message)?,
                            None => "parameter null or not set".to_owned(),
                        };
                        return Err(format!("{}: {message}", name(parameter)));
                    }
                }
            }
            E::UseAlternativeValue { parameter, indirect, test_type, alternative_value } => {
                match self.tested(parameter, *indirect, test_type)? {
                    Some(_) => self.optional_text(alternative_value.as_deref())?,
                    None => String::new(),
                }
            }
            E::ParameterLength { parameter, indirect } => {
                self.value(parameter, *indirect)?.unwrap_or_default().chars().count().to_string()
            }
            E::RemoveSmallestSuffixPattern { parameter, indirect, pattern } => {
                self.cut(parameter, *indirect, pattern.as_deref(), |len| (0..=len).rev().collect(), Side::Suffix)?
            }
            E::RemoveLargestSuffixPattern { parameter, indirect, pattern } => {
                self.cut(parameter, *indirect, pattern.as_deref(), |len| (0..=len).collect(), Side::Suffix)?
            }
            E::RemoveSmallestPrefixPattern { parameter, indirect, pattern } => {
                self.cut(parameter, *indirect, pattern.as_deref(), |len| (0..=len).collect(), Side::Prefix)?
            }
            E::RemoveLargestPrefixPattern { parameter, indirect, pattern } => {
                self.cut(parameter, *indirect, pattern.as_deref(), |len| (0..=len).rev().collect(), Side::Prefix)?
            }
            E::Substring { parameter, indirect, offset, length } => {
                let value: Vec<char> = self.value(parameter, *indirect)?.unwrap_or_default().chars().collect();
                let len = value.len() as i64;
                let offset = self.arithmetic(&offset.value)?;
                let from = if offset < 0 { len + offset } else { offset.min(len) };
                let to = match length {
                    None => len,
                    Some(length) => match self.arithmetic(&length.value)? {
                        length if length < 0 => len + length,
                        length => from.saturating_add(length).min(len),
                    },
                };
                if from < 0 {
                    String::new()
                } else if to < from {
                    return Err(format!("{}: substring expression < 0", name(parameter)));
                } else {
                    value.get(from as usize..to as usize).unwrap_or_default().iter().collect()
                }
            }
            E::ReplaceSubstring { parameter, indirect, pattern, replacement, match_kind } => {
                let value = self.value(parameter, *indirect)?.unwrap_or_default();
                let pattern = self.expand_pattern(pattern)?;
                let replacement = self.optional_text(replacement.as_deref())?;
                replace(&value, &pattern, &replacement, match_kind)?
            }
            E::UppercaseFirstChar { parameter, indirect, pattern } => {
                self.change_case(parameter, *indirect, pattern.as_deref(), 1, true)?
            }
            E::LowercaseFirstChar { parameter, indirect, pattern } => {
                self.change_case(parameter, *indirect, pattern.as_deref(), 1, false)?
            }
            E::UppercasePattern { parameter, indirect, pattern } => {
                self.change_case(parameter, *indirect, pattern.as_deref(), usize::MAX, true)?
            }
            E::LowercasePattern { parameter, indirect, pattern } => {
                self.change_case(parameter, *indirect, pattern.as_deref(), usize::MAX, false)?
            }
            E::Transform { parameter, .. } => return Err(self.not_simulated(&format!("${{{}@…}}", name(parameter)))),
            E::VariableNames { prefix, .. } => return Err(self.not_simulated(&format!("${{!{prefix}…}}"))),
            E::MemberKeys { variable_name, .. } => {
                return Err(self.not_simulated(&format!("${{!{variable_name}[…]}}")));
            }
        })
    }

    fn not_simulated(&self, what: &str) -> Failure {
        self.words.with("shell-not-simulated", &[("what", what.into())])
    }

    /// `${x^}`, `${x^^}`, `${x,}` and `${x,,}`: of the first `count` characters, those that fit the pattern, which are all
    /// where there is none.
    fn change_case(
        &mut self,
        parameter: &Parameter,
        indirect: bool,
        pattern: Option<&str>,
        count: usize,
        upper: bool,
    ) -> Result<String, Failure> {
        let value = self.value(parameter, indirect)?.unwrap_or_default();
        let pattern = match pattern.filter(|pattern| !pattern.is_empty()) {
            Some(pattern) => Some(self.expand_pattern(pattern)?),
            None => None,
        };
        let mut out = String::new();
        for (at, c) in value.chars().enumerate() {
            let fits = at < count && pattern.as_ref().is_none_or(|pattern| pattern.matches_chars(&[c]));
            match (fits, upper) {
                (true, true) => out.extend(c.to_uppercase()),
                (true, false) => out.extend(c.to_lowercase()),
                (false, _) => out.push(c),
            }
        }
        Ok(out)
    }

    fn value(&mut self, parameter: &Parameter, indirect: bool) -> Result<Option<String>, Failure> {
        let value = self.value_if_set(parameter, indirect)?;
        if value.is_none() && self.world.laptop.session.options.nounset {
            let dollar = if matches!(parameter, Parameter::Positional(_)) { "$" } else { "" };
            return Err(format!("{dollar}{}: unbound variable", name(parameter)));
        }
        Ok(value)
    }

    fn value_if_set(&mut self, parameter: &Parameter, indirect: bool) -> Result<Option<String>, Failure> {
        let value = self.parameter(parameter)?;
        Ok(if indirect { value.and_then(|name| self.variable(&name)) } else { value })
    }

    /// The value, unless it is unset (or, with a colon, empty).
    fn tested(
        &mut self,
        parameter: &Parameter,
        indirect: bool,
        test: &ParameterTestType,
    ) -> Result<Option<String>, Failure> {
        let value = self.value_if_set(parameter, indirect)?;
        Ok(value.filter(|value| matches!(test, ParameterTestType::Unset) || !value.is_empty()))
    }

    fn optional_text(&mut self, text: Option<&str>) -> Result<String, Failure> {
        text.map_or_else(|| Ok(String::new()), |text| self.expand_text(text))
    }

    /// Removes what matches at one side; the candidates' lengths come in the order to try.
    fn cut(
        &mut self,
        parameter: &Parameter,
        indirect: bool,
        pattern: Option<&str>,
        order: fn(usize) -> Vec<usize>,
        side: Side,
    ) -> Result<String, Failure> {
        let value: Vec<char> = self.value(parameter, indirect)?.unwrap_or_default().chars().collect();
        let Some(pattern) = pattern else { return Ok(value.iter().collect()) };
        let pattern = self.expand_pattern(pattern)?;
        check_length(&value)?;
        for at in order(value.len()) {
            let (head, tail) = value.split_at_checked(at).unwrap_or((&value, &[]));
            match side {
                Side::Prefix if pattern.matches_chars(head) => return Ok(tail.iter().collect()),
                Side::Suffix if pattern.matches_chars(tail) => return Ok(head.iter().collect()),
                _ => {}
            }
        }
        Ok(value.iter().collect())
    }

    /// Replaces a pattern by the files that match; if none does, the pattern stays as it was typed.
    fn glob(&self, field: Vec<Piece>, arguments: &mut Vec<String>) {
        let pattern = Pattern::new(field.iter().map(|piece| (piece.text.as_str(), piece.quoted)));
        let plain: String = field.iter().map(|piece| piece.text.as_str()).collect();
        if !pattern.is_magic() {
            arguments.push(plain);
            return;
        }
        let pieces: Vec<(&str, bool)> = field.iter().map(|piece| (piece.text.as_str(), piece.quoted)).collect();
        let found = paths::matching(&self.world.laptop, &pieces);
        if found.is_empty() {
            arguments.push(plain);
        } else {
            arguments.extend(found);
        }
    }
}

enum Side {
    Prefix,
    Suffix,
}

/// Pattern removal tries every length: beyond this the time is not worth it.
fn check_length(value: &[char]) -> Result<(), Failure> {
    if value.len() > 20_000 { Err("value too long for a pattern".to_owned()) } else { Ok(()) }
}

fn name(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Named(name) => name.clone(),
        other => other.to_string().trim_start_matches('$').to_owned(),
    }
}

/// `$@`: in quotes each parameter is a word.
fn is_each_parameter(piece: &WordPiece) -> bool {
    matches!(
        piece,
        WordPiece::ParameterExpansion(ParameterExpr::Parameter {
            parameter: Parameter::Special(SpecialParameter::AllPositionalParameters { concatenate: false }),
            ..
        })
    )
}

fn replace(value: &str, pattern: &Pattern, with: &str, kind: &SubstringMatchKind) -> Result<String, Failure> {
    let chars: Vec<char> = value.chars().collect();
    if chars.len() > 2000 {
        return Err("value too long for a pattern".to_owned());
    }
    let longest = |from: usize| {
        (from..=chars.len()).rev().find(|to| chars.get(from..*to).is_some_and(|part| pattern.matches_chars(part)))
    };
    let mut out = String::new();
    let mut at = 0;
    let mut replaced = false;
    while at < chars.len() {
        let found = match kind {
            SubstringMatchKind::Prefix if at > 0 => None,
            SubstringMatchKind::FirstOccurrence if replaced => None,
            SubstringMatchKind::Suffix => longest(at).filter(|to| *to == chars.len()),
            _ => longest(at),
        };
        match found.filter(|to| *to > at) {
            Some(to) => {
                out.push_str(with);
                replaced = true;
                at = to;
            }
            None => {
                out.extend(chars.get(at));
                at += 1;
            }
        }
    }
    Ok(out)
}

/// Whether a word stands for itself: nothing in it has a meaning to the parser of words.
fn is_plain(word: &str) -> bool {
    !word.contains(['\'', '"', '\\', '$', '`', '~'])
}

fn word_pieces(word: &str) -> Result<Vec<WordPieceWithSource>, Failure> {
    let mut options = parse::options();
    // A number that large cannot be held by the parser.
    let digits = word.trim_start_matches(['~', '+', '-']).bytes().take_while(u8::is_ascii_digit).count();
    options.tilde_expansion_at_word_start = digits < 10;
    word::parse(word, &options).map_err(|_| format!("{word}: bad substitution"))
}

/// Expands `{a,b}` and `{1..9}`.
fn braces(word: &str) -> Result<Vec<String>, Failure> {
    use word::{BraceExpressionMember as Member, BraceExpressionOrText as Part};

    fn join(parts: &[Part]) -> Result<Vec<String>, Failure> {
        let mut all = vec![String::new()];
        for part in parts {
            let ends = match part {
                Part::Text(text) => vec![text.clone()],
                Part::Expr(members) => {
                    let mut ends = Vec::new();
                    for member in members {
                        match member {
                            Member::NumberSequence { start, end, increment } => {
                                let numbers = sequence(*start, *end, *increment)?;
                                ends.extend(numbers.into_iter().map(|number| number.to_string()));
                            }
                            Member::CharSequence { start, end, increment } => {
                                let codes = sequence(i64::from(*start as u32), i64::from(*end as u32), *increment)?;
                                ends.extend(codes.into_iter().filter_map(|code| {
                                    u32::try_from(code).ok().and_then(char::from_u32).map(String::from)
                                }));
                            }
                            Member::Child(parts) => ends.extend(join(parts)?),
                        }
                    }
                    ends
                }
            };
            if all.len() * ends.len() > WORDS_MAX {
                return Err("argument list too long".to_owned());
            }
            all = all.iter().flat_map(|head| ends.iter().map(move |end| format!("{head}{end}"))).collect();
        }
        Ok(all)
    }

    fn sequence(start: i64, end: i64, increment: i64) -> Result<Vec<i64>, Failure> {
        let step = increment.unsigned_abs().max(1);
        if start.abs_diff(end) / step >= WORDS_MAX as u64 {
            return Err("argument list too long".to_owned());
        }
        let count = (start.abs_diff(end) / step) as i64;
        let step = step as i64;
        Ok((0..=count).map(|n| if start <= end { start + n * step } else { start - n * step }).collect())
    }

    let opened = word.matches('{').count();
    let has_list = word.contains(',') || word.contains("..");
    let longest_number = word.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let quoted_whole = word.starts_with('\'') && word.ends_with('\'') && word.matches('\'').count() == 2;
    if opened == 0 || opened > BRACES_MAX || !has_list || longest_number > 15 || quoted_whole {
        return Ok(vec![word.to_owned()]);
    }
    match word::parse_brace_expansions(word, &parse::options()) {
        Ok(Some(parts)) if parts.iter().any(|part| matches!(part, Part::Expr(_))) => join(&parts),
        _ => Ok(vec![word.to_owned()]),
    }
}
