//! A JMESPath expression as a tree: a Pratt parser with the binding powers of the reference implementation.

use serde_json::Value;

use super::lexer::{Kind, Token, tokenize};

/// The tree.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// The value itself.
    Identity,
    Field(String),
    Index(i64),
    Slice {
        start: Option<i64>,
        stop: Option<i64>,
        step: Option<i64>,
    },
    Literal(Value),
    /// The left side's result is the right side's input: `a.b`, `a[0]`, `a | b`.
    Chain(Box<Node>, Box<Node>),
    Flatten(Box<Node>),
    Projection(Box<Node>, Box<Node>),
    ValueProjection(Box<Node>, Box<Node>),
    FilterProjection {
        list: Box<Node>,
        condition: Box<Node>,
        then: Box<Node>,
    },
    Compare(Kind, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    MultiList(Vec<Node>),
    MultiHash(Vec<(String, Node)>),
    Function(String, Vec<Node>),
    /// `&expression`, an argument of `sort_by` and its like.
    Expref(Box<Node>),
}

/// A binding power above which a token does not stop a projection.
const PROJECTION_STOP: u8 = 10;

fn power(kind: Kind) -> u8 {
    match kind {
        Kind::Pipe => 1,
        Kind::Or => 2,
        Kind::And => 3,
        Kind::Eq | Kind::Gt | Kind::Lt | Kind::Gte | Kind::Lte | Kind::Ne => 5,
        Kind::Flatten => 9,
        Kind::Star => 20,
        Kind::Filter => 21,
        Kind::Dot => 40,
        Kind::Not => 45,
        Kind::Lbrace => 50,
        Kind::Lbracket => 55,
        Kind::Lparen => 60,
        _ => 0,
    }
}

/// Parses a whole expression.
pub(super) fn parse(expression: &str) -> Result<Node, String> {
    let mut parser = Parser { expression, tokens: tokenize(expression)?, at: 0 };
    let node = parser.expression(0)?;
    let token = parser.token(0);
    if token.kind != Kind::Eof {
        return Err(parser.error(&token, &format!("Unexpected token: {}", token.text())));
    }
    Ok(node)
}

struct Parser<'e> {
    expression: &'e str,
    tokens: Vec<Token>,
    at: usize,
}

impl Parser<'_> {
    fn token(&self, ahead: usize) -> Token {
        let end =
            || Token { kind: Kind::Eof, value: Value::String(String::new()), start: self.expression.chars().count() };
        self.tokens.get(self.at + ahead).cloned().unwrap_or_else(end)
    }

    fn kind(&self) -> Kind {
        self.tokens.get(self.at).map_or(Kind::Eof, |token| token.kind)
    }

    fn error(&self, token: &Token, reason: &str) -> String {
        format!(
            "{reason}: Parse error at column {}, token \"{}\" ({}), for expression:\n\"{}\"\n{}^",
            token.start,
            token.text(),
            token.kind.name().to_uppercase(),
            self.expression,
            " ".repeat(token.start + 1)
        )
    }

    fn incomplete(&self) -> String {
        let column = self.expression.chars().count() + 1;
        format!("Invalid jmespath expression: Incomplete expression:\n\"{}\"\n{}^", self.expression, " ".repeat(column))
    }

    fn expect(&mut self, kind: Kind) -> Result<Token, String> {
        let token = self.token(0);
        if token.kind == kind {
            self.at += 1;
            Ok(token)
        } else if token.kind == Kind::Eof {
            Err(self.incomplete())
        } else {
            Err(self.error(&token, &format!("Expecting: {}, got: {}", kind.name(), token.kind.name())))
        }
    }

    fn expression(&mut self, binding: u8) -> Result<Node, String> {
        let token = self.token(0);
        self.at += 1;
        let mut left = self.prefix(&token)?;
        while binding < power(self.kind()) {
            let token = self.token(0);
            self.at += 1;
            left = self.infix(left, &token)?;
        }
        Ok(left)
    }

    fn prefix(&mut self, token: &Token) -> Result<Node, String> {
        match token.kind {
            Kind::Literal => Ok(Node::Literal(token.value.clone())),
            Kind::UnquotedIdentifier => Ok(Node::Field(token.text())),
            Kind::QuotedIdentifier => {
                if self.kind() == Kind::Lparen {
                    let mut token = self.token(0);
                    token.start = 0;
                    return Err(self.error(&token, "Quoted identifier not allowed for function names."));
                }
                Ok(Node::Field(token.text()))
            }
            Kind::Star => {
                let then =
                    if self.kind() == Kind::Rbracket { Node::Identity } else { self.projected(power(Kind::Star))? };
                Ok(Node::ValueProjection(Node::Identity.into(), then.into()))
            }
            Kind::Filter => self.filter(Node::Identity),
            Kind::Lbrace => self.multi_hash(),
            Kind::Lparen => {
                let inner = self.expression(0)?;
                self.expect(Kind::Rparen)?;
                Ok(inner)
            }
            Kind::Flatten => self.flatten(Node::Identity),
            Kind::Not => Ok(Node::Not(self.expression(power(Kind::Not))?.into())),
            Kind::Lbracket => match self.kind() {
                Kind::Number | Kind::Colon => self.index(Node::Identity),
                Kind::Star if self.token(1).kind == Kind::Rbracket => {
                    self.at += 2;
                    let then = self.projected(power(Kind::Star))?;
                    Ok(Node::Projection(Node::Identity.into(), then.into()))
                }
                _ => self.multi_list(),
            },
            Kind::Current => Ok(Node::Identity),
            Kind::Expref => Ok(Node::Expref(self.expression(power(Kind::Expref))?.into())),
            Kind::Eof => Err(self.incomplete()),
            _ => Err(self.error(token, "invalid token")),
        }
    }

    fn infix(&mut self, left: Node, token: &Token) -> Result<Node, String> {
        match token.kind {
            Kind::Dot if self.kind() == Kind::Star => {
                self.at += 1;
                let then = self.projected(power(Kind::Dot))?;
                Ok(Node::ValueProjection(left.into(), then.into()))
            }
            Kind::Dot => {
                let right = self.after_dot(power(Kind::Dot))?;
                Ok(Node::Chain(left.into(), right.into()))
            }
            Kind::Pipe => Ok(Node::Chain(left.into(), self.expression(power(Kind::Pipe))?.into())),
            Kind::Or => Ok(Node::Or(left.into(), self.expression(power(Kind::Or))?.into())),
            Kind::And => Ok(Node::And(left.into(), self.expression(power(Kind::And))?.into())),
            Kind::Eq | Kind::Ne | Kind::Lt | Kind::Lte | Kind::Gt | Kind::Gte => {
                let right = self.expression(power(token.kind))?;
                Ok(Node::Compare(token.kind, left.into(), right.into()))
            }
            Kind::Lparen => self.function(left),
            Kind::Filter => self.filter(left),
            Kind::Flatten => self.flatten(left),
            Kind::Lbracket => match self.kind() {
                Kind::Number | Kind::Colon => self.index(left),
                _ => {
                    self.expect(Kind::Star)?;
                    self.expect(Kind::Rbracket)?;
                    let then = self.projected(power(Kind::Star))?;
                    Ok(Node::Projection(left.into(), then.into()))
                }
            },
            _ => Err(self.error(token, "invalid token")),
        }
    }

    fn function(&mut self, left: Node) -> Result<Node, String> {
        let Node::Field(name) = left else {
            // The token before the parenthesis is what cannot be called.
            let token =
                self.at.checked_sub(2).and_then(|at| self.tokens.get(at)).cloned().unwrap_or_else(|| self.token(0));
            return Err(self.error(&token, &format!("Invalid function name '{}'", token.text())));
        };
        let mut arguments = Vec::new();
        while self.kind() != Kind::Rparen {
            arguments.push(self.expression(0)?);
            if self.kind() == Kind::Comma {
                self.at += 1;
            }
        }
        self.at += 1;
        Ok(Node::Function(name, arguments))
    }

    fn filter(&mut self, list: Node) -> Result<Node, String> {
        let condition = self.expression(0)?;
        self.expect(Kind::Rbracket)?;
        let then = if self.kind() == Kind::Flatten { Node::Identity } else { self.projected(power(Kind::Filter))? };
        Ok(Node::FilterProjection { list: list.into(), condition: condition.into(), then: then.into() })
    }

    fn flatten(&mut self, left: Node) -> Result<Node, String> {
        let then = self.projected(power(Kind::Flatten))?;
        Ok(Node::Projection(Node::Flatten(left.into()).into(), then.into()))
    }

    /// `0]` or `start:stop:step]`, after the opening bracket.
    fn index(&mut self, left: Node) -> Result<Node, String> {
        if self.kind() == Kind::Colon || self.token(1).kind == Kind::Colon {
            let slice = self.slice()?;
            let list = Node::Chain(left.into(), slice.into());
            let then = self.projected(power(Kind::Star))?;
            return Ok(Node::Projection(list.into(), then.into()));
        }
        let index = self.token(0).value.as_i64().unwrap_or_default();
        self.at += 1;
        self.expect(Kind::Rbracket)?;
        Ok(Node::Chain(left.into(), Node::Index(index).into()))
    }

    fn slice(&mut self) -> Result<Node, String> {
        let mut parts = [None; 3];
        let mut index = 0;
        loop {
            let token = self.token(0);
            match token.kind {
                Kind::Rbracket => break,
                Kind::Colon if index < 2 => index += 1,
                Kind::Number => {
                    if let Some(part) = parts.get_mut(index) {
                        *part = token.value.as_i64();
                    }
                }
                _ => return Err(self.error(&token, "syntax error")),
            }
            self.at += 1;
        }
        self.expect(Kind::Rbracket)?;
        let [start, stop, step] = parts;
        Ok(Node::Slice { start, stop, step })
    }

    fn multi_list(&mut self) -> Result<Node, String> {
        let mut items = Vec::new();
        loop {
            items.push(self.expression(0)?);
            if self.kind() == Kind::Rbracket {
                self.at += 1;
                return Ok(Node::MultiList(items));
            }
            self.expect(Kind::Comma)?;
        }
    }

    fn multi_hash(&mut self) -> Result<Node, String> {
        let mut pairs = Vec::new();
        loop {
            let key = self.token(0);
            match key.kind {
                Kind::QuotedIdentifier | Kind::UnquotedIdentifier => self.at += 1,
                Kind::Eof => return Err(self.incomplete()),
                kind => {
                    let reason =
                        format!("Expecting: ['quoted_identifier', 'unquoted_identifier'], got: {}", kind.name());
                    return Err(self.error(&key, &reason));
                }
            }
            self.expect(Kind::Colon)?;
            pairs.push((key.text(), self.expression(0)?));
            match self.kind() {
                Kind::Comma => self.at += 1,
                Kind::Rbrace => {
                    self.at += 1;
                    return Ok(Node::MultiHash(pairs));
                }
                _ => {}
            }
        }
    }

    /// What a projection does with each element.
    fn projected(&mut self, binding: u8) -> Result<Node, String> {
        match self.kind() {
            kind if power(kind) < PROJECTION_STOP => Ok(Node::Identity),
            Kind::Lbracket | Kind::Filter => self.expression(binding),
            Kind::Dot => {
                self.at += 1;
                self.after_dot(binding)
            }
            _ => Err(self.error(&self.token(0), "syntax error")),
        }
    }

    fn after_dot(&mut self, binding: u8) -> Result<Node, String> {
        match self.kind() {
            Kind::QuotedIdentifier | Kind::UnquotedIdentifier | Kind::Star => self.expression(binding),
            Kind::Lbracket => {
                self.at += 1;
                self.multi_list()
            }
            Kind::Lbrace => {
                self.at += 1;
                self.multi_hash()
            }
            kind => {
                let reason = format!(
                    "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: {}",
                    kind.name()
                );
                Err(self.error(&self.token(0), &reason))
            }
        }
    }
}
