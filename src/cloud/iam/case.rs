//! A question to IAM with all policies beside it, in JSON: what `ecr-quest evaluate iam` reads, without any account.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::evaluate::{self, Applied, Policies};
use super::request::Request;
use super::{Decision, Policy, PolicyKind, PolicyName};
use crate::cloud::{AccountId, ApiError, Arn, Cloud, Principal, Region};

/// A question with its policies, read and ready to be decided.
#[derive(Debug)]
pub struct Case {
    /// What tells its answer from others.
    pub id: Value,
    cloud: Cloud,
    principal: Principal,
    action: String,
    resource: Option<Arn>,
    context: Vec<(String, Vec<String>)>,
    policies: Vec<(PolicyName, Policy)>,
}

/// Why a question can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseError {
    /// Not JSON, or not of the form.
    Json(String),
    Principal(String),
    Action(String),
    Resource(String),
    Account(String),
    /// A document that IAM refuses, by its place in the question, such as `identity[0]`.
    Policy {
        place: String,
        error: ApiError,
    },
}

#[derive(Deserialize)]
struct Form<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    principal: Cow<'a, str>,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow, default)]
    resource: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    resource_account: Option<Cow<'a, str>>,
    #[serde(default)]
    context: serde_json::Map<String, Value>,
    #[serde(borrow, default)]
    identity: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    resource_policy: Option<&'a RawValue>,
    #[serde(borrow, default)]
    boundary: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scp: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow, default)]
    rcp: Option<Vec<Vec<&'a RawValue>>>,
}

impl Case {
    /// Reads a question.
    ///
    /// # Errors
    /// With what is wrong about it, the first thing only.
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        let form: Form<'_> = serde_json::from_str(text).map_err(|error| CaseError::Json(error.to_string()))?;
        let mut policies = Vec::new();
        for (at, document) in form.identity.iter().enumerate() {
            policies.push(read(PolicyKind::Inline, format!("identity[{at}]"), document)?);
        }
        if let Some(document) = form.resource_policy {
            policies.push(read(PolicyKind::Resource, "resource_policy".to_owned(), document)?);
        }
        if let Some(document) = form.boundary {
            policies.push(read(PolicyKind::Boundary, "boundary".to_owned(), document)?);
        }
        if let Some(document) = form.session {
            policies.push(read(PolicyKind::Session, "session".to_owned(), document)?);
        }
        for (kind, name, levels) in
            [(PolicyKind::ServiceControl, "scp", &form.scp), (PolicyKind::ResourceControl, "rcp", &form.rcp)]
        {
            for (level, documents) in levels.iter().flatten().enumerate() {
                for (at, document) in documents.iter().enumerate() {
                    policies.push(read(kind, format!("{name}[{level}][{at}]"), document)?);
                }
            }
        }
        let principal = form.principal.parse::<Arn>().map_err(|_| CaseError::Principal(form.principal.to_string()))?;
        if !form.action.contains(':') {
            return Err(CaseError::Action(form.action.into_owned()));
        }
        let resource = match form.resource.as_deref() {
            None | Some("*") => None,
            Some(text) => Some(text.parse::<Arn>().map_err(|_| CaseError::Resource(text.to_owned()))?),
        };
        if let Some(account) = form.resource_account
            && account.parse::<AccountId>().is_err()
        {
            return Err(CaseError::Account(account.into_owned()));
        }
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let context = form.context.into_iter().map(|(key, value)| match value {
            Value::Array(values) => (key, values.into_iter().map(text).collect()),
            value => (key, vec![text(value)]),
        });
        Ok(Self {
            id: form.id,
            cloud: Cloud::new(0),
            principal: super::principal_of(&principal),
            action: form.action.into_owned(),
            resource,
            context: context.collect(),
            policies,
        })
    }

    /// The decision with its trace.
    pub fn decide(&self) -> Decision {
        let region = Region::home();
        let mut request = Request::new(&self.cloud, &self.principal, &self.action, self.resource.as_ref(), &region);
        request.context = &self.context;
        let mut policies = Policies::default();
        for (name, policy) in &self.policies {
            let group = match name.kind {
                PolicyKind::Boundary => &mut policies.boundary,
                PolicyKind::Session => &mut policies.session,
                PolicyKind::ServiceControl => &mut policies.service_control,
                PolicyKind::ResourceControl => &mut policies.resource_control,
                PolicyKind::Resource | PolicyKind::Trust => &mut policies.resource,
                _ => &mut policies.identity,
            };
            group.push(Applied { name: name.clone(), policy });
        }
        evaluate::evaluate(&request, &policies)
    }
}

fn read(kind: PolicyKind, place: String, document: &RawValue) -> Result<(PolicyName, Policy), CaseError> {
    let policy = match kind {
        PolicyKind::Resource | PolicyKind::ResourceControl => Policy::parse_resource_policy(document.get()),
        _ => Policy::identity(document.get()),
    };
    let policy = policy.map_err(|error| CaseError::Policy { place: place.clone(), error })?;
    Ok((PolicyName { kind, name: place.into(), holder: Arc::default() }, policy))
}
