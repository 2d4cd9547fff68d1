//! The images that can be pulled from registries outside, as images of the engine.

use super::Image;
use crate::cloud::Digest;
use crate::cloud::oci::{Platform, Reference};
use crate::cloud::upstream::{Found, Lookup, find};

/// How a registry outside answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hub {
    /// The image, and the digest that its name led to.
    Found(Box<Image>, Digest),
    /// The repository has no such tag or digest.
    NoTag,
    /// There is no such repository, or it is not for whoever asks.
    NoRepository,
    /// There is nothing for the platform.
    NoPlatform,
    /// The host is none of those registries.
    UnknownHost,
}

/// Asks the registries outside, as a user who signed in or as nobody in particular.
pub fn base_image(reference: &Reference, platform: &Platform, user: Option<&str>) -> Hub {
    match find(reference, platform, user) {
        Lookup::Found(found) => {
            let Found { image, digest } = *found;
            Hub::Found(Box::new(Image::new(image.config, image.layers)), digest)
        }
        Lookup::NoTag => Hub::NoTag,
        Lookup::NoRepository => Hub::NoRepository,
        Lookup::NoPlatform => Hub::NoPlatform,
        Lookup::UnknownHost => Hub::UnknownHost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_image_has_a_date_and_files() {
        match base_image(&"alpine".parse().unwrap(), &Platform::linux_amd64(), None) {
            Hub::Found(image, _) => assert!(image.created.is_some() && image.tree().is_ok()),
            other => panic!("{other:?}"),
        }
    }
}
