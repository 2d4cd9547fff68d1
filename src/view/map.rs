//! The quest map: chapters in rows, quests along them, and the chosen one beside.

use std::sync::Arc;

use egui::{CentralPanel, Color32, Frame, Margin, Panel, Pos2, Rect, ScrollArea, Sense, Shape, Stroke, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::Cx;
use super::theme::{Type, mix, space};
use super::widgets::{Kind, Rich, button_wide, dots, empty, field, kicker, link, stars};
use crate::app::Intent;
use crate::quest::{Chapter, Quest};

/// Between the middles of two quests, at text scale 1, in points.
const STEP: f32 = 172.0;
/// The least of it, at text scale 1: a title in two lines still reads.
const NARROW_STEP: f32 = 120.0;
/// What a row's turn takes beside the last quest.
const TURN: f32 = 24.0;
/// Between chapters.
const ROW: f32 = 156.0;
/// A quest's circle.
const NODE: f32 = 29.0;

/// How a quest stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Won,
    /// The one to play now.
    Next,
    Open,
    Closed,
}

fn standing(cx: &Cx<'_>, quest: &Quest) -> Standing {
    if cx.app.profile().has_won(&quest.id) {
        Standing::Won
    } else if !cx.app.is_open(quest) {
        Standing::Closed
    } else if cx.app.next_quest().is_some_and(|next| next.id == quest.id) {
        Standing::Next
    } else {
        Standing::Open
    }
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let look = cx.look;
    let side = look.scaled(400.0).min(ui.available_width() * 0.36);
    let frame = Frame::new().fill(look.palette.panel).inner_margin(Margin::same(26));
    Panel::right("map-side").exact_size(side).resizable(false).frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| match cx.app.selected_quest() {
            Some(quest) => card(ui, cx, quest),
            None => {
                let (title, hint) = (cx.t("view-map-none"), cx.t("view-map-none-hint"));
                empty(ui, icon::MAP_TRIFOLD, &title, &hint);
            }
        });
    });
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        dots(ui, ui.max_rect());
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| chapters(ui, cx));
    });
}

fn chapters(ui: &mut Ui, cx: &mut Cx<'_>) {
    let look = cx.look;
    let app = cx.app;
    let rows: Vec<(&Chapter, Vec<&Arc<Quest>>)> = app
        .catalogue()
        .chapters()
        .iter()
        .map(|chapter| {
            let quests = app.catalogue().quests().iter().filter(|quest| quest.chapter == chapter.number).collect();
            (chapter, quests)
        })
        .filter(|(_, quests): &(_, Vec<_>)| !quests.is_empty())
        .collect();
    if rows.is_empty() {
        let (title, hint) = (cx.t("view-map-empty"), cx.t("view-map-empty-hint"));
        return empty(ui, icon::MAP_TRIFOLD, &title, &hint);
    }
    let name_width = look.scaled(196.0);
    let row_height = look.scaled(ROW);
    let room = ui.available_width() - space::PAGE - name_width - TURN;
    let most = (room / look.scaled(NARROW_STEP)).floor().max(1.0) as usize;
    let ways: Vec<Route> = rows.iter().map(|(_, quests)| Route::new(quests.len(), most)).collect();
    let longest = ways.iter().map(|way| way.in_line).max().unwrap_or(1);
    let step = (room / longest as f32).min(look.scaled(STEP));
    let lines: usize = ways.iter().map(|way| way.lines).sum();
    let size = Vec2::new(ui.available_width(), row_height * lines as f32 + 40.0);
    let (rect, _) = ui.allocate_exact_size(size.max(ui.available_size()), Sense::hover());
    let mut y = rect.top() + 90.0;
    for ((chapter, quests), way) in rows.iter().zip(ways) {
        let color = cx.chapter_color(chapter.number);
        let name = Rect::from_min_size(
            Pos2::new(rect.left() + space::PAGE + 8.0, y - 30.0),
            Vec2::new(name_width - 16.0, 80.0),
        );
        ui.scope_builder(egui::UiBuilder::new().max_rect(name), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            kicker(ui, &cx.tw("view-chapter", &[("n", chapter.number.into())]), color);
            ui.add(Rich::new(cx.say(&chapter.name)).kind(Type::Heading));
        });
        let first = Pos2::new(rect.left() + space::PAGE + name_width + step / 2.0, y);
        let at = |m: usize| first + way.place(m) * Vec2::new(step, row_height);
        for (m, quest) in quests.iter().enumerate().take(quests.len().saturating_sub(1)) {
            let done = standing(cx, quest) == Standing::Won;
            let stroke = Stroke::new(4.0, if done { color } else { look.palette.line });
            leg(ui.painter(), at(m), at(m + 1), way.heading(m), step, stroke);
        }
        for (m, quest) in quests.iter().enumerate() {
            node(ui, cx, quest, m + 1, at(m), step, color);
        }
        y += row_height * way.lines as f32;
    }
}

/// How a chapter's quests lie: in one line, or in several of about the same length that go to and fro.
#[derive(Clone, Copy)]
struct Route {
    lines: usize,
    in_line: usize,
}

impl Route {
    fn new(quests: usize, most: usize) -> Self {
        let lines = quests.div_ceil(most).max(1);
        Self { lines, in_line: quests.div_ceil(lines).max(1) }
    }

    /// Which way the line of a quest goes: 1 to the right, -1 to the left.
    fn heading(self, quest: usize) -> f32 {
        if (quest / self.in_line).is_multiple_of(2) { 1.0 } else { -1.0 }
    }

    /// Column and line of a quest.
    fn place(self, quest: usize) -> Vec2 {
        let column = quest % self.in_line;
        let column = if self.heading(quest) > 0.0 { column } else { self.in_line - 1 - column };
        Vec2::new(column as f32, (quest / self.in_line) as f32)
    }
}

/// The way from a quest to the next: straight on, or around the title below into the next line.
fn leg(painter: &egui::Painter, from: Pos2, to: Pos2, heading: f32, step: f32, stroke: Stroke) {
    let edge = Vec2::new(heading * NODE, 0.0);
    if from.y == to.y {
        painter.line_segment([from + edge, to - edge], stroke);
        return;
    }
    // A cubic bulges by three quarters of what its handles reach.
    let reach = Vec2::new(heading * (step / 2.0 + 6.0 - NODE) / 0.75, 0.0);
    let (start, end) = (from + edge, to + edge);
    let points = [start, start + reach, end + reach, end];
    painter.add(egui::epaint::CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke));
}

fn node(ui: &mut Ui, cx: &mut Cx<'_>, quest: &Arc<Quest>, number: usize, at: Pos2, step: f32, color: Color32) {
    let look = cx.look;
    let p = &look.palette;
    let standing = standing(cx, quest);
    let title = quest.text.get(cx.app.lang()).title.clone();
    let place = Rect::from_center_size(at + Vec2::new(0.0, 16.0), Vec2::new(step - 12.0, 96.0));
    let response = ui.interact(place, ui.id().with(("quest", &quest.id)), Sense::click());
    let key = match standing {
        Standing::Won => "view-map-won",
        Standing::Next => "view-map-next",
        Standing::Open => "view-map-open",
        Standing::Closed => "view-map-closed",
    };
    let chosen = cx.app.selected_quest().is_some_and(|selected| selected.id == quest.id);
    let name = format!("{title}, {}", cx.t(key));
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::Button, true, chosen, &name));
    let painter = ui.painter();
    if chosen || response.has_focus() {
        painter.circle_filled(at, NODE + 13.0, mix(p.abyss, color, 0.16));
    } else if response.hovered() {
        painter.circle_filled(at, NODE + 8.0, mix(p.abyss, color, 0.10));
    }
    let (fill, edge, width) = match standing {
        Standing::Won => (color, color, 2.5),
        Standing::Next => (p.raised, color, 4.0),
        Standing::Open => (p.raised, color, 2.5),
        Standing::Closed => (p.deck, p.line, 2.5),
    };
    painter.circle(at, NODE, fill, Stroke::new(width, edge));
    if response.has_focus() {
        painter.circle_stroke(at, NODE + 5.0, Stroke::new(2.0, p.blue));
    }
    match standing {
        Standing::Won => {
            let points = [at + Vec2::new(-10.0, 0.0), at + Vec2::new(-3.0, 8.0), at + Vec2::new(10.0, -7.0)];
            painter.add(Shape::line(points.to_vec(), Stroke::new(4.5, if p.dark { p.abyss } else { p.panel })));
        }
        Standing::Closed => {
            padlock(painter, at, mix(p.line, p.faint, 0.5));
        }
        Standing::Next | Standing::Open => {
            painter.text(at, egui::Align2::CENTER_CENTER, number.to_string(), look.font(Type::Heading), color);
        }
    }
    let ink = if standing == Standing::Closed { p.faint } else { p.ink };
    let under = Rect::from_center_size(at + Vec2::new(0.0, NODE + 36.0), Vec2::new(step - 10.0, 52.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(under), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.vertical_centered(|ui| {
            ui.add(Rich::new(&title).kind(Type::SmallStrong).color(ink).centered().fixed());
            if let Some(best) = cx.app.profile().quests.get(&quest.id) {
                let label = cx.tw("view-stars", &[("n", u32::from(best.stars).into())]);
                stars(ui, u32::from(best.stars), 3, 5.5, &label);
            }
        });
    });
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.double_clicked() && standing != Standing::Closed {
        cx.want(Intent::StartQuest(quest.id.clone()));
    } else if response.clicked() && !chosen {
        cx.want(Intent::SelectQuest(quest.id.clone()));
    }
}

/// A padlock around `at`: closed, and large enough to be known.
fn padlock(painter: &egui::Painter, at: Pos2, color: Color32) {
    let body = Rect::from_center_size(at + Vec2::new(0.0, 4.0), Vec2::new(19.0, 14.0));
    painter.rect_filled(body, 3.5, color);
    let arc = (0..=12u8)
        .map(|n| at + Vec2::new(0.0, -5.0) + 5.5 * Vec2::angled(std::f32::consts::PI * (1.0 + f32::from(n) / 12.0)));
    let ends = [at + Vec2::new(-5.5, -2.0), at + Vec2::new(5.5, -2.0)];
    let shackle: Vec<_> = ends.iter().take(1).copied().chain(arc).chain(ends.iter().skip(1).copied()).collect();
    painter.add(Shape::line(shackle, Stroke::new(3.0, color)));
}

fn card(ui: &mut Ui, cx: &mut Cx<'_>, quest: &Arc<Quest>) {
    let standing = standing(cx, quest);
    let text = quest.text.get(cx.app.lang());
    let color = cx.chapter_color(quest.chapter);
    let args = [("chapter", quest.chapter.into()), ("quest", quest.number.into())];
    kicker(ui, &cx.tw("view-map-kicker", &args), color);
    ui.add(Rich::new(&text.title).kind(Type::Title));
    ui.add(Rich::new(&text.summary));
    ui.add_space(space::SMALL);

    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        facts(ui, cx, quest);
    });
    ui.add_space(space::SMALL);

    let width = ui.available_width();
    if standing == Standing::Closed {
        let missing = cx.app.catalogue().quests().iter().filter(|other| {
            !cx.app.profile().has_won(&other.id) && other.teaches.iter().any(|taught| quest.requires.contains(taught))
        });
        let names: Vec<_> = missing.map(|other| other.text.get(cx.app.lang()).title.as_str()).collect();
        ui.add_enabled_ui(false, |ui| button_wide(ui, Kind::Primary, icon::LOCK, &cx.t("view-map-locked"), width));
        ui.add(Rich::small(&cx.tw("view-map-needs", &[("names", names.join(", ").into())])).centered());
        return;
    }
    let in_play = cx.app.quest_session().and_then(|session| session.quest()).is_some_and(|q| q.id == quest.id);
    // Of a quest that was won the journal is kept as well; there a new start is what one wants.
    let in_play = in_play || standing != Standing::Won && cx.app.is_begun(&quest.id);
    let key = match (in_play, standing) {
        (true, _) => "view-map-continue",
        (false, Standing::Won) => "view-map-again",
        (false, _) => "view-map-start",
    };
    if button_wide(ui, Kind::Primary, icon::PLAY, &cx.t(key), width).clicked() {
        let id = quest.id.clone();
        cx.want(if standing == Standing::Won && !in_play { Intent::RestartQuest(id) } else { Intent::StartQuest(id) });
    }
    ui.add_space(space::TINY);
    let ways: &[Way] = match (in_play, standing) {
        (true, _) => &[RESTART, PRACTISE],
        (false, Standing::Won) => &[WATCH_AGAIN, PRACTISE],
        (false, _) => &[WATCH, PRACTISE],
    };
    other_ways(ui, cx, quest, ways);
    if cx.app.debrief().is_some_and(|debrief| debrief.quest.id == quest.id) {
        ui.vertical_centered(|ui| {
            if link(ui, &cx.t("view-map-debrief")).clicked() {
                cx.want(Intent::OpenDebrief);
            }
        });
    }
}

/// The quest in figures.
fn facts(ui: &mut Ui, cx: &Cx<'_>, quest: &Quest) {
    let mute = Some(cx.look.palette.mute);
    let mut reward = cx.tw("view-xp", &[("n", super::cx::grouped(quest.xp).into())]);
    if let Some(item) = quest.reward.as_deref().and_then(|id| cx.app.catalogue().item(id)) {
        reward = format!("{reward} · {}", cx.say(&item.name));
    }
    field(ui, &cx.t("view-map-reward"), &reward, Some(cx.look.palette.amber));
    field(ui, &cx.t("view-map-par"), &cx.tw("view-commands", &[("n", quest.par.into())]), None);
    field(ui, &cx.t("view-map-takes"), &cx.tw("view-minutes", &[("n", quest.minutes.into())]), None);
    // A name or a number of an exam's task is not torn apart at the row's end.
    let whole = |text: String| text.replace(' ', "\u{a0}");
    let teaches: Vec<_> = quest.teaches.iter().map(|id| whole(cx.concept(id))).collect();
    field(ui, &cx.t("view-map-teaches"), &teaches.join(", "), None);
    let exam: Vec<_> = quest.exam.iter().map(|task| whole(task.to_string())).collect();
    field(ui, &cx.t("view-map-exam"), &exam.join(" · "), None);
    let (best, color) = match cx.app.profile().quests.get(&quest.id) {
        Some(best) => {
            let args = [("stars", u32::from(best.stars).into()), ("n", best.commands.into())];
            (cx.tw("view-map-best-is", &args), None)
        }
        None => (cx.t("view-map-not-played"), mute),
    };
    field(ui, &cx.t("view-map-best"), &best, color);
    super::widgets::rule(ui);
}

/// Another way into a quest: the keys of its name and of what it means, and its intent.
type Way = (&'static str, &'static str, fn(String) -> Intent);

const WATCH: Way = ("view-map-watch", "view-map-watch-hint", Intent::WatchQuest);
const WATCH_AGAIN: Way = ("view-map-watch", "view-play-show-me-hint", Intent::WatchQuest);
const PRACTISE: Way = ("view-map-practise", "view-map-practise-hint", Intent::PractiseQuest);
const RESTART: Way = ("view-map-restart", "view-map-restart-hint", Intent::RestartQuest);

/// Links side by side in the middle, or one under the other where there is no room.
fn other_ways(ui: &mut Ui, cx: &mut Cx<'_>, quest: &Quest, ways: &[Way]) {
    let gap = cx.look.scaled(22.0);
    let font = cx.look.font(Type::Small);
    let width = |key: &str| {
        let text = cx.t(key);
        ui.painter().layout_no_wrap(text, font.clone(), Color32::WHITE).size().x
    };
    let total: f32 = ways.iter().map(|(key, ..)| width(key)).sum::<f32>() + gap * (ways.len() as f32 - 1.0);
    let room = ui.available_width();
    let mut wanted = None;
    let mut one = |ui: &mut Ui, cx: &Cx<'_>, (key, hint, intent): &Way| {
        if link(ui, &cx.t(key)).on_hover_text(cx.t(hint)).clicked() {
            wanted = Some(intent(quest.id.clone()));
        }
    };
    if total <= room {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space((room - total) / 2.0);
            for (n, way) in ways.iter().enumerate() {
                if n > 0 {
                    let (rect, _) = ui.allocate_exact_size(Vec2::new(gap, 4.0), Sense::hover());
                    ui.painter().circle_filled(rect.center(), 1.5, cx.look.palette.faint);
                }
                one(ui, cx, way);
            }
        });
    } else {
        ui.vertical_centered(|ui| ways.iter().for_each(|way| one(ui, cx, way)));
    }
    wanted.into_iter().for_each(|intent| cx.want(intent));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_chapter_goes_to_and_fro_and_every_quest_is_next_to_the_one_before() {
        for (quests, most, lines) in [(1, 5, 1), (5, 5, 1), (7, 5, 2), (9, 4, 3), (11, 1, 11), (0, 5, 1)] {
            let way = Route::new(quests, most);
            assert_eq!(way.lines, lines);
            for quest in 0..quests {
                let place = way.place(quest);
                assert!(place.x < most as f32 && place.y < lines as f32);
                if let Some(before) = quest.checked_sub(1) {
                    assert_eq!((place - way.place(before)).length(), 1.0, "{quest} of {quests}");
                }
            }
        }
    }
}
