//! Lifecycle policies: rules over an image list, evaluated all at once, each image acted on by at most one.

use crate::cloud::Timestamp;

/// The policy of a repository.
#[derive(Clone, Debug)]
pub struct Attached {
    /// As it was sent.
    pub text: String,
    /// When it runs next.
    pub next_run: Timestamp,
}

/// A preview that was asked for.
#[derive(Clone, Debug)]
pub struct Preview {
    pub text: String,
}
