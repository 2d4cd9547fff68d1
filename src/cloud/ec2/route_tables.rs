//! `DescribeRouteTables`: where each subnet's traffic goes, which tells a public subnet from a private one.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, net};

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
struct RouteTable {
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
    subnet_id: String,
    association_state: State,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    state: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Route {
    destination_cidr_block: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nat_gateway_id: Option<String>,
    origin: &'static str,
    state: &'static str,
}

impl RouteTable {
    /// Every subnet has a table of its own.
    fn new(home: &Home<'_>, vpc: &net::Vpc, subnet: &net::Subnet) -> Self {
        let digits = subnet.id.trim_start_matches("subnet-");
        let id = format!("rtb-{digits}");
        let vpc_digits = vpc.id.trim_start_matches("vpc-");
        let route = |destination: &str, gateway_id, nat_gateway_id, origin| Route {
            destination_cidr_block: destination.to_owned(),
            gateway_id,
            nat_gateway_id,
            origin,
            state: "active",
        };
        let mut routes = vec![route(&vpc.cidr, Some("local".to_owned()), None, "CreateRouteTable")];
        let everywhere = |gateway_id, nat_gateway_id| route("0.0.0.0/0", gateway_id, nat_gateway_id, "CreateRoute");
        match subnet.route {
            net::Route::InternetGateway => routes.push(everywhere(Some(format!("igw-{vpc_digits}")), None)),
            net::Route::NatGateway => routes.push(everywhere(None, Some(format!("nat-{vpc_digits}")))),
            net::Route::Local => {}
        }
        Self {
            associations: vec![Association {
                main: false,
                route_table_association_id: format!("rtbassoc-{digits}"),
                route_table_id: id.clone(),
                subnet_id: subnet.id.clone(),
                association_state: State { state: "associated" },
            }],
            propagating_vgws: [],
            route_table_id: id,
            routes,
            tags: Tag::name(&subnet.name),
            vpc_id: vpc.id.clone(),
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
            "association.subnet-id" => associations(|association| association.subnet_id.clone()),
            "owner-id" => vec![self.owner_id.clone()],
            "route-table-id" => vec![self.route_table_id.clone()],
            "route.destination-cidr-block" => routes(|route| Some(route.destination_cidr_block.clone())),
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

impl Operation for DescribeRouteTables {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DescribeRouteTables";
    type Output = DescribeRouteTablesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ec2:DescribeRouteTables")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRouteTablesOutput, ApiError> {
        let home = Home::of(caller);
        let network = home.regional(cloud).net;
        let all = network.subnets().map(|subnet| RouteTable::new(&home, network.vpc(), subnet)).collect();
        let (route_tables, next_token) = self.selection.of(all)?;
        Ok(DescribeRouteTablesOutput { route_tables, next_token })
    }
}
