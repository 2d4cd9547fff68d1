//! The one place where an intent becomes a change.

use super::{App, Intent, Screen, ToastKind};
use crate::exam::Hall;
use crate::learner::{Profile, Slot};
use crate::text::{Message, Words};

impl App {
    /// Does what a person wants.
    pub fn apply(&mut self, intent: Intent) {
        match intent {
            Intent::Open(screen) => self.open(screen),
            Intent::SelectQuest(id) => self.selected_quest = Some(id),
            Intent::StartQuest(id) => self.start_quest(&id, false),
            Intent::RestartQuest(id) => self.start_quest(&id, true),
            Intent::PractiseQuest(id) => self.practise_quest(&id),
            Intent::WatchQuest(id) => self.watch_quest(&id),
            Intent::StartSandbox(id) => self.start_sandbox(&id),
            Intent::OpenDebrief => self.open(Screen::Debrief),
            Intent::Inspect(selection) => self.selection = selection,
            Intent::CloseEditor => self.editor = None,
            intent @ (Intent::Run(_)
            | Intent::Undo
            | Intent::Reset
            | Intent::LookAt(_)
            | Intent::Hint(_)
            | Intent::ShowMe
            | Intent::NextStep
            | Intent::EndShow
            | Intent::AdvanceClock(_)
            | Intent::Edit(_)
            | Intent::SaveFile { .. }) => self.play(intent),
            intent @ (Intent::StartPractice(_)
            | Intent::StartMock(_)
            | Intent::Choose(_)
            | Intent::Check
            | Intent::NextQuestion
            | Intent::GoToQuestion(_)
            | Intent::Flag
            | Intent::FinishMock
            | Intent::LeaveExam) => self.sit(intent),
            intent @ (Intent::SetName(_)
            | Intent::SetLanguage(_)
            | Intent::SetTheme(_)
            | Intent::SetTextScale(_)
            | Intent::SetReducedMotion(_)) => self.set(intent),
            Intent::ResetProgress => self.reset_progress(),
            Intent::DismissToast(number) => self.toasts.retain(|toast| toast.number != number),
            Intent::Quit => self.quit = true,
        }
    }

    /// Opens a screen; one that has nothing to show yet opens where its content is chosen.
    fn open(&mut self, screen: Screen) {
        self.screen = match screen {
            Screen::Play if self.quest.is_none() => Screen::Map,
            Screen::Debrief if self.debrief.is_none() => Screen::Map,
            screen => screen,
        };
        self.selection = None;
        self.editor = None;
    }

    /// Forgets what was reached and every saved game; how the learner likes it stays.
    fn reset_progress(&mut self) {
        let quests = self.catalogue.quests().iter().map(|quest| Slot::Quest(quest.id.clone()));
        let sandboxes = self.catalogue.sandboxes().iter().map(|sandbox| Slot::Sandbox(sandbox.id.clone()));
        let slots: Vec<_> = quests.chain(sandboxes).collect();
        for slot in slots {
            if let Err(error) = self.store.forget(&slot) {
                self.toast(ToastKind::Trouble, error);
            }
        }
        let Profile { name, settings, .. } = std::mem::take(&mut self.profile);
        self.profile = Profile { name, settings, ..Profile::default() };
        self.begun.clear();
        self.quest = None;
        self.sandbox = None;
        self.debrief = None;
        self.hall = Hall::Lobby;
        self.selected_quest = self.next_quest().map(|quest| quest.id.clone());
        self.toast(ToastKind::Notice, Message::new("toast-reset"));
        self.save_profile();
    }

    fn set(&mut self, intent: Intent) {
        let settings = &mut self.profile.settings;
        match intent {
            Intent::SetName(name) => self.profile.name = name.trim().chars().take(40).collect(),
            Intent::SetLanguage(lang) => {
                settings.lang = Some(lang);
                self.words = Words::new(lang);
            }
            Intent::SetTheme(theme) => settings.theme = theme,
            Intent::SetTextScale(percent) => settings.text_scale = percent.clamp(80, 200),
            Intent::SetReducedMotion(reduced) => settings.reduced_motion = reduced,
            _ => return,
        }
        self.save_profile();
    }
}
