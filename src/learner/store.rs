//! Where the profile and the journals are kept. [`FileStore`] is the only code of the library that touches files.

mod files;
mod memory;

pub use files::FileStore;
pub use memory::MemoryStore;

use serde::{Deserialize, Serialize};

use super::Profile;
use crate::quest::Entry;
use crate::text::Message;

/// Which session a journal belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The quest with this id.
    Quest(String),
    /// The sandbox with this id.
    Sandbox(String),
}

/// A session as it is saved: what was played from which seed, and its journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSession {
    pub seed: u64,
    pub entries: Vec<Entry>,
}

/// What was loaded, with what must be said about it (a damaged file was put aside, say).
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded<T> {
    pub value: T,
    pub notices: Vec<Message>,
}

/// Keeps a learner's progress.
pub trait Store: Send + Sync {
    /// The profile; a new one where there is none yet. Never fails: what can't be read is put aside and said.
    fn load_profile(&mut self) -> Loaded<Profile>;

    /// Saves the profile. Answers what must be said about it (it could not be written, say); usually nothing.
    fn save_profile(&mut self, profile: &Profile) -> Vec<Message>;

    /// Whether there is a journal of a session.
    fn has_session(&self, slot: &Slot) -> bool;

    /// The journal of a session, if one was saved.
    fn load_session(&mut self, slot: &Slot) -> Loaded<Option<SavedSession>>;

    /// Adds entries to a session's journal, beginning it where there is none.
    ///
    /// # Errors
    /// Says why it could not be saved.
    fn append(&mut self, slot: &Slot, seed: u64, entries: &[Entry]) -> Result<(), Message>;

    /// Forgets a session's journal.
    ///
    /// # Errors
    /// Says why it could not be removed.
    fn forget(&mut self, slot: &Slot) -> Result<(), Message>;
}
