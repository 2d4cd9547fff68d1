//! AWS's shapes of what ECS answers, made from the state. Members stand in the service model's order.

mod cluster;
mod container_instance;
mod service;
mod task;

pub use cluster::ClusterShape;
pub(super) use cluster::Include;
pub use container_instance::ContainerInstanceShape;
pub use service::ServiceShape;
pub use task::TaskShape;

use serde::Serialize;

/// The newest platform version of Fargate on Linux. Source: Amazon ECS Developer Guide, "Fargate platform versions".
const PLATFORM_VERSION: &str = "1.4.0";

/// Something that was asked for and is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub arn: String,
    pub reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Failure {
    /// There is nothing of this ARN.
    pub(in crate::cloud::ecs::api) fn missing(arn: impl Into<String>) -> Self {
        Self { arn: arn.into(), reason: "MISSING", detail: None }
    }

    /// No room on a container instance, such as `RESOURCE:MEMORY`.
    pub(in crate::cloud::ecs::api) fn resource(arn: impl Into<String>, reason: &'static str) -> Self {
        Self { arn: arn.into(), reason, detail: None }
    }
}

/// A name, and a value where it has one.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AttributeShape {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
}
