//! `DescribeInternetGateways` and `DescribeNatGateways`: the doors to the internet.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::{ApiError, Timestamp, net};

/// Describes internet gateways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeInternetGateways {
    selection: Selection,
}

/// Internet gateways, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeInternetGatewaysOutput {
    internet_gateways: Vec<InternetGateway>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// An internet gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InternetGateway {
    attachments: Vec<Attachment>,
    internet_gateway_id: String,
    owner_id: String,
    tags: Vec<Tag>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    state: &'static str,
    vpc_id: String,
}

impl InternetGateway {
    pub(super) fn new(home: &Home<'_>, gateway: &net::InternetGateway) -> Self {
        Self {
            attachments: gateway.vpc.iter().map(|vpc| Attachment { state: "available", vpc_id: vpc.clone() }).collect(),
            internet_gateway_id: gateway.id.clone(),
            owner_id: home.account.to_string(),
            tags: Tag::of(&gateway.tags),
        }
    }
}

impl Resource for InternetGateway {
    const PREFIX: &'static str = "igw-";
    const ERROR: &'static str = "InternetGatewayID";
    const NOUN: &'static str = "internetGateway ID";
    const PARAMETER: &'static str = "internetGatewayIds";

    fn id(&self) -> &str {
        &self.internet_gateway_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(match filter {
            "attachment.state" => self.attachments.iter().map(|attachment| attachment.state.to_owned()).collect(),
            "attachment.vpc-id" => self.attachments.iter().map(|attachment| attachment.vpc_id.clone()).collect(),
            "internet-gateway-id" => vec![self.internet_gateway_id.clone()],
            "owner-id" => vec![self.owner_id.clone()],
            _ => return None,
        })
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeInternetGateways -> DescribeInternetGatewaysOutput { internet_gateways }, |_cloud, home, network| {
    network.internet_gateways().map(|gateway| InternetGateway::new(&home, gateway)).collect()
});

/// Describes NAT gateways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeNatGateways {
    selection: Selection,
}

/// NAT gateways, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeNatGatewaysOutput {
    nat_gateways: Vec<NatGateway>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A NAT gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NatGateway {
    create_time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    delete_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_message: Option<String>,
    nat_gateway_addresses: [NatAddress; 1],
    nat_gateway_id: String,
    state: &'static str,
    subnet_id: String,
    vpc_id: String,
    tags: Vec<Tag>,
    connectivity_type: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NatAddress {
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation_id: Option<String>,
    network_interface_id: String,
    private_ip: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    association_id: Option<String>,
    is_primary: bool,
    status: &'static str,
}

impl NatGateway {
    pub(super) fn new(gateway: &net::NatGateway, now: Timestamp) -> Self {
        let digits = gateway.id.trim_start_matches("nat-");
        let state = gateway.state(now);
        let failure = gateway.failure.as_ref().filter(|_| state == net::NatState::Failed);
        Self {
            create_time: gateway.created,
            delete_time: gateway.deleted,
            failure_code: failure.map(|(code, _)| *code),
            failure_message: failure.map(|(_, message)| message.clone()),
            nat_gateway_addresses: [NatAddress {
                allocation_id: gateway.elastic_ip.as_ref().map(|address| address.allocation.clone()),
                network_interface_id: format!("eni-{digits}"),
                private_ip: gateway.private_ip.clone(),
                public_ip: gateway.elastic_ip.as_ref().map(|address| address.address.clone()),
                association_id: gateway.elastic_ip.as_ref().map(|_| format!("eipassoc-{digits}")),
                is_primary: true,
                status: if failure.is_some() { "failed" } else { "succeeded" },
            }],
            nat_gateway_id: gateway.id.clone(),
            state: state.as_str(),
            subnet_id: gateway.subnet.clone(),
            vpc_id: gateway.vpc.clone(),
            tags: Tag::of(&gateway.tags),
            connectivity_type: if gateway.elastic_ip.is_some() { "public" } else { "private" },
        }
    }
}

impl Resource for NatGateway {
    const PREFIX: &'static str = "nat-";
    const ERROR: &'static str = "NatGatewayID";
    const NOUN: &'static str = "natGateway ID";
    const PARAMETER: &'static str = "natGatewayIds";

    /// Source: Amazon EC2 API Reference, error codes; observed.
    fn missing(id: &str) -> ApiError {
        ApiError::new("NatGatewayNotFound", format!("NAT gateway {id} was not found"))
    }

    fn id(&self) -> &str {
        &self.nat_gateway_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(vec![match filter {
            "nat-gateway-id" => self.nat_gateway_id.clone(),
            "state" => self.state.to_owned(),
            "subnet-id" => self.subnet_id.clone(),
            "vpc-id" => self.vpc_id.clone(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeNatGateways -> DescribeNatGatewaysOutput { nat_gateways }, |cloud, _home, network| {
    network.nat_gateways().map(|gateway| NatGateway::new(gateway, cloud.now())).collect()
});
