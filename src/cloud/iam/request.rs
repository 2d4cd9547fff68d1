//! A question to IAM with everything that policies can compare: who asks, what for, and the condition keys.
//!
//! Condition keys are looked up when a condition asks for one; most decisions never do.

use std::borrow::Cow;
use std::sync::Arc;

use super::state::{Role, User};
use crate::cloud::{AccountId, Arn, Caller, Cloud, Origin, Principal, Region, sts};

/// Who asks, resolved.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asker<'a> {
    Root,
    /// None when there is no such user.
    User(Option<&'a Arc<User>>),
    /// None when there is no such role.
    Session(Option<&'a Arc<Role>>),
    Service(&'a str),
}

/// The question.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub cloud: &'a Cloud,
    pub principal: &'a Principal,
    pub asker: Asker<'a>,
    /// What messages and policies call the caller, with the path of a user.
    pub arn: Arn,
    pub action: &'a str,
    /// Service and name of the action in lower case.
    pub service: String,
    pub name: String,
    pub resource: Option<&'a Arn>,
    /// The six parts of the resource's ARN.
    pub resource_parts: Option<[&'a str; 6]>,
    pub region: &'a Region,
    pub origin: Option<&'a Origin>,
    pub context: &'a [(String, Vec<String>)],
}

impl<'a> Request<'a> {
    pub fn new(
        cloud: &'a Cloud,
        principal: &'a Principal,
        action: &'a str,
        resource: Option<&'a Arn>,
        region: &'a Region,
    ) -> Self {
        let state = cloud.account(principal.account()).map(|account| &account.iam);
        let asker = match principal {
            Principal::Root { .. } => Asker::Root,
            Principal::User { name, .. } => Asker::User(state.and_then(|state| state.user(name))),
            Principal::Session { role, .. } => Asker::Session(state.and_then(|state| state.role(role))),
            Principal::Service { name, .. } => Asker::Service(name),
        };
        let arn = match asker {
            Asker::User(Some(user)) => user.arn.clone(),
            _ => principal.arn(),
        };
        let resource_parts = resource.map(|resource| {
            let mut parts = resource.as_str().splitn(6, ':');
            std::array::from_fn(|_| parts.next().unwrap_or_default())
        });
        let (service, name) = action.split_once(':').unwrap_or((action, ""));
        let (service, name) = (service.to_ascii_lowercase(), name.to_ascii_lowercase());
        Self {
            cloud,
            principal,
            asker,
            arn,
            action,
            service,
            name,
            resource,
            resource_parts,
            region,
            origin: None,
            context: &[],
        }
    }

    pub fn by(mut self, caller: &'a Caller, context: &'a [(String, Vec<String>)]) -> Self {
        self.region = &caller.region;
        self.origin = Some(&caller.origin);
        self.context = context;
        self
    }

    /// The account that the caller belongs to.
    pub fn account(&self) -> &'a AccountId {
        self.principal.account()
    }

    /// Whether the resource belongs to another account than the caller.
    pub fn is_cross_account(&self) -> bool {
        // S3's ARNs and AWS's own policies name no account: they are reached from every account alike.
        self.resource
            .is_some_and(|resource| resource.account().parse::<AccountId>().is_ok_and(|owner| owner != *self.account()))
    }

    /// The caller's unique id, as trust policies keep it.
    pub fn unique_id(&self) -> Option<&'a str> {
        match self.asker {
            Asker::User(user) => user.map(|user| user.id.as_ref()),
            Asker::Session(role) => role.map(|role| role.id.as_ref()),
            Asker::Root | Asker::Service(_) => None,
        }
    }

    /// The ARN that policies and `aws:PrincipalArn` mean: for a session, of its role.
    pub fn principal_arn(&self) -> Arn {
        match (self.asker, self.principal) {
            (Asker::Session(Some(role)), _) => role.arn.clone(),
            (Asker::Session(None), Principal::Session { account, role, .. }) => {
                Arn::new("iam", "", account.as_str(), &format!("role/{role}"))
            }
            _ => self.arn.clone(),
        }
    }

    /// All values of a condition key; none when the request does not carry it.
    pub fn values(&self, key: &str) -> Vec<Cow<'a, str>> {
        if let Some((_, values)) = self.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            return values.iter().map(|value| Cow::Borrowed(value.as_str())).collect();
        }
        self.global(key).into_iter().collect()
    }

    /// The value of a single-valued condition key.
    pub fn value(&self, key: &str) -> Option<Cow<'a, str>> {
        match self.values(key).as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        }
    }

    /// The global condition keys.
    /// Source: IAM User Guide, "AWS global condition context keys".
    fn global(&self, key: &str) -> Option<Cow<'a, str>> {
        let key = key.to_ascii_lowercase();
        if let Some(tag) = key.strip_prefix("aws:principaltag/") {
            let tags = match self.asker {
                Asker::User(user) => user?.tags.as_slice(),
                Asker::Session(role) => role?.tags.as_slice(),
                Asker::Root | Asker::Service(_) => return None,
            };
            let tag = tags.iter().find(|found| found.key.eq_ignore_ascii_case(tag))?;
            return Some(Cow::Borrowed(&tag.value));
        }
        let is_service = matches!(self.asker, Asker::Service(_));
        let owned = |text: String| Some(Cow::Owned(text));
        let yes = |yes: bool| Some(Cow::Borrowed(if yes { "true" } else { "false" }));
        match key.as_str() {
            "aws:principalarn" => owned(self.principal_arn().into()),
            "aws:principalaccount" => Some(Cow::Borrowed(self.account().as_str())),
            "aws:principaltype" => Some(Cow::Borrowed(match self.asker {
                Asker::Root => "Account",
                Asker::User(_) => "User",
                Asker::Session(_) => "AssumedRole",
                Asker::Service(_) => "Service",
            })),
            "aws:userid" => owned(sts::user_id(self.cloud, self.principal)),
            "aws:username" => match self.asker {
                Asker::User(user) => user.map(|user| Cow::Borrowed(user.name.as_ref())),
                _ => None,
            },
            "aws:principalisawsservice" => yes(is_service),
            "aws:principalservicename" => match self.asker {
                Asker::Service(name) => Some(Cow::Borrowed(name)),
                _ => None,
            },
            "aws:viaawsservice" => yes(false),
            "aws:securetransport" => yes(true),
            "aws:requestedregion" => Some(Cow::Borrowed(match self.service.as_str() {
                // Global services are called in us-east-1.
                "iam" => "us-east-1",
                _ => self.region.as_str(),
            })),
            "aws:resourceaccount" => {
                let owner = self.resource.map(Arn::account).filter(|account| !account.is_empty());
                Some(Cow::Borrowed(owner.unwrap_or(self.account().as_str())))
            }
            "aws:currenttime" => owned(self.cloud.now().civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            "aws:epochtime" => owned(self.cloud.now().as_millis().div_euclid(1000).to_string()),
            "aws:sourceip" => self.source_ip().map(Cow::Borrowed),
            // Temporary credentials carry these two; long-term access keys do not, which policies have to reckon with.
            "aws:multifactorauthpresent" => matches!(self.asker, Asker::Session(_)).then_some(Cow::Borrowed("false")),
            "aws:tokenissuetime" => {
                let issued = sts::issued(self.cloud, self.principal)?;
                owned(issued.civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            }
            _ => None,
        }
    }

    /// The public address that a request comes from.
    fn source_ip(&self) -> Option<&'static str> {
        match self.origin? {
            // Inferred: any address serves; these are the ones reserved for documentation (RFC 5737).
            Origin::Laptop => Some("203.0.113.25"),
            Origin::Instance(_) => Some("198.51.100.10"),
            Origin::Fargate(_) => Some("198.51.100.20"),
            Origin::Service => None,
        }
    }
}
