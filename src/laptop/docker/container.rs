//! Containers: what `docker run` left.

use crate::cloud::{Digest, Timestamp};

/// A container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// 64 hexadecimal digits.
    pub id: String,
    /// Given, or an adjective and a scientist.
    pub name: String,
    /// The image's id.
    pub image: Digest,
    /// The image as it was typed.
    pub image_name: String,
    /// The command as `docker ps` shows it.
    pub command: String,
    /// `0.0.0.0:8080->80/tcp`
    pub ports: String,
    pub created: Timestamp,
    pub state: ContainerState,
    /// What it printed.
    pub log: String,
}

/// What a container is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerState {
    Running,
    Exited { code: i32, at: Timestamp },
}

impl Container {
    /// The twelve digits that docker shows.
    pub fn short_id(&self) -> String {
        self.id.chars().take(12).collect()
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.state == ContainerState::Running
    }
}
