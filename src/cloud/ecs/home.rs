//! Where things are: an account's ECS in a region, the names and ARNs in it, and the way to its state.

use std::sync::Arc;

use super::cluster::Cluster;
use super::service::Service;
use super::task::Task;
use super::{Sleeper, State};
use crate::cloud::home::{self, InRegion};
use crate::cloud::{ApiError, Arn, Cloud, Regional, Timestamp};

/// Ecs as a name for types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ecs {}

impl InRegion for Ecs {
    type State = State;

    const NAME: &'static str = "ecs";

    fn of(regional: &Regional) -> &State {
        &regional.ecs
    }

    fn of_mut(regional: &mut Regional) -> &mut State {
        &mut regional.ecs
    }
}

/// An account and a region in it.
pub(super) type Home = home::Home<Ecs>;

impl Home {
    pub(super) fn cluster_arn(&self, name: &str) -> Arn {
        self.arn(&format!("cluster/{name}"))
    }

    pub(super) fn task_arn(&self, cluster: &str, id: &str) -> Arn {
        self.arn(&format!("task/{cluster}/{id}"))
    }

    pub(super) fn service_arn(&self, cluster: &str, name: &str) -> Arn {
        self.arn(&format!("service/{cluster}/{name}"))
    }

    pub(super) fn instance_arn(&self, cluster: &str, id: &str) -> Arn {
        self.arn(&format!("container-instance/{cluster}/{id}"))
    }

    pub(super) fn definition_arn(&self, family: &str, revision: u32) -> Arn {
        self.arn(&format!("task-definition/{family}:{revision}"))
    }

    /// An active cluster.
    ///
    /// # Errors
    /// `ClusterNotFoundException` where there is none. Source: observed.
    pub(super) fn cluster<'a>(&self, cloud: &'a Cloud, name: &str) -> Result<&'a Cluster, ApiError> {
        self.state(cloud)
            .and_then(|state| state.cluster(name))
            .filter(|cluster| cluster.is_active())
            .ok_or_else(|| ApiError::new("ClusterNotFoundException", "Cluster not found."))
    }

    pub(super) fn cluster_mut<'a>(&self, cloud: &'a mut Cloud, name: &str) -> Option<&'a mut Cluster> {
        self.state_mut(cloud).clusters.get_mut(name).map(Arc::make_mut)
    }

    pub(super) fn task<'a>(&self, cloud: &'a Cloud, cluster: &str, id: &str) -> Option<&'a Task> {
        self.state(cloud)?.cluster(cluster)?.task(id)
    }

    pub(super) fn task_mut<'a>(&self, cloud: &'a mut Cloud, cluster: &str, id: &str) -> Option<&'a mut Task> {
        self.cluster_mut(cloud, cluster)?.task_mut(id)
    }

    pub(super) fn service<'a>(&self, cloud: &'a Cloud, cluster: &str, name: &str) -> Option<&'a Service> {
        self.state(cloud)?.cluster(cluster)?.service(name)
    }

    pub(super) fn service_mut<'a>(&self, cloud: &'a mut Cloud, cluster: &str, name: &str) -> Option<&'a mut Service> {
        self.cluster_mut(cloud, cluster)?.services.get_mut(name).map(Arc::make_mut)
    }

    /// Wakes a service's scheduler at `at`, or earlier if it was to be woken earlier.
    pub(super) fn wake_service(&self, cloud: &mut Cloud, cluster: &str, service: &str, at: Timestamp) {
        let sleeper = Sleeper::Service { cluster: cluster.to_owned(), service: service.to_owned() };
        self.state_mut(cloud).alarms.set_by(at, sleeper);
    }
}

/// The name in a name or an ARN whose resource is `{kind}/…/{name}`: the part after the last slash.
pub(super) fn short_name(name_or_arn: &str) -> &str {
    match name_or_arn.strip_prefix("arn:") {
        Some(rest) => rest.rsplit('/').next().unwrap_or_default(),
        None => name_or_arn,
    }
}

/// The cluster that a request means: `default` when it names none.
pub(super) fn cluster_name(name_or_arn: Option<&str>) -> &str {
    match name_or_arn {
        Some(name) if !name.is_empty() => short_name(name),
        _ => "default",
    }
}

/// `ClientException`: the code of most of ECS's complaints about a request.
pub(super) fn client_error(message: impl Into<String>) -> ApiError {
    ApiError::new("ClientException", message)
}

/// `InvalidParameterException`: the code of ECS's other complaints about a request.
pub(super) fn invalid_parameter(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}
