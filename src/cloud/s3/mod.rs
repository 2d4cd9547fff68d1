//! S3 behind the registry: blobs by content, each kept once.

/// The layer bucket of one account and region.
#[derive(Clone, Debug, Default)]
pub struct LayerStore {}
