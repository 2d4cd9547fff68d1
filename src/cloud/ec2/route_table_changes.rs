//! Making route tables, and which subnets use them.

use serde::{Deserialize, Serialize};

use super::route_tables::{RouteTable, association_id};
use super::subnets::Subnet;
use super::vpcs::Vpc;
use super::{Home, Nothing, TagSpecification, change, known, tags_for};
use crate::cloud::net::{self, Route, Target};
use crate::cloud::{ApiError, Cloud};

/// Makes a route table that only knows its VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateRouteTable {
    vpc_id: String,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The route table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateRouteTableOutput {
    route_table: RouteTable,
}

change!(CreateRouteTable -> CreateRouteTableOutput, on |request| vec!["route-table/*".to_owned(), format!("vpc/{}", request.vpc_id)], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let vpc = network.vpc(&this.vpc_id);
    known::<Vpc>(&this.vpc_id, vpc.is_some())?;
    let routes = vpc.map(|vpc| Route { to: vpc.cidr, target: Target::Local }).into_iter().collect();
    let table = net::RouteTable {
        id: cloud.random_ec2_id("rtb"),
        vpc: this.vpc_id,
        main: false,
        subnets: Default::default(),
        routes,
        tags: tags_for("route-table", this.tag_specifications)?,
    };
    let shown = RouteTable::new(&home, &network, &table, cloud.now());
    home.network(cloud).insert_route_table(table);
    Ok(CreateRouteTableOutput { route_table: shown })
});

/// Deletes a route table that no subnet uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteRouteTable {
    route_table_id: String,
    dry_run: bool,
}

change!(DeleteRouteTable -> Nothing, on |request| vec![format!("route-table/{}", request.route_table_id)], |this, cloud, home| {
    let id = this.route_table_id;
    let network = home.regional(cloud).net;
    let table = network.route_table(&id);
    known::<RouteTable>(&id, table.is_some())?;
    if table.is_some_and(|table| table.main || !table.subnets.is_empty()) {
        let message = format!("The routeTable '{id}' has dependencies and cannot be deleted.");
        return Err(ApiError::new("DependencyViolation", message));
    }
    home.network(cloud).remove_route_table(&id);
    Ok(Nothing {})
});

/// An association of a subnet with a route table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssociateRouteTableOutput {
    association_id: String,
    association_state: State,
}

/// The state of an association.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct State {
    state: &'static str,
}

const ASSOCIATED: State = State { state: "associated" };

/// Lets a subnet use a route table instead of the main one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AssociateRouteTable {
    route_table_id: String,
    subnet_id: String,
    dry_run: bool,
}

/// Lets a subnet use a table. Nothing else then has it.
fn associate(cloud: &mut Cloud, home: &Home<'_>, table: &str, subnet: &str) -> Result<(), ApiError> {
    let network = home.regional(cloud).net;
    known::<RouteTable>(table, network.route_table(table).is_some())?;
    known::<Subnet>(subnet, network.subnet(subnet).is_some())?;
    if network.route_table(table).map(|table| &table.vpc) != network.subnet(subnet).map(|subnet| &subnet.vpc) {
        let message = format!("route table {table} and subnet {subnet} belong to different networks");
        return Err(ApiError::new("InvalidParameterValue", message));
    }
    let ids: Vec<String> = network.route_tables().map(|known| known.id.clone()).collect();
    for id in ids {
        if let Some(known) = home.network(cloud).route_table_mut(&id) {
            if id == table {
                known.subnets.insert(subnet.to_owned())
            } else {
                known.subnets.remove(subnet)
            };
        }
    }
    Ok(())
}

change!(AssociateRouteTable -> AssociateRouteTableOutput, on |request| vec![format!("route-table/{}", request.route_table_id), format!("subnet/{}", request.subnet_id)], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let other = network.route_tables().find(|table| table.subnets.contains(&this.subnet_id));
    if let Some(other) = other.filter(|other| other.id != this.route_table_id) {
        // Source: observed.
        let message = format!(
            "the specified association for route table {} conflicts with an existing association ({})",
            this.route_table_id,
            association_id(&this.subnet_id)
        );
        let _ = other;
        return Err(ApiError::new("Resource.AlreadyAssociated", message));
    }
    associate(cloud, &home, &this.route_table_id, &this.subnet_id)?;
    Ok(AssociateRouteTableOutput { association_id: association_id(&this.subnet_id), association_state: ASSOCIATED })
});

/// The subnet of an association; the id of a main table's association is refused.
fn subnet_of(network: &net::State, association: &str) -> Result<String, ApiError> {
    let subnets = network.route_tables().flat_map(|table| &table.subnets);
    let found = subnets.into_iter().find(|subnet| association_id(subnet) == association);
    if network.route_tables().any(|table| table.main && association_id(&table.id) == association) {
        let message = format!("cannot disassociate the main route table association {association}");
        return Err(ApiError::new("InvalidParameterValue", message));
    }
    found.cloned().ok_or_else(|| {
        let message = format!("The association ID '{association}' does not exist");
        ApiError::new("InvalidAssociationID.NotFound", message)
    })
}

/// Lets a subnet use the main route table again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DisassociateRouteTable {
    association_id: String,
    dry_run: bool,
}

change!(DisassociateRouteTable -> Nothing, on |_request| vec!["route-table/*".to_owned()], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let subnet = subnet_of(&network, &this.association_id)?;
    let table = network.route_table_of(&subnet).map(|table| table.id.clone()).unwrap_or_default();
    if let Some(table) = home.network(cloud).route_table_mut(&table) {
        table.subnets.remove(&subnet);
    }
    Ok(Nothing {})
});

/// Lets a subnet use another route table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReplaceRouteTableAssociation {
    association_id: String,
    route_table_id: String,
    dry_run: bool,
}

/// The new association.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplaceRouteTableAssociationOutput {
    new_association_id: String,
    association_state: State,
}

change!(ReplaceRouteTableAssociation -> ReplaceRouteTableAssociationOutput, on |request| vec![format!("route-table/{}", request.route_table_id)], |this, cloud, home| {
    let subnet = subnet_of(&home.regional(cloud).net, &this.association_id)?;
    associate(cloud, &home, &this.route_table_id, &subnet)?;
    Ok(ReplaceRouteTableAssociationOutput { new_association_id: this.association_id, association_state: ASSOCIATED })
});
