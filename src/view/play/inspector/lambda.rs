//! Lambda: a function, the image that it is pinned to, and why it is in its state.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::{Type, layer_color};
use super::super::super::widgets::{Rich, field, notice, swatch};
use super::list::{Lead, lines};
use super::{Seen, gone, heading, lead, logs, part};
use crate::app::Selection;
use crate::cloud::EventKind;
use crate::cloud::lambda::{Configuration, FunctionState};
use crate::view::scene::facts::Function as Drawn;

pub(super) fn functions(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, "Lambda", &cx.t("view-kind-functions"), cx.look.palette.blue);
    ui.add(Rich::new(&cx.t("view-lambda-text")));
    let functions = seen.region().into_iter().flat_map(|region| region.lambda.functions());
    let functions: Vec<_> = functions
        .map(|function| {
            let to = Selection::Function(function.name.clone());
            Lead::new(icon::FUNCTION, &function.name, function.latest().state.as_str(), to)
        })
        .collect();
    lines(ui, cx, &functions);
}

pub(super) fn function(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    let Some(region) = seen.region() else { return gone(ui, cx) };
    let Some(function) = region.lambda.function(name) else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-function"), name, p.blue);
    let latest = function.latest();
    trouble(ui, cx, latest);
    let color = match latest.state {
        FunctionState::Active => p.allowed,
        FunctionState::Failed => p.denied,
        FunctionState::Pending | FunctionState::Inactive => p.soft,
    };
    field(ui, &cx.t("view-field-status"), latest.state.as_str(), Some(color));
    field(ui, &cx.t("view-field-last-update"), latest.update.as_str(), None);
    part(ui, &cx.t("view-function-image"));
    ui.add(Rich::new(&latest.code.uri).kind(Type::MonoSmall).color(p.mute).verbatim());
    swatch(ui, layer_color(&latest.code.digest), &latest.code.digest.short(), ui.available_width());
    ui.add(Rich::small(&cx.t("view-function-pinned-text")));
    let drawn = Drawn::of(region, function);
    if let Some(tag) = drawn.tag.filter(|_| drawn.moved) {
        notice(ui, p.amber, |ui| {
            ui.add(Rich::new(&cx.tw("view-function-moved", &[("tag", tag.into())])).kind(Type::Small).color(p.ink));
        });
    }
    if let Some(repository) = region.ecr.repository(&drawn.repository) {
        let name = repository.name.clone();
        if repository.images.contains_key(&latest.code.digest) {
            let to = Selection::Image { repository: name.clone(), digest: latest.code.digest.clone() };
            lead(ui, cx, icon::TAG, &latest.code.digest.short(), &name, to);
        }
        lead(ui, cx, icon::PACKAGE, &name, &cx.t("view-kind-repository"), Selection::Repository(name.clone()));
    }
    part(ui, &cx.t("view-function-settings"));
    let role = latest.role.resource().rsplit('/').next().unwrap_or_default().to_owned();
    field(ui, &cx.t("view-field-memory"), &format!("{} MB", latest.memory), None);
    field(ui, &cx.t("view-field-timeout"), &format!("{} s", latest.timeout), None);
    field(ui, &cx.t("view-field-architecture"), &latest.architecture, None);
    match region.logs.group(&latest.log_group) {
        Some(group) => logs::lead(cx, group).show(ui, cx),
        None => drop(field(ui, &cx.t("view-field-log-group"), &latest.log_group, None)),
    }
    Lead::role(cx, &role).show(ui, cx);
    versions(ui, cx, function.versions().collect());
    let mut first = true;
    for alias in function.aliases() {
        if std::mem::take(&mut first) {
            part(ui, &cx.t("view-function-aliases"));
        }
        field(ui, &alias.name, &alias.version, None);
    }
    history(ui, cx, seen, name);
}

/// Why it does not work, in AWS's words, and the request that it follows from.
fn trouble(ui: &mut Ui, cx: &mut Cx<'_>, configuration: &Configuration) {
    let p = cx.look.palette;
    let Some(reason) = configuration.trouble() else { return };
    notice(ui, p.denied, |ui| {
        ui.add(Rich::new(reason.code).kind(Type::Strong).color(p.denied).verbatim());
        ui.add(Rich::new(&reason.text).kind(Type::Small).color(p.ink).verbatim());
    });
    if let Some(cause) = &reason.cause {
        let number = format!("#{}", cause.event);
        lead(ui, cx, icon::PROHIBIT, &cx.t("view-task-why"), &number, Selection::Event(cause.event));
    }
}

fn versions(ui: &mut Ui, cx: &mut Cx<'_>, versions: Vec<&Configuration>) {
    if versions.is_empty() {
        return;
    }
    part(ui, &cx.t("view-function-versions"));
    for version in versions.into_iter().rev().take(12) {
        field(ui, &version.version, &format!("{} · {}", version.code.digest.short(), version.state.as_str()), None);
    }
}

/// Its changes, the newest first.
fn history(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    let events = seen.world.cloud.trail().events().iter().rev();
    let of_it = events.filter_map(|event| match &event.kind {
        EventKind::Function { function, state, .. } => {
            let named = function.resource().strip_prefix("function:")?.split(':').next()?;
            (named == name).then_some((event.number, event.time, state))
        }
        _ => None,
    });
    let mut first = true;
    for (number, time, state) in of_it.take(8) {
        if std::mem::take(&mut first) {
            part(ui, &cx.t("view-function-history"));
        }
        let note = cx.day_and_time(time);
        lead(ui, cx, icon::CLOCK, state, &note, Selection::Event(number));
    }
}
