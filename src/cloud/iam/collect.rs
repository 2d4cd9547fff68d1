//! The policies that apply to a question in the world, found in its state.

use std::sync::Arc;

use super::asked::{Asked, Entity};
use super::decision::{PolicyKind, PolicyName};
use super::evaluate::{Layer, Policies};
use super::managed::aws_managed;
use super::policy::Policy;
use super::state::{Attachments, State};
use crate::cloud::net::Endpoint;
use crate::cloud::organizations::{ControlPolicy, Level};
use crate::cloud::{Principal, ecr, ecr_public, kms, lambda, s3, sts};

/// All of them.
pub(super) fn collect(asked: &Asked<'_>) -> Policies {
    let mut policies = Policies::default();
    organization(asked, &mut policies);
    resource(asked, resource_policy(asked), &mut policies);
    registry(asked, &mut policies);
    principal(asked, &mut policies);
    endpoint(asked, &mut policies);
    policies
}

/// What an organization's policies limit: the caller by its account's, the resource by its owner's.
///
/// Source: AWS Organizations User Guide, "Service control policies" and "Resource control policies": neither limits the
/// management account nor service-linked roles, and service control policies limit users and roles only, not services nor
/// those whom an identity provider vouches for.
fn organization(asked: &Asked<'_>, policies: &mut Policies) {
    let Some(organization) = asked.cloud.organization() else { return };
    if matches!(asked.entity, Entity::Role(role) if role.is_service_linked()) {
        return;
    }
    if !matches!(asked.principal, Principal::Service { .. } | Principal::Federated { .. }) {
        for level in organization.levels(asked.principal.account().as_str()) {
            policies.add_level(Layer::ServiceControl, named(PolicyKind::ServiceControl, &level, level.service_control));
        }
    }
    if asked.resource.is_some() && organization.limits_resources_of(asked.service()) {
        for level in organization.levels(asked.owner()) {
            let of_level = named(PolicyKind::ResourceControl, &level, level.resource_control);
            policies.add_level(Layer::ResourceControl, of_level);
        }
    }
}

/// The policy of the VPC endpoint that the request came through.
fn endpoint(asked: &Asked<'_>, policies: &mut Policies) {
    if let Some(passage) = &asked.endpoint {
        through(passage.endpoint, policies);
    }
}

/// Adds the policy of a VPC endpoint.
pub(super) fn through(endpoint: &Endpoint, policies: &mut Policies) {
    let name = PolicyName { kind: PolicyKind::Endpoint, name: endpoint.id.as_str().into(), holder: Arc::default() };
    policies.add(Layer::Endpoint, Arc::new(name), Arc::clone(&endpoint.policy));
}

fn named<'a>(
    kind: PolicyKind,
    level: &Level<'a>,
    policies: &'a [ControlPolicy],
) -> impl Iterator<Item = (Arc<PolicyName>, Arc<Policy>)> + use<'a> {
    let holder = Arc::clone(level.name);
    policies.iter().map(move |policy| {
        let name = PolicyName { kind, name: policy.name.clone(), holder: Arc::clone(&holder) };
        (Arc::new(name), Arc::clone(&policy.document))
    })
}

/// The policies of whoever asks.
fn principal(asked: &Asked<'_>, policies: &mut Policies) {
    let Some(state) = asked.cloud.account(asked.principal.account()).map(|account| &account.iam) else { return };
    const OWN: (PolicyKind, PolicyKind) = (PolicyKind::Managed, PolicyKind::Inline);
    let boundary = match asked.entity {
        Entity::User(user) => {
            attached(state, &user.policies, &user.name, OWN, policies);
            for group in user.groups.iter().filter_map(|name| state.group(name)) {
                let kinds = (PolicyKind::GroupManaged, PolicyKind::GroupInline);
                attached(state, &group.policies, &group.name, kinds, policies);
            }
            user.boundary.as_ref().map(|boundary| (boundary, &user.name))
        }
        Entity::Role(role) => {
            attached(state, &role.policies, &role.name, OWN, policies);
            role.boundary.as_ref().map(|boundary| (boundary, &role.name))
        }
        Entity::Nobody => None,
    };
    if let Some((arn, holder)) = boundary
        && let Some(policy) = state.managed_document(arn)
    {
        let name = PolicyName { kind: PolicyKind::Boundary, name: arn.clone(), holder: holder.clone() };
        policies.add(Layer::Boundary, Arc::new(name), Arc::clone(policy));
    }
    if let Principal::FederatedUser { user, .. } = asked.principal {
        // Source: IAM User Guide, "Permissions for GetFederationToken": without a session policy it has no permissions.
        policies.close(Layer::Session);
        if user.is_none() {
            root(policies);
        }
    }
    for (name, policy) in sts::session_policies(asked.cloud, asked.principal) {
        let name = PolicyName { kind: PolicyKind::Session, name: name.clone(), holder: Arc::default() };
        policies.add(Layer::Session, Arc::new(name), Arc::clone(policy));
    }
}

/// What root lends to a federated user: it has no policies and may do everything, as this one says.
fn root(policies: &mut Policies) {
    if let Some(everything) = aws_managed("arn:aws:iam::aws:policy/AdministratorAccess") {
        let name =
            PolicyName { kind: PolicyKind::Managed, name: everything.arn.as_str().into(), holder: "root".into() };
        policies.add(Layer::Identity, Arc::new(name), Arc::clone(everything.document()));
    }
}

/// The policies that a user, group or role has.
pub(super) fn attached(
    state: &State,
    attachments: &Attachments,
    holder: &Arc<str>,
    (managed, inline): (PolicyKind, PolicyKind),
    policies: &mut Policies,
) {
    let name = |kind, name: &Arc<str>| Arc::new(PolicyName { kind, name: name.clone(), holder: holder.clone() });
    for arn in &attachments.managed {
        if let Some(policy) = state.managed_document(arn) {
            policies.add(Layer::Identity, name(managed, arn), Arc::clone(policy));
        }
    }
    for (own, policy) in &attachments.inline {
        policies.add(Layer::Identity, name(inline, own), Arc::clone(policy));
    }
}

/// Adds the policy of the resource itself.
pub(super) fn resource(asked: &Asked<'_>, policy: Option<Arc<Policy>>, policies: &mut Policies) {
    if let (Some(policy), Some(resource)) = (policy, asked.resource) {
        let kind = if resource.service() == "iam" { PolicyKind::Trust } else { PolicyKind::Resource };
        let name = PolicyName { kind, name: resource.as_str().into(), holder: Arc::default() };
        policies.add(Layer::Resource, Arc::new(name), policy);
    }
}

/// Adds the policy of the registry that a repository is in: it stands beside the repository's own.
fn registry(asked: &Asked<'_>, policies: &mut Policies) {
    if let Some((name, policy)) = asked.resource.and_then(|resource| ecr::registry_policy(asked.cloud, resource)) {
        let name = PolicyName { kind: PolicyKind::Resource, name, holder: Arc::default() };
        policies.add(Layer::Resource, Arc::new(name), policy);
    }
}

/// The resource's own policy, where its service keeps one.
fn resource_policy(asked: &Asked<'_>) -> Option<Arc<Policy>> {
    let resource = asked.resource?;
    match resource.service() {
        "ecr" => ecr::resource_policy(asked.cloud, resource),
        "lambda" => lambda::resource_policy(asked.cloud, resource),
        "ecr-public" => ecr_public::resource_policy(asked.cloud, resource),
        "kms" => kms::key_policy(asked.cloud, resource),
        "s3" => s3::resource_policy(asked.cloud, resource, asked.principal),
        // A role's trust policy speaks of assuming it, not of managing it.
        "iam" if asked.is_assuming() => {
            let owner = resource.account().parse().ok()?;
            asked.cloud.account(&owner)?.iam.role_by_arn(resource).map(|role| Arc::clone(&role.trust))
        }
        _ => None,
    }
}
