//! EKS: Kubernetes clusters, their nodes, and the pods that pull.

/// An account's clusters in a region.
#[derive(Clone, Debug, Default)]
pub struct State {}

super::operations!();
