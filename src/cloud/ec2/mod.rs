//! Amazon EC2, as far as it is about the network that [`net`](crate::cloud::net) holds: looking at it and at the instances
//! in it, and making and changing what traffic hangs on: VPCs, subnets, routes, gateways, ACLs, security groups, endpoints.
//!
//! Source: Amazon EC2 API Reference; the shapes are the service model's.

mod acl_changes;
mod acls;
mod addresses;
mod endpoint_changes;
mod endpoint_services;
mod endpoints;
mod gateway_changes;
mod gateways;
mod group_rules;
mod instance_changes;
mod instances;
mod permissions;
mod route_table_changes;
mod route_tables;
mod routes;
mod security_groups;
mod selection;
mod subnet_changes;
mod subnets;
mod tags;
mod vpc_changes;
mod vpcs;

pub use acl_changes::{
    CreateNetworkAcl, CreateNetworkAclEntry, DeleteNetworkAcl, DeleteNetworkAclEntry, ReplaceNetworkAclAssociation,
    ReplaceNetworkAclEntry,
};
pub use acls::DescribeNetworkAcls;
pub use addresses::{AllocateAddress, DescribeAddresses, ReleaseAddress};
pub use endpoint_changes::{CreateVpcEndpoint, DeleteVpcEndpoints, ModifyVpcEndpoint};
pub use endpoint_services::{DescribePrefixLists, DescribeVpcEndpointServices};
pub use endpoints::DescribeVpcEndpoints;
pub use gateway_changes::{
    AttachInternetGateway, CreateInternetGateway, CreateNatGateway, DeleteInternetGateway, DeleteNatGateway,
    DetachInternetGateway,
};
pub use gateways::{DescribeInternetGateways, DescribeNatGateways};
pub use group_rules::{
    AuthorizeSecurityGroupEgress, AuthorizeSecurityGroupIngress, RevokeSecurityGroupEgress, RevokeSecurityGroupIngress,
};
pub use instance_changes::{RunInstances, TerminateInstances};
pub use instances::DescribeInstances;
pub use route_table_changes::{
    AssociateRouteTable, CreateRouteTable, DeleteRouteTable, DisassociateRouteTable, ReplaceRouteTableAssociation,
};
pub use route_tables::DescribeRouteTables;
pub use routes::{CreateRoute, DeleteRoute, ReplaceRoute};
pub use security_groups::{CreateSecurityGroup, DeleteSecurityGroup, DescribeSecurityGroups};
pub use subnet_changes::{CreateSubnet, DeleteSubnet, ModifySubnetAttribute};
pub use subnets::DescribeSubnets;
pub use tags::{CreateTags, DeleteTags};
pub use vpc_changes::{CreateVpc, DeleteVpc, DescribeVpcAttribute, ModifyVpcAttribute};
pub use vpcs::DescribeVpcs;

use serde::{Deserialize, Serialize};

use super::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Region, Regional, net};
use selection::Resource;

super::operations!(
    AllocateAddress,
    AssociateRouteTable,
    AttachInternetGateway,
    AuthorizeSecurityGroupEgress,
    AuthorizeSecurityGroupIngress,
    CreateInternetGateway,
    CreateNatGateway,
    CreateNetworkAcl,
    CreateNetworkAclEntry,
    CreateRoute,
    CreateRouteTable,
    CreateSecurityGroup,
    CreateSubnet,
    CreateTags,
    CreateVpc,
    CreateVpcEndpoint,
    DeleteInternetGateway,
    DeleteNatGateway,
    DeleteNetworkAcl,
    DeleteNetworkAclEntry,
    DeleteRoute,
    DeleteRouteTable,
    DeleteSecurityGroup,
    DeleteSubnet,
    DeleteTags,
    DeleteVpc,
    DeleteVpcEndpoints,
    DescribeAddresses,
    DescribeInstances,
    DescribeInternetGateways,
    DescribeNatGateways,
    DescribeNetworkAcls,
    DescribePrefixLists,
    DescribeRouteTables,
    DescribeSecurityGroups,
    DescribeSubnets,
    DescribeVpcAttribute,
    DescribeVpcEndpointServices,
    DescribeVpcEndpoints,
    DescribeVpcs,
    DetachInternetGateway,
    DisassociateRouteTable,
    ModifySubnetAttribute,
    ModifyVpcAttribute,
    ModifyVpcEndpoint,
    ReleaseAddress,
    ReplaceNetworkAclAssociation,
    ReplaceNetworkAclEntry,
    ReplaceRoute,
    ReplaceRouteTableAssociation,
    RevokeSecurityGroupEgress,
    RevokeSecurityGroupIngress,
    RunInstances,
    TerminateInstances,
);

/// A tag as EC2 writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// Tags as the network keeps them.
    fn of(tags: &[(String, String)]) -> Vec<Self> {
        tags.iter().map(|(key, value)| Self { key: key.clone(), value: value.clone() }).collect()
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
        cloud.regional(self.account, self.region).cloned().unwrap_or_default()
    }

    /// The network, to be changed.
    fn network<'s>(&self, cloud: &'s mut Cloud) -> &'s mut net::State {
        &mut cloud.regional_mut(self.account, self.region).net
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

/// Nothing.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

/// Tags that a new resource gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TagSpecification {
    resource_type: Option<String>,
    tags: Vec<Tag>,
}

/// The tags that a request has for a resource of a kind, as the network keeps them.
///
/// # Errors
/// `InvalidParameterValue` for a specification of another kind. Source: observed.
fn tags_for(kind: &str, specifications: Vec<TagSpecification>) -> Result<Vec<(String, String)>, ApiError> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for specification in specifications {
        let named = specification.resource_type.unwrap_or_default();
        if named != kind {
            let message = format!("'{named}' is not a valid taggable resource type for this operation.");
            return Err(ApiError::new("InvalidParameterValue", message));
        }
        for Tag { key, value } in specification.tags {
            tags.retain(|(known, _)| *known != key);
            tags.push((key, value));
        }
    }
    Ok(tags)
}

/// Writes out how a change is asked for and made: the resources that IAM is asked about, and what it does. The request has
/// a member `dry_run`.
macro_rules! change {
    ($name:ident -> $output:ty, on |$request:ident| $resources:expr, |$this:ident, $cloud:ident, $home:ident| $body:block) => {
        impl crate::cloud::Operation for $name {
            const SERVICE: crate::cloud::Service = crate::cloud::Service::Ec2;
            const NAME: &'static str = stringify!($name);
            type Output = $output;

            fn authorizations(
                &self,
                _: &crate::cloud::Cloud,
                caller: &crate::cloud::Caller,
            ) -> Vec<crate::cloud::Authorization> {
                let home = super::Home::of(caller);
                let $request = self;
                let resources: Vec<String> = $resources;
                resources.iter().map(|resource| home.ask(concat!("ec2:", stringify!($name)), resource)).collect()
            }

            fn run(
                self,
                $cloud: &mut crate::cloud::Cloud,
                caller: &crate::cloud::Caller,
            ) -> Result<$output, crate::cloud::ApiError> {
                super::dry_run(self.dry_run)?;
                let $home = super::Home::of(caller);
                let $this = self;
                $body
            }
        }
    };
}
use change;

/// Writes out how resources are described: who may look, and how all of them are shown, of which the request selects some.
/// The request has a member `selection`.
macro_rules! describe {
    ($name:ident -> $output:ident { $shown:ident }, |$cloud:ident, $home:ident, $network:ident| $all:block) => {
        impl crate::cloud::Operation for $name {
            const SERVICE: crate::cloud::Service = crate::cloud::Service::Ec2;
            const NAME: &'static str = stringify!($name);
            type Output = $output;

            fn authorizations(
                &self,
                _: &crate::cloud::Cloud,
                _: &crate::cloud::Caller,
            ) -> Vec<crate::cloud::Authorization> {
                vec![crate::cloud::Authorization::anywhere(concat!("ec2:", stringify!($name)))]
            }

            fn run(
                self,
                $cloud: &mut crate::cloud::Cloud,
                caller: &crate::cloud::Caller,
            ) -> Result<$output, crate::cloud::ApiError> {
                let $home = super::Home::of(caller);
                let $network = $home.regional($cloud).net;
                let ($shown, next_token) = self.selection.of($all)?;
                Ok($output { $shown, next_token })
            }
        }
    };
}
use describe;
