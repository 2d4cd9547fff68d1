//! Changing where the traffic of subnets goes.

use serde::Deserialize;

use super::route_tables::RouteTable;
use super::{Done, Home, Nothing, dry_run, known};
use crate::cloud::net::{Cidr, Route, Target};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// A route as the operations name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Named {
    route_table_id: String,
    destination_cidr_block: Option<String>,
    gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    dry_run: bool,
}

impl Named {
    fn question(&self, action: &'static str, caller: &Caller) -> Vec<Authorization> {
        vec![Home::of(caller).ask(action, &format!("route-table/{}", self.route_table_id))]
    }

    /// Where it goes, if table and destination are right.
    fn destination(&self, cloud: &Cloud, home: &Home<'_>) -> Result<Cidr, ApiError> {
        dry_run(self.dry_run)?;
        let network = home.regional(cloud).net;
        known::<RouteTable>(&self.route_table_id, network.route_table(&self.route_table_id).is_some())?;
        let text =
            self.destination_cidr_block.as_deref().ok_or_else(|| super::missing_parameter("destinationCidrBlock"))?;
        text.parse().map_err(|_| {
            let message = format!(
                "Value ({text}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block."
            );
            ApiError::new("InvalidParameterValue", message)
        })
    }

    fn target(&self, cloud: &Cloud, home: &Home<'_>) -> Result<Target, ApiError> {
        let network = home.regional(cloud).net;
        let vpc = network.route_table(&self.route_table_id).map(|table| table.vpc.as_str());
        // Source: observed.
        let elsewhere = |id: &str, of: Option<&str>| {
            let message =
                format!("route table {} and network gateway {id} belong to different networks", self.route_table_id);
            if of == vpc { Ok(()) } else { Err(ApiError::new("InvalidParameterValue", message)) }
        };
        match (&self.gateway_id, &self.nat_gateway_id) {
            (Some(id), None) if network.internet_gateway(id).is_some() => {
                elsewhere(id, network.internet_gateway(id).and_then(|gateway| gateway.vpc.as_deref()))?;
                Ok(Target::InternetGateway(id.clone()))
            }
            (Some(id), None) => {
                Err(ApiError::new("InvalidGatewayID.NotFound", format!("The gateway ID '{id}' does not exist")))
            }
            (None, Some(id)) if network.nat_gateway(id).is_some_and(|gateway| gateway.deleted.is_none()) => {
                elsewhere(id, network.nat_gateway(id).map(|gateway| gateway.vpc.as_str()))?;
                Ok(Target::NatGateway(id.clone()))
            }
            (None, Some(id)) => {
                let message = format!("The natGateway ID '{id}' does not exist");
                Err(ApiError::new("InvalidNatGatewayID.NotFound", message))
            }
            // Inferred: the wording, as for other parameters that exclude each other.
            _ => Err(ApiError::new(
                "InvalidParameterCombination",
                "The request must contain exactly one of gatewayId, natGatewayId",
            )),
        }
    }

    fn find<'r>(&self, routes: &'r mut [Route], to: Cidr) -> Result<&'r mut Route, ApiError> {
        let table = &self.route_table_id;
        let message = format!("no route with destination-cidr-block {to} in route table {table}");
        let route = routes.iter_mut().find(|route| route.to == to);
        route.ok_or_else(|| ApiError::new("InvalidRoute.NotFound", message))
    }
}

/// Adds a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct CreateRoute {
    route: Named,
}

impl Operation for CreateRoute {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "CreateRoute";
    type Output = Done;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        self.route.question("ec2:CreateRoute", caller)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Done, ApiError> {
        let home = Home::of(caller);
        let to = self.route.destination(cloud, &home)?;
        let target = self.route.target(cloud, &home)?;
        let Some(table) = home.network(cloud).route_table_mut(&self.route.route_table_id) else {
            return Err(super::selection::not_found::<RouteTable>(&self.route.route_table_id));
        };
        match table.routes.iter().find(|route| route.to == to) {
            // Source: Amazon EC2 API Reference, CreateRoute: asking for what is there already changes nothing.
            Some(route) if route.target == target => return Ok(Done::yes()),
            Some(_) => {
                let message = format!("The route identified by {to} already exists.");
                return Err(ApiError::new("RouteAlreadyExists", message));
            }
            None => table.routes.push(Route { to, target }),
        }
        Ok(Done::yes())
    }
}

/// Gives a route another target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ReplaceRoute {
    route: Named,
}

impl Operation for ReplaceRoute {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "ReplaceRoute";
    type Output = Nothing;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        self.route.question("ec2:ReplaceRoute", caller)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let home = Home::of(caller);
        let to = self.route.destination(cloud, &home)?;
        let target = self.route.target(cloud, &home)?;
        let table = home.network(cloud).route_table_mut(&self.route.route_table_id);
        let routes = table.map(|table| table.routes.as_mut_slice()).unwrap_or_default();
        self.route.find(routes, to)?.target = target;
        Ok(Nothing {})
    }
}

/// Takes a route away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DeleteRoute {
    route: Named,
}

impl Operation for DeleteRoute {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DeleteRoute";
    type Output = Nothing;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        self.route.question("ec2:DeleteRoute", caller)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let home = Home::of(caller);
        let to = self.route.destination(cloud, &home)?;
        let table = &self.route.route_table_id;
        let Some(found) = home.network(cloud).route_table_mut(table) else {
            return Err(super::selection::not_found::<RouteTable>(table));
        };
        if self.route.find(&mut found.routes, to)?.target == Target::Local {
            let message = format!("cannot remove local route {to} in route table {table}");
            return Err(ApiError::new("InvalidParameterValue", message));
        }
        found.routes.retain(|route| route.to != to);
        Ok(Nothing {})
    }
}
