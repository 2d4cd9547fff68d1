//! Reads a template: text, actions in `{{ }}`, blocks that end at `{{end}}`.

use super::functions;

/// How deep blocks and brackets may nest.
const DEPTH_MAX: usize = 32;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Text(String),
    Print(Pipeline),
    If { condition: Pipeline, then: Vec<Node>, otherwise: Vec<Node> },
    With { value: Pipeline, then: Vec<Node>, otherwise: Vec<Node> },
    Range { names: Vec<String>, over: Pipeline, body: Vec<Node>, otherwise: Vec<Node> },
}

/// Commands, each of which gets the value of the one before as its last argument.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pipeline {
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    /// The members that follow: `.A.B`.
    pub(super) path: Vec<String>,
    /// As it was typed, and where: for errors.
    pub(super) text: String,
    pub(super) at: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum OperandKind {
    /// `.`
    Dot,
    /// `$` or `$name`
    Variable(String),
    Text(String),
    Number(i64),
    Function(String),
    Bracket(Pipeline),
}

/// Reads a whole template.
///
/// # Errors
/// What Go says about it, without where.
pub(super) fn parse(template: &str) -> Result<Vec<Node>, String> {
    let mut reader = Reader { pieces: pieces(template)?.into_iter().peekable() };
    let (nodes, end) = reader.nodes(0)?;
    match end {
        Closing::Template => Ok(nodes),
        Closing::End => Err("unexpected {{end}}".to_owned()),
        Closing::Else(_) => Err("unexpected {{else}}".to_owned()),
    }
}

/// Text or what stands in `{{ }}`, with the place where it begins.
enum Piece {
    Text(String),
    Action(String, usize),
}

fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut trim = false;
    while let Some((head, tail)) = rest.split_once("{{") {
        let mut text = if trim { head.trim_start() } else { head };
        let mut tail = tail;
        if let Some(trimmed) = tail.strip_prefix("- ") {
            text = text.trim_end();
            tail = trimmed;
        }
        pieces.push(Piece::Text(text.to_owned()));
        let at = template.len() - tail.len();
        let end = action_end(tail).ok_or("unclosed action")?;
        let (inside, after) = tail.split_at_checked(end).unwrap_or((tail, ""));
        rest = after.strip_prefix("}}").unwrap_or(after);
        let inside = match inside.strip_suffix(" -") {
            Some(inside) => {
                trim = true;
                inside
            }
            None => {
                trim = false;
                inside
            }
        };
        if !(inside.starts_with("/*") && inside.trim_end().ends_with("*/")) {
            pieces.push(Piece::Action(inside.to_owned(), at));
        }
    }
    pieces.push(Piece::Text(if trim { rest.trim_start() } else { rest }.to_owned()));
    Ok(pieces)
}

/// Where the action ends: at the first `}}` outside of quotes.
fn action_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if text.get(at..).is_some_and(|rest| rest.starts_with("}}")) => return Some(at),
            None => {}
        }
    }
    None
}

struct Reader {
    pieces: std::iter::Peekable<std::vec::IntoIter<Piece>>,
}

/// What ended a block.
enum Closing {
    Template,
    End,
    /// With the words of an `else if`.
    Else(Option<(Vec<Token>, usize)>),
}

impl Reader {
    fn nodes(&mut self, depth: usize) -> Result<(Vec<Node>, Closing), String> {
        if depth > DEPTH_MAX {
            return Err("max expression depth exceeded".to_owned());
        }
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (text, at) = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Piece::Action(text, at) => (text, at),
            };
            let mut tokens = tokens(&text, at)?;
            let word = match tokens.first() {
                Some(Token { kind: TokenKind::Word(word), .. }) => word.clone(),
                _ => String::new(),
            };
            match word.as_str() {
                "end" => return Ok((nodes, Closing::End)),
                "else" => {
                    tokens.remove(0);
                    let next = tokens.first().and_then(|token| match &token.kind {
                        TokenKind::Word(word) if word == "if" => Some(()),
                        _ => None,
                    });
                    return Ok((nodes, Closing::Else(next.map(|()| (tokens.split_off(1), depth)))));
                }
                "if" => nodes.push(self.conditional(tokens.split_off(1), depth)?),
                "with" => {
                    let value = pipeline(tokens.split_off(1))?;
                    let (then, otherwise) = self.branches(depth)?;
                    nodes.push(Node::With { value, then, otherwise });
                }
                "range" => {
                    let (names, over) = range_of(tokens.split_off(1))?;
                    let (body, otherwise) = self.branches(depth)?;
                    nodes.push(Node::Range { names, over, body, otherwise });
                }
                _ => nodes.push(Node::Print(pipeline(tokens)?)),
            }
        }
        Ok((nodes, Closing::Template))
    }

    fn conditional(&mut self, condition: Vec<Token>, depth: usize) -> Result<Node, String> {
        let condition = pipeline(condition)?;
        let (then, otherwise) = self.branches(depth)?;
        Ok(Node::If { condition, then, otherwise })
    }

    /// What stands up to `else`, and from there to `end`.
    fn branches(&mut self, depth: usize) -> Result<(Vec<Node>, Vec<Node>), String> {
        let (then, end) = self.nodes(depth + 1)?;
        let otherwise = match end {
            Closing::End => Vec::new(),
            Closing::Template => return Err("unexpected EOF".to_owned()),
            // An `else if` ends with the `end` of the whole.
            Closing::Else(Some((condition, _))) if depth < DEPTH_MAX => vec![self.conditional(condition, depth + 1)?],
            Closing::Else(_) => match self.nodes(depth + 1)? {
                (otherwise, Closing::End) => otherwise,
                (_, Closing::Else(_)) => return Err("expected end; found {{else}}".to_owned()),
                (_, Closing::Template) => return Err("unexpected EOF".to_owned()),
            },
        };
        Ok((then, otherwise))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Token {
    kind: TokenKind,
    text: String,
    at: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum TokenKind {
    /// `.`, `.A.B`, `$`, `$name.A`
    Path {
        variable: Option<String>,
        path: Vec<String>,
    },
    Text(String),
    Number(i64),
    Word(String),
    Open,
    Close,
    Pipe,
    Comma,
    Assign,
}

fn tokens(text: &str, start: usize) -> Result<Vec<Token>, String> {
    let is_name = |c: &char| c.is_alphanumeric() || *c == '_';
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = start + (text.len() - rest.len());
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let name = |from: &str| from.chars().take_while(is_name).collect::<String>();
        let (kind, len) = match first {
            '(' => (TokenKind::Open, 1),
            ')' => (TokenKind::Close, 1),
            '|' => (TokenKind::Pipe, 1),
            ',' => (TokenKind::Comma, 1),
            ':' if rest.starts_with(":=") => (TokenKind::Assign, 2),
            '"' | '`' => {
                let (value, len) = quoted(rest, first)?;
                (TokenKind::Text(value), len)
            }
            '.' | '$' => {
                let (variable, mut len) = if first == '$' {
                    let name = name(rest.get(1..).unwrap_or_default());
                    let len = 1 + name.len();
                    (Some(name), len)
                } else {
                    (None, 0)
                };
                let mut path = Vec::new();
                while let Some(after) = rest.get(len..).and_then(|rest| rest.strip_prefix('.')) {
                    let member = name(after);
                    if member.is_empty() {
                        len += usize::from(first == '.' && path.is_empty());
                        break;
                    }
                    len += 1 + member.len();
                    path.push(member);
                }
                (TokenKind::Path { variable, path }, len)
            }
            '0'..='9' | '-' | '+' => {
                let digits: String = rest.chars().skip(1).take_while(|c| c.is_ascii_digit()).collect();
                let len = 1 + digits.len();
                let number = rest.get(..len).and_then(|text| text.parse().ok());
                (TokenKind::Number(number.ok_or_else(|| format!("bad number syntax: {}", quote(rest)))?), len)
            }
            first if is_name(&first) => {
                let word = name(rest);
                let len = word.len();
                (TokenKind::Word(word), len)
            }
            other => return Err(format!("unexpected {} in command", quote(&other.to_string()))),
        };
        let (token, after) = rest.split_at_checked(len.max(1)).unwrap_or((rest, ""));
        tokens.push(Token { kind, text: token.to_owned(), at });
        rest = after;
    }
}

fn quote(text: &str) -> String {
    format!("{text:?}")
}

/// A text in quotes, and its length with them.
fn quoted(text: &str, mark: char) -> Result<(String, usize), String> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == mark => return Ok((value, at + 1)),
            '\\' if mark == '"' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, other)) => value.push(other),
                None => break,
            },
            c => value.push(c),
        }
    }
    Err(if mark == '`' { "unterminated raw quoted string" } else { "unterminated quoted string" }.to_owned())
}

/// The names and the list of `range $index, $element := LIST`.
fn range_of(tokens: Vec<Token>) -> Result<(Vec<String>, Pipeline), String> {
    let Some(at) = tokens.iter().position(|token| token.kind == TokenKind::Assign) else {
        return Ok((Vec::new(), pipeline(tokens)?));
    };
    let mut tokens = tokens;
    let over = tokens.split_off(at + 1);
    let names = tokens.iter().filter_map(|token| match &token.kind {
        TokenKind::Path { variable: Some(name), path } if path.is_empty() => Some(name.clone()),
        _ => None,
    });
    Ok((names.collect(), pipeline(over)?))
}

fn pipeline(tokens: Vec<Token>) -> Result<Pipeline, String> {
    commands(&mut tokens.into_iter(), false, 0)
}

fn commands(tokens: &mut std::vec::IntoIter<Token>, bracket: bool, depth: usize) -> Result<Pipeline, String> {
    if depth > DEPTH_MAX {
        return Err("max expression depth exceeded".to_owned());
    }
    let mut commands = vec![Vec::new()];
    let push = |commands: &mut Vec<Vec<Operand>>, kind, path, text: &str, at| {
        if let Some(command) = commands.last_mut() {
            command.push(Operand { kind, path, text: text.to_owned(), at });
        }
    };
    let mut closed = false;
    while let Some(Token { kind, text, at }) = tokens.next() {
        match kind {
            TokenKind::Path { variable: None, path } => push(&mut commands, OperandKind::Dot, path, &text, at),
            TokenKind::Path { variable: Some(name), path } => {
                push(&mut commands, OperandKind::Variable(name), path, &text, at);
            }
            TokenKind::Text(value) => push(&mut commands, OperandKind::Text(value), Vec::new(), &text, at),
            TokenKind::Number(value) => push(&mut commands, OperandKind::Number(value), Vec::new(), &text, at),
            TokenKind::Word(word) if !functions::NAMES.contains(&word.as_str()) => {
                return Err(format!("function {} not defined", quote(&word)));
            }
            TokenKind::Word(word) => push(&mut commands, OperandKind::Function(word), Vec::new(), &text, at),
            TokenKind::Open => {
                let inner = self::commands(tokens, true, depth + 1)?;
                push(&mut commands, OperandKind::Bracket(inner), Vec::new(), &text, at);
            }
            TokenKind::Close if bracket => {
                closed = true;
                break;
            }
            TokenKind::Close => return Err("unexpected right paren".to_owned()),
            TokenKind::Pipe => commands.push(Vec::new()),
            TokenKind::Comma | TokenKind::Assign => return Err(format!("unexpected {} in operand", quote(&text))),
        }
    }
    if bracket && !closed {
        return Err("unclosed left paren".to_owned());
    }
    if commands.iter().any(Vec::is_empty) {
        return Err("missing value for command".to_owned());
    }
    Ok(Pipeline { commands })
}
