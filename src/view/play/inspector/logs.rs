//! CloudWatch Logs: log groups, their streams, and the newest that was written there.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::cx::bytes;
use super::super::super::theme::Type;
use super::super::super::widgets::{Rich, field};
use super::list::{Lead, lines};
use super::{Seen, gone, heading, part};
use crate::app::Selection;
use crate::cloud::logs::Group;

/// The most streams and the most events shown.
const STREAMS: usize = 20;
const EVENTS: usize = 16;

pub(super) fn groups(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, "CloudWatch", &cx.t("view-kind-log-groups"), cx.look.palette.pink);
    ui.add(Rich::new(&cx.t("view-log-groups-text")));
    let groups = seen.region().into_iter().flat_map(|region| region.logs.groups());
    let groups: Vec<_> = groups.map(|group| lead(cx, group)).collect();
    lines(ui, cx, &groups);
}

pub(super) fn lead(cx: &Cx<'_>, group: &Group) -> Lead {
    let note = cx.tw("view-count-streams", &[("n", group.streams().count().into())]);
    Lead::new(icon::ARTICLE, &group.name, note, Selection::LogGroup(group.name.clone()))
}

pub(super) fn group(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    let Some(group) = seen.region().and_then(|region| region.logs.group(name)) else { return gone(ui, cx) };
    let now = seen.world.cloud.now();
    heading(ui, cx, &cx.t("view-kind-log-group"), name, cx.look.palette.pink);
    field(ui, &cx.t("view-field-created"), &cx.day_and_time(group.created_at), None);
    let kept = match group.retention_in_days {
        Some(days) => cx.tw("view-days", &[("n", days.into())]),
        None => cx.t("view-forever"),
    };
    field(ui, &cx.t("view-field-retention"), &kept, None);
    field(ui, &cx.t("view-field-size"), &bytes(group.stored_bytes(now)), None);
    let mut streams: Vec<_> = group.streams().collect();
    streams.sort_by(|a, b| b.last_ingestion.cmp(&a.last_ingestion).then_with(|| a.name.cmp(&b.name)));
    part(ui, &cx.tw("view-count-streams", &[("n", streams.len().into())]));
    for stream in streams.iter().take(STREAMS) {
        let count = cx.tw("view-count-events", &[("n", group.events(stream, now).len().into())]);
        field(ui, &stream.name, &count, None);
    }
    if streams.len() > STREAMS {
        ui.add(Rich::small(&cx.tw("view-more", &[("n", (streams.len() - STREAMS).into())])));
    }
    let mut events: Vec<_> = streams.iter().flat_map(|stream| group.events(stream, now)).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.time));
    for (index, event) in events.iter().take(EVENTS).enumerate() {
        if index == 0 {
            part(ui, &cx.t("view-log-newest"));
        }
        ui.add(Rich::small(&cx.day_and_time(event.time)));
        ui.add(Rich::new(&event.message).kind(Type::MonoSmall).color(cx.look.palette.soft).verbatim());
    }
    Lead::new(icon::ARTICLE, cx.t("view-kind-log-groups"), "CloudWatch", Selection::LogGroups).show(ui, cx);
}
