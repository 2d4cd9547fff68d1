//! Quests and sandboxes: starting, running lines, saving the journal, winning.

use std::sync::Arc;

use super::{App, DebriefState, Editor, Intent, Screen, ToastKind};
use crate::learner::{Gain, Slot};
use crate::quest::{Quest, Scene, Session, StartError};
use crate::shell::Request;
use crate::text::{Message, Words};

/// How many entries of each journal are in the store.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Saved {
    quest: usize,
    sandbox: usize,
}

fn slot(session: &Session) -> Slot {
    match session.scene() {
        Scene::Quest(quest) => Slot::Quest(quest.id.clone()),
        Scene::Sandbox(sandbox) => Slot::Sandbox(sandbox.id.clone()),
    }
}

/// Whether it is a session of the quest with this id.
fn plays(session: &Session, id: &str) -> bool {
    session.quest().is_some_and(|quest| quest.id == id)
}

impl App {
    pub(super) fn start_quest(&mut self, id: &str, afresh: bool) {
        let Some(quest) = self.catalogue.quest(id).map(Arc::clone) else {
            return self.toast(ToastKind::Trouble, Message::new("toast-no-quest").with("id", id));
        };
        if !self.is_open(&quest) {
            return self.toast(ToastKind::Notice, Message::new("toast-quest-closed"));
        }
        self.selected_quest = Some(quest.id.clone());
        let playing = self.quest.as_ref().is_some_and(|session| plays(session, id));
        if !playing || afresh {
            let slot = Slot::Quest(quest.id.clone());
            let Some(session) = self.begin(&slot, quest.seed, afresh, |words| Session::start(&quest, words)) else {
                return;
            };
            self.saved.quest = session.journal().len();
            // A quest that was left won is won still: its debrief is there, and gives nothing more.
            self.debrief = session.is_won().then(|| session.score()).flatten().map(|score| DebriefState {
                quest: Arc::clone(&quest),
                score,
                gain: Gain::default(),
                practice: self.bank.after_quest(&quest.id, self.profile.answers.len() as u64),
            });
            self.quest = Some(session);
        }
        self.show(Screen::Play);
    }

    pub(super) fn practise_quest(&mut self, id: &str) {
        self.start_quest(id, true);
        if let Some(session) = self.quest.as_mut().filter(|session| plays(session, id)) {
            session.refuse_help();
            self.save_journal();
        }
    }

    pub(super) fn watch_quest(&mut self, id: &str) {
        self.start_quest(id, false);
        if let Some(session) = self.quest.as_mut().filter(|session| plays(session, id)) {
            session.show_me();
            self.save_journal();
        }
    }

    pub(super) fn start_sandbox(&mut self, id: &str) {
        let Some(sandbox) = self.catalogue.sandbox(id).map(Arc::clone) else {
            return self.toast(ToastKind::Trouble, Message::new("toast-no-sandbox").with("id", id));
        };
        let playing = self
            .sandbox
            .as_ref()
            .is_some_and(|session| matches!(session.scene(), Scene::Sandbox(playing) if playing.id == sandbox.id));
        if !playing {
            let slot = Slot::Sandbox(sandbox.id.clone());
            let Some(session) = self.begin(&slot, sandbox.seed, false, |words| Session::sandbox(&sandbox, words))
            else {
                return;
            };
            self.saved.sandbox = session.journal().len();
            self.sandbox = Some(session);
        }
        self.show(Screen::Sandbox);
    }

    /// A session at its beginning, or where its saved journal leads.
    fn begin(
        &mut self,
        slot: &Slot,
        seed: u64,
        afresh: bool,
        start: impl FnOnce(&Words) -> Result<Session, StartError>,
    ) -> Option<Session> {
        let mut session = match start(&self.words) {
            Ok(session) => session,
            Err(error) => {
                self.toast(ToastKind::Trouble, error.message());
                return None;
            }
        };
        if afresh {
            self.set_begun(slot, false);
            if let Err(error) = self.store.forget(slot) {
                self.toast(ToastKind::Trouble, error);
            }
            return Some(session);
        }
        let loaded = self.store.load_session(slot);
        for notice in loaded.notices {
            self.toast(ToastKind::Trouble, notice);
        }
        // A journal over another seed belongs to an older form of the quest; its lines would meet another world.
        match loaded.value {
            Some(saved) if saved.seed == seed => session.replay(&saved.entries, &self.words),
            Some(_) => {
                self.set_begun(slot, false);
                if let Err(error) = self.store.forget(slot) {
                    self.toast(ToastKind::Trouble, error);
                }
            }
            None => {}
        }
        Some(session)
    }

    fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.selection = None;
        self.editor = None;
    }

    /// The session on the screen, to be changed.
    fn session_mut(&mut self) -> Option<(&mut Session, &Words)> {
        let session = match self.screen {
            Screen::Sandbox => self.sandbox.as_mut(),
            _ => self.quest.as_mut(),
        };
        session.map(|session| (session, &self.words))
    }

    /// What a learner wants of the session on the screen. Without a session, nothing happens.
    pub(super) fn play(&mut self, intent: Intent) {
        let Some((session, words)) = self.session_mut() else { return };
        match intent {
            Intent::Run(line) => return self.run(&line),
            Intent::AdvanceClock(by) => return self.run(&Session::advance_line(by)),
            Intent::Undo => drop(session.undo()),
            Intent::Reset => session.reset(),
            Intent::LookAt(steps) => session.look_at(steps),
            Intent::Hint(goal) if session.open_hint(&goal).is_none() => {
                self.toast(ToastKind::Notice, Message::new("toast-no-more-hints"));
            }
            Intent::ShowMe => session.show_me(),
            Intent::NextStep => drop(session.next_step(words)),
            Intent::EndShow => session.end_show(),
            Intent::Edit(path) => {
                let path = session.present().laptop.absolute(&path);
                return self.edit(path);
            }
            Intent::SaveFile { path, content } => {
                self.editor = None;
                return self.run(&here_document(&path, &content));
            }
            _ => {}
        }
        self.after_change(None);
    }

    fn run(&mut self, line: &str) {
        let Some((session, words)) = self.session_mut() else { return };
        let before = session.goals_after(session.steps().len()).to_vec();
        let step = session.run(line, words);
        self.after_change(Some(&before));
        match &step.output.request {
            Some(Request::Edit(path)) => self.edit(path.clone()),
            Some(Request::Exit(_)) => self.screen = Screen::Map,
            Some(Request::Clear) | None => {}
        }
    }

    fn edit(&mut self, path: String) {
        let Some((session, _)) = self.session_mut() else { return };
        let bytes = session.present().laptop.files.read(&path).map(|bytes| bytes.as_bytes().to_vec());
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        self.editor = Some(Editor { path, text });
    }

    /// Saves the journal's new entries, tells what was met, and takes a win in.
    fn after_change(&mut self, before: Option<&[crate::quest::GoalStatus]>) {
        self.save_journal();
        if self.screen == Screen::Sandbox {
            return;
        }
        let Some(session) = &self.quest else { return };
        let Some(quest) = session.quest().map(Arc::clone) else { return };
        let mut news = Vec::new();
        for (was, is) in before.unwrap_or_default().iter().zip(session.goals_after(session.steps().len())) {
            // What was open again for a while is no news when it is met once more.
            if !was.progress.met && is.progress.met && session.is_first_met(&is.id) {
                news.push((is.bonus, title(&quest, &is.id, self.words.lang())));
            }
        }
        let won = session.is_won().then(|| session.score()).flatten();
        for (bonus, title) in news {
            let (kind, key) = if bonus {
                (ToastKind::Bonus, "toast-bonus-met")
            } else {
                (ToastKind::Objective, "toast-objective-met")
            };
            self.toast(kind, Message { key: key.into(), args: vec![("title", title.into())] });
        }
        if let Some(score) = won
            && before.is_some()
        {
            self.win(&quest, score);
        }
    }

    fn win(&mut self, quest: &Arc<Quest>, score: crate::quest::Score) {
        let before = self.profile.clone();
        let gain = self.profile.record_win(quest, &score);
        let known = self.debrief.as_ref().filter(|debrief| debrief.quest.id == quest.id);
        let first_here = known.is_none();
        let (practice, gain_before) = known.map_or((None, None), |d| (d.practice.clone(), Some(d.gain.clone())));
        let practice = practice.or_else(|| self.bank.after_quest(&quest.id, self.profile.answers.len() as u64));
        if first_here {
            self.toast(ToastKind::Reward, Message::new("toast-won"));
        }
        if gain.xp > 0 {
            self.toast(ToastKind::Reward, Message::new("toast-xp").with("n", gain.xp));
        }
        if let Some(level) = gain.level {
            self.toast(ToastKind::Reward, Message::new("toast-level").with("n", level));
        }
        if let Some(item) = gain.item.as_deref().and_then(|item| self.catalogue.item(item)) {
            let name = item.name.text(self.words.lang()).to_owned();
            self.toast(ToastKind::Reward, Message::new("toast-item").with("name", name));
        }
        // A bonus met after the win adds to what the debrief shows.
        let gain = gain_before.map_or(gain.clone(), |before| Gain {
            first: before.first,
            xp: before.xp + gain.xp,
            level: gain.level.or(before.level),
            item: gain.item.or(before.item),
        });
        self.debrief = Some(DebriefState { quest: Arc::clone(quest), score, gain, practice });
        // After a win every further command comes here; mostly there is nothing new.
        if self.profile != before {
            self.save_profile();
        }
    }

    fn set_begun(&mut self, slot: &Slot, begun: bool) {
        let Slot::Quest(id) = slot else { return };
        if begun {
            self.begun.insert(id.clone());
        } else {
            self.begun.remove(id);
        }
    }

    fn save_journal(&mut self) {
        let (session, saved) = match self.screen {
            Screen::Sandbox => (self.sandbox.as_ref(), &mut self.saved.sandbox),
            _ => (self.quest.as_ref(), &mut self.saved.quest),
        };
        let Some(session) = session else { return };
        let new = session.journal().get(*saved..).unwrap_or_default();
        if new.is_empty() {
            return;
        }
        let seed = match session.scene() {
            Scene::Quest(quest) => quest.seed,
            Scene::Sandbox(sandbox) => sandbox.seed,
        };
        let slot = slot(session);
        let result = self.store.append(&slot, seed, new);
        *saved = session.journal().len();
        self.set_begun(&slot, true);
        if let Err(error) = result {
            self.toast(ToastKind::Trouble, error);
        }
    }
}

/// The title of an objective or bonus.
fn title(quest: &Quest, id: &str, lang: crate::text::Lang) -> String {
    let objectives = quest.objectives.iter().map(|objective| (&objective.id, &objective.text));
    let bonus = quest.bonus.iter().map(|bonus| (&bonus.id, &bonus.text));
    objectives
        .chain(bonus)
        .find(|(found, _)| *found == id)
        .map_or_else(String::new, |(_, text)| text.get(lang).title.clone())
}

/// The line that writes `content` to `path`: what a learner could have typed.
fn here_document(path: &str, content: &str) -> String {
    let mut end = "EOF".to_owned();
    while content.lines().any(|line| line == end) {
        end.push('_');
    }
    let quoted = format!("'{}'", path.replace('\'', r"'\''"));
    let newline = if content.is_empty() || content.ends_with('\n') { "" } else { "\n" };
    format!("cat > {quoted} <<'{end}'\n{content}{newline}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_by_a_here_document_that_its_own_text_cannot_end() {
        assert_eq!(here_document("/a b", "x"), "cat > '/a b' <<'EOF'\nx\nEOF");
        assert_eq!(here_document("/it's", "EOF\n"), "cat > '/it'\\''s' <<'EOF_'\nEOF\nEOF_");
        assert_eq!(here_document("/e", ""), "cat > '/e' <<'EOF'\nEOF");
    }
}
