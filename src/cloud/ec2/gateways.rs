//! `DescribeInternetGateways` and `DescribeNatGateways`: the doors to the internet.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp, net};

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

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct InternetGateway {
    attachments: [Attachment; 1],
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
    fn new(home: &Home<'_>, vpc: &net::Vpc, gateway: &net::InternetGateway) -> Self {
        Self {
            attachments: [Attachment { state: "available", vpc_id: vpc.id.clone() }],
            internet_gateway_id: gateway.id.clone(),
            owner_id: home.account.to_string(),
            tags: Tag::name(&gateway.name),
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
        let [attachment] = &self.attachments;
        Some(vec![match filter {
            "attachment.state" => attachment.state.to_owned(),
            "attachment.vpc-id" => attachment.vpc_id.clone(),
            "internet-gateway-id" => self.internet_gateway_id.clone(),
            "owner-id" => self.owner_id.clone(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

impl Operation for DescribeInternetGateways {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DescribeInternetGateways";
    type Output = DescribeInternetGatewaysOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ec2:DescribeInternetGateways")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeInternetGatewaysOutput, ApiError> {
        let home = Home::of(caller);
        let network = home.regional(cloud).net;
        let all =
            network.internet_gateways().map(|gateway| InternetGateway::new(&home, network.vpc(), gateway)).collect();
        let (internet_gateways, next_token) = self.selection.of(all)?;
        Ok(DescribeInternetGatewaysOutput { internet_gateways, next_token })
    }
}

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

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NatGateway {
    create_time: Timestamp,
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
    allocation_id: String,
    network_interface_id: String,
    private_ip: String,
    public_ip: String,
    association_id: String,
    is_primary: bool,
    status: &'static str,
}

impl NatGateway {
    fn new(vpc: &net::Vpc, gateway: &net::NatGateway) -> Self {
        let digits = gateway.id.trim_start_matches("nat-");
        Self {
            // It was there before anything else.
            create_time: Timestamp::START,
            nat_gateway_addresses: [NatAddress {
                allocation_id: format!("eipalloc-{digits}"),
                network_interface_id: format!("eni-{digits}"),
                private_ip: gateway.private_ip.clone(),
                public_ip: gateway.public_ip.clone(),
                association_id: format!("eipassoc-{digits}"),
                is_primary: true,
                status: "succeeded",
            }],
            nat_gateway_id: gateway.id.clone(),
            state: "available",
            subnet_id: gateway.subnet.clone(),
            vpc_id: vpc.id.clone(),
            tags: Tag::name(&gateway.name),
            connectivity_type: "public",
        }
    }
}

impl Resource for NatGateway {
    const PREFIX: &'static str = "nat-";
    const ERROR: &'static str = "NatGatewayID";
    const NOUN: &'static str = "natGateway ID";
    const PARAMETER: &'static str = "natGatewayIds";

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

impl Operation for DescribeNatGateways {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DescribeNatGateways";
    type Output = DescribeNatGatewaysOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ec2:DescribeNatGateways")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeNatGatewaysOutput, ApiError> {
        let home = Home::of(caller);
        let network = home.regional(cloud).net;
        let all = network.nat_gateways().map(|gateway| NatGateway::new(network.vpc(), gateway)).collect();
        let (nat_gateways, next_token) = self.selection.of(all)?;
        Ok(DescribeNatGatewaysOutput { nat_gateways, next_token })
    }
}
