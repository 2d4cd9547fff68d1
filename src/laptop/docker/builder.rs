//! Builders of images: the engine's own, and those that run in containers and can make an image for several platforms.

use std::sync::Arc;

use super::Engine;

/// A builder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Builder {
    pub name: String,
    container: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self { name: "default".to_owned(), container: false }
    }
}

impl Builder {
    fn in_container(name: &str) -> Self {
        Self { name: name.to_owned(), container: true }
    }

    /// As docker calls its kind.
    pub fn driver(&self) -> &'static str {
        if self.container { "docker-container" } else { "docker" }
    }

    /// Whether it runs in a container: then the engine's images are not in its reach, nor are its images the engine's.
    pub fn is_container(&self) -> bool {
        self.container
    }
}

/// The builders in containers, and which builder is used.
#[derive(Clone, Debug, Default)]
pub(super) struct Builders {
    names: Vec<String>,
    /// None is the engine's own.
    used: Option<String>,
}

impl Engine {
    /// The builder that builds use.
    pub fn builder(&self) -> Builder {
        self.builders.used.as_deref().map_or_else(Builder::default, Builder::in_container)
    }

    /// All, the engine's own last.
    pub fn builders(&self) -> Vec<Builder> {
        let own = std::iter::once(Builder::default());
        self.builders.names.iter().map(|name| Builder::in_container(name)).chain(own).collect()
    }

    /// The builder of that name.
    pub fn find_builder(&self, name: &str) -> Option<Builder> {
        self.builders().into_iter().find(|builder| builder.name == name)
    }

    /// Makes a builder in a container.
    pub fn create_builder(&mut self, name: &str) {
        Arc::make_mut(&mut self.builders).names.push(name.to_owned());
    }

    /// Uses a builder that is there.
    pub fn use_builder(&mut self, builder: &Builder) {
        Arc::make_mut(&mut self.builders).used = builder.container.then(|| builder.name.clone());
    }

    /// Removes a builder; the engine's own is used where this one was.
    pub fn remove_builder(&mut self, name: &str) {
        let builders = Arc::make_mut(&mut self.builders);
        builders.names.retain(|known| known != name);
        builders.used = builders.used.take().filter(|used| used != name);
    }
}
