//! Manifest lists that `docker manifest create` made and that are not pushed yet.

use std::sync::Arc;

use super::Engine;
use crate::cloud::oci::{Descriptor, Reference};

/// An image in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// As it was named.
    pub reference: Reference,
    pub descriptor: Descriptor,
}

impl Engine {
    /// The images of a list, in the order in which they came.
    pub fn manifest_list(&self, name: &Reference) -> Option<&[Listed]> {
        self.manifest_lists.get(&name.to_string()).map(Vec::as_slice)
    }

    /// Keeps a list in place of the one of that name.
    pub fn keep_manifest_list(&mut self, name: &Reference, images: Vec<Listed>) {
        Arc::make_mut(&mut self.manifest_lists).insert(name.to_string(), images);
    }

    /// Forgets a list; whether there was one.
    pub fn forget_manifest_list(&mut self, name: &Reference) -> bool {
        Arc::make_mut(&mut self.manifest_lists).remove(&name.to_string()).is_some()
    }
}
