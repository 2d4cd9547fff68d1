//! A question to IAM with all policies beside it, in JSON: what `ecr-quest evaluate iam` reads, without any account.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::arn_pattern::split_arn;
use super::decision::{Decision, Outcome, PolicyKind, PolicyName};
use super::evaluate::{Layer, Policies, Silent, evaluate};
use super::key::{ConditionKey, Global, Keys, Values};
use super::policy::Policy;
use super::request::{Asker, AskerKind, Request};
use super::{actions, trace};
use crate::cloud::{ApiError, Arn};

/// A question with its policies, read and ready to be decided.
#[derive(Debug)]
pub struct Case {
    /// What tells its answer from others.
    pub id: Value,
    who: Who,
    action: Box<str>,
    /// The same in lower case, with the place of the colon.
    lower: Box<str>,
    colon: usize,
    resource: Option<Arn>,
    /// The account that owns the resource.
    owner: Box<str>,
    context: Vec<(Box<str>, Vec<String>)>,
    policies: Policies,
}

/// Who asks, as far as an ARN tells.
#[derive(Debug)]
struct Who {
    kind: Kind,
    account: Box<str>,
    arn: Arn,
    /// For a session: of its role, without the path, which nothing tells here.
    lender: Arn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Root,
    User,
    FederatedUser,
    Session,
    /// Whoever an identity provider vouches for.
    Federated,
    Service,
}

/// Why a question can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseError {
    /// Not JSON, or not of the form.
    Form,
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

/// The form of a question. Other fields are the asker's own.
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
    context: Option<serde_json::Map<String, Value>>,
    #[serde(borrow, default)]
    identity: Option<Vec<&'a RawValue>>,
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
        let form: Form<'_> = serde_json::from_str(text).map_err(|_| CaseError::Form)?;
        let who = Who::read(&form.principal)?;
        let lower = form.action.to_ascii_lowercase().into_boxed_str();
        let is_plain = !form.action.contains(['*', '?', ' ']);
        let Some((service, name)) = lower
            .split_once(':')
            .filter(|(service, name)| is_plain && !service.is_empty() && !name.is_empty() && !name.contains(':'))
        else {
            return Err(CaseError::Action(form.action.into_owned()));
        };
        let resource = match form.resource.as_deref() {
            None | Some("*") => None,
            Some(text) => Some(text.parse::<Arn>().map_err(|_| CaseError::Resource(text.to_owned()))?),
        };
        let is_account = |account: &str| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let named = resource.as_ref().map(Arn::account).filter(|account| is_account(account));
        let owner = match form.resource_account.as_deref() {
            Some(account) if !is_account(account) => return Err(CaseError::Account(account.to_owned())),
            // What is said of the owner counts, whatever the ARN says.
            // S3's ARNs name no account; without another word the resource is the caller's own.
            account => account.or(named).unwrap_or(&who.account).into(),
        };
        let resource = resource.filter(|_| !actions::takes_no_resource(service, name));
        let policies = form.policies(&who)?;
        Ok(Self {
            id: form.id,
            colon: service.len(),
            action: form.action.into(),
            resource,
            owner,
            context: form.context.into_iter().flatten().map(|(key, value)| (key.into(), texts(value))).collect(),
            policies,
            who,
            lower,
        })
    }

    /// The decision with its trace.
    pub fn decide(&self) -> Decision {
        trace::decide(&self.request(), &self.policies)
    }

    /// The decision alone.
    pub fn outcome(&self) -> Outcome {
        evaluate(&self.request(), &self.policies, &mut Silent).outcome
    }

    fn request(&self) -> Request<'_> {
        let who = &self.who;
        Request {
            asker: Asker {
                kind: match who.kind {
                    Kind::Root => AskerKind::Root,
                    Kind::User => AskerKind::User,
                    Kind::FederatedUser => AskerKind::FederatedUser,
                    Kind::Session => AskerKind::Session,
                    Kind::Federated => AskerKind::Federated(who.provider()),
                    Kind::Service => AskerKind::Service(who.arn.resource()),
                },
                account: &who.account,
                arn: &who.arn,
                lender: &who.lender,
                unique_id: self.given("aws:userid").and_then(|ids| ids.first()).and_then(|id| id.split(':').next()),
            },
            action: &self.action,
            service: self.lower.get(..self.colon).unwrap_or_default(),
            name: self.lower.get(self.colon + 1..).unwrap_or_default(),
            resource: self.resource.as_ref(),
            resource_parts: self.resource.as_ref().map(|resource| split_arn(resource.as_str())),
            is_cross_account: self.owner != who.account,
            leaves_resource_out: false,
            keys: self,
        }
    }

    fn given(&self, key: &str) -> Option<&Vec<String>> {
        self.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, values)| values)
    }
}

/// What the question says comes first; of the rest, what its principal and its resource tell.
impl Keys for Case {
    fn values<'a>(&'a self, key: &'a ConditionKey) -> Values<'a> {
        if let Some(values) = self.given(key.as_str()) {
            return Values::many(values);
        }
        let who = &self.who;
        match key.global() {
            Some(Global::PrincipalArn | Global::PrincipalAccount | Global::PrincipalType)
                if who.kind == Kind::Federated =>
            {
                Values::none()
            }
            Some(Global::PrincipalArn) if who.kind != Kind::Service => Values::one(who.lender.as_str()),
            Some(Global::PrincipalAccount) if who.kind != Kind::Service => Values::one(who.account.as_ref()),
            Some(Global::PrincipalType) => Values::one(match who.kind {
                Kind::Root => "Account",
                Kind::User => "User",
                Kind::FederatedUser => "FederatedUser",
                Kind::Session => "AssumedRole",
                Kind::Federated | Kind::Service => "Service",
            }),
            Some(Global::UserName) if who.kind == Kind::User => {
                Values::one(who.arn.resource().rsplit('/').next().unwrap_or_default())
            }
            Some(Global::PrincipalIsAwsService) => {
                Values::one(if who.kind == Kind::Service { "true" } else { "false" })
            }
            Some(Global::PrincipalServiceName) if who.kind == Kind::Service => Values::one(who.arn.resource()),
            Some(Global::ResourceAccount) => Values::one(self.owner.as_ref()),
            _ => Values::none(),
        }
    }
}

impl Who {
    fn read(text: &str) -> Result<Self, CaseError> {
        let refused = || CaseError::Principal(text.to_owned());
        if super::WELL_KNOWN_PROVIDERS.contains(&text) {
            let arn = Arn::new("iam", "", "", &format!("oidc-provider/{text}"));
            return Ok(Self { kind: Kind::Federated, account: Box::default(), lender: arn.clone(), arn });
        }
        if text.ends_with(".amazonaws.com") && !text.contains([':', '/', '*', ' ']) {
            // A service belongs to no account; the ARN is for messages only.
            let arn = Arn::new("iam", "", "", text);
            return Ok(Self { kind: Kind::Service, account: Box::default(), lender: arn.clone(), arn });
        }
        let arn: Arn = text.parse().map_err(|_| refused())?;
        let [_, partition, service, _, account, resource] = split_arn(text);
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) || resource.contains(['*', '?']) {
            return Err(refused());
        }
        let mut names = resource.split('/');
        let (kind, first) = (names.next().unwrap_or_default(), names.next().filter(|name| !name.is_empty()));
        let role = |name: &str| format!("arn:{partition}:iam::{account}:role/{name}").parse().map_err(|_| refused());
        let (kind, lender) = match (service, kind, first) {
            ("iam", "root", None) => (Kind::Root, arn.clone()),
            ("iam", "user", Some(_)) => (Kind::User, arn.clone()),
            // A role stands for any session of it.
            ("iam", "role", Some(_)) => (Kind::Session, arn.clone()),
            ("sts", "assumed-role", Some(name)) => (Kind::Session, role(name)?),
            ("sts", "federated-user", Some(_)) => (Kind::FederatedUser, arn.clone()),
            ("iam", "oidc-provider" | "saml-provider", Some(_)) => (Kind::Federated, arn.clone()),
            _ => return Err(refused()),
        };
        Ok(Self { kind, account: account.into(), arn, lender })
    }

    /// The identity provider, as trust policies name it.
    fn provider(&self) -> &str {
        match self.arn.resource().strip_prefix("oidc-provider/") {
            Some(domain) if self.account.is_empty() => domain,
            _ => self.arn.as_str(),
        }
    }

    /// Whether organizations leave it alone. Source: IAM User Guide, "Service-linked roles"; their names are reserved.
    fn is_service_linked(&self) -> bool {
        let name = self.lender.resource().rsplit('/').next().unwrap_or_default();
        self.kind == Kind::Session && name.starts_with("AWSServiceRoleFor")
    }
}

impl Form<'_> {
    fn policies(&self, who: &Who) -> Result<Policies, CaseError> {
        let mut policies = Policies::default();
        let levels = [
            (Layer::ServiceControl, PolicyKind::ServiceControl, "scp", &self.scp),
            (Layer::ResourceControl, PolicyKind::ResourceControl, "rcp", &self.rcp),
        ];
        for (layer, kind, name, levels) in levels {
            for (level, documents) in levels.iter().flatten().enumerate() {
                let place = |at: usize| format!("{name}[{level}][{at}]");
                let read = documents.iter().enumerate().map(|(at, document)| read(kind, place(at), document));
                let read = read.collect::<Result<Vec<_>, _>>()?;
                let is_outside = matches!(who.kind, Kind::Federated | Kind::Service);
                let is_free = who.is_service_linked() || (is_outside && layer == Layer::ServiceControl);
                if !is_free {
                    policies.add_level(layer, read);
                }
            }
        }
        let single = [
            (Layer::Resource, PolicyKind::Resource, "resource_policy", self.resource_policy),
            (Layer::Boundary, PolicyKind::Boundary, "boundary", self.boundary),
            (Layer::Session, PolicyKind::Session, "session", self.session),
        ];
        for (layer, kind, name, document) in single {
            if let Some(document) = document {
                let (name, policy) = read(kind, name.to_owned(), document)?;
                policies.add(layer, name, policy);
            }
        }
        if who.kind == Kind::FederatedUser {
            // Source: IAM User Guide, "Permissions for GetFederationToken": without a session policy it has no permissions.
            policies.close(Layer::Session);
        }
        for (at, document) in self.identity.iter().flatten().enumerate() {
            let (name, policy) = read(PolicyKind::Inline, format!("identity[{at}]"), document)?;
            policies.add(Layer::Identity, name, policy);
        }
        Ok(policies)
    }
}

fn read(kind: PolicyKind, place: String, document: &RawValue) -> Result<(Arc<PolicyName>, Arc<Policy>), CaseError> {
    let policy = match kind {
        PolicyKind::Resource => Policy::parse_resource_policy(document.get()),
        PolicyKind::ServiceControl => Policy::service_control(document.get()),
        PolicyKind::ResourceControl => Policy::resource_control(document.get()),
        _ => Policy::identity(document.get()),
    };
    match policy {
        Ok(policy) => {
            let name = PolicyName { kind, name: place.into(), holder: Arc::default() };
            Ok((Arc::new(name), Arc::new(policy)))
        }
        Err(error) => Err(CaseError::Policy { place, error }),
    }
}

/// The values of a condition key as texts.
fn texts(value: Value) -> Vec<String> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.into_iter().map(text).collect(),
        value => vec![text(value)],
    }
}
