//! `DescribeVpcEndpointServices` and `DescribePrefixLists`: what endpoints can be made for.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::net::{self, Destination};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Describes the services that endpoints can be made for; of AWS's some hundred those that ECS and ECR need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeVpcEndpointServices {
    service_names: Vec<String>,
    #[serde(flatten)]
    selection: Selection,
}

/// Services, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcEndpointServicesOutput {
    service_names: Vec<String>,
    service_details: Vec<ServiceDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceDetail {
    service_name: String,
    service_type: [ServiceType; 1],
    service_region: String,
    availability_zones: Vec<String>,
    owner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_dns_name: Option<String>,
    vpc_endpoint_policy_supported: bool,
    acceptance_required: bool,
    manages_vpc_endpoints: bool,
    tags: [Tag; 0],
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceType {
    service_type: &'static str,
}

impl ServiceDetail {
    fn new(home: &Home<'_>, service: Destination, service_type: &'static str) -> Self {
        Self {
            service_name: service.service_name(home.region).unwrap_or_default(),
            service_type: [ServiceType { service_type }],
            service_region: home.region.to_string(),
            availability_zones: ['a', 'b', 'c', 'd'].map(|zone| home.zone(zone)).into(),
            owner: "amazon",
            private_dns_name: (service_type == "Interface").then(|| service.private_name(home.region)),
            vpc_endpoint_policy_supported: true,
            acceptance_required: false,
            manages_vpc_endpoints: false,
            tags: [],
        }
    }

    fn of(home: &Home<'_>, service: Destination) -> impl Iterator<Item = Self> {
        let gateway = service.has_gateway().then(|| Self::new(home, service, "Gateway"));
        gateway.into_iter().chain([Self::new(home, service, "Interface")])
    }
}

impl Resource for ServiceDetail {
    const PREFIX: &'static str = "vpce-svc-";
    const ERROR: &'static str = "VpcEndpointServiceId";
    const NOUN: &'static str = "VpcEndpointService Id";
    const PARAMETER: &'static str = "serviceNames";

    fn id(&self) -> &str {
        &self.service_name
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        let [ServiceType { service_type }] = self.service_type;
        Some(vec![match filter {
            "owner" => self.owner.to_owned(),
            "service-name" => self.service_name.clone(),
            "service-region" => self.service_region.clone(),
            "service-type" => service_type.to_owned(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

impl Operation for DescribeVpcEndpointServices {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DescribeVpcEndpointServices";
    type Output = DescribeVpcEndpointServicesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ec2:DescribeVpcEndpointServices")]
    }

    fn run(self, _: &mut Cloud, caller: &Caller) -> Result<DescribeVpcEndpointServicesOutput, ApiError> {
        let home = Home::of(caller);
        for name in &self.service_names {
            Destination::of_service_name(name, home.region).ok_or_else(|| no_service(name))?;
        }
        let wanted =
            |detail: &ServiceDetail| self.service_names.is_empty() || self.service_names.contains(&detail.service_name);
        let all = Destination::SERVICES.into_iter().flat_map(|service| ServiceDetail::of(&home, service));
        let (service_details, next_token) = self.selection.of(all.filter(wanted).collect())?;
        let mut service_names: Vec<String> =
            service_details.iter().map(|detail: &ServiceDetail| detail.service_name.clone()).collect();
        service_names.dedup();
        Ok(DescribeVpcEndpointServicesOutput { service_names, service_details, next_token })
    }
}

/// Source: Amazon EC2 API Reference, error codes; observed.
pub(super) fn no_service(name: &str) -> ApiError {
    ApiError::new("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist"))
}

/// Describes the prefix lists of the services that have gateway endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribePrefixLists {
    selection: Selection,
}

/// Prefix lists, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribePrefixListsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    prefix_lists: Vec<PrefixList>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixList {
    cidrs: Vec<String>,
    prefix_list_id: String,
    prefix_list_name: String,
}

impl Resource for PrefixList {
    const PREFIX: &'static str = "pl-";
    const ERROR: &'static str = "PrefixListID";
    const NOUN: &'static str = "prefix list ID";
    const PARAMETER: &'static str = "prefixListIds";

    fn id(&self) -> &str {
        &self.prefix_list_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(vec![match filter {
            "prefix-list-id" => self.prefix_list_id.clone(),
            "prefix-list-name" => self.prefix_list_name.clone(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &[]
    }
}

describe!(DescribePrefixLists -> DescribePrefixListsOutput { prefix_lists }, |_cloud, home, _network| {
    vec![PrefixList {
        cidrs: vec![net::Cidr::new(Destination::S3.public_address(), 22).to_string()],
        prefix_list_id: net::s3_prefix_list(home.region),
        prefix_list_name: Destination::S3.service_name(home.region).unwrap_or_default(),
    }]
});
