//! The CloudTrail tab: every request that came through the door, newest first.

use egui::{Align, Pos2, Rect, ScrollArea, Sense, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::super::Cx;
use super::super::theme::{Look, Type};
use super::super::widgets::{empty, segmented};
use crate::app::{Intent, Selection};
use crate::cloud::{Event, EventKind, Origin, Principal, RequestEvent, Timestamp};
use crate::quest::Session;
use crate::world::World;

/// What the tab keeps between passes.
#[derive(Default)]
pub(super) struct TrailState {
    denied_only: bool,
    /// What [`TrailState::refresh`] read, and when: a trail can be thousands of requests long.
    read: Option<Read>,
    /// Places in the trail of all requests, the newest first.
    all: Vec<usize>,
    /// Of those that IAM denied.
    denied: Vec<usize>,
}

/// Which trail was read. Between two passes a trail changes only with the number of commands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Read {
    steps: usize,
    looking_at: Option<usize>,
    events: usize,
    last: Option<Timestamp>,
}

impl TrailState {
    /// Reads the trail anew if it changed, and says how many requests IAM denied.
    pub(super) fn refresh(&mut self, session: &Session) -> usize {
        let events = session.world().cloud.trail().events();
        let read = Read {
            steps: session.steps().len(),
            looking_at: session.looking_at(),
            events: events.len(),
            last: events.last().map(|event| event.time),
        };
        if self.read.as_ref() != Some(&read) {
            self.read = Some(read);
            self.all.clear();
            self.denied.clear();
            for (place, event) in events.iter().enumerate().rev() {
                if let EventKind::Request(request) = &event.kind {
                    self.all.push(place);
                    if request.denial().is_some() {
                        self.denied.push(place);
                    }
                }
            }
        }
        self.denied.len()
    }
}

/// How many requests IAM denied.
pub(super) fn denials(world: &World) -> usize {
    world.cloud.trail().requests().filter(|(_, request)| request.denial().is_some()).count()
}

/// Who made a request, short: a user's or role's name.
pub(super) fn who(principal: &Principal) -> String {
    match principal {
        Principal::Root { .. } => "root".to_owned(),
        Principal::User { name, .. } | Principal::FederatedUser { name, .. } | Principal::Service { name, .. } => {
            name.clone()
        }
        Principal::Federated { provider, .. } => provider.rsplit("-provider/").next().unwrap_or(provider).to_owned(),
        Principal::Session { role, .. } => role.clone(),
    }
}

/// The key of the place that a request came from.
pub(super) fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::Laptop => "view-origin-laptop",
        Origin::Instance(_) => "view-origin-instance",
        Origin::Fargate(_) => "view-origin-fargate",
        Origin::Function(_) => "view-origin-function",
        Origin::Via(_) | Origin::Service => "view-origin-service",
    }
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut TrailState) {
    let app = cx.app;
    let Some(session) = app.session() else { return };
    let look = cx.look;
    state.refresh(session);
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(14.0);
        let (all, denied) = (cx.t("view-trail-all"), cx.t("view-trail-denied"));
        if let Some(picked) = segmented(ui, state.denied_only, &[(false, &all), (true, &denied)]) {
            state.denied_only = picked;
        }
    });
    let places = if state.denied_only { &state.denied } else { &state.all };
    if places.is_empty() {
        let (title, hint) = (cx.t("view-trail-empty"), cx.t("view-trail-empty-hint"));
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| empty(ui, icon::LIST_MAGNIFYING_GLASS, &title, &hint));
        return;
    }
    let height = look.scaled(27.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let events = session.world().cloud.trail().events();
    let scroll = ScrollArea::vertical().id_salt("trail").auto_shrink([false, false]);
    scroll.show_rows(ui, height, places.len(), |ui, range| {
        for event in places.get(range).unwrap_or_default().iter().filter_map(|place| events.get(*place)) {
            if let EventKind::Request(request) = &event.kind {
                row(ui, cx, event, request, height);
            }
        }
    });
}

fn row(ui: &mut Ui, cx: &mut Cx<'_>, event: &Event, request: &RequestEvent, height: f32) {
    let look: Look = cx.look;
    let p = &look.palette;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
    let denied = request.denial().is_some();
    let (sign, color, key) = match (&request.error, denied) {
        (_, true) => (icon::PROHIBIT, p.denied, "view-trail-is-denied"),
        (Some(_), false) => (icon::WARNING, p.amber, "view-trail-is-error"),
        (None, false) => (icon::CHECK, p.allowed, "view-trail-is-allowed"),
    };
    let action = format!("{}:{}", request.service.name(), request.operation);
    let resource = request.resource.as_ref().map_or("", |arn| arn.resource());
    let end = cx.t(key);
    let name = format!("{end}: {action} {resource}");
    let chosen = cx.app.selection() == Some(&Selection::Event(event.number));
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, chosen, &name));
    if chosen || response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 0.0, if chosen { p.hover } else { p.raised });
    }
    let (hour, minute) = event.time.hour_minute();
    let second = event.time.as_millis() / 1000 % 60;
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    // Between the time and the verdict: who asked, for what, on what. Where there is little room, for what.
    let first = look.scaled(74.0);
    let rest = (rect.width() - 16.0 - first - look.scaled(112.0)).max(0.0);
    let who_room = if rest < look.scaled(300.0) { 0.0 } else { rest * 0.24 };
    let action_room = if rest < look.scaled(420.0) { rest - who_room } else { rest * 0.42 };
    let second = first + who_room;
    let third = second + action_room;
    let columns = [
        (0.0, first, time.as_str(), Type::MonoSmall, p.mute),
        (first, who_room, &who(&request.caller.principal), Type::Small, p.soft),
        (second, action_room, action.as_str(), Type::SmallStrong, p.ink),
        (third, rest - who_room - action_room, resource, Type::Small, p.mute),
    ];
    for (x, room, text, kind, ink) in columns {
        if room < 20.0 {
            continue;
        }
        let mut job = egui::text::LayoutJob::default();
        job.append(text, 0.0, egui::TextFormat { line_height: None, ..look.format(kind, ink) });
        job.wrap = egui::text::TextWrapping::truncate_at_width(room - 8.0);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let at = Pos2::new(rect.left() + 16.0 + x, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, ink);
    }
    let place = Rect::from_min_max(Pos2::new(rect.right() - look.scaled(112.0), rect.top()), rect.right_bottom());
    let words = ui.painter().layout_no_wrap(end, look.font(Type::SmallStrong), color);
    let sign = ui.painter().layout_no_wrap(sign.to_owned(), look.icon(15.0), color);
    let at = Align::Center.align_size_within_range(sign.size().y, place.y_range()).min;
    ui.painter().galley(Pos2::new(place.left(), at), sign, color);
    let at = Align::Center.align_size_within_range(words.size().y, place.y_range()).min;
    ui.painter().galley(Pos2::new(place.left() + look.scaled(20.0), at), words, color);
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        cx.want(Intent::Inspect(Some(Selection::Event(event.number))));
    }
}
