//! Amazon EC2, as far as it is about the network that [`net`](crate::cloud::net) holds: looking at it and at the instances
//! in it, and changing what traffic hangs on: routes, security groups, VPC endpoints.
//!
//! Worlds lay VPC, subnets, gateways and instances out. Source: Amazon EC2 API Reference; the shapes are the service model's.

mod endpoint_changes;
mod endpoint_services;
mod endpoints;
mod gateways;
mod group_rules;
mod instances;
mod permissions;
mod route_tables;
mod routes;
mod security_groups;
mod selection;
mod subnets;
mod vpcs;

pub use endpoint_changes::{CreateVpcEndpoint, DeleteVpcEndpoints, ModifyVpcEndpoint};
pub use endpoint_services::{DescribePrefixLists, DescribeVpcEndpointServices};
pub use endpoints::DescribeVpcEndpoints;
pub use gateways::{DescribeInternetGateways, DescribeNatGateways};
pub use group_rules::{
    AuthorizeSecurityGroupEgress, AuthorizeSecurityGroupIngress, RevokeSecurityGroupEgress, RevokeSecurityGroupIngress,
};
pub use instances::DescribeInstances;
pub use route_tables::DescribeRouteTables;
pub use routes::{CreateRoute, DeleteRoute, ReplaceRoute};
pub use security_groups::{CreateSecurityGroup, DeleteSecurityGroup, DescribeSecurityGroups};
pub use subnets::DescribeSubnets;
pub use vpcs::DescribeVpcs;

use serde::{Deserialize, Serialize};

use super::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Region, Regional, net};
use selection::Resource;

super::operations!(
    AuthorizeSecurityGroupEgress,
    AuthorizeSecurityGroupIngress,
    CreateRoute,
    CreateSecurityGroup,
    CreateVpcEndpoint,
    DeleteRoute,
    DeleteSecurityGroup,
    DeleteVpcEndpoints,
    DescribeInstances,
    DescribeInternetGateways,
    DescribeNatGateways,
    DescribePrefixLists,
    DescribeRouteTables,
    DescribeSecurityGroups,
    DescribeSubnets,
    DescribeVpcEndpointServices,
    DescribeVpcEndpoints,
    DescribeVpcs,
    ModifyVpcEndpoint,
    ReplaceRoute,
    RevokeSecurityGroupEgress,
    RevokeSecurityGroupIngress,
);

/// A tag as EC2 writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// The tag that consoles show as a name.
    fn name(name: &str) -> Vec<Self> {
        vec![Self { key: "Name".to_owned(), value: name.to_owned() }]
    }
}

/// Where a caller's requests go.
struct Home<'c> {
    account: &'c AccountId,
    region: &'c Region,
}

impl<'c> Home<'c> {
    fn of(caller: &'c Caller) -> Self {
        Self { account: caller.principal.account(), region: &caller.region }
    }

    /// What is there; where nothing was ever made, what every region starts with.
    fn regional(&self, cloud: &Cloud) -> Regional {
        cloud.account(self.account).and_then(|account| account.region(self.region)).cloned().unwrap_or_default()
    }

    /// The network, to be changed.
    fn network<'s>(&self, cloud: &'s mut Cloud) -> &'s mut net::State {
        &mut cloud.account_mut(self.account).region_mut(self.region).net
    }

    /// `arn:aws:ec2:REGION:ACCOUNT:{resource}`.
    fn arn(&self, resource: &str) -> String {
        format!("arn:aws:ec2:{}:{}:{resource}", self.region, self.account)
    }

    /// The question whether the caller may do `action` on one of the account's resources.
    fn ask(&self, action: &'static str, resource: &str) -> Authorization {
        Authorization::on(action, Arn::new("ec2", self.region.as_str(), self.account.as_str(), resource))
    }

    /// `ap-northeast-2a`.
    fn zone(&self, letter: char) -> String {
        format!("{}{letter}", self.region)
    }
}

/// What EC2 answers a change that was only to be tried.
fn dry_run(asked: bool) -> Result<(), ApiError> {
    if asked {
        return Err(ApiError::new("DryRunOperation", "Request would have succeeded, but DryRun flag is set."));
    }
    Ok(())
}

/// Whether an id is one of such a resource.
///
/// # Errors
/// `Invalid….Malformed` for one that is none, `Invalid….NotFound` where nothing has it.
fn known<R: Resource>(id: &str, exists: bool) -> Result<(), ApiError> {
    selection::check_form::<R>(id)?;
    if exists { Ok(()) } else { Err(selection::not_found::<R>(id)) }
}

fn missing_parameter(name: &str) -> ApiError {
    ApiError::new("MissingParameter", format!("The request must contain the parameter {name}"))
}

fn invalid_parameter(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameter", message)
}

/// `Return` as the changes answer it that give nothing else.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Done {
    r#return: bool,
}

impl Done {
    fn yes() -> Self {
        Self { r#return: true }
    }
}

/// Tags that a new resource gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TagSpecification {
    tags: Vec<Tag>,
}
