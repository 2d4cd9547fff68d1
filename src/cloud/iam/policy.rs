//! A policy document, read: statements with what they name.
//!
//! A document is read once, when it is written; what is kept beside the text is what decisions use.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::arn_pattern::ArnPattern;
use super::condition::Condition;
use super::key::ConditionKey;
use super::parse;
use super::pattern::Shape;
use crate::cloud::ApiError;

/// A policy document: its text as it was given, and its statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    pub(super) text: Arc<str>,
    pub(super) version: Version,
    pub(super) id: Option<String>,
    pub(super) statements: Vec<Statement>,
}

/// The version of the policy language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, also when a document names none: variables are plain text.
    V2008,
    /// `2012-10-17`.
    #[default]
    V2012,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Allow,
    Deny,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub(super) sid: Option<Arc<str>>,
    pub(super) effect: Effect,
    /// None in identity policies.
    pub(super) principals: Option<Listed<PrincipalPattern>>,
    pub(super) actions: Actions,
    /// None where the policy belongs to the one resource it speaks of.
    pub(super) resources: Option<Listed<ResourcePattern>>,
    pub(super) conditions: Vec<Condition>,
}

/// A list that a statement names, or all but it (`NotResource`, `NotPrincipal`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed<T> {
    pub except: bool,
    pub items: Vec<T>,
}

impl<T> Listed<T> {
    /// Whether the list, or all but it, has one that `matches`.
    pub fn has(&self, matches: impl FnMut(&T) -> bool) -> bool {
        self.items.iter().any(matches) != self.except
    }

    /// The same list of what its items mean.
    pub fn map<U>(&self, mean: impl FnMut(&T) -> U) -> Listed<U> {
        Listed { except: self.except, items: self.items.iter().map(mean).collect() }
    }
}

/// `Action` or `NotAction`. Compared without regard to case.
///
/// All names lie in one text, so that those of a statement lie together in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Actions {
    except: bool,
    /// Whether `*` is among them.
    all: bool,
    /// In lower case.
    text: Box<str>,
    items: Vec<ActionPattern>,
}

/// Where a service and its action lie in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ActionPattern {
    start: u32,
    colon: u32,
    end: u32,
    shape: Shape,
}

impl Actions {
    pub fn new(except: bool, texts: &[Cow<'_, str>]) -> Self {
        let mut text = String::with_capacity(texts.iter().map(|text| text.len()).sum());
        let mut items = Vec::with_capacity(texts.len());
        let mut all = false;
        for action in texts {
            let Some((service, name)) = action.split_once(':') else {
                all = true;
                continue;
            };
            let start = text.len() as u32;
            text.push_str(action);
            let colon = start + service.len() as u32;
            items.push(ActionPattern { start, colon, end: text.len() as u32, shape: Shape::of(name) });
        }
        text.make_ascii_lowercase();
        Self { except, all, text: text.into(), items }
    }

    /// Whether the statement speaks of the action, given as service and name in lower case.
    pub fn has(&self, service: &str, name: &str) -> bool {
        let of = |item: &ActionPattern| {
            let own = self.text.get(item.start as usize..item.colon as usize);
            own.is_some_and(|own| own == service || own == "*")
                && self
                    .text
                    .get(item.colon as usize + 1..item.end as usize)
                    .is_some_and(|pattern| item.shape.matches(pattern, name))
        };
        (self.all || self.items.iter().any(of)) != self.except
    }
}

/// An element of `Resource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResourcePattern {
    /// `*`
    All,
    /// An ARN, part by part: a wildcard stays inside its part.
    Arn(ArnPattern),
}

impl ResourcePattern {
    pub fn new(text: &str, variables: bool) -> Self {
        if text == "*" { Self::All } else { Self::Arn(ArnPattern::new(text, variables)) }
    }
}

/// A place in the text of a document; lines and columns count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A condition as a document has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionText {
    /// Such as `StringEquals`.
    pub operator: String,
    /// Such as `aws:SourceIp`.
    pub key: String,
    /// One of them has to fit, or none, as the operator says.
    pub values: Vec<String>,
}

/// An element of `Principal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalPattern {
    /// `*`: everyone, also without signature.
    Everyone,
    /// `123456789012` or `arn:aws:iam::123456789012:root`: the account, which decides for itself who of it may.
    Account(Box<str>),
    /// A user, role or session by ARN.
    Arn {
        arn: Box<str>,
        /// The unique id of the entity that the ARN named when the policy was saved. An entity that is deleted and made
        /// again has another, and does not match.
        id: Option<Box<str>>,
    },
    /// A unique id such as `AROA…`.
    Id(Box<str>),
    /// A service such as `ecs-tasks.amazonaws.com`.
    Service(Box<str>),
    /// An identity provider, by its ARN or its domain: whoever it vouches for.
    Federated(Box<str>),
    /// A canonical user: kept, and never the caller here.
    Foreign { kind: Box<str>, name: Box<str> },
}

impl Policy {
    /// Reads a managed policy: an identity policy that has to name version 2012-10-17.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`, with AWS's text.
    pub fn managed(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::Managed)
    }

    /// Reads an identity policy: `Resource` needed, `Principal` forbidden.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`, with AWS's text.
    pub fn identity(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::Identity)
    }

    /// Reads a role's trust policy: `Principal` needed, `Resource` forbidden.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`, with AWS's text.
    pub fn trust(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::Trust)
    }

    /// Reads the policy of a resource, such as an ECR repository: `Principal` needed, `Resource` may be left out.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`; services that keep such policies answer with their own code and text.
    pub fn parse_resource_policy(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::Resource)
    }

    /// Reads the policy of a VPC endpoint: `Principal` and `Resource` needed.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`; EC2 answers with its own code.
    pub fn endpoint(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::Endpoint)
    }

    /// Reads a service control policy: like an identity policy.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`, with AWS's text.
    pub fn service_control(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::Identity)
    }

    /// Reads a resource control policy: its `Principal` is `*`.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`, with AWS's text.
    pub fn resource_control(text: &str) -> Result<Self, ApiError> {
        parse::parse(text, parse::Rules::ResourceControl)
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document as JSON, in the order of the text.
    pub fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The version of the policy language.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The `Id`, where it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Where a statement begins and ends in the text: from behind what stands before it to behind its last brace.
    ///
    /// Inferred: that the begin is counted so; AWS's answers look like it.
    pub(super) fn span(&self, statement: usize) -> Option<(Position, Position)> {
        #[derive(serde::Deserialize)]
        struct Statements<'a> {
            #[serde(borrow, rename = "Statement")]
            statements: &'a RawValue,
        }
        let Statements { statements } = serde_json::from_str(&self.text).ok()?;
        let found = if statements.get().starts_with('[') {
            let list: Vec<&RawValue> = serde_json::from_str(statements.get()).ok()?;
            list.get(statement)?.get()
        } else {
            statements.get()
        };
        let begin = (found.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let before = self.text.get(..begin)?;
        let position = |text: &str| {
            let line = text.rsplit('\n').next().unwrap_or_default();
            Position { line: text.matches('\n').count() + 1, column: line.chars().count() + 1 }
        };
        Some((position(before.trim_end()), position(self.text.get(..begin + found.len())?)))
    }

    /// The condition keys that it names, in the order of the text: in conditions, and as variables.
    pub fn condition_keys(&self) -> impl Iterator<Item = &ConditionKey> {
        self.statements.iter().flat_map(|statement| {
            let resources = statement.resources.iter().flat_map(|listed| &listed.items);
            let in_resources = resources.flat_map(|pattern| match pattern {
                ResourcePattern::All => None,
                ResourcePattern::Arn(pattern) => Some(pattern.variables()),
            });
            let in_conditions = statement.conditions.iter();
            let in_conditions = in_conditions.flat_map(|found| std::iter::once(found.key()).chain(found.variables()));
            in_resources.flatten().chain(in_conditions)
        })
    }

    /// A condition as the text has it: operator, key and values.
    pub fn condition(&self, statement: usize, condition: usize) -> Option<ConditionText> {
        let document = self.document();
        let statements = document.get("Statement")?;
        let statement = statements.as_array().map_or(Some(statements), |list| list.get(statement))?;
        let operators = statement.get("Condition")?.as_object()?;
        let all = operators.iter().flat_map(|(operator, keys)| {
            keys.as_object().into_iter().flatten().map(move |(key, values)| (operator, key, values))
        });
        let (operator, key, values) = { all }.nth(condition)?;
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let values = values.as_array().map_or_else(|| vec![text(values)], |list| list.iter().map(text).collect());
        Some(ConditionText { operator: operator.clone(), key: key.clone(), values })
    }

    /// The statements, in the order of the text.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// How many characters it has without white space, as AWS counts sizes.
    pub fn size(&self) -> usize {
        self.text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

impl Statement {
    /// The `Sid`, where it has one.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Whether it allows or denies.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Its conditions; all must hold.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}
