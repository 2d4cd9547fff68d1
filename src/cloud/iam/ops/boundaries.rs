//! Permissions boundaries of users and roles.

use std::sync::Arc;

use serde::Deserialize;

use super::{on_named_user, on_role, wire};
use crate::cloud::iam::State;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The managed policy that a boundary is to be.
pub(super) fn policy(state: &State, arn: Option<String>) -> Result<Option<Arc<str>>, ApiError> {
    let Some(arn) = arn else { return Ok(None) };
    if state.managed_document(&arn).is_none() {
        return Err(super::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable.")));
    }
    Ok(Some(arn.into()))
}

/// Adds the boundary that an entity is to have as a condition key.
pub(super) fn with_new(mut questions: Vec<Authorization>, boundary: Option<&String>) -> Vec<Authorization> {
    for (question, boundary) in questions.iter_mut().zip(boundary.into_iter().cycle()) {
        question.context.push(("iam:PermissionsBoundary".to_owned(), vec![boundary.clone()]));
    }
    questions
}

/// Makes the two operations that set and remove the boundary of one kind of entity.
macro_rules! boundary_operations {
    ($put:ident, $delete:ident, $name:literal, $on:ident, $get_mut:path) => {
        /// Sets the permissions boundary.
        #[derive(Clone, Debug, Deserialize)]
        pub struct $put {
            #[serde(rename = $name)]
            pub name: String,
            #[serde(rename = "PermissionsBoundary")]
            pub permissions_boundary: String,
        }

        impl Operation for $put {
            const SERVICE: Service = Service::Iam;
            const NAME: &'static str = stringify!($put);
            type Output = wire::Empty;

            fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
                let questions = $on(concat!("iam:", stringify!($put)), cloud, caller, &self.name);
                with_new(questions, Some(&self.permissions_boundary))
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
                let state = super::state_mut(cloud, caller);
                $get_mut(state, &self.name)?;
                let boundary = policy(state, Some(self.permissions_boundary))?;
                $get_mut(state, &self.name)?.boundary = boundary;
                Ok(wire::Empty {})
            }
        }

        /// Removes the permissions boundary.
        #[derive(Clone, Debug, Deserialize)]
        pub struct $delete {
            #[serde(rename = $name)]
            pub name: String,
        }

        impl Operation for $delete {
            const SERVICE: Service = Service::Iam;
            const NAME: &'static str = stringify!($delete);
            type Output = wire::Empty;

            fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
                $on(concat!("iam:", stringify!($delete)), cloud, caller, &self.name)
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
                let state = super::state_mut(cloud, caller);
                $get_mut(state, &self.name)?.boundary = None;
                Ok(wire::Empty {})
            }
        }
    };
}

boundary_operations!(
    PutUserPermissionsBoundary,
    DeleteUserPermissionsBoundary,
    "UserName",
    on_named_user,
    super::user_mut
);
boundary_operations!(PutRolePermissionsBoundary, DeleteRolePermissionsBoundary, "RoleName", on_role, super::role_mut);
