//! The Policies tab: who has which policy, and its document. Saving writes the `aws` command that a learner would type.

use std::sync::Arc;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, TextEdit, Ui};
use egui_phosphor::regular as icon;

use super::super::Cx;
use super::super::theme::{Type, space};
use super::super::widgets::{Kind, Rich, button, empty, json_job, kicker, list_item};
use super::command;
use crate::app::Intent;
use crate::cloud::iam::Attachments;
use crate::cloud::{Account, AccountId, Region};

/// A policy in the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An inline policy of a role (`true`) or user: holder and name.
    Inline { role: bool, holder: String, name: String },
    /// A managed policy, by ARN.
    Managed(String),
    /// A role's trust policy.
    Trust(String),
    /// A repository's policy.
    Repository(String),
}

/// What the tab keeps between passes.
#[derive(Default)]
pub(super) struct PoliciesState {
    open: Option<Place>,
    /// What is in the editor, and the document that it began with.
    text: String,
    base: String,
}

/// What a new policy begins with.
const FRESH: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [],
      "Resource": "*"
    }
  ]
}"#;

/// An entry of the list.
struct Entry {
    place: Place,
    /// Whose it is: a heading where it differs from the entry above.
    holder: String,
    name: String,
}

fn entries(account: &Account) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut of = |role: bool, holder: &str, policies: &Attachments| {
        for name in policies.inline.keys() {
            let place = Place::Inline { role, holder: holder.to_owned(), name: name.to_string() };
            out.push(Entry { place, holder: holder.to_owned(), name: name.to_string() });
        }
        for arn in &policies.managed {
            let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
            out.push(Entry { place: Place::Managed(arn.to_string()), holder: holder.to_owned(), name });
        }
        if role {
            let name = String::new();
            out.push(Entry { place: Place::Trust(holder.to_owned()), holder: holder.to_owned(), name });
        }
    };
    for role in account.iam.roles() {
        of(true, &role.name, &role.policies);
    }
    for user in account.iam.users() {
        of(false, &user.name, &user.policies);
    }
    if let Some(region) = account.region(&Region::home()) {
        for repository in region.ecr.repositories() {
            let place = Place::Repository(repository.name.clone());
            out.push(Entry { place, holder: repository.name.clone(), name: String::new() });
        }
    }
    out
}

/// The document of a policy, as text; a fresh one where a repository has none.
fn document(account: &Account, place: &Place) -> Option<String> {
    match place {
        Place::Inline { role: true, holder, name } => {
            let role = account.iam.role(holder)?;
            role.policies.inline.get(name.as_str()).map(|policy| policy.text().to_owned())
        }
        Place::Inline { role: false, holder, name } => {
            let user = account.iam.user(holder)?;
            user.policies.inline.get(name.as_str()).map(|policy| policy.text().to_owned())
        }
        Place::Managed(arn) => account.iam.managed_document(arn).map(|policy| pretty(policy.text())),
        Place::Trust(role) => account.iam.role(role).map(|role| role.trust.text().to_owned()),
        Place::Repository(name) => {
            let repository = account.region(&Region::home())?.ecr.repository(name)?;
            Some(repository.policy.as_ref().map_or_else(String::new, |policy| policy.text().to_owned()))
        }
    }
}

/// JSON over several lines; text that is none stays.
pub(super) fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| text.to_owned())
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut PoliciesState) {
    let app = cx.app;
    let Some(session) = app.session() else { return };
    let Some(account) = session.world().cloud.account(&AccountId::home()) else {
        let (title, hint) = (cx.t("view-policies-empty"), cx.t("view-policies-empty-hint"));
        return empty(ui, icon::SHIELD, &title, &hint);
    };
    let look = cx.look;
    let list = entries(account);
    let side = look.scaled(230.0).min(ui.available_width() * 0.4);
    let frame = Frame::new().fill(look.palette.deck).inner_margin(Margin::symmetric(10, 8));
    Panel::left("policies").default_size(side).resizable(true).frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            let mut above = None;
            for entry in &list {
                if above != Some((&entry.holder, matches!(entry.place, Place::Repository(_)))) {
                    let key = match &entry.place {
                        Place::Repository(_) => "view-policies-repository",
                        _ if account.iam.role(&entry.holder).is_some() => "view-policies-role",
                        _ => "view-policies-user",
                    };
                    ui.add_space(4.0);
                    kicker(ui, &cx.t(key), look.palette.violet);
                    ui.add(Rich::new(&entry.holder).kind(Type::SmallStrong).verbatim());
                }
                above = Some((&entry.holder, matches!(entry.place, Place::Repository(_))));
                let name = match &entry.place {
                    Place::Trust(_) => cx.t("view-policies-trust"),
                    Place::Repository(_) => cx.t("view-policies-own"),
                    _ => entry.name.clone(),
                };
                let on = state.open.as_ref() == Some(&entry.place);
                let sign = if matches!(entry.place, Place::Managed(_)) { icon::LOCK_SIMPLE } else { icon::SHIELD };
                let spoken = format!("{name}, {}", entry.holder);
                let response = list_item(ui, on, sign, &name, look.palette.soft, &spoken);
                if response.clicked() {
                    open(state, account, entry.place.clone());
                }
            }
        });
    });
    CentralPanel::default().frame(Frame::new().inner_margin(Margin::symmetric(14, 8))).show(ui, |ui| {
        match state.open.clone() {
            Some(place) => edit(ui, cx, state, account, &place),
            None => {
                let (title, hint) = (cx.t("view-policies-none"), cx.t("view-policies-none-hint"));
                empty(ui, icon::SHIELD, &title, &hint);
            }
        }
    });
}

fn open(state: &mut PoliciesState, account: &Account, place: Place) {
    state.base = document(account, &place).unwrap_or_default();
    state.text = if state.base.is_empty() { FRESH.to_owned() } else { pretty(&state.base) };
    state.open = Some(place);
}

fn edit(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut PoliciesState, account: &Account, place: &Place) {
    let look = cx.look;
    // The document changed under the editor (a command, an undo), and nothing was typed: follow it.
    let now = document(account, place);
    let Some(now) = now else {
        state.open = None;
        return;
    };
    if now != state.base && (state.text == pretty(&state.base) || state.base.is_empty()) {
        open(state, account, place.clone());
    }
    let read_only = matches!(place, Place::Managed(_));
    Panel::bottom("policy-actions").resizable(false).show_separator_line(false).frame(Frame::NONE).show(ui, |ui| {
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            if read_only {
                ui.add(Rich::small(&cx.t("view-policies-read-only")));
                return;
            }
            if button(ui, Kind::Primary, icon::FLOPPY_DISK, &cx.t("view-save")).clicked() {
                state.base = now.clone();
                cx.want(Intent::Run(save_line(place, &state.text)));
            }
            if button(ui, Kind::Plain, "", &cx.t("view-policies-revert")).clicked() {
                open(state, account, place.clone());
            }
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&state.text) {
                let args = [("line", error.line().into()), ("column", error.column().into())];
                ui.add(Rich::small(&cx.tw("view-policies-broken", &args)).color(look.palette.denied));
            }
        });
    });
    let title = match place {
        Place::Inline { holder, name, .. } => format!("{holder} · {name}"),
        Place::Managed(arn) => arn.clone(),
        Place::Trust(role) => format!("{role} · {}", cx.t("view-policies-trust")),
        Place::Repository(name) => format!("{name} · {}", cx.t("view-policies-own")),
    };
    ui.add(Rich::new(&title).kind(Type::SmallStrong).verbatim());
    ui.add_space(space::TINY);
    let name = cx.t("view-policies-editor");
    json_editor(ui, cx, &mut state.text, "policy-editor", &name, !read_only);
}

/// The command that stores the document.
fn save_line(place: &Place, text: &str) -> String {
    match place {
        Place::Inline { role, holder, name } => command::put_inline_policy(*role, holder, name, text),
        Place::Trust(role) => command::update_trust(role, text),
        Place::Repository(name) => command::set_repository_policy(name, text),
        Place::Managed(_) => String::new(),
    }
}

/// An editor of JSON that fills its place.
pub(super) fn json_editor(ui: &mut Ui, cx: &Cx<'_>, text: &mut String, id: &str, name: &str, editable: bool) {
    let look = cx.look;
    ScrollArea::both().id_salt(id).auto_shrink([false, true]).show(ui, |ui| {
        let mut layouter = |ui: &Ui, buffer: &dyn egui::TextBuffer, _: f32| -> Arc<egui::Galley> {
            let job = json_job(&look, buffer.as_str(), f32::INFINITY);
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        let response = ui.add(
            TextEdit::multiline(text)
                .id_salt(id)
                .code_editor()
                .margin(Margin::symmetric(10, 8))
                .interactive(editable)
                .desired_width(ui.available_width())
                .desired_rows(6)
                .layouter(&mut layouter),
        );
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::text_edit(editable, "", "", "");
            info.label = Some(name.to_owned());
            info
        });
    });
}
