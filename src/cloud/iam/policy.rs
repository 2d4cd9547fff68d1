//! A policy document, read: statements with what they name.
//!
//! A document is read once, when it is written; what is kept beside the text is what decisions use.

use std::sync::Arc;

use super::condition::Condition;
use super::parse;
use super::pattern::{Pattern, Reading};
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
}

/// `Action` or `NotAction`. Compared without regard to case; kept by service, so that most are passed over at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Actions {
    except: bool,
    /// Whether `*` is among them.
    all: bool,
    services: Vec<ServiceActions>,
}

/// The actions of one service, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ServiceActions {
    service: Box<str>,
    names: Vec<Pattern>,
}

impl Actions {
    pub fn new(except: bool, texts: &[&str]) -> Self {
        let mut actions = Self { except, ..Self::default() };
        for text in texts {
            let Some((service, name)) = text.split_once(':') else {
                actions.all = true;
                continue;
            };
            let service = service.to_lowercase();
            let name = Pattern::new(&name.to_lowercase(), Reading { wildcards: true, variables: false });
            match actions.services.iter_mut().find(|found| found.service.as_ref() == service) {
                Some(found) => found.names.push(name),
                None => actions.services.push(ServiceActions { service: service.into(), names: vec![name] }),
            }
        }
        actions
    }

    /// Whether the statement speaks of the action, given as service and name in lower case.
    pub fn has(&self, service: &str, name: &str) -> bool {
        let of = |actions: &ServiceActions| {
            (actions.service.as_ref() == service || actions.service.as_ref() == "*")
                && actions.names.iter().any(|pattern| pattern.matches(name, &|_| None))
        };
        (self.all || self.services.iter().any(of)) != self.except
    }
}

/// An element of `Resource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResourcePattern {
    /// `*`
    All,
    /// An ARN, part by part: a wildcard stays inside its part.
    Arn(Box<[Pattern; 6]>),
}

impl ResourcePattern {
    pub fn new(text: &str, variables: bool) -> Self {
        if text == "*" {
            return Self::All;
        }
        Self::Arn(Box::new(Pattern::arn_parts(text, Reading { wildcards: true, variables })))
    }
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
    /// A federated identity provider or a canonical user: kept, and never the caller here.
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
