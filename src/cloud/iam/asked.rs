//! A question that is asked in the world: who asks is looked up, and condition keys are answered from the world's state.
//!
//! Condition keys are looked up when a condition asks for one; most decisions never do.

use std::borrow::Cow;
use std::sync::Arc;

use super::actions;
use super::arn_pattern::split_arn;
use super::key::{ConditionKey, Global, Keys, Values};
use super::request::{Asker, AskerKind, Request};
use super::state::{Role, Tag, User};
use crate::cloud::{AccountId, Arn, Caller, Cloud, Origin, Principal, Region, ecs, net, s3, sts};

/// The question.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub cloud: &'a Cloud,
    pub principal: &'a Principal,
    pub entity: Entity<'a>,
    /// What messages and policies call the caller, with the path of a user.
    pub arn: Arn,
    /// For a session: of its role; for a federated user: of the user who lends its permissions.
    lender: Arn,
    pub action: &'a str,
    /// Service and name of the action in lower case.
    service: String,
    name: String,
    pub resource: Option<&'a Arn>,
    /// Whose bucket it is about: S3's ARNs do not say it.
    bucket_owner: Option<AccountId>,
    region: &'a Region,
    origin: Option<&'a Origin>,
    /// The endpoint that the request came through.
    pub endpoint: Option<ecs::Passage<'a>>,
    /// The public address that the request was seen to come from, where that is a machine in the network.
    seen_from: Option<String>,
    pub context: &'a [(String, Vec<String>)],
}

/// The user or role behind the caller.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entity<'a> {
    User(&'a Arc<User>),
    Role(&'a Arc<Role>),
    /// A root user, a service, or somebody who is not there any more.
    Nobody,
}

impl<'a> Asked<'a> {
    pub fn new(
        cloud: &'a Cloud,
        principal: &'a Principal,
        action: &'a str,
        resource: Option<&'a Arn>,
        region: &'a Region,
    ) -> Self {
        let state = cloud.account(principal.account()).map(|account| &account.iam);
        let entity = match principal {
            Principal::User { name, .. } | Principal::FederatedUser { user: Some(name), .. } => {
                state.and_then(|state| state.user(name)).map(Entity::User)
            }
            Principal::Session { role, .. } => state.and_then(|state| state.role(role)).map(Entity::Role),
            Principal::Root { .. }
            | Principal::FederatedUser { user: None, .. }
            | Principal::Federated { .. }
            | Principal::Service { .. } => None,
        };
        let entity = entity.unwrap_or(Entity::Nobody);
        let arn = match (entity, principal) {
            (Entity::User(user), Principal::User { .. }) => user.arn.clone(),
            _ => principal.arn(),
        };
        let lender = match (entity, principal) {
            (Entity::Role(role), _) => role.arn.clone(),
            (Entity::User(user), _) => user.arn.clone(),
            (_, Principal::Session { account, role, .. }) => {
                Arn::new("iam", "", account.as_str(), &format!("role/{role}"))
            }
            _ => arn.clone(),
        };
        let (service, name) = action.split_once(':').unwrap_or((action, ""));
        let (service, name) = (service.to_ascii_lowercase(), name.to_ascii_lowercase());
        let resource = resource.filter(|_| !actions::takes_no_resource(&service, &name));
        // Who makes a bucket asks for its own, be the name taken or not.
        let of_s3 = resource.filter(|arn| arn.service() == "s3" && name != "createbucket");
        let bucket_owner = of_s3.and_then(|arn| s3::owner(cloud, arn));
        Self {
            cloud,
            principal,
            entity,
            arn,
            lender,
            action,
            service,
            name,
            resource,
            bucket_owner,
            region,
            origin: None,
            endpoint: None,
            seen_from: None,
            context: &[],
        }
    }

    pub fn by(mut self, caller: &'a Caller, context: &'a [(String, Vec<String>)]) -> Self {
        self.region = &caller.region;
        self.origin = Some(&caller.origin);
        let to = net::Destination::of_action(&self.service, &self.name);
        match ecs::arrival(self.cloud, &caller.origin, to, &caller.region) {
            Some(ecs::Arrival::Inside(passage)) => self.endpoint = Some(passage),
            Some(ecs::Arrival::Outside(address)) => self.seen_from = Some(address),
            None => {}
        }
        self.context = context;
        self
    }

    /// As the evaluation takes it.
    pub fn request(&self) -> Request<'_> {
        let kind = match self.principal {
            Principal::Root { .. } => AskerKind::Root,
            Principal::User { .. } => AskerKind::User,
            Principal::Session { .. } => AskerKind::Session,
            Principal::FederatedUser { .. } => AskerKind::FederatedUser,
            Principal::Federated { provider, .. } => AskerKind::Federated(provider),
            Principal::Service { name, .. } => AskerKind::Service(name),
        };
        let account = self.principal.account();
        // AWS's own policies name no account: they are reached from every account alike.
        let named = self.resource.and_then(|resource| resource.account().parse::<AccountId>().ok());
        let owner = self.bucket_owner.clone().or(named);
        Request {
            asker: Asker {
                kind,
                account: account.as_str(),
                arn: &self.arn,
                lender: &self.lender,
                unique_id: match self.entity {
                    Entity::User(user) => Some(user.id.as_ref()),
                    Entity::Role(role) => Some(role.id.as_ref()),
                    Entity::Nobody => None,
                },
            },
            action: self.action,
            service: &self.service,
            name: &self.name,
            resource: self.resource,
            resource_parts: self.resource.map(|resource| split_arn(resource.as_str())),
            is_cross_account: owner.is_some_and(|owner| owner != *account),
            leaves_resource_out: false,
            keys: self,
        }
    }

    /// The service of the action, in lower case.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Whether the question is about a role as something to take on.
    pub fn is_assuming(&self) -> bool {
        self.request().is_assuming()
    }

    /// The account that owns the resource; the caller's own where the resource names none.
    pub fn owner(&self) -> &str {
        let named = self.resource.map(Arn::account).filter(|account| !account.is_empty());
        let owner = self.bucket_owner.as_ref().map(AccountId::as_str).or(named);
        owner.unwrap_or(self.principal.account().as_str())
    }

    /// The value of a tag of the principal: a session's own tags come before those of its role.
    fn principal_tag(&self, key: &str) -> Option<&str> {
        let of_entity = match self.entity {
            Entity::User(user) => user.tags.as_slice(),
            Entity::Role(role) => role.tags.as_slice(),
            Entity::Nobody => &[],
        };
        let find = |tags: &'a [Tag]| tags.iter().find(|tag| tag.key.eq_ignore_ascii_case(key));
        let found = find(sts::session_tags(self.cloud, self.principal)).or_else(|| find(of_entity));
        found.map(|tag| tag.value.as_str())
    }

    fn global<'k>(&'k self, key: Global, name: &'k ConditionKey) -> Values<'k> {
        let is_service = matches!(self.principal, Principal::Service { .. });
        let is_unsigned = matches!(self.principal, Principal::Federated { .. });
        let yes = |yes: bool| Values::one(if yes { "true" } else { "false" });
        let maybe = |value: Option<&'k str>| Values::from(value.map(Cow::Borrowed));
        let maybe_owned = |value: Option<String>| Values::from(value.map(Cow::Owned));
        let moment = |time: crate::cloud::Timestamp| time.civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        match key {
            Global::PrincipalTag => maybe(self.principal_tag(name.tag())),
            // Whoever signs nothing is no principal of any account.
            Global::PrincipalArn
            | Global::PrincipalAccount
            | Global::PrincipalOrgId
            | Global::PrincipalOrgPaths
            | Global::PrincipalType
            | Global::UserId
                if is_unsigned =>
            {
                Values::none()
            }
            Global::PrincipalArn => match self.principal {
                Principal::Session { .. } => Values::one(self.lender.as_str()),
                _ => Values::one(self.arn.as_str()),
            },
            Global::PrincipalAccount => Values::one(self.principal.account().as_str()),
            Global::PrincipalType => Values::one(match self.principal {
                Principal::Root { .. } => "Account",
                Principal::User { .. } => "User",
                Principal::FederatedUser { .. } => "FederatedUser",
                Principal::Session { .. } => "AssumedRole",
                Principal::Federated { .. } | Principal::Service { .. } => "Service",
            }),
            Global::FederatedProvider => maybe(sts::federated_provider(self.cloud, self.principal)),
            Global::UserId => Values::one(sts::user_id(self.cloud, self.principal)),
            Global::UserName => match (self.entity, self.principal) {
                (Entity::User(user), Principal::User { .. }) => Values::one(user.name.as_ref()),
                _ => Values::none(),
            },
            Global::SourceIdentity => maybe(sts::source_identity(self.cloud, self.principal)),
            Global::PrincipalIsAwsService => yes(is_service),
            Global::PrincipalServiceName | Global::PrincipalServiceNamesList => match self.principal {
                Principal::Service { name, .. } => Values::one(name.as_str()),
                _ => Values::none(),
            },
            Global::ViaAwsService => yes(matches!(self.origin, Some(Origin::Via(_)))),
            Global::SecureTransport => yes(true),
            Global::RequestedRegion => Values::one(match self.service.as_str() {
                // Global services are called in us-east-1.
                "iam" => "us-east-1",
                _ => self.region.as_str(),
            }),
            Global::ResourceAccount => Values::one(self.owner()),
            Global::PrincipalOrgId => maybe(self.cloud.organization_of(self.principal.account().as_str())),
            Global::ResourceOrgId => maybe(self.cloud.organization_of(self.owner())),
            Global::PrincipalOrgPaths => {
                Values::from(self.cloud.organization_path(self.principal.account().as_str()).map(Cow::Owned))
            }
            Global::ResourceOrgPaths => Values::from(self.cloud.organization_path(self.owner()).map(Cow::Owned)),
            Global::CurrentTime => Values::one(moment(self.cloud.now())),
            Global::EpochTime => Values::one(self.cloud.now().as_millis().div_euclid(1000).to_string()),
            // Source: IAM User Guide, "AWS global condition context keys": what a service acts for, in its own name.
            Global::SourceArn => maybe_owned(self.source_function().map(|arn| arn.as_str().to_owned())),
            Global::SourceAccount => maybe(self.source_function().map(|_| self.principal.account().as_str())),
            // Source: IAM User Guide, "AWS global condition context keys": a request through an endpoint comes from no public
            // address, and only it comes from a VPC.
            Global::SourceIp => maybe(self.seen_from.as_deref().or_else(|| source_ip(self.origin?, self.principal))),
            Global::SourceVpc => maybe(self.endpoint.as_ref().map(|passage| passage.vpc)),
            Global::SourceVpce => maybe(self.endpoint.as_ref().map(|passage| passage.endpoint.id.as_str())),
            Global::VpcSourceIp => maybe(self.endpoint.as_ref().map(|passage| passage.address.as_str())),
            // Temporary credentials carry these two; long-term access keys do not, which policies have to reckon with.
            Global::MultiFactorAuthPresent => match self.principal {
                Principal::Session { .. } | Principal::FederatedUser { .. } => yes(false),
                _ => Values::none(),
            },
            Global::TokenIssueTime => {
                let issued = sts::issued(self.cloud, self.principal);
                Values::from(issued.map(|issued| Cow::Owned(moment(issued))))
            }
        }
    }

    /// The function that Lambda itself acts for.
    fn source_function(&self) -> Option<Arn> {
        let (Origin::Function(name), Principal::Service { account, .. }) = (self.origin?, self.principal) else {
            return None;
        };
        Some(Arn::new("lambda", self.region.as_str(), account.as_str(), &format!("function:{name}")))
    }
}

impl Keys for Asked<'_> {
    fn values<'a>(&'a self, key: &'a ConditionKey) -> Values<'a> {
        let named = |(name, _): &&(String, Vec<String>)| key.is(name);
        match (self.context.iter().find(named), key.global()) {
            (Some((_, values)), _) => Values::many(values),
            (None, Some(global)) => self.global(global, key),
            (None, None) => {
                let of_session = sts::session_keys(self.cloud, self.principal).iter().find(named);
                of_session.map_or_else(Values::none, |(_, values)| Values::many(values))
            }
        }
    }
}

/// The public address that a principal's requests from a place outside of every VPC come from.
pub(in crate::cloud) fn source_ip(origin: &Origin, principal: &Principal) -> Option<&'static str> {
    match origin {
        // Inferred: any address serves; these are the ones reserved for documentation (RFC 5737).
        Origin::Laptop => Some("203.0.113.25"),
        // Code comes from an address of Lambda's; Lambda itself from none.
        Origin::Function(_) => Some("198.51.100.30").filter(|_| !matches!(principal, Principal::Service { .. })),
        Origin::Instance(_) | Origin::Fargate(_) | Origin::Via(_) | Origin::Service => None,
    }
}
