//! The operations of ECS that are simulated, in AWS's shapes.

mod clusters;
mod definitions;
mod instances;
mod services;
mod shapes;
mod tags;
mod tasks;

pub use clusters::{CreateCluster, DeleteCluster, DescribeClusters, ListClusters};
pub use definitions::{
    DeregisterTaskDefinition, DescribeTaskDefinition, ListTaskDefinitionFamilies, ListTaskDefinitions,
    RegisterTaskDefinition,
};
pub use instances::{
    DescribeContainerInstances, ListContainerInstances, RegisterContainerInstance, UpdateContainerInstancesState,
};
pub use services::{CreateService, DeleteService, DescribeServices, ListServices, UpdateService};
pub use shapes::Failure;
pub use tags::{ListTagsForResource, TagResource, UntagResource};
pub use tasks::{CapacityProviderStrategyItem, DescribeTasks, ListTasks, RunTask, StopTask};

use super::home::invalid_parameter;
use crate::cloud::ApiError;

crate::cloud::operations!(
    CreateCluster,
    CreateService,
    DeleteCluster,
    DeleteService,
    DeregisterTaskDefinition,
    DescribeClusters,
    DescribeContainerInstances,
    DescribeServices,
    DescribeTaskDefinition,
    DescribeTasks,
    ListClusters,
    ListContainerInstances,
    ListServices,
    ListTagsForResource,
    ListTaskDefinitionFamilies,
    ListTaskDefinitions,
    ListTasks,
    RegisterContainerInstance,
    RegisterTaskDefinition,
    RunTask,
    StopTask,
    TagResource,
    UntagResource,
    UpdateContainerInstancesState,
    UpdateService,
);

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
