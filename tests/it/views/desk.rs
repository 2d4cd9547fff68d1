//! A learner's desk for the tests: the application, a screen of some size, hands to type and click.

use std::sync::Arc;

use ecr_quest::app::{App, Intent, Screen};
use ecr_quest::exam::Bank;
use ecr_quest::learner::{MemoryStore, Theme};
use ecr_quest::quest::Catalogue;
use ecr_quest::text::Lang;
use ecr_quest::view::{self, ViewState};
use egui_kittest::Harness;

/// What the harness shows.
pub struct Desk {
    pub app: App,
    pub view: ViewState,
    /// Everything that was wanted so far, notices aside.
    pub wanted: Vec<Intent>,
    fonts: bool,
}

/// How a screen is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    pub size: [f32; 2],
    pub lang: Lang,
    pub theme: Theme,
    pub text_scale: u16,
}

impl Default for Sight {
    fn default() -> Self {
        Self { size: [1600.0, 900.0], lang: Lang::En, theme: Theme::Dark, text_scale: 100 }
    }
}

/// The application with everything that is part of the program.
pub fn app(sight: Sight) -> App {
    let catalogue = Arc::new(Catalogue::embedded());
    let bank = Arc::new(Bank::embedded(&catalogue));
    let mut app = App::new(Box::new(MemoryStore::default()), catalogue, bank, sight.lang);
    app.set_now(1_800_000_000_000);
    let old: Vec<_> = app.toasts().iter().map(|toast| toast.number).collect();
    old.into_iter().for_each(|number| app.apply(Intent::DismissToast(number)));
    app.apply(Intent::SetTheme(sight.theme));
    app.apply(Intent::SetTextScale(sight.text_scale));
    app
}

/// A harness around an application. Intents are applied after each step, as the game does.
pub fn sit(app: App, sight: Sight) -> Harness<'static, Desk> {
    let desk = Desk { app, view: ViewState::default(), wanted: Vec::new(), fonts: false };
    let mut harness = Harness::builder().with_size(sight.size).build_ui_state(
        |ui, desk: &mut Desk| {
            if !desk.fonts {
                view::setup(ui.ctx());
                desk.fonts = true;
                return;
            }
            let mut out = Vec::new();
            view::show(ui, &desk.app, &mut desk.view, &mut out);
            for intent in out {
                if !matches!(intent, Intent::DismissToast(_)) {
                    desk.wanted.push(intent.clone());
                }
                desk.app.apply(intent);
            }
        },
        desk,
    );
    // Panels find their sizes, the terminal its focus.
    harness.run_steps(4);
    harness
}

/// A harness at a screen.
pub fn at(screen: Screen, sight: Sight) -> Harness<'static, Desk> {
    let mut app = app(sight);
    app.apply(Intent::Open(screen));
    sit(app, sight)
}

/// The application with the first quest at its beginning.
pub fn playing(sight: Sight) -> App {
    let mut app = app(sight);
    let id = app.catalogue().quests().first().expect("there is a quest").id.clone();
    app.apply(Intent::StartQuest(id));
    app
}

/// The application with the first quest won by its own solution.
pub fn won(sight: Sight) -> App {
    let mut app = playing(sight);
    let quest = Arc::clone(app.quest_session().and_then(|session| session.quest()).expect("a quest is played"));
    for line in &quest.solutions[0].lines {
        app.apply(Intent::Run(line.run.clone()));
    }
    let session = app.quest_session().expect("a quest is played");
    let last = session.steps().last().map(|step| step.output.text());
    assert!(
        session.is_won(),
        "{:?} {:?} {last:?}",
        session.steps().iter().map(|step| step.output.code).collect::<Vec<_>>(),
        session.goals()
    );
    app
}
