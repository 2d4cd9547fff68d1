//! EventBridge: rules, what each listens for, where it sends that, and what became of it.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::Type;
use super::super::super::widgets::{Rich, field, json_job};
use super::super::policies::pretty;
use super::list::{Lead, lines};
use super::{Seen, gone, heading, part};
use crate::app::Selection;
use crate::cloud::Arn;
use crate::cloud::events::{Outcome, Rule};

/// The most deliveries shown.
const DELIVERIES: usize = 12;

pub(super) fn rules(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, "EventBridge", &cx.t("view-kind-rules"), cx.look.palette.pink);
    ui.add(Rich::new(&cx.t("view-rules-text")));
    let rules = seen.region().into_iter().flat_map(|region| region.events.rules());
    let rules: Vec<_> = rules
        .map(|rule| Lead::new(icon::BROADCAST, &rule.name, state(rule), Selection::Rule(rule.name.clone())))
        .collect();
    lines(ui, cx, &rules);
}

/// As EventBridge names it. Source: Amazon EventBridge API reference, `DescribeRule`.
fn state(rule: &Rule) -> &'static str {
    if rule.is_enabled { "ENABLED" } else { "DISABLED" }
}

pub(super) fn rule(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    let Some(rule) = seen.region().and_then(|region| region.events.rule(name)) else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-rule"), name, p.pink);
    if let Some(description) = &rule.description {
        ui.add(Rich::new(description).verbatim());
    }
    field(ui, &cx.t("view-field-status"), state(rule), Some(if rule.is_enabled { p.allowed } else { p.mute }));
    field(ui, &cx.t("view-field-matched"), &rule.triggered.to_string(), None);
    part(ui, &cx.t("view-rule-pattern"));
    let pattern = pretty(rule.pattern.text());
    ui.add(egui::Label::new(json_job(&cx.look, &pattern, ui.available_width())));
    part(ui, &cx.t("view-rule-targets"));
    for target in rule.targets.values() {
        match target_lead(&target.id, &target.arn) {
            Some(lead) => lead.show(ui, cx),
            None => drop(field(ui, &target.id, &target.arn, None)),
        }
    }
    if rule.targets.is_empty() {
        ui.add(Rich::small(&cx.t("view-rule-no-target")));
    }
    for (index, delivery) in rule.deliveries.iter().rev().take(DELIVERIES).enumerate() {
        if index == 0 {
            part(ui, &cx.t("view-rule-deliveries"));
        }
        let (key, color) = match &delivery.outcome {
            Outcome::Delivered => ("view-delivery-delivered", p.allowed),
            Outcome::Failed(_) => ("view-delivery-failed", p.denied),
            Outcome::Elsewhere => ("view-delivery-elsewhere", p.mute),
        };
        let name = format!("{} · {}", cx.day_and_time(delivery.time), delivery.target);
        field(ui, &name, &cx.t(key), Some(color));
        if let Outcome::Failed(why) = &delivery.outcome {
            ui.add(Rich::new(why).kind(Type::Small).color(p.soft).verbatim());
        }
    }
    Lead::new(icon::BROADCAST, cx.t("view-kind-rules"), "EventBridge", Selection::Rules).show(ui, cx);
}

/// A target that has a page of its own: a log group, a function.
fn target_lead(id: &str, arn: &str) -> Option<Lead> {
    let arn: Arn = arn.parse().ok()?;
    let resource = arn.resource();
    if let Some(group) = resource.strip_prefix("log-group:").filter(|_| arn.service() == "logs") {
        let group = group.trim_end_matches(":*");
        return Some(Lead::new(icon::ARTICLE, group, id, Selection::LogGroup(group.to_owned())));
    }
    let function = resource.strip_prefix("function:").filter(|_| arn.service() == "lambda")?.split(':').next()?;
    Some(Lead::new(icon::FUNCTION, function, id, Selection::Function(function.to_owned())))
}
