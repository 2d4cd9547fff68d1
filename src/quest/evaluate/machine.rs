//! Questions to the laptop: its files, its images, its login.

use super::Scope;
use crate::quest::{Predicate, Progress};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn machine(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::File { path, contains } => self.file(path, contains.as_deref()),
            _ => Progress::unmet(Message::new("goal-nothing-listed")),
        }
    }

    fn file(self, path: &str, contains: Option<&str>) -> Progress {
        // From the home folder, wherever the shell stands now.
        let absolute = crate::laptop::join(crate::laptop::HOME, path);
        match (self.world.laptop.files.read_text(&absolute), contains) {
            (Err(_), _) => Progress::unmet(Message::new("goal-no-file").with("path", path)),
            (Ok(text), Some(part)) if !text.contains(part) => {
                Progress::unmet(Message::new("goal-not-in-file").with("path", path).with("part", part))
            }
            (Ok(_), _) => Progress::met(),
        }
    }
}
