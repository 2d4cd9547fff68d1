//! The ways out of a VPC: internet gateways, interface endpoints, gateway endpoints, from the top down.

use egui::{Rect, vec2};

use egui_phosphor::regular as icons;

use super::super::facts::Network;
use super::super::{NodeId, Surface, Tone, Weight};
use super::build::{Builder, label, sign};

pub(super) const WIDTH: f32 = 90.0;
/// A door with two lines.
pub(super) const TALL: f32 = 44.0;
const LOW: f32 = 28.0;
const GAP: f32 = 7.0;
/// Interface endpoints that are drawn before "and so many more".
const INTERFACES: usize = 6;

/// A way out, and the height of its middle.
pub(super) struct Door {
    pub(super) id: NodeId,
    pub(super) middle: f32,
    pub(super) height: f32,
    pub(super) leads_to_store: bool,
    kind: Kind,
}

enum Kind {
    Internet { name: String },
    Interface { service: String, used: bool, available: bool },
    Gateway { service: String },
}

impl Door {
    pub(super) fn is_interface(&self) -> bool {
        matches!(self.kind, Kind::Interface { .. })
    }

    pub(super) fn tone(&self) -> Tone {
        match self.kind {
            Kind::Internet { .. } => Tone::Mute,
            Kind::Interface { .. } => Tone::Ecs,
            Kind::Gateway { .. } => Tone::S3,
        }
    }
}

/// All doors, the first with its middle at `exit`.
pub(super) fn place(network: &Network, exit: f32) -> Vec<Door> {
    let mut doors: Vec<Door> = Vec::new();
    let mut add = |id: NodeId, height: f32, leads_to_store: bool, kind: Kind| {
        let middle = match doors.last() {
            Some(last) => last.middle + last.height / 2.0 + GAP + height / 2.0,
            None => exit,
        };
        doors.push(Door { id, middle, height, leads_to_store, kind });
    };
    for gateway in &network.internet_gateways {
        let kind = Kind::Internet { name: gateway.name.clone() };
        add(NodeId::InternetGateway(gateway.id.clone()), TALL, false, kind);
    }
    for endpoint in network.endpoints.iter().filter(|endpoint| !endpoint.gateway).take(INTERFACES) {
        let service = endpoint.service.clone();
        let kind = Kind::Interface { service, used: endpoint.used, available: endpoint.available };
        add(NodeId::Endpoint(endpoint.id.clone()), LOW, false, kind);
    }
    for endpoint in network.endpoints.iter().filter(|endpoint| endpoint.gateway) {
        let kind = Kind::Gateway { service: endpoint.service.to_uppercase() };
        add(NodeId::Endpoint(endpoint.id.clone()), TALL, true, kind);
    }
    doors
}

/// How much room they take.
pub(super) fn height(network: &Network) -> f32 {
    place(network, 0.0).iter().map(|door| door.height + GAP).sum::<f32>() - GAP
}

impl Builder<'_> {
    pub(super) fn door(&mut self, rect: Rect, door: &Door) {
        let (icon, first, second, hover) = match &door.kind {
            Kind::Internet { name } => (
                icons::GLOBE,
                self.say("scene-door-internet", &[]),
                Some(self.say("scene-door-gateway", &[])),
                self.say("scene-internet-gateway-hover", &[("name", name.into())]),
            ),
            Kind::Interface { service, used, available } => {
                let key = match (used, available) {
                    (true, true) => "scene-interface-endpoint-hover",
                    (true, false) => "scene-interface-endpoint-pending",
                    (false, _) => "scene-interface-endpoint-unused",
                };
                (icons::PLUG, service.clone(), None, self.say(key, &[("service", service.into())]))
            }
            Kind::Gateway { service } => (
                icons::DOOR_OPEN,
                service.clone(),
                Some(self.say("scene-door-gateway", &[])),
                self.say("scene-gateway-endpoint-hover", &[("service", service.into())]),
            ),
        };
        let in_use = match door.kind {
            Kind::Interface { used, available, .. } => used && available,
            Kind::Internet { .. } | Kind::Gateway { .. } => true,
        };
        let surface = if in_use { Surface::Inset } else { Surface::Empty };
        let tone = match door.kind {
            Kind::Internet { .. } => Tone::Line,
            _ if in_use => door.tone(),
            _ => Tone::Line,
        };
        let ink = if in_use { Tone::Ink } else { Tone::Mute };
        let room = rect.width() - 27.0 - 10.0;
        let labels = self.push(door.id.clone(), rect, surface, tone, hover);
        labels.push(sign(icon, rect.left_center() + vec2(15.0, 0.0), 14.0, door.tone()));
        let at = rect.left_center() + vec2(27.0, if second.is_some() { -2.0 } else { 4.0 });
        labels.push(label(&first, at, 11.0, Weight::SemiBold, ink, room));
        if let Some(second) = second {
            labels.push(label(&second, at + vec2(0.0, 13.0), 10.0, Weight::Regular, Tone::Mute, room));
        }
    }
}
