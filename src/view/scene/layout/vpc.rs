//! The VPC: ways out at the side of the gate, subnets at the other, and between them a lane for each kind of route.
//!
//! All of it is measured from the border that faces the gate, so that the same plan serves on either side of it.

use egui::{Pos2, Rect, pos2, vec2};

use egui_phosphor::regular as icons;

use super::super::facts::{Compute, ComputeKind, Network, Out, Subnet, service_of};
use super::super::measure::width;
use super::super::road::Road;
use super::super::{Align, Link, LinkKind, NodeId, Side, Surface, Tone, Traffic, Weight};
use super::build::{Builder, PAD, label, sign};
use super::compute;
use super::doors::{self, Door};
use super::subnet;
use crate::cloud::Region;
use crate::cloud::net::{Destination, Leg};

/// From the VPC's top to what is in it.
pub(super) const HEADER: f32 = 38.0;
/// From the VPC's top to the middle of the first way out, at least.
pub(super) const FIRST_DOOR: f32 = HEADER + doors::TALL / 2.0;
/// From the border: where roads of several doors meet on their way out.
const COLLECTOR: f32 = 10.0;
const DOORS: f32 = 20.0;
const LANE: f32 = 10.0;
/// Beside the outermost lanes.
const SHOULDER: f32 = 13.0;
const MARGIN: f32 = 14.0;
/// Between subnets.
const BETWEEN: f32 = 10.0;
/// Subnets that are drawn; a VPC of this world has three.
const SUBNETS: usize = 4;

/// The side of the VPC that its ways out are at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facing {
    Left,
    Right,
}

/// Where routes of one kind run, the farthest from the subnets first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    /// To interface endpoints.
    Local,
    /// To the gateway endpoint of S3.
    Store,
    Internet,
    Nat,
}

/// How a network is drawn, before it is known where.
pub(super) struct Plan<'a> {
    network: &'a Network,
    facing: Facing,
    lanes: Vec<Lane>,
}

/// Where it is drawn.
pub(super) struct Site {
    /// Its upper left corner.
    pub(super) corner: Pos2,
    /// The height at which its roads leave for the gate.
    pub(super) exit: f32,
    /// The middle of the gate, and which one it is.
    pub(super) gate: Pos2,
    pub(super) side: Side,
    /// Where layers are.
    pub(super) store: Rect,
}

/// Turns distances from the border into places.
pub(super) struct Ruler {
    frame: Rect,
    facing: Facing,
}

impl Ruler {
    pub(super) fn x(&self, from_border: f32) -> f32 {
        match self.facing {
            Facing::Left => self.frame.left() + from_border,
            Facing::Right => self.frame.right() - from_border,
        }
    }

    pub(super) fn rect(&self, from_border: f32, top: f32, size: egui::Vec2) -> Rect {
        let corner = pos2(self.x(from_border), top);
        match self.facing {
            Facing::Left => Rect::from_min_size(corner, size),
            Facing::Right => Rect::from_min_size(corner - vec2(size.x, 0.0), size),
        }
    }

    pub(super) fn facing(&self) -> Facing {
        self.facing
    }

    /// The middle of the side of `rect` that is nearer to the border, or the other.
    fn side(&self, rect: Rect, near: bool) -> Pos2 {
        if near == (self.facing == Facing::Left) { rect.left_center() } else { rect.right_center() }
    }
}

impl<'a> Plan<'a> {
    pub(super) fn of(network: &'a Network, facing: Facing) -> Self {
        let shown = || network.subnets.iter().take(SUBNETS);
        let used = |lane: &Lane| match lane {
            Lane::Local => network.endpoints.iter().any(|endpoint| !endpoint.gateway),
            Lane::Store => shown().any(|subnet| !subnet.gateways.is_empty()),
            Lane::Internet => shown().any(Subnet::is_public),
            Lane::Nat => shown().any(|subnet| matches!(subnet.out, Some(Out::NatGateway(_)))),
        };
        let lanes = [Lane::Local, Lane::Store, Lane::Internet, Lane::Nat].into_iter().filter(used).collect();
        Self { network, facing, lanes }
    }

    fn subnets(&self) -> &'a [Subnet] {
        self.network.subnets.get(..SUBNETS).unwrap_or(&self.network.subnets)
    }

    /// Names of what is not drawn: subnets over the number, and what runs in other VPCs.
    fn left_out(&self) -> Vec<String> {
        let subnets = self.network.subnets.iter().skip(SUBNETS).map(|subnet| subnet.name.clone());
        let computes = self.network.elsewhere.iter().map(|found| match &found.kind {
            ComputeKind::Instance(id) | ComputeKind::Node { instance: id, .. } => id.clone(),
            ComputeKind::Fargate(cluster) | ComputeKind::PodFargate(cluster) => format!("Fargate, {cluster}"),
        });
        subnets.chain(computes).collect()
    }

    /// From the border to the subnets.
    fn inside(&self) -> f32 {
        DOORS + doors::WIDTH + 2.0 * SHOULDER + self.lanes.len().saturating_sub(1) as f32 * LANE
    }

    pub(super) fn width(&self) -> f32 {
        self.inside() + subnet::WIDTH + MARGIN
    }

    pub(super) fn height(&self) -> f32 {
        let subnets: f32 = self.subnets().iter().map(|found| subnet::height(found) + BETWEEN).sum();
        let more = if self.left_out().is_empty() { 0.0 } else { 26.0 };
        (HEADER + subnets - BETWEEN + more).max(HEADER + doors::height(self.network)) + MARGIN
    }

    /// From the border to a lane.
    fn lane(&self, lane: Lane) -> f32 {
        let index = self.lanes.iter().position(|found| *found == lane).unwrap_or_default();
        DOORS + doors::WIDTH + SHOULDER + index as f32 * LANE
    }
}

/// Collects roads, and knows what the newest connections came by.
struct Roads<'a, 'l> {
    links: &'l mut Vec<Link>,
    newest: &'a [Road],
    network: &'a Network,
}

impl Roads<'_, '_> {
    fn add(&mut self, joins: (NodeId, NodeId), points: Vec<Pos2>, tone: Tone, traffic: Option<Traffic>) {
        let traffic = traffic.unwrap_or_else(|| self.traffic(&joins));
        self.links.push(Link { joins, points, kind: LinkKind::Road(tone), traffic });
    }

    fn traffic(&self, joins: &(NodeId, NodeId)) -> Traffic {
        let by = |road: &&Road| {
            let legs = road.stops.iter().zip(road.stops.iter().skip(1));
            legs.into_iter().any(|(from, to)| *to == joins.1 && self.owner(from, road) == joins.0)
        };
        let of = |road: &Road| if road.arrives() { Traffic::Passed } else { Traffic::Denied };
        self.newest.iter().filter(by).map(of).max().unwrap_or(Traffic::Quiet)
    }

    /// What a task's or a pod's road starts at: the card that it is on, or was on before it was forgotten.
    fn owner(&self, from: &NodeId, road: &Road) -> NodeId {
        let subnet = self.network.subnets.iter().find(|subnet| subnet.id == road.journey.from.subnet);
        let computes = || subnet.into_iter().flat_map(|subnet| &subnet.computes);
        let here = match from {
            NodeId::Task(id) => computes().find(|found| found.tasks.iter().any(|task| task.id == *id)),
            NodeId::Pod(_, key) => computes().find(|found| found.pods.iter().any(|pod| pod.key == *key)),
            _ => return from.clone(),
        };
        let fargate = |found: &&Compute| matches!(found.kind, ComputeKind::Fargate(_) | ComputeKind::PodFargate(_));
        here.or_else(|| computes().find(fargate)).map_or_else(|| from.clone(), compute::id)
    }

    /// What came out of the VPC through a door.
    fn out_of(&self, door: &NodeId) -> Traffic {
        let out = self.newest.iter().any(|road| road.arrives() && road.stops.last() == Some(door));
        if out { Traffic::Passed } else { Traffic::Quiet }
    }
}

impl Builder<'_> {
    /// Draws the VPC at its site, and adds its ways to `links`. Returns where it is.
    pub(super) fn vpc(&mut self, plan: &Plan<'_>, site: &Site, refused: bool, links: &mut Vec<Link>) -> Rect {
        let doors = doors::place(plan.network, site.exit);
        let low = doors.last().map_or(0.0, |door| door.middle + door.height / 2.0 + MARGIN - site.corner.y);
        let frame = Rect::from_min_size(site.corner, vec2(plan.width(), plan.height().max(low)));
        let ruler = Ruler { frame, facing: plan.facing };
        self.frame(plan, frame);

        let border = pos2(ruler.x(0.0), site.exit);
        let mut way = vec![border];
        if border.y != site.gate.y {
            way.push(pos2(site.gate.x, border.y));
        }
        way.push(site.gate);
        links.push(Link {
            joins: (NodeId::Vpc, NodeId::Gate(site.side)),
            points: way.clone(),
            kind: LinkKind::Pipe,
            traffic: if refused { Traffic::Denied } else { Traffic::Quiet },
        });

        let mut roads = Roads { links, newest: &plan.network.roads, network: plan.network };
        let inside = plan.inside();
        let mut top = frame.top() + HEADER;
        for found in plan.subnets() {
            let size = vec2(subnet::WIDTH, subnet::height(found));
            let rect = ruler.rect(inside, top, size);
            let ports = self.subnet(rect, found, &ruler, inside);
            for (joins, points) in ports.inner {
                roads.add(joins, points, Tone::Mute, None);
            }
            self.routes(plan, &ruler, found, &ports.routes, &doors, &mut roads);
            top += size.y + BETWEEN;
        }
        let left_out = plan.left_out();
        if !left_out.is_empty() {
            let place = ruler.rect(inside, top, vec2(subnet::WIDTH, 16.0));
            self.more(&NodeId::Vpc, place, left_out.len(), left_out.join("\n"));
        }
        let beyond = plan.network.subnets.iter().skip(SUBNETS).flat_map(|subnet| &subnet.computes);
        for found in beyond.chain(&plan.network.elsewhere) {
            self.hide(found, &NodeId::More(Box::new(NodeId::Vpc)));
        }
        self.nat_roads(plan, &ruler, &mut roads);
        for door in &doors {
            self.door(ruler.rect(DOORS, door.middle - door.height / 2.0, vec2(doors::WIDTH, door.height)), door);
            self.way_out(door, &ruler, site, &way, refused, &mut roads);
        }
        self.stops(&ruler, plan.network);
        frame
    }

    fn frame(&mut self, plan: &Plan<'_>, frame: Rect) {
        let network = plan.network;
        let title = self.say("scene-vpc", &[("cidr", (&network.cidr).into())]);
        let hover = self.say("scene-vpc-hover", &[("name", (&network.name).into())]);
        // The newest of what did not arrive, in a word.
        let stopped = network.roads.iter().rev().find(|road| !road.arrives());
        let caption = stopped.map(|road| self.caption(road));
        let labels = self.push(NodeId::Vpc, frame, Surface::Frame, Tone::Ecs, hover);
        let room = frame.width() - 2.0 * PAD;
        let used = width(&title, 12.0, Weight::Bold);
        labels.push(label(&title, frame.min + vec2(PAD, 25.0), 12.0, Weight::Bold, Tone::Ecs, room));
        if let Some(caption) = caption {
            let at = pos2(frame.right() - PAD, frame.top() + 25.0);
            let mut line = label(&caption, at, 11.0, Weight::SemiBold, Tone::Denied, room - used - 14.0);
            line.align = Align::Right;
            labels.push(line);
        }
    }

    /// Where a connection went, and what stopped it.
    fn caption(&self, road: &Road) -> String {
        let key = match road.journey.obstacle() {
            Some(Leg::Egress { .. } | Leg::Ingress { .. }) => "scene-stop-group",
            Some(Leg::PublicAddress { .. }) => "scene-stop-address",
            Some(Leg::Nat { .. }) => "scene-stop-nat",
            Some(Leg::Acl { .. }) => "scene-stop-acl",
            Some(Leg::Blackhole { .. }) => "scene-stop-blackhole",
            Some(Leg::Policy { .. }) => "scene-stop-policy",
            Some(Leg::Route { .. } | Leg::Name { .. }) | None => "scene-stop-route",
        };
        let to = match road.journey.to {
            Destination::Internet => road.journey.host.clone(),
            service => service_of(service, &Region::home()),
        };
        self.say(key, &[("to", to.into())])
    }

    /// The routes of a subnet, from its table's sign to where they lead.
    fn routes(
        &mut self,
        plan: &Plan<'_>,
        ruler: &Ruler,
        found: &Subnet,
        at: &Pos2,
        doors: &[Door],
        roads: &mut Roads<'_, '_>,
    ) {
        let routes = NodeId::Routes(found.id.clone());
        let edge = ruler.x(DOORS + doors::WIDTH);
        let to_door = |lane: Lane, shift: f32, y: f32| {
            let x = ruler.x(plan.lane(lane));
            let from = *at + vec2(0.0, shift);
            vec![from, pos2(x, from.y), pos2(x, y), pos2(edge, y)]
        };
        for door in doors {
            let (lane, shift, tone) = match &door.id {
                NodeId::InternetGateway(id) if found.out == Some(Out::InternetGateway(id.clone())) => {
                    (Lane::Internet, -6.0, Tone::Mute)
                }
                NodeId::Endpoint(id) if found.gateways.contains(id) => (Lane::Store, 7.0, Tone::S3),
                NodeId::Endpoint(_) if door.is_interface() && !found.computes.is_empty() => {
                    (Lane::Local, 1.0, Tone::Ecs)
                }
                _ => continue,
            };
            roads.add((routes.clone(), door.id.clone()), to_door(lane, shift, door.middle), tone, None);
        }
    }

    /// The routes to NAT gateways: those stand in subnets, so all of these have to be placed first.
    fn nat_roads(&mut self, plan: &Plan<'_>, ruler: &Ruler, roads: &mut Roads<'_, '_>) {
        for found in plan.subnets() {
            let Some(Out::NatGateway(id)) = &found.out else { continue };
            let (nat, routes) = (NodeId::NatGateway(id.clone()), NodeId::Routes(found.id.clone()));
            let rect = |id: &NodeId| self.nodes.iter().find(|node| node.id == *id).map(|node| node.rect);
            let (Some(to), Some(from)) = (rect(&nat), rect(&routes)) else { continue };
            let x = ruler.x(plan.lane(Lane::Nat));
            let from = ruler.side(from, true) + vec2(0.0, -6.0);
            let to = ruler.side(to, true) + vec2(0.0, -4.0);
            let points = vec![from, pos2(x, from.y), pos2(x, to.y), to];
            roads.add((routes, nat), points, Tone::Mute, None);
        }
    }

    /// From a door to what is behind it: the gate, or for the gateway of S3 the store itself.
    fn way_out(
        &mut self,
        door: &Door,
        ruler: &Ruler,
        site: &Site,
        way: &[Pos2],
        refused: bool,
        roads: &mut Roads<'_, '_>,
    ) {
        let from = pos2(ruler.x(DOORS), door.middle);
        let turn = ruler.x(COLLECTOR);
        let traffic = roads.out_of(&door.id);
        if door.leads_to_store {
            let y = door.middle.clamp(site.store.top() + 24.0, site.store.bottom() - 24.0);
            let edge = match ruler.facing() {
                Facing::Left => site.store.right(),
                Facing::Right => site.store.left(),
            };
            let points = vec![from, pos2(turn, door.middle), pos2(turn, y), pos2(edge, y)];
            roads.add((door.id.clone(), NodeId::Store), points, door.tone(), Some(traffic));
            return;
        }
        let mut points = vec![from];
        if door.middle != site.exit {
            points.extend([pos2(turn, door.middle), pos2(turn, site.exit)]);
        }
        points.extend(way);
        let traffic = if refused && traffic == Traffic::Passed { Traffic::Denied } else { traffic };
        roads.add((door.id.clone(), NodeId::Gate(site.side)), points, door.tone(), Some(traffic));
    }

    /// A red sign on each thing that stops a connection.
    fn stops(&mut self, ruler: &Ruler, network: &Network) {
        let mut signed = Vec::new();
        for road in network.roads.iter().rev() {
            let Some(obstacle) = road.obstacle().filter(|obstacle| !signed.contains(obstacle)) else { continue };
            signed.push(obstacle);
            let shown = self.hidden.get(obstacle).unwrap_or(obstacle);
            let Some(node) = self.nodes.iter_mut().find(|node| node.id == *shown) else { continue };
            if !matches!(node.id, NodeId::Task(_) | NodeId::Pod(..)) {
                node.tone = Tone::Denied;
            }
            let is_door = matches!(node.id, NodeId::InternetGateway(_) | NodeId::Endpoint(_));
            // Roads come to a door from inside, and leave everything else on the other side.
            let away = if (ruler.facing() == Facing::Left) == is_door { 5.0 } else { -5.0 };
            let at = ruler.side(node.rect, !is_door) + vec2(away, 0.0);
            let hover = crate::shell::road::obstacle(self.words, &road.journey).replace('`', "");
            let rect = Rect::from_center_size(at, egui::Vec2::splat(16.0));
            let labels = self.push(NodeId::Stop(Box::new(obstacle.clone())), rect, Surface::Sign, Tone::Denied, hover);
            labels.push(sign(icons::PROHIBIT, at, 13.0, Tone::OnDenied));
        }
    }
}
