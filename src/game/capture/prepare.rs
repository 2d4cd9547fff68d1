//! The application as a picture wants it: a learner in memory, the quest played up to a line, the screen open.

use std::sync::Arc;

use super::{CaptureError, CaptureOptions};
use crate::app::{App, Intent, Screen};
use crate::exam::Bank;
use crate::learner::{Best, MemoryStore};
use crate::quest::{Catalogue, Quest};

/// The sandbox that is opened where there is nothing to choose by.
const SANDBOX: &str = "empty";

/// An application, what is to be run in it one by one, and what is to be opened afterwards.
pub(super) struct Prepared {
    pub(super) app: App,
    pub(super) steps: Vec<Intent>,
    pub(super) then: Vec<Intent>,
}

/// Makes the application.
///
/// # Errors
/// Without the quest.
pub(super) fn prepare(options: &CaptureOptions) -> Result<Prepared, CaptureError> {
    let catalogue = Arc::new(Catalogue::embedded());
    let bank = Arc::new(Bank::embedded(&catalogue));
    let quest = match &options.quest {
        Some(id) => Some(Arc::clone(catalogue.quest(id).ok_or_else(|| CaptureError::NoQuest(id.clone()))?)),
        None => catalogue.quests().first().map(Arc::clone),
    };
    let store = learner(&catalogue, quest.as_deref(), options);
    let mut app = App::new(Box::new(store), catalogue, bank, options.lang);
    let mut lines: Vec<String> = options.lines.clone();
    match options.screen {
        Screen::Play | Screen::Debrief => {
            if let Some(quest) = &quest {
                app.apply(Intent::StartQuest(quest.id.clone()));
                let solution = quest.solutions.first().map(|solution| solution.lines.as_slice()).unwrap_or_default();
                let after = if options.screen == Screen::Debrief { usize::MAX } else { options.after };
                lines.extend(solution.iter().take(after).map(|line| line.run.clone()));
            }
        }
        Screen::Sandbox if options.after > 0 || !lines.is_empty() => {
            app.apply(Intent::StartSandbox(SANDBOX.to_owned()))
        }
        screen => app.apply(Intent::Open(screen)),
    }
    let mut then = Vec::new();
    if options.screen == Screen::Debrief {
        then.push(Intent::OpenDebrief);
    }
    if let Some(selection) = &options.inspect {
        then.push(Intent::Inspect(Some(selection.clone())));
    }
    Ok(Prepared { app, steps: lines.into_iter().map(Intent::Run).collect(), then })
}

/// A learner who has won all quests before this one.
fn learner(catalogue: &Catalogue, quest: Option<&Quest>, options: &CaptureOptions) -> MemoryStore {
    let mut store = MemoryStore::default();
    let profile = &mut store.profile;
    profile.settings.lang = Some(options.lang);
    profile.settings.theme = options.theme;
    let won = catalogue.quests().iter().take_while(|before| quest.is_none_or(|quest| before.id != quest.id));
    for before in won {
        profile.quests.insert(before.id.clone(), Best { stars: 3, commands: before.par, hints: 0, xp: before.xp });
        profile.xp += before.xp;
        profile.items.extend(before.reward.clone());
    }
    store
}
