//! Where those that pull are in the network, and which road they take.

use super::task::Task;
use crate::cloud::net::{self, Destination, Endpoint, Place};
use crate::cloud::{Cloud, Origin, Region, Sender};

/// A request's way through a VPC endpoint.
#[derive(Clone, Debug)]
pub struct Passage<'a> {
    pub endpoint: &'a Endpoint,
    /// The VPC's id.
    pub vpc: &'a str,
    /// The caller's address in the VPC.
    pub address: String,
}

/// How a request from the network arrives.
#[derive(Clone, Debug)]
pub enum Arrival<'a> {
    /// Through an endpoint.
    Inside(Passage<'a>),
    /// From a public address.
    Outside(String),
}

impl Arrival<'_> {
    /// The address that the service sees.
    pub fn address(&self) -> &str {
        match self {
            Self::Inside(passage) => &passage.address,
            Self::Outside(address) => address,
        }
    }
}

/// How a request from `origin` to a service in `region` arrives; none where it does not, or comes from no network.
pub fn arrival<'a>(cloud: &'a Cloud, origin: &Origin, to: Destination, region: &Region) -> Option<Arrival<'a>> {
    let (network, here, place) = locate(cloud, origin)?;
    let host = to.private_name(region);
    let question = net::Question { from: &place, to, host: &host, here, there: region, now: cloud.now() };
    let journey = network.journey(&question);
    match journey.endpoint() {
        Some(id) => {
            let endpoint = network.endpoint(id)?;
            Some(Arrival::Inside(Passage { vpc: &endpoint.vpc, endpoint, address: place.address }))
        }
        None => network.seen_address(&journey).map(Arrival::Outside),
    }
}

/// From which address a request comes and who sends it, where that is a machine in the network.
pub(in crate::cloud) fn sender(cloud: &Cloud, origin: &Origin, to: Destination, region: &Region) -> Option<Sender> {
    let address = arrival(cloud, origin, to, region)?.address().to_owned();
    let mut regions = cloud.accounts().flat_map(|account| account.regions());
    let is_kubelet = regions.any(|(_, regional)| match origin {
        Origin::Instance(id) => regional.eks.has_instance(id),
        Origin::Fargate(id) => regional.eks.fargate_place(id).is_some(),
        _ => false,
    });
    Some(Sender { address, is_kubelet })
}

/// The network that an instance or a Fargate task is in, its region, and its place there.
pub fn locate<'a>(cloud: &'a Cloud, origin: &Origin) -> Option<(&'a net::State, &'a Region, Place)> {
    let mut regions = cloud.accounts().flat_map(|account| account.regions());
    regions.find_map(|(region, regional)| {
        let place = match origin {
            Origin::Instance(id) => regional.net.instance(id)?.place(),
            Origin::Fargate(id) => match regional.ecs.clusters().find_map(|cluster| cluster.task(id)) {
                Some(task) => of_task(task)?,
                None => regional.eks.fargate_place(id)?,
            },
            Origin::Laptop | Origin::Function(_) | Origin::Via(_) | Origin::Service => return None,
        };
        Some((&regional.net, region, place))
    })
}

/// The place of a task's own network interface.
pub(in crate::cloud) fn of_task(task: &Task) -> Option<Place> {
    let interface = task.interface.as_ref()?;
    Some(Place {
        subnet: interface.subnet.clone(),
        address: interface.private_ip.clone(),
        public_ip: interface.public_ip,
        groups: interface.security_groups.clone(),
    })
}
