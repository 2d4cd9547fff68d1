//! S3's buckets that the account owns, and what is in them.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::cx::bytes;
use super::super::super::widgets::{Rich, field, json_job};
use super::super::policies::pretty;
use super::list::{Lead, lines};
use super::{Seen, gone, heading, part};
use crate::app::Selection;
use crate::cloud::s3::{Bucket, Versioning};

/// The most objects listed.
const MOST: usize = 40;

pub(super) fn buckets(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, "S3", &cx.t("view-kind-buckets"), cx.look.palette.teal);
    ui.add(Rich::new(&cx.t("view-buckets-text")));
    let buckets = seen.account().into_iter().flat_map(|account| account.s3.buckets());
    let lead = |bucket: &Bucket| {
        let note = cx.tw("view-count-objects", &[("n", bucket.objects().count().into())]);
        Lead::new(icon::DATABASE, &bucket.name, note, Selection::Bucket(bucket.name.clone()))
    };
    let buckets: Vec<_> = buckets.map(lead).collect();
    lines(ui, cx, &buckets);
    // The one that is not the account's own.
    Lead::new(icon::STACK, cx.t("view-inspect-store"), "AWS", Selection::Store).show(ui, cx);
}

pub(super) fn bucket(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    let Some(bucket) = seen.account().and_then(|account| account.s3.bucket(name)) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-bucket"), name, cx.look.palette.teal);
    field(ui, &cx.t("view-field-region"), bucket.region.as_str(), None);
    field(ui, &cx.t("view-field-created"), &cx.day_and_time(bucket.created_at), None);
    field(ui, &cx.t("view-field-size"), &bytes(bucket.bytes()), None);
    let versioning = match bucket.versioning {
        Some(Versioning::Enabled) => "Enabled",
        Some(Versioning::Suspended) => "Suspended",
        None => "–",
    };
    field(ui, &cx.t("view-field-versioning"), versioning, None);
    field(ui, &cx.t("view-field-encryption"), &bucket.encryption.algorithm, None);
    let blocks = bucket.public_access.is_some_and(|block| block.block_public_policy && block.restrict_public_buckets);
    field(ui, &cx.t("view-field-public-block"), &cx.t(if blocks { "view-yes" } else { "view-no" }), None);
    if let Some(policy) = &bucket.policy {
        part(ui, &cx.t("view-bucket-policy"));
        let text = pretty(policy.text());
        ui.add(egui::Label::new(json_job(&cx.look, &text, ui.available_width())));
    }
    let objects = bucket.objects().count();
    part(ui, &cx.tw("view-count-objects", &[("n", objects.into())]));
    for (key, _, object) in bucket.objects().take(MOST) {
        field(ui, key, &bytes(object.blob.len() as u64), None);
    }
    if objects > MOST {
        ui.add(Rich::small(&cx.tw("view-more", &[("n", (objects - MOST).into())])));
    }
    Lead::new(icon::DATABASE, cx.t("view-kind-buckets"), "S3", Selection::Buckets).show(ui, cx);
}
