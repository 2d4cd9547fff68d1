//! The learner's machine: Docker, files, AWS profiles.

pub mod docker;
mod fs;
mod home;
mod session;

pub use fs::{Entry, Files, FsError, Kind, join, name, parent};
pub use session::{Inside, Options, Session};

use crate::cloud::iam::KeyPair;
use crate::cloud::{Region, Timestamp};

/// The learner's home directory.
pub const HOME: &str = "/home/learner";

/// The machine that the learner sits at.
#[derive(Clone, Debug)]
pub struct Laptop {
    /// Its files.
    pub files: Files,
    /// Its Docker.
    pub docker: docker::Engine,
    /// The shell's state: working directory, variables, history.
    pub session: Session,
}

impl Laptop {
    /// A fresh machine: a home with nothing in it.
    pub fn new() -> Self {
        Self { files: Files::default(), docker: docker::Engine::default(), session: Session::default() }
    }

    /// A machine with AWS profiles for `key` and a small project, `~/web`.
    pub fn furnished(key: &KeyPair, region: &Region) -> Self {
        let mut laptop = Self::new();
        // On a fresh file system nothing is in the way.
        let _ = home::furnish(&mut laptop.files, key, region);
        laptop
    }

    /// Adds an AWS profile beside the others.
    ///
    /// # Errors
    /// When the files of the profiles can't be written.
    pub fn add_profile(&mut self, name: &str, key: &KeyPair, region: &Region, now: Timestamp) -> Result<(), FsError> {
        home::add_profile(&mut self.files, name, key, region, now)
    }

    /// The absolute path that `path` means from the shell's working directory.
    pub fn absolute(&self, path: &str) -> String {
        fs::join(self.session.cwd(), path)
    }
}

impl Default for Laptop {
    fn default() -> Self {
        Self::new()
    }
}
