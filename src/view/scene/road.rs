//! The road of a connection through the picture of the network: what it comes by, and what stops it.

use std::sync::Arc;

use super::NodeId;
use super::facts::pod_on_fargate;
use crate::cloud::net::{self, Destination, Journey, Leg, Target};
use crate::cloud::{AccountId, Cloud, Event, EventKind, Origin, Region, RequestEvent, ecs};

/// A connection, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// The number of the trail's entry that it is known from.
    pub event: u64,
    pub journey: Arc<Journey>,
    /// What it comes by, from where it starts to the last that it reaches: the way out of the VPC, or what stops it.
    pub stops: Vec<NodeId>,
}

impl Road {
    /// Whether it arrives.
    pub fn arrives(&self) -> bool {
        self.journey.arrives()
    }

    /// What stops it.
    pub fn obstacle(&self) -> Option<&NodeId> {
        if self.arrives() { None } else { self.stops.last() }
    }
}

/// What a journey comes by: the subnet's routes, then gateways and endpoints.
pub(super) fn stops(from: NodeId, journey: &Journey, net: &net::State) -> Vec<NodeId> {
    let mut stops = vec![from];
    for leg in &journey.legs {
        match leg {
            // A security group of the caller's own stands where the caller does.
            Leg::Name { .. } | Leg::Egress { .. } => {}
            Leg::Route { target, .. } => {
                stops.push(NodeId::Routes(journey.from.subnet.clone()));
                match target {
                    Some(Target::Endpoint(id)) => stops.push(NodeId::Endpoint(id.clone())),
                    // The leg behind it says how it goes on.
                    Some(Target::Local | Target::InternetGateway(_) | Target::NatGateway(_)) | None => {}
                }
            }
            Leg::Blackhole { target, .. } => stops.extend(standing(target, net)),
            // What passes an ACL need not be told.
            Leg::Acl { passes: true, .. } => {}
            Leg::Acl { subnet, .. } => stop_at_border(&mut stops, subnet, journey),
            Leg::PublicAddress { gateway, .. } => stops.push(NodeId::InternetGateway(gateway.clone())),
            Leg::Nat { gateway, subnet, gets_out } => {
                stops.push(NodeId::NatGateway(gateway.clone()));
                let route = net.route_table_of(subnet).and_then(|table| table.route_to(journey.address));
                if let (true, Some(Target::InternetGateway(id))) = (*gets_out, route.map(|route| &route.target)) {
                    stops.push(NodeId::Routes(subnet.clone()));
                    stops.push(NodeId::InternetGateway(id.clone()));
                }
            }
            Leg::Ingress { endpoint, .. } | Leg::Policy { endpoint, .. } => {
                let door = NodeId::Endpoint(endpoint.clone());
                if stops.last() != Some(&door) {
                    stops.push(door);
                }
            }
        }
    }
    stops
}

/// What a route leads to that carries nothing, if it is still there.
fn standing(target: &Target, net: &net::State) -> Option<NodeId> {
    match target {
        Target::InternetGateway(id) => net.internet_gateway(id).map(|_| NodeId::InternetGateway(id.clone())),
        Target::NatGateway(id) => net.nat_gateway(id).map(|_| NodeId::NatGateway(id.clone())),
        Target::Endpoint(id) => net.endpoint(id).map(|_| NodeId::Endpoint(id.clone())),
        Target::Local => None,
    }
}

/// Ends at the border of a subnet: at its ACL where the connection came by its routes, or else at what it was on its way
/// to, which stands behind that border. An answer that is stopped ends where it was to come back.
fn stop_at_border(stops: &mut Vec<NodeId>, subnet: &str, journey: &Journey) {
    let routes = NodeId::Routes(subnet.to_owned());
    if subnet == journey.from.subnet && !stops.contains(&routes) {
        stops.push(routes.clone());
    }
    if let Some(at) = stops.iter().position(|stop| *stop == routes) {
        stops.truncate(at + 1);
        stops.push(NodeId::Acl(subnet.to_owned()));
        return;
    }
    let aim = journey.legs.iter().rev().find_map(|leg| match leg {
        Leg::Route { target: Some(Target::NatGateway(id)), .. } => Some(NodeId::NatGateway(id.clone())),
        Leg::Name { answer: net::Answer::Endpoint(id) } => Some(NodeId::Endpoint(id.clone())),
        _ => None,
    });
    stops.extend(aim.filter(|aim| stops.last() != Some(aim)));
}

/// The thing in the picture that an origin is: Fargate's machines stand there as the task or the pod that each is for.
pub(super) fn node_of(cloud: &Cloud, origin: &Origin) -> Option<NodeId> {
    match origin {
        Origin::Instance(id) => Some(NodeId::Instance(id.clone())),
        Origin::Fargate(id) => {
            let home = cloud.account(&AccountId::home()).and_then(|account| account.region(&Region::home()));
            let pod = home.and_then(|regional| pod_on_fargate(regional, id));
            Some(pod.map_or_else(|| NodeId::Task(id.clone()), |(cluster, key)| NodeId::Pod(cluster, key)))
        }
        Origin::Function(name) => Some(NodeId::Function(name.clone())),
        Origin::Laptop | Origin::Via(_) | Origin::Service => None,
    }
}

/// The road from an origin to a service of its own region, as the network is now.
pub(super) fn now(cloud: &Cloud, origin: &Origin, to: Destination) -> Option<(Journey, Vec<NodeId>)> {
    let from = node_of(cloud, origin)?;
    let (net, here, place) = ecs::locate(cloud, origin)?;
    let journey = net.journey_home(&place, to, here, cloud.now());
    let stops = stops(from, &journey, net);
    Some((journey, stops))
}

/// Where a request of an instance, a task or a pod goes.
pub(super) fn destination(request: &RequestEvent) -> Destination {
    Destination::of_action(request.service.name(), &request.operation.to_ascii_lowercase())
}

/// Where the connection of an event came from and went to, in the learner's own region.
fn connection(event: &Event) -> Option<(&Origin, Destination)> {
    match &event.kind {
        EventKind::Request(request) => Some((&request.caller.origin, destination(request))),
        EventKind::Layer { caller, upload: false, .. } => Some((&caller.origin, Destination::S3)),
        EventKind::Unreached { origin, journey, .. } => Some((origin, journey.to)),
        _ => None,
    }
    .filter(|(origin, _)| matches!(origin, Origin::Instance(_) | Origin::Fargate(_)))
}

/// Events that are looked at for the newest pull.
const LOOKED_AT: usize = 400;

/// The roads of whoever connected last, the newest of each destination. Where the network has changed since in a way
/// that matters, the road is left out: the picture shows what is.
pub(in crate::view) fn newest(cloud: &Cloud, home: &net::State) -> Vec<Road> {
    let mut roads: Vec<Road> = Vec::new();
    let mut whose: Option<&Origin> = None;
    let mut seen = Vec::new();
    for event in cloud.trail().events().iter().rev().take(LOOKED_AT) {
        let Some((origin, to)) = connection(event) else { continue };
        if *whose.get_or_insert(origin) != origin {
            break;
        }
        if seen.contains(&to) {
            continue;
        }
        seen.push(to);
        roads.extend(road(cloud, home, event, origin, to));
    }
    roads.reverse();
    roads
}

fn road(cloud: &Cloud, home: &net::State, event: &Event, origin: &Origin, to: Destination) -> Option<Road> {
    let number = event.number;
    if let EventKind::Unreached { journey, .. } = &event.kind {
        let again = home.journey(&net::Question {
            from: &journey.from,
            to,
            host: &journey.host,
            here: &Region::home(),
            there: &Region::home(),
            now: cloud.now(),
        });
        // What a policy says of a request is no question to the network: that stands until the next try.
        let stands = match journey.obstacle() {
            Some(Leg::Policy { endpoint, .. }) => home.endpoint(endpoint).is_some(),
            obstacle => again.obstacle() == obstacle,
        };
        let stops = stops(node_of(cloud, origin)?, journey, home);
        return stands.then(|| Road { event: number, journey: Arc::clone(journey), stops });
    }
    let (journey, stops) = now(cloud, origin, to)?;
    journey.arrives().then(|| Road { event: number, journey: Arc::new(journey), stops })
}
