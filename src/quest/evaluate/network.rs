//! Questions to the network: who reaches what, and by which road?

use std::sync::Arc;

use super::{Scope, sum};
use crate::cloud::iam::{self, Policy};
use crate::cloud::net::{self, Destination, Journey, Place, Road};
use crate::cloud::s3::LayerStore;
use crate::quest::{Predicate, Progress};
use crate::text::Message;

impl<'a> Scope<'a> {
    pub(super) fn network(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::ReachesPrivately { subnet, services } => {
                sum(services.iter().map(|service| self.reaches_privately(subnet, service)))
            }
            Predicate::NoInternet { subnet } => {
                let met = self.journey(subnet, Destination::Internet).is_some_and(|journey| !journey.arrives());
                Progress::of(met, || Message::new("goal-internet").with("subnet", subnet))
            }
            Predicate::EndpointLets { service, action, on } => self.endpoint_lets(service, action, on),
            _ => Progress::met(),
        }
    }

    fn net(self) -> Option<&'a net::State> {
        Some(&self.region()?.net)
    }

    /// The way from a subnet, by its name or id, of something with the default security group.
    fn journey(self, subnet: &str, to: Destination) -> Option<Journey> {
        let network = self.net()?;
        let subnet = network.subnets().find(|known| known.id == subnet || known.name() == subnet)?;
        let from = Place {
            subnet: subnet.id.clone(),
            address: subnet.cidr.nth(250).map(|address| address.to_string()).unwrap_or_default(),
            public_ip: subnet.maps_public_ip,
            groups: network.default_group_of(&subnet.id).into_iter().collect(),
        };
        Some(network.journey_home(&from, to, &self.region_name(), self.world.cloud.now()))
    }

    fn service(self, service: &str) -> Option<Destination> {
        let region = self.region_name();
        Destination::of_service_name(&format!("com.amazonaws.{region}.{service}"), &region)
    }

    fn reaches_privately(self, subnet: &str, service: &str) -> Progress {
        let journey = self.service(service).and_then(|to| self.journey(subnet, to));
        let road = journey.as_ref().and_then(Journey::road);
        let met = matches!(road, Some(Road::InterfaceEndpoint(_) | Road::GatewayEndpoint(_)));
        Progress::of(met, || {
            let key = if road.is_some() { "goal-public-road" } else { "goal-no-road" };
            Message::new(key).with("subnet", subnet).with("service", service)
        })
    }

    /// Whether an endpoint's policy lets something through, asked as ECR asks for layers.
    fn endpoint_lets(self, service: &str, action: &str, on: &str) -> Progress {
        let missing = |key| Message::new(key).with("service", service).with("action", action).with("on", on);
        let to = self.service(service);
        let endpoint = self.net().and_then(|network| network.endpoints().find(|endpoint| Some(endpoint.to) == to));
        let Some(endpoint) = endpoint else { return Progress::unmet(missing("goal-no-endpoint")) };
        // What the resource's own policy says is not the question.
        let open = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"{action}","Resource":"*"}}]}}"#
        );
        let met = on.parse().ok().zip(Policy::parse_resource_policy(&open).ok()).is_some_and(|(resource, open)| {
            let signer = LayerStore::SIGNER;
            iam::decide_at_endpoint(&self.world.cloud, endpoint, signer, action, &resource, Arc::new(open)).is_allowed()
        });
        Progress::of(met, || missing("goal-endpoint-stops"))
    }
}
