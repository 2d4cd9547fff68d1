//! Where things are: an account's EKS in a region, the ARNs in it, and the way to its state.

use std::sync::Arc;

use super::State;
use super::cluster::Cluster;
use super::kube::{Key, Pod, Store};
use crate::cloud::home::{self, InRegion};
use crate::cloud::{ApiError, Arn, Cloud, Regional};

/// Eks as a name for types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Eks {}

impl InRegion for Eks {
    type State = State;

    const NAME: &'static str = "eks";

    fn of(regional: &Regional) -> &State {
        &regional.eks
    }

    fn of_mut(regional: &mut Regional) -> &mut State {
        &mut regional.eks
    }
}

/// An account and a region in it.
pub(super) type Home = home::Home<Eks>;

impl Home {
    pub(super) fn cluster_arn(&self, name: &str) -> Arn {
        self.arn(&format!("cluster/{name}"))
    }

    /// A cluster.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where there is none. Source: observed.
    pub(super) fn cluster<'a>(&self, cloud: &'a Cloud, name: &str) -> Result<&'a Cluster, ApiError> {
        let found = self.state(cloud).and_then(|state| state.cluster(name));
        found.ok_or_else(|| not_found(format!("No cluster found for name: {name}.")))
    }

    /// A cluster that can be changed.
    ///
    /// # Errors
    /// As for [`Self::cluster`], and where it is not active. Source: observed.
    pub(super) fn active<'a>(&self, cloud: &'a Cloud, name: &str) -> Result<&'a Cluster, ApiError> {
        let cluster = self.cluster(cloud, name)?;
        if cluster.is_active() {
            return Ok(cluster);
        }
        Err(invalid_request(format!("Cluster '{name}' is not in ACTIVE status")))
    }

    pub(super) fn cluster_mut<'a>(&self, cloud: &'a mut Cloud, name: &str) -> Option<&'a mut Cluster> {
        self.state_mut(cloud).clusters.get_mut(name).map(Arc::make_mut)
    }

    pub(super) fn kube<'a>(&self, cloud: &'a Cloud, cluster: &str) -> Option<&'a Store> {
        Some(&self.state(cloud)?.cluster(cluster)?.kube)
    }

    pub(super) fn kube_mut<'a>(&self, cloud: &'a mut Cloud, cluster: &str) -> Option<&'a mut Store> {
        self.cluster_mut(cloud, cluster).map(|cluster| &mut cluster.kube)
    }

    pub(super) fn pod_mut<'a>(&self, cloud: &'a mut Cloud, cluster: &str, key: &Key) -> Option<&'a mut Pod> {
        self.kube_mut(cloud, cluster)?.pods.get_mut(key).map(Arc::make_mut)
    }
}

/// `ResourceNotFoundException`.
pub(super) fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}

/// `InvalidParameterException`.
pub(super) fn invalid_parameter(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

/// `InvalidRequestException`.
pub(super) fn invalid_request(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidRequestException", message)
}

/// `ResourceInUseException`.
pub(super) fn in_use(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceInUseException", message)
}

/// A random UUID.
pub(super) fn uuid(cloud: &mut Cloud) -> String {
    let parts: Vec<String> = [8, 4, 3, 3, 12].into_iter().map(|len| cloud.random_hex(len)).collect();
    match parts.as_slice() {
        [a, b, c, d, e] => format!("{a}-{b}-4{c}-a{d}-{e}"),
        _ => String::new(),
    }
}
