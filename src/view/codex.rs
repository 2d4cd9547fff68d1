//! The codex: what each concept is. Met in quests, and always to be searched.

use std::sync::Arc;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::Cx;
use super::theme::{Type, space};
use super::widgets::{Kind, Rich, button, empty, kicker, link, list_item, markdown, notice, text_field};
use crate::app::{Intent, Screen};
use crate::quest::{Concept, Quest};

/// What the codex keeps between passes.
#[derive(Default)]
pub(super) struct CodexState {
    open: Option<String>,
    search: String,
    /// Articles that were read although not met yet.
    unsealed: Vec<String>,
}

impl CodexState {
    /// Opens a concept, by its id.
    pub(super) fn open(&mut self, id: &str) {
        self.open = Some(id.to_owned());
        self.search.clear();
    }
}

/// How a learner stands to a concept.
enum Standing<'a> {
    /// A quest that teaches it was won or is in play, or no quest teaches it.
    Met,
    /// These quests would teach it.
    Ahead(Vec<&'a Arc<Quest>>),
}

fn standing<'a>(cx: &Cx<'a>, concept: &Concept) -> Standing<'a> {
    let app = cx.app;
    let teachers: Vec<_> =
        app.catalogue().quests().iter().filter(|quest| quest.teaches.contains(&concept.id)).collect();
    let playing = app.quest_session().and_then(|session| session.quest());
    let met = teachers
        .iter()
        .any(|quest| app.profile().has_won(&quest.id) || playing.is_some_and(|playing| playing.id == quest.id));
    if met || teachers.is_empty() { Standing::Met } else { Standing::Ahead(teachers) }
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut CodexState) {
    let app = cx.app;
    let look = cx.look;
    if state.open.is_none() {
        // A book opens at its first page that was met.
        let concepts = app.catalogue().concepts();
        let met = concepts.iter().find(|concept| matches!(standing(cx, concept), Standing::Met));
        state.open = met.or(concepts.first()).map(|concept| concept.id.clone());
    }
    let side = look.scaled(300.0).min(ui.available_width() * 0.36);
    let frame = Frame::new().fill(look.palette.panel).inner_margin(Margin::same(space::PANEL as i8));
    Panel::left("codex-list").exact_size(side).resizable(false).frame(frame).show(ui, |ui| {
        ui.add(Rich::new(&cx.t("view-nav-codex")).kind(Type::Title));
        let hint = cx.t("view-codex-search");
        let width = ui.available_width();
        text_field(ui, &mut state.search, &hint, &hint, width);
        ui.add_space(space::TINY);
        let concepts = app.catalogue().concepts().iter();
        let found: Vec<_> = concepts.filter(|concept| concept.fits(&state.search, app.lang())).collect();
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if found.is_empty() {
                let (title, hint) = (cx.t("view-codex-nothing"), cx.t("view-codex-nothing-hint"));
                empty(ui, icon::MAGNIFYING_GLASS, &title, &hint);
            }
            for concept in found {
                let met = matches!(standing(cx, concept), Standing::Met);
                let sign = if met { icon::BOOK_OPEN } else { icon::BOOK };
                let on = state.open.as_ref() == Some(&concept.id);
                let ink = if met || on { look.palette.ink } else { look.palette.mute };
                let name = cx.say(&concept.name);
                let key = if met { "view-codex-met" } else { "view-codex-ahead" };
                let spoken = format!("{name}, {}", cx.t(key));
                let response = list_item(ui, on, sign, name, ink, &spoken);
                if response.clicked() {
                    state.open = Some(concept.id.clone());
                }
            }
        });
    });
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        ScrollArea::vertical().id_salt(state.open.clone()).auto_shrink([false, false]).show(ui, |ui| {
            let open = state.open.clone();
            if let Some(concept) = open.as_deref().and_then(|id| app.catalogue().concept(id)) {
                article(ui, cx, concept, state);
            }
        });
    });
}

fn article(ui: &mut Ui, cx: &mut Cx<'_>, concept: &Concept, state: &mut CodexState) {
    let look = cx.look;
    let p = look.palette;
    let room = ui.available_width();
    let width = look.scaled(720.0).min(room - space::PAGE * 2.0);
    ui.add_space(space::PAGE);
    ui.horizontal_top(|ui| {
        ui.add_space(((room - width) / 2.0).max(space::PAGE));
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 10.0;
            // The other language's name beside: an exam may be taken in either.
            let other = concept.name.text(cx.app.lang().other());
            kicker(ui, other, p.violet);
            ui.add(Rich::new(cx.say(&concept.name)).kind(Type::Hero));
            notice(ui, p.blue, |ui| {
                ui.add(Rich::new(cx.say(&concept.summary)).color(p.ink));
            });
            match standing(cx, concept) {
                Standing::Ahead(teachers) if !state.unsealed.contains(&concept.id) => {
                    ahead(ui, cx, concept, &teachers, state);
                }
                _ => markdown(ui, cx.say(&concept.article)),
            }
            foot(ui, cx, concept, state);
        });
    });
    ui.add_space(space::PAGE);
}

fn ahead(ui: &mut Ui, cx: &mut Cx<'_>, concept: &Concept, teachers: &[&Arc<Quest>], state: &mut CodexState) {
    let titles: Vec<_> = teachers.iter().map(|quest| quest.text.get(cx.app.lang()).title.as_str()).collect();
    ui.add(Rich::new(&cx.tw("view-codex-sealed", &[("quests", titles.join(", ").into())])));
    ui.horizontal_wrapped(|ui| {
        for quest in teachers.iter().filter(|quest| cx.app.is_open(quest)).take(1) {
            if button(ui, Kind::Primary, icon::PLAY, &cx.t("view-map-start")).clicked() {
                cx.want(Intent::StartQuest(quest.id.clone()));
            }
        }
        if button(ui, Kind::Plain, icon::BOOK_OPEN, &cx.t("view-codex-read")).clicked() {
            state.unsealed.push(concept.id.clone());
        }
    });
}

fn foot(ui: &mut Ui, cx: &mut Cx<'_>, concept: &Concept, state: &mut CodexState) {
    ui.add_space(space::SMALL);
    super::widgets::rule(ui);
    ui.add(Rich::new(&cx.t("view-codex-see")).kind(Type::SmallStrong));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 18.0;
        for id in &concept.see {
            if link(ui, &cx.concept(id)).clicked() {
                state.open = Some(id.clone());
            }
        }
    });
    let questions = cx.app.bank().topics().get(concept.id.as_str()).copied().unwrap_or(0);
    if questions > 0 {
        let text = cx.tw("view-codex-practise", &[("n", questions.into())]);
        if button(ui, Kind::Plain, icon::EXAM, &text).clicked() {
            cx.want(Intent::StartPractice(Some(concept.id.clone())));
            cx.want(Intent::Open(Screen::Exam));
        }
    }
}
