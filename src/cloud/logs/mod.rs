//! CloudWatch Logs: groups, streams and what tasks wrote to them.

/// An account's log groups in a region.
#[derive(Clone, Debug, Default)]
pub struct State {}

super::operations!();
