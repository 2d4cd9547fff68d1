//! A connection's way through the network, leg by leg: the same that `why` tells.

use egui::{Ui, Vec2};
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::Type;
use super::super::super::widgets::{Rich, badge, notice, rule};
use super::{Seen, lead};
use crate::app::Selection;
use crate::cloud::net::{Journey, Leg};
use crate::shell::road;
use crate::view::scene::NodeId;
use crate::view::scene::road as drawn;

/// All legs with what each came to, what mends it, and ways to what took part.
pub(super) fn legs(ui: &mut Ui, cx: &mut Cx<'_>, journey: &Journey) {
    let words = cx.app.words();
    let p = cx.look.palette;
    for (at, leg) in journey.legs.iter().enumerate() {
        rule(ui);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(10.0, 1.0);
            let (text, color) = match leg.passes() {
                true => ((at + 1).to_string(), p.allowed),
                false => ("×".to_owned(), p.denied),
            };
            badge(ui, &text, color);
            ui.vertical(|ui| {
                for (line, text) in road::lines(words, journey, leg).iter().enumerate() {
                    ui.add(if line == 0 { Rich::new(text).kind(Type::Small) } else { Rich::small(text) });
                }
            });
        });
    }
    rule(ui);
    let color = if journey.arrives() { p.allowed } else { p.denied };
    notice(ui, color, |ui| ui.add(Rich::new(&road::conclusion(words, journey)).kind(Type::Small).color(p.ink)));
    for (sign, name, to) in parts(journey) {
        lead(ui, cx, sign, &name, "", to);
    }
}

/// What a journey came by that has a page of its own, each once.
fn parts(journey: &Journey) -> Vec<(&'static str, String, Selection)> {
    let mut parts: Vec<(&'static str, String, Selection)> = Vec::new();
    let mut add = |sign, name: &str, to: fn(String) -> Selection| {
        let part = (sign, name.to_owned(), to(name.to_owned()));
        if !name.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    };
    add(icon::GRAPH, &journey.from.subnet, Selection::Subnet);
    for leg in &journey.legs {
        match leg {
            Leg::Name { .. } => {}
            Leg::Egress { groups, .. } => groups.iter().for_each(|id| add(icon::SHIELD, id, Selection::SecurityGroup)),
            Leg::Acl { acl, .. } => add(icon::WALL, acl, Selection::NetworkAcl),
            Leg::Route { table, .. } | Leg::Blackhole { table, .. } => {
                add(icon::SIGNPOST, table, Selection::RouteTable)
            }
            Leg::PublicAddress { gateway, .. } => add(icon::GLOBE, gateway, Selection::InternetGateway),
            Leg::Nat { gateway, .. } => add(icon::ARROWS_LEFT_RIGHT, gateway, Selection::NatGateway),
            Leg::Ingress { endpoint, groups, .. } => {
                add(icon::PLUG, endpoint, Selection::Endpoint);
                groups.iter().for_each(|id| add(icon::SHIELD, id, Selection::SecurityGroup));
            }
            Leg::Policy { endpoint, .. } => add(icon::PLUG, endpoint, Selection::Endpoint),
        }
    }
    parts
}

/// The newest connection that something in the picture stopped, told where it is looked into.
pub(super) fn stopped_at(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, is_it: impl Fn(&NodeId, &Journey) -> bool) {
    let Some(region) = seen.region() else { return };
    let roads = drawn::newest(&seen.world.cloud, &region.net);
    let stopped = roads.iter().rev().find(|road| road.obstacle().is_some_and(|node| is_it(node, &road.journey)));
    let Some(road) = stopped else { return };
    let p = cx.look.palette;
    let why = road::obstacle(cx.app.words(), &road.journey);
    notice(ui, p.denied, |ui| {
        ui.add(Rich::new(&cx.t("view-net-stops")).kind(Type::Strong).color(p.denied));
        ui.add(Rich::new(&why).kind(Type::Small).color(p.ink));
    });
    lead(ui, cx, icon::PATH, &cx.t("view-net-road"), &format!("#{}", road.event), Selection::Event(road.event));
}
