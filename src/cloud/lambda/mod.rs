//! Lambda: functions made from container images.

/// An account's functions in a region.
#[derive(Clone, Debug, Default)]
pub struct State {}

super::operations!();
