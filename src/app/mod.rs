//! The application without a picture: what is open, what a person can want, and what that does.
//!
//! Views and the terminal edition get `&App` and answer with [`Intent`]s; [`App::apply`] is the only way to change it.
//! Files are behind [`Store`]; the wall clock is told by [`App::set_now`].

mod apply;
mod hall;
mod intent;
mod play;

pub use intent::{Intent, Screen, Selection};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::exam::{Bank, Hall, Practice};
use crate::learner::{Gain, Profile, Slot, Store};
use crate::quest::{Catalogue, Quest, Score, Session};
use crate::text::{Lang, Message, Words};

/// The whole application.
pub struct App {
    words: Words,
    profile: Profile,
    catalogue: Arc<Catalogue>,
    bank: Arc<Bank>,
    screen: Screen,
    /// The quest that the map shows in its side panel.
    selected_quest: Option<String>,
    quest: Option<Session>,
    sandbox: Option<Session>,
    debrief: Option<DebriefState>,
    hall: Hall,
    selection: Option<Selection>,
    editor: Option<Editor>,
    toasts: Vec<Toast>,
    next_toast: u64,
    /// Real time, milliseconds since 1970.
    now: i64,
    quit: bool,
    store: Box<dyn Store>,
    /// Quests that were asked for by name: open whatever was won before.
    let_in: BTreeSet<String>,
    /// Quests with a saved journal: starting one goes on where it was left.
    begun: BTreeSet<String>,
    /// How many entries of the open sessions' journals are saved.
    saved: play::Saved,
}

/// A finished quest's debrief: what it brought, and three questions.
#[derive(Clone, Debug)]
pub struct DebriefState {
    pub quest: Arc<Quest>,
    pub score: Score,
    pub gain: Gain,
    /// The questions that close it; none when there is no question about this quest.
    pub practice: Option<Practice>,
}

/// A file that is open in the game's editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    /// Absolute path on the laptop.
    pub path: String,
    /// The text when it was opened; the view keeps what is being typed.
    pub text: String,
}

/// A short notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// Counts up; names it in [`Intent::DismissToast`].
    pub number: u64,
    pub kind: ToastKind,
    pub message: Message,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    /// An objective was met.
    Objective,
    /// A bonus was met.
    Bonus,
    /// XP, a level or an item was earned.
    Reward,
    /// Something to know.
    Notice,
    /// Something went wrong.
    Trouble,
}

impl App {
    /// Opens the application: loads the profile, reads the data, shows the map.
    pub fn new(mut store: Box<dyn Store>, catalogue: Arc<Catalogue>, bank: Arc<Bank>, system_lang: Lang) -> Self {
        let loaded = store.load_profile();
        let profile = loaded.value;
        let words = Words::new(profile.settings.lang.unwrap_or(system_lang));
        let mut app = Self {
            words,
            profile,
            catalogue,
            bank,
            screen: Screen::Map,
            selected_quest: None,
            quest: None,
            sandbox: None,
            debrief: None,
            hall: Hall::default(),
            selection: None,
            editor: None,
            toasts: Vec::new(),
            next_toast: 1,
            now: 0,
            quit: false,
            store,
            let_in: BTreeSet::new(),
            begun: BTreeSet::new(),
            saved: play::Saved::default(),
        };
        for notice in loaded.notices {
            app.toast(ToastKind::Trouble, notice);
        }
        let broken = app.catalogue.problems().len() + app.bank.problems().len();
        if broken > 0 {
            app.toast(ToastKind::Trouble, Message::new("toast-broken-files").with("n", broken));
        }
        let ids = app.catalogue.quests().iter().map(|quest| quest.id.clone());
        app.begun = ids.filter(|id| app.store.has_session(&Slot::Quest(id.clone()))).collect();
        app.selected_quest = app.next_quest().map(|quest| quest.id.clone());
        app
    }

    /// Whether the quest was begun before, so that starting it goes on where it was left.
    pub fn is_begun(&self, id: &str) -> bool {
        self.begun.contains(id)
    }

    /// The texts in the learner's language.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The learner's language.
    pub fn lang(&self) -> Lang {
        self.words.lang()
    }

    /// The learner.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Quests, concepts, items, chapters, sandboxes, and which files are out.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The exam questions.
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// What is open.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// The session on the screen: the sandbox's on [`Screen::Sandbox`], the quest's elsewhere.
    pub fn session(&self) -> Option<&Session> {
        match self.screen {
            Screen::Sandbox => self.sandbox.as_ref(),
            _ => self.quest.as_ref(),
        }
    }

    /// The quest in play, whatever is on the screen.
    pub fn quest_session(&self) -> Option<&Session> {
        self.quest.as_ref()
    }

    /// The sandbox in play, whatever is on the screen.
    pub fn sandbox_session(&self) -> Option<&Session> {
        self.sandbox.as_ref()
    }

    /// The quest that the map has selected.
    pub fn selected_quest(&self) -> Option<&Arc<Quest>> {
        self.catalogue.quest(self.selected_quest.as_deref()?)
    }

    /// The quest to play next: the first that is open and not won.
    pub fn next_quest(&self) -> Option<&Arc<Quest>> {
        self.catalogue.quests().iter().find(|quest| !self.profile.has_won(&quest.id) && self.is_open(quest))
    }

    /// Opens a quest for as long as the application runs, whatever was won before: a teacher or a script names it.
    pub fn let_in(&mut self, id: &str) {
        self.let_in.insert(id.to_owned());
    }

    /// Whether all that the quest requires was taught by quests that were won, or the quest was asked for by name.
    pub fn is_open(&self, quest: &Quest) -> bool {
        self.let_in.contains(&quest.id) || self.catalogue.is_open(quest, |id| self.profile.has_won(id))
    }

    /// The debrief of the quest won last.
    pub fn debrief(&self) -> Option<&DebriefState> {
        self.debrief.as_ref()
    }

    /// The exam hall.
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    /// What the inspector shows.
    pub fn selection(&self) -> Option<&Selection> {
        self.selection.as_ref()
    }

    /// The file that is open in the editor.
    pub fn editor(&self) -> Option<&Editor> {
        self.editor.as_ref()
    }

    /// Notices that were not dismissed, oldest first.
    pub fn toasts(&self) -> &[Toast] {
        &self.toasts
    }

    /// Whether the learner asked to leave.
    pub fn wants_quit(&self) -> bool {
        self.quit
    }

    /// Tells the real time, milliseconds since 1970. A mock exam whose time is over ends.
    pub fn set_now(&mut self, now: i64) {
        self.now = now;
        self.end_mock_in_time();
    }

    /// Real time as last told.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Speaks another language for now, without choosing it for the profile.
    pub fn speak(&mut self, lang: Lang) {
        self.words = Words::new(lang);
    }

    /// Shows a notice.
    pub fn notice(&mut self, message: Message) {
        self.toast(ToastKind::Notice, message);
    }

    fn toast(&mut self, kind: ToastKind, message: Message) {
        self.toasts.push(Toast { number: self.next_toast, kind, message });
        self.next_toast += 1;
        // A wall of notices says nothing.
        const MOST: usize = 6;
        if self.toasts.len() > MOST {
            self.toasts.remove(0);
        }
    }

    fn save_profile(&mut self) {
        for notice in self.store.save_profile(&self.profile) {
            self.toast(ToastKind::Trouble, notice);
        }
    }
}
