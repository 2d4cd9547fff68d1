//! IAM's evaluation logic: from policies and a request to a decision with its trace.
//! Source: IAM User Guide, "Policy evaluation logic" (single account) and "Cross-account policy evaluation logic".

use std::sync::Arc;

use super::decision::{Decision, Element, NearMiss, Outcome, PolicyKind, PolicyName, Settled, Step, StepKind, Verdict};
use super::policy::{Effect, Policy, PrincipalPattern, ResourcePattern, Statement};
use super::request::{Asker, Request};
use super::state::{Attachments, State};
use crate::cloud::{Account, Cloud, Principal, ecr, sts};

/// A policy that applies to the request, with its name.
pub(super) struct Applied<'a> {
    pub name: PolicyName,
    pub policy: &'a Policy,
}

/// All policies that apply to the request, by kind.
#[derive(Default)]
pub(super) struct Policies<'a> {
    pub resource_control: Vec<Applied<'a>>,
    pub service_control: Vec<Applied<'a>>,
    pub resource: Vec<Applied<'a>>,
    pub identity: Vec<Applied<'a>>,
    pub boundary: Vec<Applied<'a>>,
    pub session: Vec<Applied<'a>>,
}

/// How far a resource policy's `Allow` reaches, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grant {
    /// To the account: its own policies decide.
    Account,
    /// To the role: a boundary and a session policy still limit it.
    Role,
    /// To the user, the session, the service or everyone: nothing else is needed in the same account.
    Direct,
}

/// What one policy says of the request.
#[derive(Default)]
struct Opinion {
    denies: Option<usize>,
    allows: Option<(usize, Grant)>,
    near: Option<NearMiss>,
}

/// The policies that apply, found in the cloud's state.
pub(super) fn collect<'a>(
    cloud: &'a Cloud,
    request: &Request<'a>,
    resource_policy: Option<&'a Policy>,
) -> Policies<'a> {
    let mut policies = Policies::default();
    if let (Some(policy), Some(resource)) = (resource_policy, request.resource) {
        let kind = if resource.service() == "iam" { PolicyKind::Trust } else { PolicyKind::Resource };
        let name = PolicyName { kind, name: resource.as_str().into(), holder: Arc::default() };
        policies.resource.push(Applied { name, policy });
    }
    let Some(state) = cloud.account(request.account()).map(|account: &Account| &account.iam) else { return policies };
    let boundary = match request.asker {
        Asker::User(Some(user)) => {
            let kinds = (PolicyKind::Managed, PolicyKind::Inline);
            attached(state, &user.policies, &user.name, kinds, &mut policies.identity);
            for group in user.groups.iter().filter_map(|name| state.group(name)) {
                let kinds = (PolicyKind::GroupManaged, PolicyKind::GroupInline);
                attached(state, &group.policies, &group.name, kinds, &mut policies.identity);
            }
            user.boundary.as_ref().map(|boundary| (boundary, &user.name))
        }
        Asker::Session(Some(role)) => {
            let kinds = (PolicyKind::Managed, PolicyKind::Inline);
            attached(state, &role.policies, &role.name, kinds, &mut policies.identity);
            role.boundary.as_ref().map(|boundary| (boundary, &role.name))
        }
        _ => None,
    };
    if let Some((arn, holder)) = boundary
        && let Some(policy) = state.managed_document(arn)
    {
        let name = PolicyName { kind: PolicyKind::Boundary, name: arn.clone(), holder: holder.clone() };
        policies.boundary.push(Applied { name, policy });
    }
    for (name, policy) in sts::session_policies(cloud, request.principal) {
        let name = PolicyName { kind: PolicyKind::Session, name: name.clone(), holder: Arc::default() };
        policies.session.push(Applied { name, policy });
    }
    policies
}

fn attached<'a>(
    state: &'a State,
    attachments: &'a Attachments,
    holder: &Arc<str>,
    (managed, inline): (PolicyKind, PolicyKind),
    found: &mut Vec<Applied<'a>>,
) {
    for arn in &attachments.managed {
        if let Some(policy) = state.managed_document(arn) {
            let name = PolicyName { kind: managed, name: arn.clone(), holder: holder.clone() };
            found.push(Applied { name, policy });
        }
    }
    for (name, policy) in &attachments.inline {
        let name = PolicyName { kind: inline, name: name.clone(), holder: holder.clone() };
        found.push(Applied { name, policy });
    }
}

/// The resource's own policy, where its service keeps one.
pub(super) fn resource_policy(cloud: &Cloud, request: &Request<'_>) -> Option<Arc<Policy>> {
    let resource = request.resource?;
    match resource.service() {
        "ecr" => ecr::resource_policy(cloud, resource),
        // A role's trust policy speaks of assuming it, not of managing it.
        "iam" if request.service == "sts" => {
            let owner = resource.account().parse().ok()?;
            cloud.account(&owner)?.iam.role_by_arn(resource).map(|role| Arc::clone(&role.trust))
        }
        _ => None,
    }
}

/// Evaluates the policies in IAM's order.
pub(super) fn evaluate(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    let mut evaluation = Evaluation { steps: Vec::with_capacity(8), settled: None };
    let opinions = |applied: &[Applied<'_>]| applied.iter().map(|a| opinion(a.policy, request)).collect::<Vec<_>>();
    let all = [
        (&policies.service_control, opinions(&policies.service_control)),
        (&policies.resource_control, opinions(&policies.resource_control)),
        (&policies.resource, opinions(&policies.resource)),
        (&policies.identity, opinions(&policies.identity)),
        (&policies.boundary, opinions(&policies.boundary)),
        (&policies.session, opinions(&policies.session)),
    ];
    let [service_control, resource_control, resource, identity, boundary, session] = &all;

    let denied = all.iter().any(|(_, opinions)| opinions.iter().any(|opinion| opinion.denies.is_some()));
    let looked_at = all.iter().flat_map(|(applied, opinions)| applied.iter().zip(opinions));
    let looked_at = looked_at.map(|(applied, opinion)| settled(applied, opinion.denies, None)).collect();
    let verdict = if denied { Verdict::Denies } else { Verdict::NothingDenies };
    evaluation.push(StepKind::ExplicitDeny, verdict, looked_at, denied.then_some(Outcome::ExplicitDeny));

    for (kind, (applied, opinions)) in
        [(StepKind::ResourceControl, resource_control), (StepKind::ServiceControl, service_control)]
    {
        evaluation.limit(kind, applied, opinions);
    }

    if matches!(request.asker, Asker::Root) {
        // Another account's resource is still its owner's to give.
        let settles = (!request.is_cross_account()).then_some(Outcome::Allow);
        evaluation.push(StepKind::RootUser, Verdict::Allows, Vec::new(), settles);
    }

    let grant = resource.1.iter().filter_map(|opinion| opinion.allows).map(|(_, grant)| grant).max();
    let identity_allows = identity.1.iter().any(|opinion| opinion.allows.is_some())
        || (matches!(request.asker, Asker::Root) && request.is_cross_account());
    // A service has no policies of its own: for it the resource's word is all there is.
    let is_service = matches!(request.asker, Asker::Service(_));
    let needs_both = request.is_cross_account() && !is_service;
    // A role is only assumed with the word of its trust policy; other resources of the own account may stay silent.
    let is_trust = request.service == "sts" && request.name.starts_with("assumerole");
    let must_allow = needs_both || is_trust || is_service;
    let settles = match grant {
        // Which of two missing policies AWS names is not documented for every case. Inferred: the caller's own first.
        None if must_allow && (is_service || identity_allows || is_trust) => Some(Outcome::ImplicitDeny),
        Some(Grant::Direct) if !needs_both => Some(Outcome::Allow),
        _ => None,
    };
    let verdict = match grant {
        None if resource.0.is_empty() => Verdict::NotSet,
        None => Verdict::DoesNotAllow,
        Some(Grant::Account) => Verdict::Delegates,
        Some(Grant::Role | Grant::Direct) => Verdict::Allows,
    };
    evaluation.push(StepKind::Resource, verdict, named(resource), settles);

    // A role that the resource's policy names needs no policy of its own, but stays inside its limits.
    let granted_to_role = grant == Some(Grant::Role) && !needs_both;
    let verdict = if identity_allows { Verdict::Allows } else { Verdict::DoesNotAllow };
    let settles = (!identity_allows && !granted_to_role).then_some(Outcome::ImplicitDeny);
    evaluation.push(StepKind::Identity, verdict, named(identity), settles);

    evaluation.limit(StepKind::Boundary, boundary.0, &boundary.1);
    evaluation.limit(StepKind::Session, session.0, &session.1);

    let (outcome, settled_by) = evaluation.settled.unwrap_or_else(|| {
        let by = if granted_to_role && !identity_allows { StepKind::Resource } else { StepKind::Identity };
        (Outcome::Allow, by)
    });
    Decision {
        outcome,
        settled_by,
        principal: request.arn.clone(),
        action: request.action.to_owned(),
        resource: request.resource.cloned(),
        steps: evaluation.steps,
    }
}

fn named((applied, opinions): &(&Vec<Applied<'_>>, Vec<Opinion>)) -> Vec<Settled> {
    let pairs = applied.iter().zip(opinions);
    pairs.map(|(applied, o)| settled(applied, o.allows.map(|(statement, _)| statement), o.near.clone())).collect()
}

fn settled(applied: &Applied<'_>, statement: Option<usize>, near: Option<NearMiss>) -> Settled {
    let sid = statement.and_then(|at| applied.policy.statements.get(at)).and_then(|found| found.sid.clone());
    Settled { policy: applied.name.clone(), statement, sid, near: near.filter(|_| statement.is_none()) }
}

struct Evaluation {
    steps: Vec<Step>,
    settled: Option<(Outcome, StepKind)>,
}

impl Evaluation {
    /// Writes a step; the first that settles the decision ends it, and the rest is not reached.
    fn push(&mut self, kind: StepKind, verdict: Verdict, policies: Vec<Settled>, settles: Option<Outcome>) {
        if self.settled.is_some() {
            self.steps.push(Step { kind, verdict: Verdict::NotReached, policies: Vec::new() });
            return;
        }
        self.steps.push(Step { kind, verdict, policies });
        self.settled = settles.map(|outcome| (outcome, kind));
    }

    /// A step that only limits: where there are such policies, one of them has to allow.
    fn limit(&mut self, kind: StepKind, applied: &[Applied<'_>], opinions: &[Opinion]) {
        let allows = opinions.iter().any(|opinion| opinion.allows.is_some());
        let (verdict, settles) = match (applied.is_empty(), allows) {
            (true, _) => (Verdict::NotSet, None),
            (false, true) => (Verdict::Allows, None),
            (false, false) => (Verdict::DoesNotAllow, Some(Outcome::ImplicitDeny)),
        };
        let pairs = applied.iter().zip(opinions);
        let policies = pairs.map(|(a, o)| settled(a, o.allows.map(|(at, _)| at), o.near.clone())).collect();
        self.push(kind, verdict, policies, settles);
    }
}

/// What a policy says of the request: the first statement that denies, the `Allow` that reaches furthest.
fn opinion(policy: &Policy, request: &Request<'_>) -> Opinion {
    let mut opinion = Opinion::default();
    for (at, statement) in policy.statements.iter().enumerate() {
        if !statement.actions.has(&request.service, &request.name) {
            continue;
        }
        match (fit(statement, request), statement.effect) {
            (Ok(_), Effect::Deny) => opinion.denies = opinion.denies.or(Some(at)),
            (Ok(grant), Effect::Allow) => {
                if opinion.allows.is_none_or(|(_, found)| found < grant) {
                    opinion.allows = Some((at, grant));
                }
            }
            (Err(element), Effect::Allow) => {
                if opinion.near.as_ref().is_none_or(|near| near.element < element) {
                    opinion.near = Some(NearMiss { statement: at, element });
                }
            }
            (Err(_), Effect::Deny) => {}
        }
    }
    opinion
}

/// Whether a statement that names the action fits the rest of the request, and to whom it speaks; else what does not fit.
fn fit(statement: &Statement, request: &Request<'_>) -> Result<Grant, Element> {
    if let Some(resources) = &statement.resources
        && !resources.has(|pattern| names_resource(pattern, request))
    {
        return Err(Element::Resource);
    }
    let grant = match &statement.principals {
        None => Grant::Direct,
        Some(listed) => {
            let named = listed.items.iter().filter_map(|pattern| names_principal(pattern, request)).max();
            match (named, listed.except) {
                (Some(grant), false) => grant,
                (None, true) => Grant::Direct,
                _ => return Err(Element::Principal),
            }
        }
    };
    if statement.conditions.iter().all(|condition| condition.holds(request)) {
        Ok(grant)
    } else {
        Err(Element::Condition)
    }
}

fn names_resource(pattern: &ResourcePattern, request: &Request<'_>) -> bool {
    match (pattern, &request.resource_parts) {
        (ResourcePattern::All, _) => true,
        // An action without resource is asked on `*`, which no ARN names.
        (ResourcePattern::Arn(_), None) => false,
        (ResourcePattern::Arn(parts), Some(resource)) => {
            let variables = |key: &str| request.value(key);
            // From the last part back: it is the one that tells most resources apart.
            parts.iter().zip(resource).rev().all(|(part, text)| part.matches(text, &variables))
        }
    }
}

fn names_principal(pattern: &PrincipalPattern, request: &Request<'_>) -> Option<Grant> {
    let named = match pattern {
        PrincipalPattern::Everyone => Some(Grant::Direct),
        PrincipalPattern::Account(account) => {
            let is_member = !matches!(request.asker, Asker::Service(_));
            (is_member && account.as_ref() == request.account().as_str()).then_some(Grant::Account)
        }
        PrincipalPattern::Arn { arn, .. } if arn.as_ref() == request.arn.as_str() => Some(Grant::Direct),
        PrincipalPattern::Arn { arn, .. } => {
            let is_session = matches!(request.asker, Asker::Session(_));
            (is_session && arn.as_ref() == request.principal_arn().as_str()).then_some(Grant::Role)
        }
        PrincipalPattern::Id(id) => {
            let grant = match request.principal {
                Principal::Session { .. } => Grant::Role,
                _ => Grant::Direct,
            };
            (request.unique_id() == Some(id)).then_some(grant)
        }
        PrincipalPattern::Service(service) => {
            matches!(request.asker, Asker::Service(name) if name == service.as_ref()).then_some(Grant::Direct)
        }
        PrincipalPattern::Foreign { .. } => None,
    };
    // The entity that the ARN named when the policy was saved, not a later one of the same name.
    match pattern {
        PrincipalPattern::Arn { id: Some(id), .. } => named.filter(|_| request.unique_id() == Some(id)),
        _ => named,
    }
}
