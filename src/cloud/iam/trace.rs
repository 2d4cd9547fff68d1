//! A decision with its whole trace: a recorder that keeps what the evaluation tells.

use std::sync::Arc;

use super::decision::{Decision, Fit, NearMiss, Settled, Step, StepKind, Unmet, Verdict};
use super::evaluate::{Applied, Layer, Opinion, Policies, Recorder, evaluate};
use super::policy::Effect;
use super::request::{AskerKind, Request};

/// Evaluates the policies and keeps what each said.
pub(super) fn decide(request: &Request<'_>, policies: &Policies) -> Decision {
    let looks = Vec::with_capacity(policies.iter().len());
    let steps = Vec::with_capacity(STEPS.len());
    let mut trace = Trace { request, looks, has_endpoint: false, fits: Vec::new(), near: None, steps };
    let ruling = evaluate(request, policies, &mut trace);
    trace.not_reached(ruling.settled_by);
    Decision {
        outcome: ruling.outcome,
        settled_by: ruling.settled_by,
        principal: request.asker.arn.clone(),
        action: request.action.to_owned(),
        resource: request.resource.cloned(),
        steps: trace.steps,
    }
}

/// The steps that can be, in their order.
const STEPS: [StepKind; 9] = [
    StepKind::ExplicitDeny,
    StepKind::Endpoint,
    StepKind::ResourceControl,
    StepKind::ServiceControl,
    StepKind::RootUser,
    StepKind::Resource,
    StepKind::Identity,
    StepKind::Boundary,
    StepKind::Session,
];

struct Trace<'a> {
    request: &'a Request<'a>,
    /// Of the policies whose own step is still to come.
    looks: Vec<Look>,
    has_endpoint: bool,
    /// Of the policy that is being read.
    fits: Vec<Fit>,
    near: Option<NearMiss>,
    steps: Vec<Step>,
}

/// What was seen in one policy.
struct Look {
    layer: Layer,
    denies: Option<usize>,
    settled: Settled,
}

impl Recorder for Trace<'_> {
    const KEEPS: bool = true;

    fn statement(&mut self, at: usize, effect: Effect, fit: Fit, unmet: Option<usize>) {
        self.fits.push(fit);
        if let Fit::Differs(element) = fit
            && effect == Effect::Allow
            && self.near.as_ref().is_none_or(|near| near.element < element)
        {
            let condition = unmet.map(|condition| Box::new(Unmet { condition, found: Vec::new() }));
            self.near = Some(NearMiss { statement: at, element, condition });
        }
    }

    fn policy(&mut self, applied: &Applied, opinion: Opinion) {
        let statement = opinion.allows.map(|(at, _)| at);
        let mut near = self.near.take().filter(|_| statement.is_none());
        if let Some(near) = &mut near {
            self.complete(near, applied);
        }
        let statements = self.fits.as_slice().into();
        self.fits.clear();
        let settled = Settled {
            policy: Arc::clone(&applied.name),
            document: Arc::clone(&applied.policy),
            sid: sid(applied, statement),
            statement,
            near,
            statements,
        };
        self.has_endpoint |= applied.layer == Layer::Endpoint;
        self.looks.push(Look { layer: applied.layer, denies: opinion.denies, settled });
    }

    fn step(&mut self, kind: StepKind, verdict: Verdict) {
        let policies = match kind {
            StepKind::ExplicitDeny => self.looks.iter().map(Look::denying).collect(),
            kind => {
                let mut of_this_kind = Vec::with_capacity(self.looks.len());
                let own = self.looks.extract_if(.., |look| step_of(look.layer) == kind);
                of_this_kind.extend(own.map(|look| look.settled));
                of_this_kind
            }
        };
        self.steps.push(Step { kind, verdict, policies });
    }
}

impl Trace<'_> {
    /// Adds what the request carries for the condition that did not hold.
    fn complete(&self, near: &mut NearMiss, applied: &Applied) {
        let statement = applied.policy.statements.get(near.statement);
        if let Some(unmet) = &mut near.condition
            && let Some(condition) = statement.and_then(|statement| statement.conditions.get(unmet.condition))
        {
            unmet.found = self.request.keys.values(condition.key()).iter().map(str::to_owned).collect();
        }
    }

    /// The steps behind the one that settled it.
    fn not_reached(&mut self, settled_by: StepKind) {
        if settled_by == StepKind::Unconditional {
            return;
        }
        let is_root = self.request.asker.kind == AskerKind::Root;
        let last = self.steps.last().map_or(settled_by, |step| step.kind);
        let taken = |kind: StepKind| match kind {
            StepKind::RootUser => is_root,
            StepKind::Endpoint => self.has_endpoint,
            _ => true,
        };
        let rest = STEPS.into_iter().filter(|kind| *kind > last && taken(*kind));
        self.steps.extend(rest.map(|kind| Step { kind, verdict: Verdict::NotReached, policies: Vec::new() }));
    }
}

impl Look {
    /// For the step that looks for an explicit deny.
    fn denying(&self) -> Settled {
        let statement = self.denies;
        let sid = statement.and_then(|at| self.settled.document.statements.get(at)).and_then(|found| found.sid.clone());
        Settled {
            policy: Arc::clone(&self.settled.policy),
            document: Arc::clone(&self.settled.document),
            statement,
            sid,
            near: None,
            statements: Arc::clone(&self.settled.statements),
        }
    }
}

fn sid(applied: &Applied, statement: Option<usize>) -> Option<Arc<str>> {
    applied.policy.statements.get(statement?)?.sid.clone()
}

fn step_of(layer: Layer) -> StepKind {
    match layer {
        Layer::ServiceControl => StepKind::ServiceControl,
        Layer::ResourceControl => StepKind::ResourceControl,
        Layer::Resource => StepKind::Resource,
        Layer::Identity => StepKind::Identity,
        Layer::Boundary => StepKind::Boundary,
        Layer::Session => StepKind::Session,
        Layer::Endpoint => StepKind::Endpoint,
    }
}
