//! Lists of what leads somewhere else: the one way to show them, and what a line says of each kind of thing.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::widgets::Rich;
use super::{lead, part};
use crate::app::Selection;
use crate::cloud::ecs::Task;
use crate::cloud::net::Instance;

/// The most lines of a list; a note says how many more there are.
const MOST: usize = 40;

/// A line that leads to something else.
pub(super) struct Lead {
    sign: &'static str,
    text: String,
    note: String,
    to: Selection,
}

impl Lead {
    pub(super) fn new(sign: &'static str, text: impl Into<String>, note: impl Into<String>, to: Selection) -> Self {
        Self { sign, text: text.into(), note: note.into(), to }
    }

    pub(super) fn role(cx: &Cx<'_>, name: &str) -> Self {
        Self::new(icon::MASK_HAPPY, name, cx.t("view-policies-role"), Selection::Role(name.to_owned()))
    }

    pub(super) fn instance(instance: &Instance, note: &str) -> Self {
        Self::new(icon::COMPUTER_TOWER, &instance.id, note, Selection::Instance(instance.id.clone()))
    }

    pub(super) fn task(task: &Task, note: &str) -> Self {
        Self::new(icon::CUBE, &task.definition.family, note, Selection::Task(task.arn.clone()))
    }

    pub(super) fn show(&self, ui: &mut Ui, cx: &mut Cx<'_>) {
        lead(ui, cx, self.sign, &self.text, &self.note, self.to.clone());
    }
}

/// Each in a line of its own, without a heading.
pub(super) fn lines(ui: &mut Ui, cx: &mut Cx<'_>, leads: &[Lead]) {
    for lead in leads.iter().take(MOST) {
        lead.show(ui, cx);
    }
    let more = leads.len().saturating_sub(MOST);
    if more > 0 {
        ui.add(Rich::small(&cx.tw("view-more", &[("n", more.into())])));
    }
}

/// Under a heading; where there is nothing there is no heading either.
pub(super) fn list(ui: &mut Ui, cx: &mut Cx<'_>, title: &str, leads: &[Lead]) {
    if !leads.is_empty() {
        part(ui, &cx.t(title));
        lines(ui, cx, leads);
    }
}

/// Under a heading; where there is nothing it says so.
pub(super) fn list_or(ui: &mut Ui, cx: &mut Cx<'_>, title: &str, leads: &[Lead], none: &str) {
    part(ui, &cx.t(title));
    if leads.is_empty() {
        ui.add(Rich::small(&cx.t(none)));
    }
    lines(ui, cx, leads);
}
