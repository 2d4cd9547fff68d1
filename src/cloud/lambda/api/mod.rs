//! The operations of Lambda that are simulated, in AWS's shapes.

mod aliases;
mod checks;
mod code;
mod concurrency;
mod create;
mod invoke;
mod permissions;
mod read;
mod settings;
mod shapes;
mod tags;
mod versions;

pub use aliases::{CreateAlias, DeleteAlias, GetAlias, ListAliases, UpdateAlias};
pub use code::UpdateFunctionCode;
pub use concurrency::{DeleteFunctionConcurrency, GetAccountSettings, GetFunctionConcurrency, PutFunctionConcurrency};
pub use create::{CreateFunction, FunctionCode};
pub use invoke::Invoke;
pub use permissions::{AddPermission, GetPolicy, RemovePermission};
pub use read::{DeleteFunction, GetFunction, GetFunctionConfiguration, ListFunctions};
pub use settings::UpdateFunctionConfiguration;
pub use shapes::FunctionConfiguration;
pub use tags::{ListTags, TagResource, UntagResource};
pub use versions::{ListVersionsByFunction, PublishVersion};

use serde::Serialize;

use super::errors;
use super::home::Named;
use crate::cloud::{ApiError, Authorization, Caller, Cloud};

crate::cloud::operations!(
    AddPermission,
    CreateAlias,
    CreateFunction,
    DeleteAlias,
    DeleteFunction,
    DeleteFunctionConcurrency,
    GetAccountSettings,
    GetAlias,
    GetFunction,
    GetFunctionConcurrency,
    GetFunctionConfiguration,
    GetPolicy,
    Invoke,
    ListAliases,
    ListFunctions,
    ListTags,
    ListVersionsByFunction,
    PublishVersion,
    PutFunctionConcurrency,
    RemovePermission,
    TagResource,
    UntagResource,
    UpdateAlias,
    UpdateFunctionCode,
    UpdateFunctionConfiguration,
);

/// An operation that answers nothing.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

/// What IAM is asked: about the function as the request names it, with its tags as condition keys.
fn ask(cloud: &Cloud, caller: &Caller, action: &'static str, name: &str, qualifier: Option<&str>) -> Authorization {
    let mut question = Authorization::on(action, Named::arn_of(caller, name, qualifier));
    let function = Named::read(caller, name, None).ok().and_then(|named| named.function(cloud).ok().cloned());
    for (key, value) in function.into_iter().flat_map(|function| function.tags) {
        question.context.push((format!("aws:ResourceTag/{key}"), vec![value]));
    }
    question
}

/// One page of a list: at most `max_items` after where the marker says. A marker is the place to go on at.
///
/// # Errors
/// For a marker that no page gave.
fn page<T>(items: Vec<T>, max_items: Option<i64>, marker: Option<&str>) -> Result<(Vec<T>, Option<String>), ApiError> {
    let start: usize = match marker {
        None | Some("") => 0,
        // Inferred: the text.
        Some(marker) => marker.parse().map_err(|_| errors::invalid("Invalid Marker."))?,
    };
    // Source: AWS Lambda API reference, `MaxItems`: 50 at most.
    let size = max_items.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0).unwrap_or(50).min(50);
    let more = items.len() > start.saturating_add(size);
    let page = items.into_iter().skip(start).take(size).collect();
    Ok((page, more.then(|| (start + size).to_string())))
}
