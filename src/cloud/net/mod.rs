//! The network: VPCs and the EC2 instances in them.

/// An account's network in one region.
#[derive(Clone, Debug, Default)]
pub struct State {}
