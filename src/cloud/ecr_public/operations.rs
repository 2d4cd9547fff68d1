//! The operations that a public registry shares with the private ones.

use serde::Deserialize;

use super::state;
use crate::cloud::ecr::{self, OnRepository};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// An operation of private registries, carried out on a public one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Public<O>(pub O);

pub type BatchCheckLayerAvailability = Public<ecr::BatchCheckLayerAvailability>;
pub type BatchDeleteImage = Public<ecr::BatchDeleteImage>;
pub type CompleteLayerUpload = Public<ecr::CompleteLayerUpload>;
pub type DeleteRepositoryPolicy = Public<ecr::DeleteRepositoryPolicy>;
pub type GetRepositoryPolicy = Public<ecr::GetRepositoryPolicy>;
pub type InitiateLayerUpload = Public<ecr::InitiateLayerUpload>;
pub type SetRepositoryPolicy = Public<ecr::SetRepositoryPolicy>;
pub type UploadLayerPart = Public<ecr::UploadLayerPart>;

impl<O: OnRepository> Operation for Public<O> {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = O::NAME;
    type Output = O::Output;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let (registry, name) = self.0.names();
        vec![Authorization::on(O::PUBLIC_ACTION, arn(cloud, caller, registry, name))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<O::Output, ApiError> {
        state::check_region(caller)?;
        let (registry, name) = self.0.names();
        let account = match O::IS_PART_OF_PUSH {
            true => state::account_or_alias(cloud, caller, registry)?,
            false => state::account(caller, registry)?,
        };
        let place = state::find_place(cloud, account, name)?;
        self.0.at(cloud, caller, place)
    }
}

/// The ARN of a repository in the registry that a request means; one of nobody's counts as the caller's own.
pub(super) fn arn(cloud: &Cloud, caller: &Caller, registry: Option<&str>, name: &str) -> Arn {
    let account =
        state::account_or_alias(cloud, caller, registry).unwrap_or_else(|_| caller.principal.account().clone());
    state::repository_arn(&account, name)
}
