//! The registry, a repository, an image, a layer, the store; and the forms to make and change them.

use std::collections::BTreeMap;

use egui::{Ui, Vec2};
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::cx::bytes;
use super::super::super::theme::{Type, layer_color, space};
use super::super::super::widgets::{Kind, Rich, button, check, field, notice, swatch, text_field};
use super::super::command;
use super::super::policies::{json_editor, pretty};
use super::{Seen, gone, heading, lead, part, size_field};
use crate::app::{Intent, Selection};
use crate::cloud::Digest;
use crate::cloud::ecr::lifecycle;
use crate::cloud::ecr::{StoredImage as Image, StoredRepository as Repository};
use crate::shell::lifecycle::explain;

/// What is typed into the forms.
#[derive(Default)]
pub(super) struct Forms {
    new_name: String,
    immutable: bool,
    scan: bool,
    /// The repository whose policy is edited, and which policy.
    editing: Option<(String, Document)>,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    Access,
    Lifecycle,
}

/// The most images listed; a note says how many there are.
const MOST_IMAGES: usize = 60;

const FRESH_LIFECYCLE: &str = r#"{
  "rules": [
    {
      "rulePriority": 1,
      "description": "expire untagged images",
      "selection": {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 1
      },
      "action": { "type": "expire" }
    }
  ]
}"#;

const FRESH_ACCESS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowPull",
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
      "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }
  ]
}"#;

pub(super) fn registry(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, forms: &mut Forms) {
    heading(ui, cx, "ECR", &cx.t("view-inspect-registry"), cx.look.palette.amber);
    ui.add(Rich::new(&cx.t("view-registry-text")));
    let mut any = false;
    for repository in seen.region().into_iter().flat_map(|region| region.ecr.repositories()) {
        any = true;
        let note = cx.tw("view-count-images", &[("n", repository.images.len().into())]);
        lead(ui, cx, icon::PACKAGE, &repository.name, &note, Selection::Repository(repository.name.clone()));
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-registry-empty")));
    }
    part(ui, &cx.t("view-form-create"));
    let name = cx.t("view-form-name");
    let hint = cx.t("view-form-name-hint");
    let width = ui.available_width();
    let response = text_field(ui, &mut forms.new_name, &name, &hint, width);
    check(ui, &mut forms.immutable, &cx.t("view-form-immutable"));
    check(ui, &mut forms.scan, &cx.t("view-form-scan"));
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let ready = !forms.new_name.trim().is_empty();
    ui.add_enabled_ui(ready, |ui| {
        if button(ui, Kind::Primary, icon::PLUS, &cx.t("view-form-create")).clicked() || (entered && ready) {
            let name = std::mem::take(&mut forms.new_name);
            cx.want(Intent::Run(command::create_repository(name.trim(), forms.immutable, forms.scan)));
        }
    });
}

pub(super) fn repository(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str, forms: &mut Forms) {
    heading(ui, cx, &cx.t("view-kind-repository"), name, cx.look.palette.amber);
    let Some(repository) = seen.region().and_then(|region| region.ecr.repository(name)) else { return gone(ui, cx) };
    ui.add(Rich::new(&repository.uri).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    if forms.editing.as_ref().is_some_and(|(of, _)| of == name) {
        return edit(ui, cx, repository, forms);
    }
    ui.add_space(space::TINY);
    let of = |yes: bool| cx.t(if yes { "view-yes" } else { "view-no" });
    field(ui, &cx.t("view-field-mutability"), repository.mutability.as_str(), None);
    field(ui, &cx.t("view-field-scan"), &of(repository.scan_on_push), None);
    field(ui, &cx.t("view-field-policy"), &of(repository.policy.is_some()), None);
    field(ui, &cx.t("view-field-lifecycle"), &of(repository.lifecycle.is_some()), None);
    ui.add_space(space::TINY);
    ui.horizontal_wrapped(|ui| {
        if button(ui, Kind::Plain, icon::SHIELD, &cx.t("view-repository-edit-policy")).clicked() {
            let text = repository.policy.as_ref().map(|policy| pretty(policy.text()));
            forms.text = text.unwrap_or_else(|| FRESH_ACCESS.to_owned());
            forms.editing = Some((name.to_owned(), Document::Access));
        }
        if button(ui, Kind::Plain, icon::BROOM, &cx.t("view-repository-edit-lifecycle")).clicked() {
            let text = repository.lifecycle.as_ref().map(|attached| pretty(&attached.text));
            forms.text = text.unwrap_or_else(|| FRESH_LIFECYCLE.to_owned());
            forms.editing = Some((name.to_owned(), Document::Lifecycle));
        }
    });
    preview(ui, cx, repository);
    images(ui, cx, repository);
}

/// The policy of a repository, in an editor.
fn edit(ui: &mut Ui, cx: &mut Cx<'_>, repository: &Repository, forms: &mut Forms) {
    let Some((_, document)) = forms.editing.clone() else { return };
    let key = match document {
        Document::Access => "view-repository-policy",
        Document::Lifecycle => "view-repository-lifecycle",
    };
    part(ui, &cx.t(key));
    let name = cx.t(key);
    let height = (ui.available_height() - cx.look.scaled(100.0)).clamp(180.0, 460.0);
    ui.scope(|ui| {
        ui.set_max_height(height);
        json_editor(ui, cx, &mut forms.text, "repository-document", &name, true);
    });
    if document == Document::Lifecycle
        && let Ok(policy) = lifecycle::Policy::parse(&forms.text)
    {
        // Computed here from the state, as the preview will: the learner sees it while typing.
        let now = seen_now(cx);
        let outcome = lifecycle::evaluate(&policy, &lifecycle::candidates(repository), now);
        let n = outcome.expiring().count();
        let args = [("n", n.into()), ("of", repository.images.len().into())];
        ui.add(Rich::small(&cx.tw("view-lifecycle-would", &args)).color(cx.look.palette.amber));
    }
    ui.horizontal_wrapped(|ui| {
        let run = |line: String| Intent::Run(line);
        if document == Document::Lifecycle
            && button(ui, Kind::Plain, icon::EYE, &cx.t("view-lifecycle-preview")).clicked()
        {
            cx.want(run(command::preview_lifecycle(&repository.name, &forms.text)));
        }
        if button(ui, Kind::Primary, icon::FLOPPY_DISK, &cx.t("view-save")).clicked() {
            cx.want(run(match document {
                Document::Access => command::set_repository_policy(&repository.name, &forms.text),
                Document::Lifecycle => command::put_lifecycle(&repository.name, &forms.text),
            }));
            forms.editing = None;
        }
        if button(ui, Kind::Plain, "", &cx.t("view-cancel")).clicked() {
            forms.editing = None;
        }
    });
    preview(ui, cx, repository);
}

fn seen_now(cx: &Cx<'_>) -> crate::cloud::Timestamp {
    cx.app.session().map_or(crate::cloud::Timestamp::START, |session| session.world().cloud.now())
}

/// The lifecycle preview that was asked for.
fn preview(ui: &mut Ui, cx: &mut Cx<'_>, repository: &Repository) {
    let Some(preview) = &repository.preview else { return };
    let color = cx.look.palette.blue;
    notice(ui, color, |ui| match &preview.result {
        None => {
            ui.add(Rich::new(&cx.t("view-lifecycle-running")));
        }
        Some(result) => {
            let args = [("n", result.images.len().into())];
            ui.add(Rich::new(&cx.tw("view-lifecycle-result", &args)).kind(Type::Strong));
            let now = seen_now(cx);
            let words = cx.app.words();
            for line in explain(words, repository, &preview.policy, &result.evaluation, now) {
                ui.add(Rich::small(&line));
            }
        }
    });
}

fn images(ui: &mut Ui, cx: &mut Cx<'_>, repository: &Repository) {
    part(ui, &cx.tw("view-count-images", &[("n", repository.images.len().into())]));
    if repository.images.is_empty() {
        ui.add(Rich::small(&cx.t("view-repository-empty")));
        return;
    }
    let tags: BTreeMap<_, _> = repository.tags_by_image();
    let mut newest: Vec<_> = repository.images.values().collect();
    newest.sort_by(|a, b| b.pushed_at.cmp(&a.pushed_at).then_with(|| a.digest.cmp(&b.digest)));
    for image in newest.iter().take(MOST_IMAGES) {
        let names = tags.get(&image.digest).map(|tags| tags.join(", "));
        let name = names.unwrap_or_else(|| cx.t("view-untagged"));
        let to = Selection::Image { repository: repository.name.clone(), digest: image.digest.clone() };
        let sign = if tags.contains_key(&image.digest) { icon::TAG } else { icon::TAG_SIMPLE };
        lead(ui, cx, sign, &name, &format!("{} · {}", image.digest.short(), bytes(image.size)), to);
        stripes(ui, image);
    }
    if newest.len() > MOST_IMAGES {
        ui.add(Rich::small(&cx.tw("view-more", &[("n", (newest.len() - MOST_IMAGES).into())])));
    }
}

/// An image's layers as thin stripes in their colours.
fn stripes(ui: &mut Ui, image: &Image) {
    let layers: Vec<_> = image.layers().map(|(digest, _)| layer_color(digest)).collect();
    if layers.is_empty() {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 5.0), egui::Sense::hover());
    let step = rect.width() / layers.len() as f32;
    for (n, color) in layers.iter().enumerate() {
        let min = rect.min + Vec2::new(step * n as f32, 0.0);
        let part = egui::Rect::from_min_size(min, Vec2::new((step - 3.0).max(1.0), 5.0));
        ui.painter().rect_filled(part, 2.0, *color);
    }
}

pub(super) fn image(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str, digest: &Digest) {
    let repository = seen.region().and_then(|region| region.ecr.repository(name));
    let Some((repository, image)) = repository.and_then(|found| Some((found, found.image(digest)?))) else {
        return gone(ui, cx);
    };
    let tags = repository.tags_of(digest);
    let title = tags.first().map_or_else(|| digest.short(), |tag| format!("{name}:{tag}"));
    heading(ui, cx, &cx.t("view-kind-image"), &title, cx.look.palette.amber);
    ui.add(Rich::new(&digest.to_string()).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    let shown = if tags.is_empty() { cx.t("view-untagged") } else { tags.join(", ") };
    field(ui, &cx.t("view-field-tags"), &shown, None);
    size_field(ui, cx, image.size);
    field(ui, &cx.t("view-field-pushed"), &cx.day_and_time(image.pushed_at), None);
    if let Some(pulled) = image.last_pulled_at {
        field(ui, &cx.t("view-field-pulled"), &cx.day_and_time(pulled), None);
    }
    if let Some(scan) = &image.scan {
        let text = if scan.is_complete() {
            cx.tw("view-scan-findings", &[("n", scan.findings().len().into())])
        } else {
            cx.t("view-scan-running")
        };
        field(ui, &cx.t("view-field-scan-result"), &text, None);
    }
    part(ui, &cx.t("view-field-layers"));
    ui.add(Rich::small(&cx.t("view-layers-text")));
    for (layer, size) in image.layers() {
        layer_row(ui, cx, layer, size);
    }
    ui.add_space(space::SMALL);
    ui.horizontal_wrapped(|ui| {
        let uri = tags
            .first()
            .map_or_else(|| format!("{}@{digest}", repository.uri), |tag| format!("{}:{tag}", repository.uri));
        if button(ui, Kind::Plain, icon::DOWNLOAD_SIMPLE, &cx.t("view-image-pull")).clicked() {
            cx.want(Intent::Run(command::pull(&uri)));
        }
        if button(ui, Kind::Danger, icon::TRASH, &cx.t("view-image-delete")).clicked() {
            cx.want(Intent::Run(command::delete_image(name, &digest.to_string())));
        }
    });
}

pub(super) fn layer_row(ui: &mut Ui, cx: &mut Cx<'_>, digest: &Digest, size: u64) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.55).max(90.0);
        let response = swatch(ui, layer_color(digest), &digest.short(), width).interact(egui::Sense::click());
        if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
            cx.want(Intent::Inspect(Some(Selection::Layer(digest.clone()))));
        }
        ui.add(Rich::small(&bytes(size))).on_hover_text(cx.t("view-size-small"));
    });
}

pub(super) fn layer(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, digest: &Digest) {
    heading(ui, cx, &cx.t("view-kind-layer"), &digest.short(), cx.look.palette.teal);
    swatch(ui, layer_color(digest), &digest.short(), ui.available_width());
    ui.add(Rich::new(&digest.to_string()).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    let Some(object) = seen.region().and_then(|region| region.layers.get(digest)) else {
        ui.add(Rich::small(&cx.t("view-layer-not-stored")));
        return;
    };
    size_field(ui, cx, object.blob.len() as u64);
    let mut users = 0;
    part(ui, &cx.t("view-layer-used"));
    for name in &object.repositories {
        let Some(repository) = seen.region().and_then(|region| region.ecr.repository(name)) else { continue };
        for image in repository.images.values().filter(|image| image.layers().any(|(layer, _)| layer == digest)) {
            users += 1;
            let tags = repository.tags_of(&image.digest);
            let label = tags.first().map_or_else(|| image.digest.short(), |tag| format!("{name}:{tag}"));
            let to = Selection::Image { repository: name.clone(), digest: image.digest.clone() };
            lead(ui, cx, icon::TAG, &label, "", to);
        }
    }
    if users > 1 {
        ui.add(Rich::small(&cx.tw("view-layer-shared", &[("n", users.into())])));
    }
}

pub(super) fn store(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, "S3", &cx.t("view-inspect-store"), cx.look.palette.teal);
    ui.add(Rich::new(&cx.t("view-store-text")));
    let Some(region) = seen.region() else { return };
    let bucket = crate::cloud::s3::LayerStore::bucket(&crate::cloud::Region::home());
    ui.add(Rich::new(&bucket).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    field(ui, &cx.t("view-field-objects"), &region.layers.object_count().to_string(), None);
    size_field(ui, cx, region.layers.bytes());
    ui.add(Rich::small(&cx.t("view-size-small")));
    let mut largest: Vec<_> = region.layers.objects().collect();
    largest.sort_by(|a, b| b.1.blob.len().cmp(&a.1.blob.len()).then_with(|| a.0.cmp(b.0)));
    for (digest, object) in largest.iter().take(MOST_IMAGES) {
        layer_row(ui, cx, digest, object.blob.len() as u64);
    }
    if largest.len() > MOST_IMAGES {
        ui.add(Rich::small(&cx.tw("view-more", &[("n", (largest.len() - MOST_IMAGES).into())])));
    }
}
