//! A store that forgets everything at the end: for tests, pictures and `--no-save`.

use std::collections::BTreeMap;

use super::{Loaded, SavedSession, Slot, Store};
use crate::learner::Profile;
use crate::quest::Entry;
use crate::text::Message;

/// Keeps progress in memory only.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    pub profile: Profile,
    pub sessions: BTreeMap<Slot, SavedSession>,
}

impl Store for MemoryStore {
    fn load_profile(&mut self) -> Loaded<Profile> {
        Loaded { value: self.profile.clone(), notices: Vec::new() }
    }

    fn save_profile(&mut self, profile: &Profile) -> Vec<Message> {
        self.profile = profile.clone();
        Vec::new()
    }

    fn has_session(&self, slot: &Slot) -> bool {
        self.sessions.contains_key(slot)
    }

    fn load_session(&mut self, slot: &Slot) -> Loaded<Option<SavedSession>> {
        Loaded { value: self.sessions.get(slot).cloned(), notices: Vec::new() }
    }

    fn append(&mut self, slot: &Slot, seed: u64, entries: &[Entry]) -> Result<(), Message> {
        let saved = self.sessions.entry(slot.clone()).or_insert_with(|| SavedSession { seed, entries: Vec::new() });
        saved.entries.extend_from_slice(entries);
        Ok(())
    }

    fn forget(&mut self, slot: &Slot) -> Result<(), Message> {
        self.sessions.remove(slot);
        Ok(())
    }
}
