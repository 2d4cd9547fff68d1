//! `evaluate iam`: whether IAM allows a request, by the policies that stand beside it.

use serde_json::{Value, json};

use super::Answer;
use crate::cloud::iam::{Case, CaseError, Decision, Element, Outcome, Settled, Step, StepKind, Verdict};
use crate::text::{Message, Words};

/// Answers a question with `allow`, `implicitDeny` or `explicitDeny` and the trace of the decision.
pub fn iam(question: &str, words: &Words) -> Answer {
    match Case::parse(question) {
        Ok(case) => {
            let decision = case.decide();
            Answer::of(&json!({"id": case.id, "decision": outcome(decision.outcome), "trace": trace(&decision)}))
        }
        Err(why) => Answer::error(question, &reason(why), words),
    }
}

fn reason(why: CaseError) -> Message {
    match why {
        CaseError::Json(reason) => Message::new("evaluate-json").with("reason", reason),
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
        if let Some(near) = &settled.near {
            let element = match near.element {
                Element::Resource => "resource",
                Element::Principal => "principal",
                Element::Condition => "condition",
            };
            told.insert("near".to_owned(), json!({"statement": near.statement, "differs": element}));
        }
    }
    told
}

fn step_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::ExplicitDeny => "explicitDeny",
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
