//! `evaluate iam`: whether IAM allows a request, by the policies that stand beside it.

use serde_json::{Value, json};

use super::Answer;
use super::form::{self, Field, Shape};
use crate::cloud::iam::{Case, CaseError, Decision, Element, Fit, NearMiss, Outcome, Settled, Step, StepKind, Verdict};
use crate::text::{Message, Words};

const LEVELS: Shape = Shape::List(&Shape::List(&Shape::Anything));
/// What a question to IAM has.
const FORM: &[Field] = &[
    Field::optional("id", Shape::Anything),
    Field::needed("principal", Shape::Text),
    Field::needed("action", Shape::Text),
    Field::optional("resource", Shape::Text),
    Field::optional("resource_account", Shape::Text),
    Field::optional("context", Shape::Object),
    Field::optional("identity", Shape::List(&Shape::Anything)),
    Field::optional("resource_policy", Shape::Anything),
    Field::optional("boundary", Shape::Anything),
    Field::optional("session", Shape::Anything),
    Field::optional("scp", LEVELS),
    Field::optional("rcp", LEVELS),
];

/// Answers a question with `allow`, `implicitDeny` or `explicitDeny` and the trace of the decision.
pub fn iam(question: &str, words: &Words) -> Answer {
    if let Some(misspelt) = form::misspelt(question, FORM) {
        return Answer::error(question, &misspelt, words);
    }
    match Case::parse(question) {
        Ok(case) => {
            let decision = case.decide();
            Answer::of(&json!({"id": case.id, "decision": outcome(decision.outcome), "trace": trace(&decision)}))
        }
        Err(why) => Answer::error(question, &reason(why, question, words), words),
    }
}

fn reason(why: CaseError, question: &str, words: &Words) -> Message {
    match why {
        CaseError::Form => form::explain(question, FORM, words),
        CaseError::Principal(principal) => Message::new("evaluate-principal").with("principal", principal),
        CaseError::Action(action) => Message::new("evaluate-action").with("action", action),
        CaseError::Resource(resource) => Message::new("evaluate-resource").with("resource", resource),
        CaseError::Account(account) => Message::new("evaluate-account").with("account", account),
        CaseError::Policy { place, error } => Message::new("evaluate-policy")
            .with("policy", place)
            .with("code", error.code.as_ref())
            .with("message", error.message),
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => "allow",
        Outcome::ImplicitDeny => "implicitDeny",
        Outcome::ExplicitDeny => "explicitDeny",
    }
}

/// Each step with what it found; the one that settled it says so.
fn trace(decision: &Decision) -> Value {
    let step = |step: &Step| {
        let mut told = json!({"step": step_name(step.kind), "verdict": verdict(step.verdict)});
        if let Some(told) = told.as_object_mut() {
            if step.kind == decision.settled_by {
                told.insert("settles".to_owned(), outcome(decision.outcome).into());
            }
            if !step.policies.is_empty() {
                told.insert("policies".to_owned(), step.policies.iter().map(policy).collect());
            }
        }
        told
    };
    decision.steps.iter().filter(|step| step.verdict != Verdict::NotReached).map(step).collect()
}

fn policy(settled: &Settled) -> Value {
    let mut told = json!({"policy": settled.policy.name.as_ref()});
    if let Some(told) = told.as_object_mut() {
        if let Some(statement) = settled.statement {
            told.insert("statement".to_owned(), statement.into());
        }
        if let Some(sid) = &settled.sid {
            told.insert("sid".to_owned(), sid.as_ref().into());
        }
        told.insert("statements".to_owned(), settled.statements.iter().map(|fit| self::fit(*fit)).collect());
        if let Some(near) = &settled.near {
            told.insert("near".to_owned(), near_miss(settled, near));
        }
    }
    told
}

/// How a statement fits: `matches`, or the first element that does not.
fn fit(fit: Fit) -> &'static str {
    match fit {
        Fit::Matches => "matches",
        Fit::OtherAction => "action",
        Fit::Differs(element) => self::element(element),
    }
}

fn element(element: Element) -> &'static str {
    match element {
        Element::Resource => "resource",
        Element::Principal => "principal",
        Element::Condition => "condition",
    }
}

fn near_miss(settled: &Settled, near: &NearMiss) -> Value {
    let mut told = json!({"statement": near.statement, "differs": element(near.element)});
    if let Some(told) = told.as_object_mut()
        && let Some(unmet) = near.condition.as_deref()
        && let Some(condition) = settled.document.condition(near.statement, unmet.condition)
    {
        told.insert("operator".to_owned(), condition.operator.into());
        told.insert("key".to_owned(), condition.key.into());
        told.insert("values".to_owned(), condition.values.into());
        told.insert("found".to_owned(), unmet.found.clone().into());
    }
    told
}

fn step_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Unconditional => "unconditional",
        StepKind::ExplicitDeny => "explicitDeny",
        StepKind::Endpoint => "endpointPolicy",
        StepKind::ResourceControl => "resourceControlPolicies",
        StepKind::ServiceControl => "serviceControlPolicies",
        StepKind::RootUser => "rootUser",
        StepKind::Resource => "resourcePolicy",
        StepKind::Identity => "identityPolicies",
        StepKind::Boundary => "permissionsBoundary",
        StepKind::Session => "sessionPolicy",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotSet => "notSet",
        Verdict::Allows => "allows",
        Verdict::Delegates => "delegates",
        Verdict::DoesNotAllow => "doesNotAllow",
        Verdict::Denies => "denies",
        Verdict::NothingDenies => "nothingDenies",
        Verdict::NotReached => "notReached",
    }
}
