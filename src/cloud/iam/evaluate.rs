//! IAM's evaluation logic: from policies and a request to an outcome.
//! Source: IAM User Guide, "Policy evaluation logic" (single account) and "Cross-account policy evaluation logic".
//!
//! What happens on the way is told to a [`Recorder`]. With [`Silent`] nothing is kept and nothing allocated.

use std::sync::Arc;

use super::arn_pattern::split_arn;
use super::decision::{Element, Fit, Outcome, PolicyName, StepKind, Verdict};
use super::policy::{Effect, Listed, Policy, PrincipalPattern, ResourcePattern, Statement};
use super::request::{AskerKind, Request};

/// A policy that applies to the request, with its name.
#[derive(Clone, Debug)]
pub(super) struct Applied {
    pub layer: Layer,
    /// In an organization: the number of the level from the root down.
    level: usize,
    pub name: Arc<PolicyName>,
    pub policy: Arc<Policy>,
}

/// Which part policies have in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    ServiceControl,
    ResourceControl,
    Resource,
    Identity,
    Boundary,
    Session,
    Endpoint,
}

/// All policies that apply to the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Policies {
    applied: Vec<Applied>,
    /// How many levels of an organization there are to allow it.
    service_control_levels: usize,
    resource_control_levels: usize,
    /// The layer that allows nothing, though there is no policy.
    closed: Option<Layer>,
}

impl Policies {
    pub fn add(&mut self, layer: Layer, name: Arc<PolicyName>, policy: Arc<Policy>) {
        self.applied.push(Applied { layer, level: 0, name, policy });
    }

    /// Adds one level of an organization, from the root down. A level without policies allows nothing.
    pub fn add_level(&mut self, layer: Layer, policies: impl IntoIterator<Item = (Arc<PolicyName>, Arc<Policy>)>) {
        let levels = match layer {
            Layer::ResourceControl => &mut self.resource_control_levels,
            _ => &mut self.service_control_levels,
        };
        let level = *levels;
        *levels += 1;
        let level = policies.into_iter().map(|(name, policy)| Applied { layer, level, name, policy });
        self.applied.extend(level);
    }

    /// Lets a layer allow nothing but what its policies do, also when it has none.
    pub fn close(&mut self, layer: Layer) {
        self.closed = Some(layer);
    }

    /// Takes a layer's policies away.
    pub fn remove(&mut self, layer: Layer) {
        match layer {
            Layer::ServiceControl => self.service_control_levels = 0,
            Layer::ResourceControl => self.resource_control_levels = 0,
            _ => {}
        }
        self.applied.retain(|applied| applied.layer != layer);
    }

    /// Takes all other layers' policies away.
    pub fn keep(&mut self, layer: Layer) {
        self.applied.retain(|applied| applied.layer == layer);
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Applied> {
        self.applied.iter()
    }

    fn levels(&self, layer: Layer) -> usize {
        match layer {
            Layer::ServiceControl => self.service_control_levels,
            Layer::ResourceControl => self.resource_control_levels,
            _ => usize::from(self.closed == Some(layer) || self.has(layer)),
        }
    }

    fn has(&self, layer: Layer) -> bool {
        self.applied.iter().any(|applied| applied.layer == layer)
    }
}

/// How far a resource policy's `Allow` reaches, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grant {
    /// To the account: its own policies decide.
    Account,
    /// To the role of a session, or the user behind a federated one: a boundary and a session policy still limit it.
    Lent,
    /// To the user, the session, the service or everyone: nothing else is needed in the same account.
    Direct,
}

/// What one policy says of the request: the first statement that denies, the `Allow` that reaches furthest.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opinion {
    pub denies: Option<usize>,
    pub allows: Option<(usize, Grant)>,
}

/// How a decision ends, and the step that settled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ruling {
    pub outcome: Outcome,
    pub settled_by: StepKind,
}

/// Whoever wants to know how a decision came about.
pub(super) trait Recorder {
    /// Whether every policy is to be looked at, also after one that denies.
    const KEEPS: bool;

    /// A statement was compared; `unmet` is the number of the condition that does not hold.
    fn statement(&mut self, at: usize, effect: Effect, fit: Fit, unmet: Option<usize>);

    /// The policy whose statements were compared last says this.
    fn policy(&mut self, policy: &Applied, opinion: Opinion);

    /// A step of the evaluation was taken.
    fn step(&mut self, kind: StepKind, verdict: Verdict);
}

/// Nobody wants to know.
pub(super) struct Silent;

impl Recorder for Silent {
    const KEEPS: bool = false;

    fn statement(&mut self, _: usize, _: Effect, _: Fit, _: Option<usize>) {}

    fn policy(&mut self, _: &Applied, _: Opinion) {}

    fn step(&mut self, _: StepKind, _: Verdict) {}
}

/// What all policies of one layer say together.
#[derive(Clone, Copy, Default)]
struct Tally {
    allows: Option<Grant>,
    /// How many levels allow it; the policies of one level stand together.
    levels: usize,
    last_level: Option<usize>,
}

impl Tally {
    fn add(&mut self, level: usize, opinion: Opinion) {
        let Some((_, grant)) = opinion.allows else { return };
        self.allows = self.allows.max(Some(grant));
        if self.last_level != Some(level) {
            self.last_level = Some(level);
            self.levels += 1;
        }
    }
}

/// The tallies of all layers.
#[derive(Default)]
struct Tallies {
    service_control: Tally,
    resource_control: Tally,
    resource: Tally,
    identity: Tally,
    boundary: Tally,
    session: Tally,
    endpoint: Tally,
}

impl Tallies {
    fn of(&mut self, layer: Layer) -> &mut Tally {
        match layer {
            Layer::ServiceControl => &mut self.service_control,
            Layer::ResourceControl => &mut self.resource_control,
            Layer::Resource => &mut self.resource,
            Layer::Identity => &mut self.identity,
            Layer::Boundary => &mut self.boundary,
            Layer::Session => &mut self.session,
            Layer::Endpoint => &mut self.endpoint,
        }
    }
}

/// Evaluates the policies in IAM's order; the first step that settles it ends it.
pub(super) fn evaluate<R: Recorder>(request: &Request<'_>, policies: &Policies, recorder: &mut R) -> Ruling {
    use Outcome::{Allow, ExplicitDeny, ImplicitDeny};

    if request.needs_no_permission() {
        recorder.step(StepKind::Unconditional, Verdict::Allows);
        return Ruling { outcome: Allow, settled_by: StepKind::Unconditional };
    }
    let has_boundary = policies.has(Layer::Boundary);
    let mut tallies = Tallies::default();
    let mut denied = false;
    for applied in policies.iter() {
        let opinion = opinion(&applied.policy, request, has_boundary, recorder);
        recorder.policy(applied, opinion);
        tallies.of(applied.layer).add(applied.level, opinion);
        denied |= opinion.denies.is_some();
        if denied && !R::KEEPS {
            return Ruling { outcome: ExplicitDeny, settled_by: StepKind::ExplicitDeny };
        }
    }
    let mut step = |kind, verdict, settles: Option<Outcome>| {
        recorder.step(kind, verdict);
        settles.map(|outcome| Ruling { outcome, settled_by: kind })
    };
    // A step that only limits: where there are such policies, each level has to allow.
    let limit = |layer: Layer, tally: &Tally| match policies.levels(layer) {
        0 => (Verdict::NotSet, None),
        levels if tally.levels == levels => (Verdict::Allows, None),
        _ => (Verdict::DoesNotAllow, Some(ImplicitDeny)),
    };

    let verdict = if denied { Verdict::Denies } else { Verdict::NothingDenies };
    if let Some(ruling) = step(StepKind::ExplicitDeny, verdict, denied.then_some(ExplicitDeny)) {
        return ruling;
    }
    // Source: Amazon VPC, "Control access to VPC endpoints using endpoint policies": it replaces no other policy, all have
    // to allow.
    if policies.has(Layer::Endpoint) {
        let (verdict, settles) = limit(Layer::Endpoint, &tallies.endpoint);
        if let Some(ruling) = step(StepKind::Endpoint, verdict, settles) {
            return ruling;
        }
    }
    for (kind, (verdict, settles)) in [
        (StepKind::ResourceControl, limit(Layer::ResourceControl, &tallies.resource_control)),
        (StepKind::ServiceControl, limit(Layer::ServiceControl, &tallies.service_control)),
    ] {
        if let Some(ruling) = step(kind, verdict, settles) {
            return ruling;
        }
    }

    let is_root = request.asker.kind == AskerKind::Root;
    let needs_both = request.is_cross_account && !request.asker.kind.has_no_policies();
    let must_allow = needs_both || request.needs_the_resources_word();
    if is_root {
        let (verdict, settles) = match (request.is_assuming(), must_allow) {
            // Roles may not be assumed by root users.
            (true, _) => (Verdict::DoesNotAllow, Some(ImplicitDeny)),
            // Another account's resource is still its owner's to give.
            (false, true) => (Verdict::Allows, None),
            (false, false) => (Verdict::Allows, Some(Allow)),
        };
        if let Some(ruling) = step(StepKind::RootUser, verdict, settles) {
            return ruling;
        }
    }

    let grant = tallies.resource.allows;
    let identity_allows = tallies.identity.allows.is_some() || is_root;
    let verdict = match grant {
        None if !policies.has(Layer::Resource) => Verdict::NotSet,
        None => Verdict::DoesNotAllow,
        Some(Grant::Account) => Verdict::Delegates,
        Some(Grant::Lent | Grant::Direct) => Verdict::Allows,
    };
    let settles = match grant {
        // Which of two missing policies AWS names is not documented for every case. Inferred: the caller's own first.
        None if must_allow && (identity_allows || !needs_both || request.is_assuming()) => Some(ImplicitDeny),
        Some(Grant::Direct) if !needs_both => Some(Allow),
        _ => None,
    };
    if let Some(ruling) = step(StepKind::Resource, verdict, settles) {
        return ruling;
    }

    // A role that the resource's policy names needs no policy of its own, but stays inside its limits.
    let granted_to_lender = grant == Some(Grant::Lent) && !needs_both;
    let verdict = if identity_allows { Verdict::Allows } else { Verdict::DoesNotAllow };
    let settles = (!identity_allows && !granted_to_lender).then_some(ImplicitDeny);
    if let Some(ruling) = step(StepKind::Identity, verdict, settles) {
        return ruling;
    }
    for (kind, (verdict, settles)) in [
        (StepKind::Boundary, limit(Layer::Boundary, &tallies.boundary)),
        (StepKind::Session, limit(Layer::Session, &tallies.session)),
    ] {
        if let Some(ruling) = step(kind, verdict, settles) {
            return ruling;
        }
    }
    let settled_by = if granted_to_lender && !identity_allows { StepKind::Resource } else { StepKind::Identity };
    Ruling { outcome: Allow, settled_by }
}

/// What the policies of one layer say for themselves; none where there are none.
pub(super) fn says(request: &Request<'_>, policies: &Policies, layer: Layer) -> Option<Outcome> {
    let levels = policies.levels(layer);
    let has_boundary = policies.has(Layer::Boundary);
    let mut tally = Tally::default();
    for applied in policies.iter().filter(|applied| applied.layer == layer) {
        let opinion = opinion(&applied.policy, request, has_boundary, &mut Silent);
        if opinion.denies.is_some() {
            return Some(Outcome::ExplicitDeny);
        }
        tally.add(applied.level, opinion);
    }
    let all = if tally.levels == levels { Outcome::Allow } else { Outcome::ImplicitDeny };
    (levels > 0).then_some(all)
}

fn opinion<R: Recorder>(policy: &Policy, request: &Request<'_>, has_boundary: bool, recorder: &mut R) -> Opinion {
    let mut opinion = Opinion::default();
    for (at, statement) in policy.statements.iter().enumerate() {
        if !statement.actions.has(request.service, request.name) {
            recorder.statement(at, statement.effect, Fit::OtherAction, None);
            continue;
        }
        let grant = match fit(statement, request, has_boundary) {
            Ok(grant) => grant,
            Err((element, unmet)) => {
                recorder.statement(at, statement.effect, Fit::Differs(element), unmet);
                continue;
            }
        };
        recorder.statement(at, statement.effect, Fit::Matches, None);
        match statement.effect {
            Effect::Deny => {
                opinion.denies = opinion.denies.or(Some(at));
                if !R::KEEPS {
                    break;
                }
            }
            Effect::Allow if opinion.allows.is_none_or(|(_, found)| found < grant) => {
                opinion.allows = Some((at, grant));
            }
            Effect::Allow => {}
        }
    }
    opinion
}

/// Whether a statement that names the action fits the rest of the request, and to whom it speaks; else what does not fit,
/// and for a condition its number.
fn fit(statement: &Statement, request: &Request<'_>, has_boundary: bool) -> Result<Grant, (Element, Option<usize>)> {
    if let Some(resources) = &statement.resources
        && !resources.has(|pattern| names_resource(pattern, request))
    {
        return Err((Element::Resource, None));
    }
    let grant = match &statement.principals {
        None => Grant::Direct,
        Some(listed) if listed.except => {
            // Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal": with a boundary, such a deny always
            // applies.
            let is_spared = match statement.effect {
                Effect::Deny => !has_boundary && spares(listed, request),
                // Not supported by AWS any more. Whoever is named in any way is not allowed.
                Effect::Allow => listed.items.iter().any(|pattern| names_principal(pattern, request).is_some()),
            };
            if is_spared {
                return Err((Element::Principal, None));
            }
            Grant::Direct
        }
        Some(listed) => {
            let named = listed.items.iter().filter_map(|pattern| names_principal(pattern, request)).max();
            named.ok_or((Element::Principal, None))?
        }
    };
    let unmet = statement.conditions.iter().position(|condition| !condition.holds(request.keys));
    unmet.map_or(Ok(grant), |unmet| Err((Element::Condition, Some(unmet))))
}

fn names_resource(pattern: &ResourcePattern, request: &Request<'_>) -> bool {
    match (pattern, &request.resource_parts) {
        (ResourcePattern::All, _) => true,
        // An action without resource is asked on `*`, which no ARN names.
        (ResourcePattern::Arn(_), None) => false,
        (ResourcePattern::Arn(pattern), Some(resource)) => pattern.matches(resource, request.keys),
    }
}

fn names_principal(pattern: &PrincipalPattern, request: &Request<'_>) -> Option<Grant> {
    let asker = &request.asker;
    let named = match pattern {
        PrincipalPattern::Everyone => Some(Grant::Direct),
        PrincipalPattern::Account(account) => {
            (!asker.kind.has_no_policies() && account.as_ref() == asker.account).then_some(Grant::Account)
        }
        PrincipalPattern::Arn { arn, .. } if arn.as_ref() == asker.arn.as_str() => Some(Grant::Direct),
        PrincipalPattern::Arn { arn, .. } => lends_to(arn, request).then_some(Grant::Lent),
        PrincipalPattern::Id(id) => {
            let grant = if asker.kind.is_borrowing() { Grant::Lent } else { Grant::Direct };
            (asker.unique_id == Some(id)).then_some(grant)
        }
        PrincipalPattern::Service(service) => (asker.kind == AskerKind::Service(service)).then_some(Grant::Direct),
        PrincipalPattern::Federated(name) => (asker.kind == AskerKind::Federated(name)).then_some(Grant::Direct),
        PrincipalPattern::Foreign { .. } => None,
    };
    // The entity that the ARN named when the policy was saved, not a later one of the same name.
    match pattern {
        PrincipalPattern::Arn { id: Some(id), .. } => named.filter(|_| asker.unique_id == Some(id)),
        _ => named,
    }
}

/// Whether an ARN names the role of the session that asks, or the user who lends a federated user its permissions. Names
/// are unique in an account, whatever the path.
fn lends_to(arn: &str, request: &Request<'_>) -> bool {
    let asker = &request.asker;
    let own = asker.lender.as_str();
    if !asker.kind.is_borrowing() {
        return false;
    }
    let name = |arn: &str| arn.rfind('/').map_or(0, |slash| slash + 1);
    arn == own || (arn.get(name(arn)..) == own.get(name(own)..) && split_arn(arn).get(..5) == split_arn(own).get(..5))
}

/// Whether `NotPrincipal` leaves the caller alone: all that it is must be named, its account too.
/// Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
fn spares(listed: &Listed<PrincipalPattern>, request: &Request<'_>) -> bool {
    let named = |grant: Grant| listed.items.iter().any(|pattern| names_principal(pattern, request) == Some(grant));
    if listed.items.contains(&PrincipalPattern::Everyone) {
        return true;
    }
    match request.asker.kind {
        AskerKind::Root => named(Grant::Account),
        AskerKind::User => named(Grant::Direct) && named(Grant::Account),
        AskerKind::Session | AskerKind::FederatedUser => {
            named(Grant::Direct) && named(Grant::Lent) && named(Grant::Account)
        }
        AskerKind::Federated(_) | AskerKind::Service(_) => named(Grant::Direct),
    }
}
