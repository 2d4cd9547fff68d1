//! The learner: profile, XP and levels, items, settings, and where all that is kept.
//!
//! Only [`store`] touches files.

mod item;
mod level;
mod profile;
pub mod store;

pub use item::Item;
pub use level::Level;
pub use profile::{Best, DomainResult, ExamResult, Gain, Profile, Settings, Tally, Theme};
pub use store::{FileStore, MemoryStore, SavedSession, Slot, Store};
