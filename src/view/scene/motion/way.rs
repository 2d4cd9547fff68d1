//! From an event to the way that it takes through the picture.

use super::super::facts::Task;
use super::super::road;
use super::super::{NodeId, Side};
use crate::cloud::eks::Key;
use crate::cloud::net::Destination;
use crate::cloud::{Arn, Caller, Cloud, Digest, Event, EventKind, Origin, RequestEvent, Service};

/// One event's way.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    /// From where to where.
    pub stops: Vec<NodeId>,
    pub cargo: Cargo,
    /// Which stop is IAM's gate, and its answer.
    pub gate: Option<(usize, bool)>,
    /// Something in the network stopped it where it ends.
    pub blocked: bool,
    /// The request passed IAM, and its service answered with an error.
    pub failed: bool,
}

/// What travels.
#[derive(Clone, Debug, PartialEq)]
pub enum Cargo {
    Request,
    Layer(Digest),
    /// Nothing: the place itself glows, in its own tone.
    Nothing,
}

impl Motion {
    /// What an event looks like in the world as it is; none for those that nothing in the picture tells.
    pub fn of(event: &Event, cloud: &Cloud) -> Option<Self> {
        match &event.kind {
            EventKind::Request(request) => Self::of_request(request, cloud),
            EventKind::Layer { caller, repository, digest, upload, .. } => {
                Self::of_layer(caller, repository, digest, *upload, cloud)
            }
            EventKind::Task { task, status, .. } => {
                Some(Self::glow(NodeId::Step(last_part(task).to_owned(), Task::step_named(status))))
            }
            EventKind::Lifecycle { repository, .. } | EventKind::Scan { repository, .. } => {
                Some(Self::glow(repository_of(repository)?))
            }
            EventKind::Unreached { origin, journey, .. } => {
                let (net, ..) = crate::cloud::ecs::locate(cloud, origin)?;
                let stops = road::stops(road::node_of(cloud, origin)?, journey, net);
                Some(Self { stops, cargo: Cargo::Request, gate: None, blocked: true, failed: false })
            }
            EventKind::Function { function, .. } => {
                let name = function.resource().strip_prefix("function:")?.split(':').next()?;
                Some(Self::glow(NodeId::Function(name.to_owned())))
            }
            EventKind::Kubernetes { caller, cluster, error, .. } if caller.origin == Origin::Laptop => {
                let stops = vec![NodeId::Laptop, NodeId::Cluster(last_part(cluster).to_owned())];
                Some(Self { stops, cargo: Cargo::Request, gate: None, blocked: false, failed: error.is_some() })
            }
            EventKind::Pod { cluster, namespace, pod, .. } => {
                Some(Self::glow(NodeId::Pod(last_part(cluster).to_owned(), Key::new(namespace, pod))))
            }
            EventKind::Credentials(_) | EventKind::ServiceMessage { .. } | EventKind::Kubernetes { .. } => None,
        }
    }

    fn of_request(request: &RequestEvent, cloud: &Cloud) -> Option<Self> {
        let (mut stops, gate) = way_out(&request.caller, road::destination(request), cloud)?;
        let denied = request.denial().is_some();
        let at = stops.len();
        stops.push(gate);
        if request.service == Service::Ecr {
            stops.push(request.resource.as_ref().and_then(repository_of).unwrap_or(NodeId::Registry));
        }
        let failed = !denied && request.error.is_some();
        Some(Self { stops, cargo: Cargo::Request, gate: Some((at, !denied)), blocked: false, failed })
    }

    /// A layer goes up through the gate with who pushes it; it comes down from S3, by the road that S3 is reached on.
    fn of_layer(caller: &Caller, repository: &str, digest: &Digest, upload: bool, cloud: &Cloud) -> Option<Self> {
        let (mut stops, gate) = way_out(caller, Destination::S3, cloud)?;
        let object = NodeId::Object(digest.clone());
        let past_gate = match stops.last() {
            Some(NodeId::Endpoint(_)) => None,
            _ => {
                stops.extend([gate, NodeId::Repository(repository.to_owned())]);
                Some(stops.len() - 2)
            }
        };
        stops.push(object);
        let last = stops.len() - 1;
        if !upload {
            stops.reverse();
        }
        let gate = past_gate.map(|at| (if upload { at } else { last - at }, true));
        Some(Self { stops, cargo: Cargo::Layer(digest.clone()), gate, blocked: false, failed: false })
    }

    fn glow(place: NodeId) -> Self {
        Self { stops: vec![place], cargo: Cargo::Nothing, gate: None, blocked: false, failed: false }
    }
}

/// From where a caller stands to its way out of the network, and the gate behind that. A service in its own name is not
/// in the picture.
fn way_out(caller: &Caller, to: Destination, cloud: &Cloud) -> Option<(Vec<NodeId>, NodeId)> {
    if caller.origin == Origin::Laptop {
        return Some((vec![NodeId::Laptop], NodeId::Gate(Side::Laptop)));
    }
    let from = road::node_of(cloud, &caller.origin)?;
    let gate = NodeId::Gate(Side::Compute);
    // What arrived once may not any more, since the network has changed: then its road is not known.
    match road::now(cloud, &caller.origin, to).filter(|(journey, _)| journey.arrives()) {
        Some((_, stops)) => Some((stops, gate)),
        None => Some((vec![from], gate)),
    }
}

fn repository_of(arn: &Arn) -> Option<NodeId> {
    arn.resource().strip_prefix("repository/").map(|name| NodeId::Repository(name.to_owned()))
}

fn last_part(arn: &Arn) -> &str {
    arn.resource().rsplit('/').next().unwrap_or_default()
}
