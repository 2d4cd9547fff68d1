//! A request and IAM's decision over it: the same trace that `why` reads.

use egui::{Color32, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::codex::CodexState;
use super::super::super::theme::{Type, space};
use super::super::super::widgets::{Rich, badge, field, notice, rule};
use super::super::trail;
use super::{concept_link, heading, lead, part};
use crate::app::Selection;
use crate::cloud::eks::Key;
use crate::cloud::iam::{Decision, Element, Outcome, PolicyKind, Settled, Step, StepKind, Verdict};
use crate::cloud::{Arn, Event, EventKind, Origin, Principal, RequestEvent};
use crate::view::scene::select;

/// The actions that docker's pull asks for, in order.
/// Source: Amazon ECR User Guide, "Required IAM permissions for pulling an image".
const PULL: [&str; 3] = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// Why a request was denied.
pub(super) fn denied(ui: &mut Ui, cx: &mut Cx<'_>, event: &Event, request: &RequestEvent, codex: &mut CodexState) {
    let Some(decision) = request.denial() else { return };
    let look = cx.look;
    let p = &look.palette;
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width() - look.scaled(36.0));
        ui.add(Rich::new(&cx.t("view-why-title")).kind(Type::Heading));
        subtitle(ui, cx, event, request);
    });
    let (name, text) = match decision.outcome {
        Outcome::ExplicitDeny => ("view-why-explicit", "view-why-explicit-text"),
        _ => ("view-why-implicit", "view-why-implicit-text"),
    };
    notice(ui, p.denied, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add(Rich::new(&cx.t(name)).kind(Type::Strong).color(p.denied));
        ui.add(Rich::new(&cx.t(text)).color(p.ink));
    });
    sentence(ui, cx, decision);
    steps(ui, cx, decision);
    if PULL.contains(&decision.action.as_str()) {
        pull(ui, cx, decision);
    }
    ui.add_space(space::SMALL);
    ui.horizontal_wrapped(|ui| {
        for id in ["policy", "pull-actions", "least-privilege"] {
            concept_link(ui, cx, codex, id);
        }
    });
    who(ui, cx, request);
}

/// A request that IAM let through, or that needed no permission.
pub(super) fn request(ui: &mut Ui, cx: &mut Cx<'_>, event: &Event, request: &RequestEvent) {
    let p = cx.look.palette;
    heading(ui, cx, request.service.name(), request.operation, p.violet);
    subtitle(ui, cx, event, request);
    match &request.error {
        Some(error) => {
            notice(ui, p.amber, |ui| {
                ui.add(Rich::new(&error.code).kind(Type::Strong).color(p.amber).verbatim());
                ui.add(Rich::new(&error.message).verbatim());
            });
        }
        None => {
            notice(ui, p.allowed, |ui| {
                ui.add(Rich::new(&cx.t("view-why-allowed")).kind(Type::Strong).color(p.allowed));
            });
        }
    }
    if request.decisions.is_empty() {
        ui.add(Rich::small(&cx.t("view-why-unasked")));
    }
    for decision in &request.decisions {
        sentence(ui, cx, decision);
        steps(ui, cx, decision);
    }
    who(ui, cx, request);
}

/// An entry of the trail that is no request.
pub(super) fn other(ui: &mut Ui, cx: &mut Cx<'_>, event: &Event, kind: &EventKind) {
    let p = cx.look.palette;
    let when = cx.day_and_time(event.time);
    match kind {
        EventKind::Request(_) => {}
        EventKind::Layer { repository, digest, bytes, upload, .. } => {
            let key = if *upload { "view-event-upload" } else { "view-event-download" };
            heading(ui, cx, "S3", &cx.t(key), p.teal);
            field(ui, &cx.t("view-field-repository"), repository, None);
            field(ui, &cx.t("view-field-size"), &super::super::super::cx::bytes(*bytes), None);
            field(ui, &cx.t("view-field-time"), &when, None);
            lead(ui, cx, icon::STACK, &digest.short(), "", Selection::Layer(digest.clone()));
        }
        EventKind::Unreached { task, journey, .. } => {
            heading(ui, cx, "VPC", &cx.t("view-event-unreached"), p.denied);
            field(ui, &cx.t("view-field-host"), &journey.host, None);
            field(ui, &cx.t("view-field-time"), &when, None);
            super::journey::legs(ui, cx, journey);
            match task {
                // Of a node or a pod it is known which cluster it was for.
                Some(cluster) if cluster.service() == "eks" => cluster_of(ui, cx, cluster),
                Some(task) => lead(ui, cx, icon::CUBE, task.resource(), "", Selection::Task(task.clone())),
                None => {}
            }
        }
        EventKind::Credentials(useless) => {
            heading(ui, cx, &useless.host, &cx.t("view-event-credentials"), p.denied);
            for line in crate::shell::outside::explain(cx.app.words(), useless, &when) {
                ui.add(Rich::new(&line));
            }
        }
        EventKind::Task { task, status, reason } => {
            heading(ui, cx, "ECS", &cx.t("view-event-task"), p.blue);
            field(ui, &cx.t("view-field-status"), status, None);
            field(ui, &cx.t("view-field-time"), &when, None);
            if let Some(reason) = reason {
                ui.add(Rich::new(reason).verbatim());
            }
            lead(ui, cx, icon::CUBE, task.resource(), "", Selection::Task(task.clone()));
        }
        EventKind::Function { function, state, reason } => {
            heading(ui, cx, "Lambda", &cx.t("view-event-function"), p.blue);
            ui.add(Rich::new(function.resource()).verbatim());
            field(ui, &cx.t("view-field-status"), state, None);
            field(ui, &cx.t("view-field-time"), &when, None);
            if let Some(reason) = reason {
                ui.add(Rich::new(reason).verbatim());
            }
            if let Some(name) = function.resource().strip_prefix("function:").and_then(|rest| rest.split(':').next()) {
                lead(ui, cx, icon::FUNCTION, name, "", Selection::Function(name.to_owned()));
            }
        }
        EventKind::Kubernetes { cluster, verb, object, error, .. } => {
            heading(ui, cx, "EKS", &format!("{verb} {object}"), if error.is_some() { p.denied } else { p.blue });
            field(ui, &cx.t("view-field-time"), &when, None);
            if let Some(error) = error {
                ui.add(Rich::new(error).verbatim());
            }
            cluster_of(ui, cx, cluster);
        }
        EventKind::Pod { cluster, namespace, pod, status, message } => {
            heading(ui, cx, "EKS", &format!("{namespace}/{pod}"), p.blue);
            field(ui, &cx.t("view-field-status"), status, None);
            field(ui, &cx.t("view-field-time"), &when, None);
            if let Some(message) = message {
                ui.add(Rich::new(message).verbatim());
            }
            if let Some(cluster) = cluster.resource().strip_prefix("cluster/") {
                let to = Selection::Pod { cluster: cluster.to_owned(), pod: Key::new(namespace, pod) };
                lead(ui, cx, icon::CUBE, pod, status, to);
            }
            cluster_of(ui, cx, cluster);
        }
        EventKind::ServiceMessage { service, message } => {
            heading(ui, cx, "ECS", &cx.t("view-event-service"), p.blue);
            ui.add(Rich::new(message).verbatim());
            field(ui, &cx.t("view-field-time"), &when, None);
            lead(ui, cx, icon::ARROWS_CLOCKWISE, service.resource(), "", Selection::Service(service.clone()));
        }
        EventKind::Lifecycle { repository, expired, archived } => {
            heading(ui, cx, "ECR", &cx.t("view-event-lifecycle"), p.amber);
            ui.add(Rich::new(&cx.tw("view-event-expired", &[("n", expired.len().into())])));
            if !archived.is_empty() {
                ui.add(Rich::new(&cx.tw("view-event-archived", &[("n", archived.len().into())])));
            }
            field(ui, &cx.t("view-field-time"), &when, None);
            let name = repository.resource().trim_start_matches("repository/").to_owned();
            lead(ui, cx, icon::PACKAGE, &name.clone(), "", Selection::Repository(name));
        }
        EventKind::Scan { repository, image } => {
            heading(ui, cx, "ECR", &cx.t("view-event-scan"), p.pink);
            field(ui, &cx.t("view-field-time"), &when, None);
            let name = repository.resource().trim_start_matches("repository/").to_owned();
            let to = Selection::Image { repository: name, digest: image.clone() };
            lead(ui, cx, icon::CUBE, &image.short(), "", to);
        }
    }
}

/// Leads to a cluster of EKS.
fn cluster_of(ui: &mut Ui, cx: &mut Cx<'_>, cluster: &Arn) {
    if let Some(name) = cluster.resource().strip_prefix("cluster/") {
        lead(ui, cx, icon::STEERING_WHEEL, name, "EKS", Selection::EksCluster(name.to_owned()));
    }
}

fn subtitle(ui: &mut Ui, cx: &Cx<'_>, event: &Event, request: &RequestEvent) {
    let args = [
        ("n", event.number.into()),
        ("time", cx.day_and_time(event.time).into()),
        ("from", cx.t(trail::origin(&request.caller.origin)).into()),
    ];
    ui.add(Rich::small(&cx.tw("view-why-subtitle", &args)));
}

/// Who wants what on what.
fn sentence(ui: &mut Ui, cx: &Cx<'_>, decision: &Decision) {
    let resource = decision.resource.as_ref().map_or("*", |arn| arn.as_str());
    let args = [
        ("who", decision.principal.as_str().into()),
        ("action", decision.action.as_str().into()),
        ("resource", resource.into()),
    ];
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        for line in cx.tw("view-why-sentence", &args).lines() {
            ui.add(Rich::small(line));
        }
    });
}

fn steps(ui: &mut Ui, cx: &Cx<'_>, decision: &Decision) {
    ui.spacing_mut().item_spacing.y = 6.0;
    for (n, step) in decision.steps.iter().filter(|step| is_shown(step)).enumerate() {
        rule(ui);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(10.0, 1.0);
            badge(ui, &(n + 1).to_string(), verdict_color(cx, step));
            ui.vertical(|ui| {
                ui.add(Rich::new(&cx.t(step_name(step.kind))).kind(Type::Strong));
                ui.add(Rich::small(&verdict_text(cx, step)));
                for settled in step.policies.iter().filter(|_| step.verdict != Verdict::NotReached) {
                    if let Some(text) = settled_text(cx, settled) {
                        ui.add(Rich::small(&text));
                    }
                }
            });
        });
    }
    rule(ui);
}

/// Organizations, sessions and root users are told of only where they are part of the world.
fn is_shown(step: &Step) -> bool {
    match step.kind {
        StepKind::ResourceControl | StepKind::ServiceControl | StepKind::Session | StepKind::RootUser => {
            !step.policies.is_empty() || !matches!(step.verdict, Verdict::NotSet | Verdict::NotReached)
        }
        _ => true,
    }
}

fn step_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Unconditional => "view-step-unconditional",
        StepKind::ExplicitDeny => "view-step-explicit-deny",
        StepKind::Endpoint => "view-step-endpoint",
        StepKind::ResourceControl => "view-step-resource-control",
        StepKind::ServiceControl => "view-step-service-control",
        StepKind::RootUser => "view-step-root",
        StepKind::Resource => "view-step-resource",
        StepKind::Identity => "view-step-identity",
        StepKind::Boundary => "view-step-boundary",
        StepKind::Session => "view-step-session",
    }
}

fn verdict_color(cx: &Cx<'_>, step: &Step) -> Color32 {
    let p = &cx.look.palette;
    match step.verdict {
        Verdict::Allows | Verdict::NothingDenies => p.allowed,
        Verdict::Denies | Verdict::DoesNotAllow => p.denied,
        Verdict::Delegates => p.amber,
        Verdict::NotSet | Verdict::NotReached => p.mute,
    }
}

fn verdict_text(cx: &Cx<'_>, step: &Step) -> String {
    let n = step.policies.len();
    match step.verdict {
        Verdict::NotSet => cx.t("view-verdict-not-set"),
        Verdict::Allows => cx.t("view-verdict-allows"),
        Verdict::Delegates => cx.t("view-verdict-delegates"),
        Verdict::DoesNotAllow if n == 0 => cx.t("view-verdict-none"),
        Verdict::DoesNotAllow => cx.tw("view-verdict-does-not-allow", &[("n", n.into())]),
        Verdict::Denies => cx.t("view-verdict-denies"),
        Verdict::NothingDenies => cx.tw("view-verdict-nothing-denies", &[("n", n.into())]),
        Verdict::NotReached => cx.t("view-verdict-not-reached"),
    }
}

/// What one policy said: the statement that matched, or the one that nearly did.
fn settled_text(cx: &Cx<'_>, settled: &Settled) -> Option<String> {
    let policy = settled.policy.name.rsplit('/').next().unwrap_or_default();
    let kind = cx.t(match settled.policy.kind {
        PolicyKind::Inline | PolicyKind::GroupInline => "view-policy-inline",
        PolicyKind::Managed | PolicyKind::GroupManaged => "view-policy-managed",
        PolicyKind::Resource => "view-policy-resource",
        PolicyKind::Trust => "view-policy-trust",
        PolicyKind::Boundary => "view-policy-boundary",
        PolicyKind::Session => "view-policy-session",
        PolicyKind::ServiceControl => "view-policy-scp",
        PolicyKind::ResourceControl => "view-policy-rcp",
        PolicyKind::Endpoint => "view-policy-endpoint",
    });
    let mut args = vec![("kind", kind.into()), ("policy", policy.into())];
    if let Some(statement) = settled.statement {
        let name = settled.sid.as_ref().map_or_else(|| (statement + 1).to_string(), ToString::to_string);
        args.push(("statement", name.into()));
        return Some(cx.tw("view-settled-statement", &args));
    }
    let near = settled.near.as_ref()?;
    args.push(("statement", (near.statement + 1).to_string().into()));
    let key = match near.element {
        Element::Principal => "view-near-principal",
        Element::Resource => "view-near-resource",
        Element::Condition => "view-near-condition",
    };
    Some(cx.tw(key, &args))
}

/// The actions of a pull, and which of them stopped this one.
fn pull(ui: &mut Ui, cx: &Cx<'_>, decision: &Decision) {
    let p = &cx.look.palette;
    part(ui, &cx.t("view-why-pull"));
    let at = PULL.iter().position(|action| *action == decision.action).unwrap_or(0);
    for (n, action) in PULL.iter().enumerate() {
        let (sign, color) = match n.cmp(&at) {
            std::cmp::Ordering::Less => (icon::CHECK, p.allowed),
            std::cmp::Ordering::Equal => (icon::X, p.denied),
            std::cmp::Ordering::Greater => (icon::DOTS_THREE, p.mute),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.label(egui::RichText::new(sign).color(color).font(cx.look.icon(14.0)));
            ui.add(Rich::new(action).kind(Type::MonoSmall).color(color).verbatim());
        });
    }
}

/// Leads to who asked.
fn who(ui: &mut Ui, cx: &mut Cx<'_>, request: &RequestEvent) {
    ui.add_space(space::TINY);
    match &request.caller.principal {
        Principal::User { name, .. } | Principal::FederatedUser { user: Some(name), .. } => {
            lead(ui, cx, icon::USER, name, "", Selection::User(name.clone()))
        }
        Principal::Session { role, .. } => lead(ui, cx, icon::MASK_HAPPY, role, "", Selection::Role(role.clone())),
        Principal::Root { .. }
        | Principal::FederatedUser { user: None, .. }
        | Principal::Federated { .. }
        | Principal::Service { .. } => {}
    }
    match &request.caller.origin {
        Origin::Instance(id) => lead(ui, cx, icon::COMPUTER_TOWER, id, "", Selection::Instance(id.clone())),
        Origin::Function(name) => lead(ui, cx, icon::FUNCTION, name, "", Selection::Function(name.clone())),
        Origin::Fargate(id) => {
            let world = cx.app.session().map(|session| session.world());
            if let Some(to) = world.and_then(|world| select::origin(&request.caller.origin, world)) {
                lead(ui, cx, icon::CUBE, id, "Fargate", to);
            }
        }
        Origin::Laptop | Origin::Via(_) | Origin::Service => {}
    }
}
