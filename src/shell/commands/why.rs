//! `why`: the last denial, explained step by step from IAM's own trace. Only the game has this command.

use super::{Command, Example, Io};
use crate::cloud::iam::{Decision, Element, PolicyKind, Settled, Step, StepKind, Verdict};
use crate::cloud::{Event, RequestEvent};
use crate::text::Words;

pub(super) const WHY: Command = Command {
    name: "why",
    usage: "why",
    run,
    examples: &[Example { line: "why", shows: "nothing was denied so far\n" }],
};

fn run(io: &mut Io<'_>) -> i32 {
    let text = match io.world.cloud.trail().last_denial() {
        None => io.words.get("why-nothing") + "\n",
        Some((event, request)) => match request.denial() {
            Some(decision) => explain(io.words, event, request, decision),
            None => return 0,
        },
    };
    io.print(text);
    0
}

fn explain(words: &Words, event: &Event, request: &RequestEvent, decision: &Decision) -> String {
    let resource = decision.resource.as_ref().map_or("*", |resource| resource.as_str());
    let mut lines = vec![
        words.with(
            "why-asked",
            &[
                ("principal", decision.principal.as_str().into()),
                ("action", decision.action.as_str().into()),
                ("resource", resource.into()),
            ],
        ),
        words.with(
            "why-request",
            &[
                ("number", event.number.into()),
                ("operation", format!("{}:{}", request.service.name(), request.operation).into()),
                ("time", event.time.to_string().into()),
            ],
        ),
        String::new(),
    ];
    for (at, step) in decision.steps.iter().filter(|step| said(step)).enumerate() {
        lines.push(format!("{}. {}: {}", at + 1, words.get(step_key(step.kind)), words.get(verdict_key(step.verdict))));
        lines.extend(step.policies.iter().map(|policy| format!("     {}", looked_at(words, step, policy))));
    }
    lines.push(String::new());
    let conclusion = match decision.outcome {
        crate::cloud::iam::Outcome::ExplicitDeny => "why-explicit",
        _ => "why-implicit",
    };
    lines.push(words.with(conclusion, &[("action", decision.action.as_str().into()), ("resource", resource.into())]));
    lines.join("\n") + "\n"
}

/// Whether there is anything to say about a step: it was reached, and there are policies of its kind.
fn said(step: &Step) -> bool {
    !matches!(step.verdict, Verdict::NotSet | Verdict::NotReached)
}

/// A policy that was looked at, and which statement of it matched.
fn looked_at(words: &Words, step: &Step, settled: &Settled) -> String {
    let policy = format!("{} `{}`", words.get(policy_key(settled.policy.kind)), settled.policy.name);
    let Some(statement) = settled.statement else {
        let Some(near) = &settled.near else { return words.with("why-no-statement", &[("policy", policy.into())]) };
        let key = match near.element {
            Element::Principal => "why-near-principal",
            Element::Resource => "why-near-resource",
            Element::Condition => "why-near-condition",
        };
        return words.with(key, &[("policy", policy.into()), ("statement", (near.statement + 1).into())]);
    };
    let sid = settled.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    let key = if step.verdict == Verdict::Denies { "why-statement-denies" } else { "why-statement-allows" };
    words.with(key, &[("policy", policy.into()), ("statement", (statement + 1).into()), ("sid", sid.into())])
}

fn step_key(kind: StepKind) -> &'static str {
    match kind {
        StepKind::ExplicitDeny => "why-step-explicit-deny",
        StepKind::ResourceControl => "why-step-resource-control",
        StepKind::ServiceControl => "why-step-service-control",
        StepKind::RootUser => "why-step-root-user",
        StepKind::Resource => "why-step-resource",
        StepKind::Identity => "why-step-identity",
        StepKind::Boundary => "why-step-boundary",
        StepKind::Session => "why-step-session",
    }
}

fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotSet => "why-verdict-not-set",
        Verdict::Allows => "why-verdict-allows",
        Verdict::Delegates => "why-verdict-delegates",
        Verdict::DoesNotAllow => "why-verdict-does-not-allow",
        Verdict::Denies => "why-verdict-denies",
        Verdict::NothingDenies => "why-verdict-nothing-denies",
        Verdict::NotReached => "why-verdict-not-reached",
    }
}

fn policy_key(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Inline => "why-policy-inline",
        PolicyKind::Managed => "why-policy-managed",
        PolicyKind::GroupInline => "why-policy-group-inline",
        PolicyKind::GroupManaged => "why-policy-group-managed",
        PolicyKind::Resource => "why-policy-resource",
        PolicyKind::Trust => "why-policy-trust",
        PolicyKind::Boundary => "why-policy-boundary",
        PolicyKind::Session => "why-policy-session",
        PolicyKind::ServiceControl => "why-policy-service-control",
        PolicyKind::ResourceControl => "why-policy-resource-control",
    }
}
