//! `why`: the last request that was denied or did not arrive, the credentials that a registry outside did not take, or the
//! function that does not work since, explained step by step from IAM's and the network's own traces; `why lifecycle`: what a
//! lifecycle policy does, rule by rule; `why pod`: what a pod waits for. Only the game has this command.

use std::collections::BTreeSet;

mod function;

use super::{Command, Example, Io};
use crate::cloud::ecr::StoredRepository as Repository;
use crate::cloud::ecr::lifecycle::{candidates, evaluate};
use crate::cloud::iam::{
    ConditionText, Decision, Element, Outcome, PolicyKind, PolicyName, Settled, Step, StepKind, Verdict,
};
use crate::cloud::net::Leg;
use crate::cloud::{Cloud, Event, EventKind, Origin, RequestEvent};
use crate::shell::{lifecycle as rules, outside};
use crate::text::Words;

pub(super) const WHY: Command = Command {
    name: "why",
    usage: "why [lifecycle REPOSITORY | pod NAME]",
    run,
    examples: &[Example { line: "why", shows: "nothing was denied so far\n" }],
};

fn run(io: &mut Io<'_>) -> i32 {
    match io.args {
        [] => denial(io),
        [what, repository] if what == "lifecycle" => lifecycle(io, repository),
        [what, name] if matches!(what.as_str(), "pod" | "pods" | "po") => pod(io, name),
        [word] if word.starts_with("pod/") => pod(io, word.trim_start_matches("pod/")),
        _ => {
            io.eprint(format!("usage: {}\n", WHY.usage));
            2
        }
    }
}

/// The policy in force and the preview of a repository of this name, in every account and region that has one.
fn lifecycle(io: &mut Io<'_>, name: &str) -> i32 {
    let words = io.words;
    let now = io.world.cloud.now();
    let all: Vec<&Repository> = io
        .world
        .cloud
        .accounts()
        .flat_map(|account| account.regions().flat_map(|(_, regional)| regional.ecr.repositories()))
        .collect();
    let mut parts = Vec::new();
    for repository in all.iter().filter(|repository| repository.name == name) {
        let args = [("name", name.into())];
        let explain = |title, policy, evaluation| {
            let mut lines = vec![words.with(title, &args), String::new()];
            lines.extend(rules::explain(words, repository, policy, evaluation, now));
            lines.join("\n") + "\n"
        };
        let preview = repository.preview.as_ref().and_then(|preview| Some((preview, preview.result.as_ref()?)));
        if let Some((preview, result)) = preview {
            parts.push(explain("lifecycle-previewed", &preview.policy, &result.evaluation));
        }
        if let Some(attached) = &repository.lifecycle {
            let evaluation = evaluate(&attached.policy, &candidates(repository), now);
            parts.push(explain("lifecycle-in-force", &attached.policy, &evaluation));
        }
        if parts.is_empty() {
            parts.push(words.with("lifecycle-no-policy", &args) + "\n");
        }
    }
    if parts.is_empty() {
        let list: BTreeSet<String> = all.iter().map(|repository| format!("`{}`", repository.name)).collect();
        let key = if list.is_empty() { "lifecycle-no-repository-at-all" } else { "lifecycle-no-repository" };
        let list = list.into_iter().collect::<Vec<_>>().join(", ");
        let text = words.with(key, &[("name", name.into()), ("list", list.into())]);
        io.eprint(format!("why: {text}\n"));
        return 1;
    }
    let text = parts.join("\n");
    io.print(text);
    0
}

fn denial(io: &mut Io<'_>) -> i32 {
    let trail = io.world.cloud.trail();
    let denied = trail.last_denial().and_then(|(event, request)| Some((event, request, request.denial()?)));
    let unreached = trail.last_unreached();
    let useless = trail.last_useless();
    let newest = denied.map(|(event, ..)| event.number).max(unreached.map(|event| event.number));
    let newest = newest.max(useless.map(|(event, _)| event.number));
    if let Some(text) = function::explain(io.words, &io.world.cloud, newest) {
        io.print(text);
        return 0;
    }
    if let Some((event, useless)) = useless.filter(|(event, _)| newest == Some(event.number)) {
        let lines = outside::explain(io.words, useless, &event.time.to_string());
        io.print(lines.join("\n") + "\n");
        return 0;
    }
    let text = match (denied, unreached) {
        (Some((event, request, decision)), unreached)
            if unreached.is_none_or(|unreached| unreached.number < event.number) =>
        {
            explain(io.words, event, request, decision)
        }
        (_, Some(event)) => stranded(io.words, event),
        _ => io.words.get("why-nothing") + "\n",
    };
    io.print(text);
    0
}

/// What a pod waits for, as the kubelet says it, and the trail's entry that caused it.
fn pod(io: &mut Io<'_>, name: &str) -> i32 {
    match waiting(io.words, &io.world.cloud, name) {
        Some(text) => {
            io.print(text);
            0
        }
        None => {
            let text = io.words.with("why-no-pod", &[("name", name.into())]);
            io.eprint(format!("why: {text}\n"));
            1
        }
    }
}

fn waiting(words: &Words, cloud: &Cloud, name: &str) -> Option<String> {
    let regions = cloud.accounts().flat_map(|account| account.regions());
    let mut pods = regions.flat_map(|(_, regional)| regional.eks.clusters()).flat_map(|cluster| cluster.kube.pods());
    let pod = pods.find(|pod| pod.metadata.name == name)?;
    let args = [("name", name.into()), ("reason", pod.reason().into())];
    let mut lines = vec![words.with("why-pod", &args)];
    lines.extend(pod.message().map(|message| format!("  {message}")));
    let cause = pod.cause.and_then(|number| cloud.trail().events().get(usize::try_from(number).ok()?.checked_sub(1)?));
    let told = cause.and_then(|event| match &event.kind {
        EventKind::Request(request) => Some(match request.denial() {
            Some(decision) => explain(words, event, request, decision),
            None => {
                let operation = format!("{}:{}", request.service.name(), request.operation);
                words.with("why-pod-asked", &[("operation", operation.into()), ("number", event.number.into())]) + "\n"
            }
        }),
        EventKind::Unreached { .. } => Some(stranded(words, event)),
        EventKind::Credentials(useless) => Some(outside::explain(words, useless, &event.time.to_string()).join("\n")),
        _ => None,
    });
    if let Some(told) = told {
        lines.extend([String::new(), told.trim_end().to_owned()]);
    } else if !pod.is_ready() {
        lines.extend([String::new(), words.with("why-pod-no-request", &[("name", name.into())])]);
    }
    Some(lines.join("\n") + "\n")
}

/// A connection that did not arrive, leg by leg; where a policy of an endpoint stopped it, with IAM's steps.
fn stranded(words: &Words, event: &Event) -> String {
    let EventKind::Unreached { origin, journey, .. } = &event.kind else { return String::new() };
    let who = match origin {
        Origin::Instance(id) => words.with("road-from-instance", &[("id", id.as_str().into())]),
        Origin::Fargate(id) => words.with("road-from-fargate", &[("id", id.as_str().into())]),
        Origin::Laptop | Origin::Function(_) | Origin::Via(_) | Origin::Service => String::new(),
    };
    let args = [
        ("who", who.into()),
        ("host", journey.host.as_str().into()),
        ("subnet", journey.from.subnet.as_str().into()),
        ("time", event.time.to_string().into()),
    ];
    let mut lines = vec![words.with("road-asked", &args), String::new()];
    lines.extend(crate::shell::road::explain(words, journey));
    if let Some(Leg::Policy { decision, .. }) = journey.obstacle() {
        lines.push(String::new());
        lines.extend(steps(words, decision));
    }
    lines.join("\n") + "\n"
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
    ];
    if let Some((own, owner)) = decision.accounts() {
        lines.push(words.with("why-cross-account", &[("own", own.into()), ("owner", owner.into())]));
    }
    lines.push(String::new());
    lines.extend(steps(words, decision));
    lines.push(String::new());
    lines.push(conclusion(words, decision, resource));
    lines.join("\n") + "\n"
}

/// IAM's steps, with what each policy said.
fn steps(words: &Words, decision: &Decision) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, step) in decision.steps.iter().filter(|step| said(decision, step)).enumerate() {
        lines.push(format!("{}. {}: {}", at + 1, words.get(step_key(step.kind)), words.get(verdict_key(step.verdict))));
        let policies = step.policies.iter().filter(|policy| told(step, policy));
        lines.extend(policies.map(|policy| format!("     {}", looked_at(words, step, policy))));
    }
    lines
}

/// Whether there is anything to say about a step: it settled the decision, or there are policies of its kind.
fn said(decision: &Decision, step: &Step) -> bool {
    step.kind == decision.settled_by || !matches!(step.verdict, Verdict::NotSet | Verdict::NotReached)
}

/// Whether a step has something to say of a policy. What does not deny is told in its own step.
fn told(step: &Step, settled: &Settled) -> bool {
    step.kind != StepKind::ExplicitDeny || settled.statement.is_some()
}

/// A policy that was looked at, and which statement of it matched.
fn looked_at(words: &Words, step: &Step, settled: &Settled) -> String {
    let policy = policy(words, settled);
    let Some(statement) = settled.statement else {
        let Some(near) = &settled.near else { return words.with("why-no-statement", &[("policy", policy.into())]) };
        let mut args = vec![("policy", policy.into()), ("statement", (near.statement + 1).into())];
        let unmet = near.condition.as_deref();
        let condition = unmet.and_then(|unmet| settled.document.condition(near.statement, unmet.condition));
        if let (Some(ConditionText { operator, key, values }), Some(unmet)) = (condition, unmet) {
            args.extend([
                ("operator", operator.into()),
                ("key", key.into()),
                ("values", listed(&values).into()),
                ("found", listed(&unmet.found).into()),
            ]);
            let key = if unmet.found.is_empty() { "why-near-condition-absent" } else { "why-near-condition-differs" };
            return words.with(key, &args);
        }
        let key = match near.element {
            Element::Principal => "why-near-principal",
            Element::Resource => "why-near-resource",
            Element::Condition => "why-near-condition",
        };
        return words.with(key, &args);
    };
    let sid = settled.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    let key = match step.verdict {
        Verdict::Denies => "why-statement-denies",
        Verdict::Delegates => "why-statement-delegates",
        _ => "why-statement-allows",
    };
    words.with(key, &[("policy", policy.into()), ("statement", (statement + 1).into()), ("sid", sid.into())])
}

/// A policy's kind and name; of a group or a level of an organization, whose it is.
fn policy(words: &Words, settled: &Settled) -> String {
    let PolicyName { kind, name, holder } = settled.policy.as_ref();
    let whose = match kind {
        PolicyKind::GroupInline
        | PolicyKind::GroupManaged
        | PolicyKind::ServiceControl
        | PolicyKind::ResourceControl => format!(" ({holder})"),
        _ => String::new(),
    };
    format!("{} `{name}`{whose}", words.get(policy_key(*kind)))
}

fn listed(values: &[String]) -> String {
    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}

/// What it comes to, and what would change it.
fn conclusion(words: &Words, decision: &Decision, resource: &str) -> String {
    let mut args = vec![
        ("action", decision.action.as_str().into()),
        ("resource", resource.into()),
        ("principal", decision.principal.as_str().into()),
    ];
    if decision.outcome == Outcome::ExplicitDeny {
        return words.with("why-explicit", &args);
    }
    let settling = decision.step(decision.settled_by).and_then(|step| step.policies.first());
    args.push(("policy", settling.map(|settled| settled.policy.name.to_string()).unwrap_or_default().into()));
    let (own, owner) = decision.accounts().unwrap_or((decision.principal.account(), decision.principal.account()));
    args.extend([("own", own.into()), ("owner", owner.into())]);
    let is_service = decision.principal.resource().starts_with("service/");
    let is_trust = decision.action.eq_ignore_ascii_case("sts:AssumeRole");
    let key = match decision.settled_by {
        StepKind::Resource if is_trust => "why-so-trust",
        StepKind::Resource | StepKind::Identity if is_service => "why-so-service",
        StepKind::Resource => "why-so-resource",
        StepKind::Boundary => "why-so-boundary",
        StepKind::Session => "why-so-session",
        StepKind::ServiceControl => "why-so-service-control",
        StepKind::ResourceControl => "why-so-resource-control",
        StepKind::Endpoint => "why-so-endpoint",
        StepKind::Identity if own != owner => "why-so-identity-across",
        _ => "why-implicit",
    };
    words.with(key, &args)
}

fn step_key(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Unconditional => "why-step-unconditional",
        StepKind::ExplicitDeny => "why-step-explicit-deny",
        StepKind::Endpoint => "why-step-endpoint",
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
        PolicyKind::Endpoint => "why-policy-endpoint",
    }
}
