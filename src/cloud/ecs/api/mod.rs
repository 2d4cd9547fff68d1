//! The operations of ECS that are simulated, in AWS's shapes.

mod attributes;
mod capacity_providers;
mod clusters;
mod definitions;
mod exec;
mod instances;
mod services;
mod shapes;
mod tags;
mod tasks;

pub use attributes::{Attribute, DeleteAttributes, ListAttributes, PutAttributes};
pub use capacity_providers::{
    CreateCapacityProvider, DeleteCapacityProvider, DescribeCapacityProviders, PutClusterCapacityProviders,
    UpdateCapacityProvider,
};
pub use clusters::{
    CreateCluster, DeleteCluster, DescribeClusters, ListClusters, UpdateCluster, UpdateClusterSettings,
};
pub use definitions::{
    DeleteTaskDefinitions, DeregisterTaskDefinition, DescribeTaskDefinition, ListTaskDefinitionFamilies,
    ListTaskDefinitions, RegisterTaskDefinition,
};
pub use exec::ExecuteCommand;
pub use instances::{
    DeregisterContainerInstance, DescribeContainerInstances, ListContainerInstances, RegisterContainerInstance,
    UpdateContainerInstancesState,
};
pub use services::{CreateService, DeleteService, DescribeServices, ListServices, UpdateService};
pub use shapes::Failure;
pub use tags::{ListTagsForResource, TagResource, UntagResource};
pub(super) use tasks::described;
pub use tasks::{DescribeTasks, ListTasks, RunTask, StartTask, StopTask};

use super::home::invalid_parameter;
use crate::cloud::ApiError;

crate::cloud::operations!(
    CreateCapacityProvider,
    CreateCluster,
    CreateService,
    DeleteAttributes,
    DeleteCapacityProvider,
    DeleteCluster,
    DeleteService,
    DeleteTaskDefinitions,
    DeregisterContainerInstance,
    DeregisterTaskDefinition,
    DescribeCapacityProviders,
    DescribeClusters,
    DescribeContainerInstances,
    DescribeServices,
    DescribeTaskDefinition,
    DescribeTasks,
    ExecuteCommand,
    ListAttributes,
    ListClusters,
    ListContainerInstances,
    ListServices,
    ListTagsForResource,
    ListTaskDefinitionFamilies,
    ListTaskDefinitions,
    ListTasks,
    PutAttributes,
    PutClusterCapacityProviders,
    RegisterContainerInstance,
    RegisterTaskDefinition,
    RunTask,
    StartTask,
    StopTask,
    TagResource,
    UntagResource,
    UpdateCapacityProvider,
    UpdateCluster,
    UpdateClusterSettings,
    UpdateContainerInstancesState,
    UpdateService,
);

/// Whether so many may be named at once.
///
/// # Errors
/// `InvalidParameterException`. Source: observed; inferred for clusters: what they are called.
fn at_most(names: &[String], most: usize, what: &str) -> Result<(), ApiError> {
    if names.len() <= most {
        return Ok(());
    }
    Err(invalid_parameter(format!("{what} can have at most {most} items.")))
}

/// One page of a list: at most `max_results` after where `next_token` says. A token is the place to go on at.
///
/// # Errors
/// `InvalidParameterException` for a token that no page gave.
fn page<T>(
    items: Vec<T>,
    max_results: Option<i64>,
    next_token: Option<&str>,
    most: usize,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let start: usize = match next_token {
        None | Some("") => 0,
        Some(token) => token.parse().map_err(|_| invalid_parameter("Invalid token."))?,
    };
    let size =
        max_results.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0).unwrap_or(most).min(most);
    let more = items.len() > start.saturating_add(size);
    let page = items.into_iter().skip(start).take(size).collect();
    Ok((page, more.then(|| (start + size).to_string())))
}
