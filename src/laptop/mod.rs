//! The learner's machine: Docker, files, AWS profiles.

/// The machine that the learner sits at.
#[derive(Clone, Debug, Default)]
pub struct Laptop {}
