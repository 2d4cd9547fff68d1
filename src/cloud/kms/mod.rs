//! KMS: the keys that repositories are encrypted with.

/// An account's keys in a region.
#[derive(Clone, Debug, Default)]
pub struct State {}

super::operations!();
