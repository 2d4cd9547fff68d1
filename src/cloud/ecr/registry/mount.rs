//! Mounting: a push takes a layer from another repository of the same registry instead of sending it.

use serde::Deserialize;

use crate::cloud::ecr::ops::Nothing;
use crate::cloud::ecr::place::Place;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Digest, Operation, Service};

/// The first request of an upload, with another repository that has the layer. It is never read from a request: the API's
/// own operation has no member for it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct MountLayer {
    #[serde(skip)]
    mount: Option<(Place, Place, Digest)>,
}

impl MountLayer {
    pub(super) fn new(to: &Place, source: &str, digest: &Digest) -> Self {
        let source = Place { name: source.to_owned(), ..to.clone() };
        Self { mount: Some((to.clone(), source, digest.clone())) }
    }
}

impl Operation for MountLayer {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "InitiateLayerUpload";
    type Output = Nothing;

    /// Inferred: who may not read the layer where it is can't take it from there.
    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        let Some((to, source, _)) = &self.mount else { return Vec::new() };
        vec![
            Authorization::on("ecr:InitiateLayerUpload", to.arn()),
            Authorization::on("ecr:GetDownloadUrlForLayer", source.arn()),
        ]
    }

    fn run(self, cloud: &mut Cloud, _caller: &Caller) -> Result<Nothing, ApiError> {
        let Some((to, source, digest)) = self.mount else { return Ok(Nothing {}) };
        to.repository(cloud)?;
        let (_, store) = to.registry_mut(cloud);
        let blob = store.get_for(&digest, &source.name).cloned();
        let blob = blob.ok_or_else(|| source.in_().layer_not_found(&digest.to_string()))?;
        store.put(digest, blob, &to.name);
        Ok(Nothing {})
    }
}
