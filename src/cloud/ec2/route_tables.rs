//! `DescribeRouteTables`: where each subnet's traffic goes, which tells a public subnet from a private one.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::{Timestamp, net};

/// Describes route tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeRouteTables {
    selection: Selection,
}

/// Route tables, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeRouteTablesOutput {
    route_tables: Vec<RouteTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RouteTable {
    associations: Vec<Association>,
    propagating_vgws: [(); 0],
    route_table_id: String,
    routes: Vec<Route>,
    tags: Vec<Tag>,
    vpc_id: String,
    owner_id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Association {
    main: bool,
    route_table_association_id: String,
    route_table_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet_id: Option<String>,
    association_state: State,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    state: &'static str,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Route {
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_cidr_block: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_prefix_list_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nat_gateway_id: Option<String>,
    origin: &'static str,
    state: &'static str,
}

impl Route {
    fn new(route: &net::Route, carries: bool) -> Self {
        let made = Self {
            destination_cidr_block: Some(route.to.to_string()),
            origin: "CreateRoute",
            state: if carries { "active" } else { "blackhole" },
            ..Self::default()
        };
        match &route.target {
            net::Target::Local => Self { gateway_id: Some("local".to_owned()), origin: "CreateRouteTable", ..made },
            net::Target::InternetGateway(id) | net::Target::Endpoint(id) => {
                Self { gateway_id: Some(id.clone()), ..made }
            }
            net::Target::NatGateway(id) => Self { nat_gateway_id: Some(id.clone()), ..made },
        }
    }

    /// What a gateway endpoint puts into the table.
    fn of_endpoint(home: &Home<'_>, endpoint: &net::Endpoint) -> Self {
        Self {
            destination_prefix_list_id: Some(net::s3_prefix_list(home.region)),
            gateway_id: Some(endpoint.id.clone()),
            origin: "CreateRoute",
            state: "active",
            ..Self::default()
        }
    }
}

/// The id of the association of a subnet, or of a main table with its VPC. A subnet has one at a time, so its own digits do.
pub(super) fn association_id(of: &str) -> String {
    format!("rtbassoc-{}", of.split_once('-').map_or("", |(_, digits)| digits))
}

impl RouteTable {
    pub(super) fn new(home: &Home<'_>, network: &net::State, table: &net::RouteTable, now: Timestamp) -> Self {
        let association = |subnet: Option<&String>| Association {
            main: subnet.is_none(),
            route_table_association_id: association_id(subnet.unwrap_or(&table.id)),
            route_table_id: table.id.clone(),
            subnet_id: subnet.cloned(),
            association_state: State { state: "associated" },
        };
        let main = table.main.then(|| association(None));
        let endpoint = network.gateway_endpoint(net::Destination::S3, &table.id);
        let of_endpoint = endpoint.map(|endpoint| Route::of_endpoint(home, endpoint));
        Self {
            associations: main.into_iter().chain(table.subnets.iter().map(|id| association(Some(id)))).collect(),
            propagating_vgws: [],
            route_table_id: table.id.clone(),
            routes: table
                .routes
                .iter()
                .map(|route| Route::new(route, network.carries(&route.target, &table.vpc, now)))
                .chain(of_endpoint)
                .collect(),
            tags: Tag::of(&table.tags),
            vpc_id: table.vpc.clone(),
            owner_id: home.account.to_string(),
        }
    }
}

impl Resource for RouteTable {
    const PREFIX: &'static str = "rtb-";
    const ERROR: &'static str = "RouteTableID";
    const NOUN: &'static str = "routeTable ID";
    const PARAMETER: &'static str = "routeTableIds";

    fn id(&self) -> &str {
        &self.route_table_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        let associations = |value: fn(&Association) -> String| self.associations.iter().map(value).collect();
        let routes = |value: fn(&Route) -> Option<String>| self.routes.iter().filter_map(value).collect();
        Some(match filter {
            "association.main" => associations(|association| association.main.to_string()),
            "association.route-table-association-id" => {
                associations(|association| association.route_table_association_id.clone())
            }
            "association.route-table-id" => associations(|association| association.route_table_id.clone()),
            "association.subnet-id" => {
                self.associations.iter().filter_map(|association| association.subnet_id.clone()).collect()
            }
            "owner-id" => vec![self.owner_id.clone()],
            "route-table-id" => vec![self.route_table_id.clone()],
            "route.destination-cidr-block" => routes(|route| route.destination_cidr_block.clone()),
            "route.destination-prefix-list-id" => routes(|route| route.destination_prefix_list_id.clone()),
            "route.gateway-id" => routes(|route| route.gateway_id.clone()),
            "route.nat-gateway-id" => routes(|route| route.nat_gateway_id.clone()),
            "route.origin" => routes(|route| Some(route.origin.to_owned())),
            "route.state" => routes(|route| Some(route.state.to_owned())),
            "vpc-id" => vec![self.vpc_id.clone()],
            _ => return None,
        })
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeRouteTables -> DescribeRouteTablesOutput { route_tables }, |cloud, home, network| {
    network.route_tables().map(|table| RouteTable::new(&home, &network, table, cloud.now())).collect()
});
