//! Users and roles: what they carry, and a form for a new policy.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::{Type, space};
use super::super::super::widgets::{Kind, Rich, button, field, text_field};
use super::super::command;
use super::super::policies::{json_editor, pretty};
use super::list::{Lead, lines};
use super::{Seen, gone, heading, part};
use crate::app::{Intent, Selection};
use crate::cloud::iam::Attachments;

/// What is typed into the form.
#[derive(Default)]
pub(super) struct Forms {
    /// For whom the form is open: role or user, and the name.
    open: Option<(bool, String)>,
    name: String,
    text: String,
}

const FRESH: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "ecr:GetAuthorizationToken"
      ],
      "Resource": "*"
    }
  ]
}"#;

/// All users and roles.
pub(super) fn list(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    let Some(account) = seen.account() else { return };
    let user = |name: &str| Lead::new(icon::USER, name, cx.t("view-policies-user"), Selection::User(name.to_owned()));
    let users = account.iam.users().map(|found| user(&found.name));
    let people: Vec<_> = users.chain(account.iam.roles().map(|role| Lead::role(cx, &role.name))).collect();
    part(ui, &cx.t("view-inspect-people"));
    lines(ui, cx, &people);
}

pub(super) fn user(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str, forms: &mut Forms) {
    heading(ui, cx, &cx.t("view-policies-user"), name, cx.look.palette.violet);
    let Some(user) = seen.account().and_then(|account| account.iam.user(name)) else { return gone(ui, cx) };
    ui.add(Rich::new(user.arn.as_str()).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    policies(ui, cx, false, name, &user.policies, forms);
}

pub(super) fn role(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str, forms: &mut Forms) {
    heading(ui, cx, &cx.t("view-policies-role"), name, cx.look.palette.violet);
    let Some(account) = seen.account() else { return gone(ui, cx) };
    let Some(role) = account.iam.role(name) else { return gone(ui, cx) };
    ui.add(Rich::new(role.arn.as_str()).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    if let Some(text) = &role.description {
        ui.add(Rich::small(text).verbatim());
    }
    let profile = account.iam.instance_profiles().find(|profile| profile.role.as_deref() == Some(name));
    if let Some(profile) = profile {
        field(ui, &cx.t("view-field-profile"), &profile.name, None);
    }
    policies(ui, cx, true, name, &role.policies, forms);
    part(ui, &cx.t("view-policies-trust"));
    ui.add(Rich::small(&cx.t("view-role-trust-text")));
    document(ui, cx, role.trust.text());
}

fn document(ui: &mut Ui, cx: &Cx<'_>, text: &str) {
    let look = cx.look;
    let job = super::super::super::widgets::json_job(&look, &pretty(text), ui.available_width() - 20.0);
    egui::Frame::new()
        .fill(look.palette.well)
        .stroke(look.rule())
        .corner_radius(super::super::super::theme::radius::BADGE)
        .inner_margin(egui::Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(job);
        });
}

fn policies(ui: &mut Ui, cx: &mut Cx<'_>, role: bool, name: &str, held: &Attachments, forms: &mut Forms) {
    if forms.open.as_ref() == Some(&(role, name.to_owned())) {
        return form(ui, cx, role, name, forms);
    }
    part(ui, &cx.t("view-tab-policies"));
    if held.inline.is_empty() && held.managed.is_empty() {
        ui.add(Rich::small(&cx.t("view-people-no-policy")));
    }
    for (policy, text) in &held.inline {
        ui.horizontal(|ui| {
            ui.add(Rich::new(policy).kind(Type::SmallStrong).verbatim());
            ui.add(Rich::small(&cx.t("view-policy-inline")));
        });
        document(ui, cx, text.text());
        if button(ui, Kind::Plain, icon::PENCIL_SIMPLE, &cx.tw("view-people-edit", &[("name", (&**policy).into())]))
            .clicked()
        {
            forms.open = Some((role, name.to_owned()));
            forms.name = policy.to_string();
            forms.text = pretty(text.text());
        }
    }
    for arn in &held.managed {
        ui.horizontal_wrapped(|ui| {
            ui.add(Rich::new(arn.rsplit('/').next().unwrap_or_default()).kind(Type::SmallStrong).verbatim());
        });
        ui.add(Rich::small(&cx.t("view-policy-managed")));
    }
    ui.add_space(space::TINY);
    if button(ui, Kind::Plain, icon::PLUS, &cx.t("view-people-add")).clicked() {
        forms.open = Some((role, name.to_owned()));
        forms.name.clear();
        forms.text = FRESH.to_owned();
    }
}

/// An inline policy being written.
fn form(ui: &mut Ui, cx: &mut Cx<'_>, role: bool, holder: &str, forms: &mut Forms) {
    part(ui, &cx.t("view-people-add"));
    let name = cx.t("view-people-policy-name");
    let width = ui.available_width();
    text_field(ui, &mut forms.name, &name, &name, width);
    ui.scope(|ui| {
        ui.set_max_height(cx.look.scaled(320.0));
        json_editor(ui, cx, &mut forms.text, "people-document", &cx.t("view-policies-editor"), true);
    });
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(!forms.name.trim().is_empty(), |ui| {
            if button(ui, Kind::Primary, icon::FLOPPY_DISK, &cx.t("view-save")).clicked() {
                cx.want(Intent::Run(command::put_inline_policy(role, holder, forms.name.trim(), &forms.text)));
                forms.open = None;
            }
        });
        if button(ui, Kind::Plain, "", &cx.t("view-cancel")).clicked() {
            forms.open = None;
        }
    });
}
