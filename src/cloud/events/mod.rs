//! EventBridge: what services tell, and the rules that match it.

/// An account's rules in a region.
#[derive(Clone, Debug, Default)]
pub struct State {}

super::operations!();
