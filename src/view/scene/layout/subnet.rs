//! A subnet: the sign of its route table, its NAT gateways, and what runs in it.

use egui::{Pos2, Rect, pos2, vec2};

use egui_phosphor::regular as icons;

use super::super::facts::{NatGateway, Out, Subnet};
use super::super::measure::width;
use super::super::{Align, NodeId, Surface, Tone, Weight};
use super::build::{Builder, capped, label, sign};
use super::compute;
use super::vpc::{Facing, Ruler};
use crate::cloud::net::NatState;

pub(super) const WIDTH: f32 = 222.0;
const HEADER: f32 = 34.0;
/// From the side that roads come from to what is in it, and from the other.
const NEAR: f32 = 20.0;
const FAR: f32 = 8.0;
/// From the same side to the road that what is in it takes to the route table.
const SPINE: f32 = 12.0;
const TABLE: f32 = 24.0;
/// Between the signs of the route table and the ACL.
const BESIDE: f32 = 5.0;
const NAT_ROW: f32 = 28.0;
const GAP: f32 = 8.0;
/// What runs containers, before "and so many more".
const COMPUTES: usize = 3;

/// Where a subnet's roads begin.
pub(super) struct Ports {
    /// The middle of the side of the route table's sign that looks out.
    pub(super) routes: Pos2,
    /// Roads within: from what is in the subnet to the sign, and from there to the ACL's.
    pub(super) inner: Vec<((NodeId, NodeId), Vec<Pos2>)>,
}

pub(super) fn height(subnet: &Subnet) -> f32 {
    let (shown, more) = capped(subnet.computes.len(), COMPUTES);
    let nats = subnet.nats.len() as f32 * (NAT_ROW + GAP);
    let computes: f32 = subnet.computes.iter().take(shown).map(|found| compute::height(found) + GAP).sum();
    HEADER + nats + computes + if more { 24.0 } else { 0.0 }
}

impl Builder<'_> {
    /// Draws a subnet whose near side is `from_border` away from the VPC's border.
    pub(super) fn subnet(&mut self, rect: Rect, subnet: &Subnet, ruler: &Ruler, from_border: f32) -> Ports {
        let kind = self.say(if subnet.is_public() { "scene-subnet-public" } else { "scene-subnet-private" }, &[]);
        let args = [("name", (&subnet.name).into()), ("cidr", (&subnet.cidr).into()), ("kind", (&kind).into())];
        let hover = self.say("scene-subnet-hover", &args);
        let labels = self.push(NodeId::Subnet(subnet.id.clone()), rect, Surface::Zone, Tone::Line, hover);
        let base = rect.top() + 22.0;
        let signs = TABLE + 14.0 + if subnet.acl.is_some() { TABLE + BESIDE } else { 0.0 };
        let (left, right) = match ruler.facing() {
            Facing::Left => (rect.left() + signs, rect.right() - 12.0),
            Facing::Right => (rect.left() + 12.0, rect.right() - signs),
        };
        let mut word = label(&kind, pos2(right, base), 10.5, Weight::Regular, Tone::Mute, f32::MAX);
        word.align = Align::Right;
        let room = right - left - 10.0 - width(&kind, 10.5, Weight::Regular);
        labels.push(word);
        labels.push(label(&subnet.name, pos2(left, base), 12.0, Weight::SemiBold, Tone::Ink, room));

        let table = ruler.rect(from_border + 6.0, rect.top() + 6.0, vec2(TABLE, 24.0));
        self.route_table(table, subnet);
        let spine = ruler.x(from_border + SPINE);
        let near = ruler.x(from_border + NEAR);
        let mut inner = Vec::new();
        let routes = NodeId::Routes(subnet.id.clone());
        if let Some(acl) = &subnet.acl {
            let from_side = from_border + 6.0 + TABLE;
            let place = ruler.rect(from_side + BESIDE, rect.top() + 6.0, vec2(TABLE, 24.0));
            self.acl(place, subnet, acl);
            let y = place.center().y;
            let points = vec![pos2(ruler.x(from_side), y), pos2(ruler.x(from_side + BESIDE), y)];
            inner.push(((routes.clone(), NodeId::Acl(subnet.id.clone())), points));
        }
        let mut road = |from: NodeId, y: f32| {
            let points = vec![pos2(near, y), pos2(spine, y), pos2(spine, table.bottom())];
            inner.push(((from, routes.clone()), points));
        };
        let inside = WIDTH - NEAR - FAR;
        let mut top = rect.top() + HEADER;
        for nat in &subnet.nats {
            let place = ruler.rect(from_border + NEAR, top, vec2(inside * 0.62, NAT_ROW));
            self.nat(place, nat);
            road(NodeId::NatGateway(nat.id.clone()), place.center().y + 6.0);
            top += NAT_ROW + GAP;
        }
        let (shown, more) = capped(subnet.computes.len(), COMPUTES);
        for found in subnet.computes.iter().take(shown) {
            let size = vec2(inside, compute::height(found));
            self.compute(ruler.rect(from_border + NEAR, top, size), found);
            road(compute::id(found), top + 24.0);
            top += size.y + GAP;
        }
        let owner = NodeId::Subnet(subnet.id.clone());
        for found in subnet.computes.iter().skip(shown) {
            self.hide(found, &NodeId::More(Box::new(owner.clone())));
        }
        if more {
            let place = ruler.rect(from_border + NEAR, top, vec2(inside, 16.0));
            self.more(&owner, place, subnet.computes.len() - shown, String::new());
        }
        let edge = match ruler.facing() {
            Facing::Left => table.left_center(),
            Facing::Right => table.right_center(),
        };
        Ports { routes: edge, inner }
    }

    fn route_table(&mut self, rect: Rect, subnet: &Subnet) {
        let mut hover = self.say("scene-routes-hover", &[("table", (&subnet.table.0).into())]);
        let way = match &subnet.out {
            Some(Out::InternetGateway(id)) => self.say("scene-routes-internet", &[("id", id.into())]),
            Some(Out::NatGateway(id)) => self.say("scene-routes-nat", &[("id", id.into())]),
            None => self.say("scene-routes-none", &[]),
        };
        hover = format!("{hover}\n{way}");
        for id in &subnet.gateways {
            hover = format!("{hover}\n{}", self.say("scene-routes-endpoint", &[("id", id.into())]));
        }
        let labels = self.push(NodeId::Routes(subnet.id.clone()), rect, Surface::Inset, Tone::Line, hover);
        labels.push(sign(icons::SIGNPOST, rect.center(), 14.0, Tone::Mute));
    }

    fn acl(&mut self, rect: Rect, subnet: &Subnet, acl: &str) {
        let hover = self.say("scene-acl-hover", &[("acl", acl.into())]);
        let labels = self.push(NodeId::Acl(subnet.id.clone()), rect, Surface::Inset, Tone::Line, hover);
        labels.push(sign(icons::WALL, rect.center(), 14.0, Tone::Mute));
    }

    fn nat(&mut self, rect: Rect, nat: &NatGateway) {
        let title = self.say("scene-nat", &[]);
        let args = [("name", (&nat.name).into()), ("address", (&nat.public_ip).into())];
        let hover = self.say("scene-nat-hover", &args);
        let ready = nat.state == NatState::Available;
        let hover = if ready { hover } else { format!("{hover}\n{}", nat.state.as_str()) };
        let (surface, ink) = if ready { (Surface::Inset, Tone::Ink) } else { (Surface::Empty, Tone::Mute) };
        let labels = self.push(NodeId::NatGateway(nat.id.clone()), rect, surface, Tone::Line, hover);
        labels.push(sign(icons::ARROWS_LEFT_RIGHT, rect.left_center() + vec2(16.0, 0.0), 14.0, Tone::Mute));
        let at = rect.left_center() + vec2(29.0, 4.0);
        labels.push(label(&title, at, 11.0, Weight::SemiBold, ink, rect.width() - 38.0));
    }
}
