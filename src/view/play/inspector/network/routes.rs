//! Route tables, and the gateways that they lead to.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::super::Cx;
use super::super::super::super::widgets::{Rich, field};
use super::super::list::{Lead, lines, list_or};
use super::{NOTHING, Seen, called, gone, heading, id_line, journey, subnet_lead, table_lead};
use crate::app::Selection;
use crate::cloud::Region;
use crate::cloud::net::{EndpointKind, Leg, RouteTable, State, Target, s3_prefix_list};
use crate::view::scene::NodeId;

pub(in super::super) fn route_table(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(table) = net.route_table(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-route-table"), &called(&table.tags, &table.id), cx.look.palette.blue);
    id_line(ui, cx, id);
    journey::stopped_at(ui, cx, seen, |node, journey| {
        matches!(node, NodeId::Routes(_))
            && journey.legs.iter().any(|leg| matches!(leg, Leg::Route { table, .. } if table == id))
    });
    super::part(ui, &cx.t("view-net-routes"));
    for (to, target) in rows(net, table) {
        field(ui, &to, &target, None);
    }
    ui.add(Rich::small(&cx.t("view-routes-text")));
    let users = net.subnets().filter(|subnet| net.route_table_of(&subnet.id).is_some_and(|own| own.id == id));
    let users: Vec<_> = users.map(|subnet| subnet_lead(cx, net, subnet)).collect();
    list_or(ui, cx, "view-net-subnets", &users, NOTHING);
    let targets: Vec<_> = table.routes.iter().filter_map(|route| target_lead(&route.target)).collect();
    lines(ui, cx, &targets);
}

/// Each route as its table shows it; those of gateway endpoints with their prefix list.
fn rows(net: &State, table: &RouteTable) -> Vec<(String, String)> {
    let target = |target: &Target| match target {
        Target::Local => "local".to_owned(),
        Target::InternetGateway(id) | Target::NatGateway(id) | Target::Endpoint(id) => id.clone(),
    };
    let mut rows: Vec<_> = table.routes.iter().map(|route| (route.to.to_string(), target(&route.target))).collect();
    for endpoint in net.endpoints() {
        if let EndpointKind::Gateway { route_tables } = &endpoint.kind
            && route_tables.contains(&table.id)
        {
            rows.push((s3_prefix_list(&Region::home()), endpoint.id.clone()));
        }
    }
    rows
}

fn target_lead(target: &Target) -> Option<Lead> {
    let (sign, id, to) = match target {
        Target::Local => return None,
        Target::InternetGateway(id) => (icon::GLOBE, id, Selection::InternetGateway(id.clone())),
        Target::NatGateway(id) => (icon::ARROWS_LEFT_RIGHT, id, Selection::NatGateway(id.clone())),
        Target::Endpoint(id) => (icon::PLUG, id, Selection::Endpoint(id.clone())),
    };
    Some(Lead::new(sign, id, "", to))
}

pub(in super::super) fn internet_gateway(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(gateway) = net.internet_gateway(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-internet-gateway"), &called(&gateway.tags, &gateway.id), cx.look.palette.blue);
    id_line(ui, cx, id);
    let here = NodeId::InternetGateway(id.to_owned());
    journey::stopped_at(ui, cx, seen, |node, _| *node == here);
    ui.add(Rich::new(&cx.t("view-internet-gateway-text")));
    tables_to(ui, cx, net, &Target::InternetGateway(id.to_owned()));
}

pub(in super::super) fn nat_gateway(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(nat) = net.nat_gateway(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-nat-gateway"), &called(&nat.tags, &nat.id), cx.look.palette.blue);
    id_line(ui, cx, id);
    let here = NodeId::NatGateway(id.to_owned());
    journey::stopped_at(ui, cx, seen, |node, _| *node == here);
    ui.add(Rich::new(&cx.t("view-nat-gateway-text")));
    field(ui, &cx.t("view-field-address"), &nat.private_ip, None);
    let public = nat.elastic_ip.as_ref().map_or("–", |address| &address.address);
    field(ui, &cx.t("view-field-public-address"), public, None);
    field(ui, &cx.t("view-field-status"), nat.state(seen.world.cloud.now()).as_str(), None);
    if let Some((_, message)) = &nat.failure {
        ui.add(Rich::small(message).verbatim());
    }
    if let Some(subnet) = net.subnet(&nat.subnet) {
        subnet_lead(cx, net, subnet).show(ui, cx);
    }
    tables_to(ui, cx, net, &Target::NatGateway(id.to_owned()));
}

/// The route tables that lead somewhere.
fn tables_to(ui: &mut Ui, cx: &mut Cx<'_>, net: &State, target: &Target) {
    let tables = net.route_tables().filter(|table| table.routes.iter().any(|route| route.target == *target));
    let tables: Vec<_> = tables.map(table_lead).collect();
    list_or(ui, cx, "view-net-led-here", &tables, "view-net-no-table");
}
