//! Making, changing and deleting VPC endpoints.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::endpoint_services::no_service;
use super::endpoints::VpcEndpoint;
use super::route_tables::RouteTable;
use super::security_groups::Group;
use super::subnets::Subnet;
use super::vpcs::Vpc;
use super::{Done, Home, TagSpecification, change, invalid_parameter, known, missing_parameter, tags_for};
use crate::cloud::iam::Policy;
use crate::cloud::net::{Destination, Endpoint, EndpointInterface, EndpointKind, FULL_ACCESS, State, s3_prefix_list};
use crate::cloud::{ApiError, Cloud};

/// Makes a VPC endpoint: a gateway endpoint unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateVpcEndpoint {
    vpc_endpoint_type: Option<String>,
    vpc_id: String,
    service_name: Option<String>,
    policy_document: Option<String>,
    route_table_ids: Vec<String>,
    subnet_ids: Vec<String>,
    security_group_ids: Vec<String>,
    private_dns_enabled: Option<bool>,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The endpoint.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpcEndpointOutput {
    vpc_endpoint: VpcEndpoint,
}

change!(CreateVpcEndpoint -> CreateVpcEndpointOutput, on |request| request.resources(), |this, cloud, home| {
    let network = home.regional(cloud).net;
    known::<Vpc>(&this.vpc_id, network.vpc(&this.vpc_id).is_some())?;
    let name = this.service_name.as_deref().ok_or_else(|| missing_parameter("serviceName"))?;
    let to = Destination::of_service_name(name, home.region).ok_or_else(|| no_service(name))?;
    let policy = policy(this.policy_document.as_deref().unwrap_or(FULL_ACCESS))?;
    let kind = match this.vpc_endpoint_type.as_deref() {
        None | Some("Gateway") => this.gateway(&home, &network, to)?,
        Some("Interface") => this.interface(&home, &network, to)?,
        Some(other) => return Err(wrong_type(other, to)),
    };
    let tags = tags_for("vpc-endpoint", this.tag_specifications)?;
    let mut endpoint = Endpoint {
        id: cloud.random_ec2_id("vpce"),
        vpc: this.vpc_id,
        to,
        kind,
        policy,
        created: cloud.now(),
        tags,
    };
    if let EndpointKind::Interface { interfaces, .. } = &mut endpoint.kind {
        attach(cloud, &home, interfaces, &this.subnet_ids)?;
    }
    home.network(cloud).insert_endpoint(endpoint.clone());
    let network = home.regional(cloud).net;
    Ok(CreateVpcEndpointOutput { vpc_endpoint: VpcEndpoint::new(&home, &network, &endpoint, cloud.now()) })
});

impl CreateVpcEndpoint {
    fn resources(&self) -> Vec<String> {
        let named = |kind: &'static str, ids: &[String]| -> Vec<String> {
            ids.iter().map(|id| format!("{kind}/{id}")).collect()
        };
        [format!("vpc/{}", self.vpc_id), "vpc-endpoint/*".to_owned()]
            .into_iter()
            .chain(named("route-table", &self.route_table_ids))
            .chain(named("subnet", &self.subnet_ids))
            .chain(named("security-group", &self.security_group_ids))
            .collect()
    }

    fn gateway(&self, home: &Home<'_>, network: &State, to: Destination) -> Result<EndpointKind, ApiError> {
        if !to.has_gateway() {
            return Err(wrong_type("Gateway", to));
        }
        // Inferred: the wording of these.
        if !self.subnet_ids.is_empty() || !self.security_group_ids.is_empty() {
            return Err(invalid_parameter(
                "Subnet IDs and security group IDs are only supported for Interface type VPC Endpoint.",
            ));
        }
        check_tables(home, network, &self.vpc_id, to, &self.route_table_ids)?;
        Ok(EndpointKind::Gateway { route_tables: self.route_table_ids.iter().cloned().collect() })
    }

    fn interface(&self, home: &Home<'_>, network: &State, to: Destination) -> Result<EndpointKind, ApiError> {
        if !self.route_table_ids.is_empty() {
            return Err(invalid_parameter("Route table IDs are only supported for Gateway type VPC Endpoint."));
        }
        check_subnets(network, &self.vpc_id, &BTreeMap::new(), &self.subnet_ids)?;
        check_groups(network, &self.vpc_id, &self.security_group_ids)?;
        // Source: Amazon EC2 API Reference, CreateVpcEndpoint: private DNS is on by default.
        let private_dns = self.private_dns_enabled.unwrap_or(true);
        if private_dns {
            check_dns(home, network, &self.vpc_id, to, None)?;
        }
        let groups = if self.security_group_ids.is_empty() {
            network
                .security_groups()
                .filter(|group| group.vpc == self.vpc_id && group.name == "default")
                .map(|group| group.id.clone())
                .collect()
        } else {
            self.security_group_ids.clone()
        };
        Ok(EndpointKind::Interface { interfaces: BTreeMap::new(), groups, private_dns })
    }
}

/// Source: observed.
fn wrong_type(given: &str, to: Destination) -> ApiError {
    let available = if to.has_gateway() { "[Gateway, Interface]" } else { "[Interface]" };
    invalid_parameter(format!("Endpoint type ({given}) does not match available service types ({available})."))
}

/// Source: Amazon EC2 API Reference, error codes. Inferred: what it says beside.
fn policy(text: &str) -> Result<Arc<Policy>, ApiError> {
    Policy::endpoint(text).map(Arc::new).map_err(|error| {
        ApiError::new("InvalidPolicyDocument", format!("The policy document is not valid: {}", error.message))
    })
}

/// Whether a gateway endpoint may get these tables.
fn check_tables(
    home: &Home<'_>,
    network: &State,
    vpc: &str,
    to: Destination,
    tables: &[String],
) -> Result<(), ApiError> {
    for table in tables {
        let found = network.route_table(table);
        known::<RouteTable>(table, found.is_some())?;
        in_vpc("Route table", table, found.map(|found| found.vpc.as_str()), vpc)?;
        if network.gateway_endpoint(to, table).is_some() {
            let list = s3_prefix_list(home.region);
            let message = format!("route table {table} already has a route with destination-prefix-list-id {list}");
            return Err(ApiError::new("RouteAlreadyExists", message));
        }
    }
    Ok(())
}

/// Whether an interface endpoint may get these subnets beside those that it has.
fn check_subnets(
    network: &State,
    vpc: &str,
    has: &BTreeMap<String, EndpointInterface>,
    subnets: &[String],
) -> Result<(), ApiError> {
    let zone = |id: &str| network.subnet(id).map(|subnet| subnet.zone);
    let mut zones: BTreeSet<char> = has.keys().filter_map(|id| zone(id)).collect();
    for id in subnets {
        let found = network.subnet(id);
        known::<Subnet>(id, found.is_some())?;
        in_vpc("Subnet", id, found.map(|found| found.vpc.as_str()), vpc)?;
        if zone(id).is_some_and(|zone| !zones.insert(zone)) {
            let message = format!("Found another VPC endpoint subnet in the availability zone of {id}");
            return Err(ApiError::new("DuplicateSubnetsInSameZone", message));
        }
    }
    Ok(())
}

fn check_groups(network: &State, vpc: &str, groups: &[String]) -> Result<(), ApiError> {
    groups.iter().try_for_each(|id| {
        let found = network.security_group(id);
        known::<Group>(id, found.is_some())?;
        in_vpc("Security group", id, found.map(|found| found.vpc.as_str()), vpc)
    })
}

/// Whether something is in the endpoint's VPC. Inferred: the wording.
fn in_vpc(kind: &str, id: &str, found: Option<&str>, vpc: &str) -> Result<(), ApiError> {
    if found == Some(vpc) {
        Ok(())
    } else {
        Err(invalid_parameter(format!("{kind} {id} does not belong to VPC {vpc}")))
    }
}

/// Whether the service's usual name is still free in the VPC. Source: observed.
fn check_dns(home: &Home<'_>, network: &State, vpc: &str, to: Destination, own: Option<&str>) -> Result<(), ApiError> {
    if !network.vpc(vpc).is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames) {
        return Err(invalid_parameter(format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
        )));
    }
    let taken = network
        .endpoints()
        .filter(|endpoint| endpoint.vpc == vpc && endpoint.to == to && Some(endpoint.id.as_str()) != own)
        .any(|endpoint| matches!(&endpoint.kind, EndpointKind::Interface { private_dns, .. } if *private_dns));
    if taken {
        return Err(invalid_parameter(format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {} in the VPC {}",
            to.private_name(home.region),
            vpc
        )));
    }
    Ok(())
}

/// Makes an endpoint's interfaces in subnets.
fn attach(
    cloud: &mut Cloud,
    home: &Home<'_>,
    interfaces: &mut BTreeMap<String, EndpointInterface>,
    subnets: &[String],
) -> Result<(), ApiError> {
    let network = home.regional(cloud).net;
    let full = |id: &&String| network.subnet(id).is_none_or(|subnet| subnet.free_addresses() == 0);
    if let Some(id) = subnets.iter().find(full) {
        let message = format!("insufficient free addresses in subnet '{id}'");
        return Err(ApiError::new("InsufficientFreeAddressesInSubnet", message));
    }
    for subnet in subnets {
        let id = cloud.random_ec2_id("eni");
        if let Some(address) = home.network(cloud).allocate_address(subnet) {
            interfaces.insert(subnet.clone(), EndpointInterface { id, address });
        }
    }
    Ok(())
}

/// Changes an endpoint's policy, route tables, subnets, security groups or private DNS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ModifyVpcEndpoint {
    vpc_endpoint_id: String,
    reset_policy: bool,
    policy_document: Option<String>,
    add_route_table_ids: Vec<String>,
    remove_route_table_ids: Vec<String>,
    add_subnet_ids: Vec<String>,
    remove_subnet_ids: Vec<String>,
    add_security_group_ids: Vec<String>,
    remove_security_group_ids: Vec<String>,
    private_dns_enabled: Option<bool>,
    dry_run: bool,
}

change!(ModifyVpcEndpoint -> Done, on |request| vec![format!("vpc-endpoint/{}", request.vpc_endpoint_id)], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let found = network.endpoint(&this.vpc_endpoint_id);
    known::<VpcEndpoint>(&this.vpc_endpoint_id, found.is_some())?;
    let Some(mut endpoint) = found.cloned() else { return Ok(Done::yes()) };
    if this.reset_policy || this.policy_document.is_some() {
        endpoint.policy = policy(this.policy_document.as_deref().unwrap_or(FULL_ACCESS))?;
    }
    let (to, vpc) = (endpoint.to, endpoint.vpc.clone());
    let mut left = Vec::new();
    match &mut endpoint.kind {
        EndpointKind::Gateway { route_tables } => {
            if this.names_interfaces() {
                return Err(invalid_parameter(
                    "Subnet IDs, security group IDs and private DNS are only supported for Interface type VPC Endpoint.",
                ));
            }
            check_tables(&home, &network, &vpc, to, &this.add_route_table_ids)?;
            route_tables.retain(|id| !this.remove_route_table_ids.contains(id));
            route_tables.extend(this.add_route_table_ids.iter().cloned());
        }
        EndpointKind::Interface { interfaces, groups, private_dns } => {
            if !this.add_route_table_ids.is_empty() || !this.remove_route_table_ids.is_empty() {
                return Err(invalid_parameter("Route table IDs are only supported for Gateway type VPC Endpoint."));
            }
            for id in &this.remove_subnet_ids {
                left.extend(interfaces.remove_entry(id));
            }
            check_subnets(&network, &vpc, interfaces, &this.add_subnet_ids)?;
            check_groups(&network, &vpc, &this.add_security_group_ids)?;
            groups.retain(|id| !this.remove_security_group_ids.contains(id));
            for id in &this.add_security_group_ids {
                if !groups.contains(id) {
                    groups.push(id.clone());
                }
            }
            if groups.is_empty() {
                // Inferred: the wording.
                return Err(invalid_parameter("An interface endpoint must have at least one security group."));
            }
            if this.private_dns_enabled == Some(true) {
                check_dns(&home, &network, &vpc, to, Some(&endpoint.id))?;
            }
            *private_dns = this.private_dns_enabled.unwrap_or(*private_dns);
            attach(cloud, &home, interfaces, &this.add_subnet_ids)?;
        }
    }
    let network = home.network(cloud);
    for (subnet, interface) in left {
        network.release_address(&subnet, &interface.address);
    }
    network.insert_endpoint(endpoint);
    Ok(Done::yes())
});

impl ModifyVpcEndpoint {
    fn names_interfaces(&self) -> bool {
        let lists = [
            &self.add_subnet_ids,
            &self.remove_subnet_ids,
            &self.add_security_group_ids,
            &self.remove_security_group_ids,
        ];
        lists.into_iter().any(|list| !list.is_empty()) || self.private_dns_enabled.is_some()
    }
}

/// Deletes endpoints; those that are not there are named, and the others go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteVpcEndpoints {
    vpc_endpoint_ids: Vec<String>,
    dry_run: bool,
}

/// Those that could not be deleted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpcEndpointsOutput {
    unsuccessful: Vec<Unsuccessful>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Unsuccessful {
    error: ErrorShape,
    resource_id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorShape {
    code: String,
    message: String,
}

change!(DeleteVpcEndpoints -> DeleteVpcEndpointsOutput, on |request| request.vpc_endpoint_ids.iter().map(|id| format!("vpc-endpoint/{id}")).collect(), |this, cloud, home| {
    let mut unsuccessful = Vec::new();
    for id in this.vpc_endpoint_ids {
        let exists = home.regional(cloud).net.endpoint(&id).is_some();
        match known::<VpcEndpoint>(&id, exists) {
            Ok(()) => home.network(cloud).remove_endpoint(&id),
            Err(error) => unsuccessful.push(Unsuccessful {
                error: ErrorShape { code: error.code.into_owned(), message: error.message },
                resource_id: id,
            }),
        }
    }
    Ok(DeleteVpcEndpointsOutput { unsuccessful })
});
