//! The network: the VPC, its subnets and route tables, gateways, endpoints and security groups.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::Type;
use super::super::super::widgets::{Rich, field, json_job};
use super::{Seen, gone, heading, journey, lead, part};
use crate::app::Selection;
use crate::cloud::net::{
    Destination, EndpointKind, Leg, RouteTable, Rule, SecurityGroup, State, Target, Traffic, Way, s3_prefix_list,
};
use crate::cloud::{Region, net};
use crate::view::scene::NodeId;
use crate::view::scene::facts::named;

pub(super) fn vpc(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(vpc) = net.vpc(id) else { return gone(ui, cx) };
    heading(ui, cx, "VPC", &called(&vpc.tags, id), cx.look.palette.blue);
    id_line(ui, cx, id);
    field(ui, &cx.t("view-field-cidr"), &vpc.cidr.to_string(), None);
    for (key, on) in [("view-field-dns-support", vpc.dns_support), ("view-field-dns-hostnames", vpc.dns_hostnames)] {
        field(ui, &cx.t(key), &cx.t(if on { "view-yes" } else { "view-no" }), None);
    }
    part(ui, &cx.t("view-net-subnets"));
    for subnet in net.subnets().filter(|subnet| subnet.vpc == id) {
        let note = cx.t(public_or_private(net, &subnet.id));
        lead(ui, cx, icon::GRAPH, &called(&subnet.tags, &subnet.id), &note, Selection::Subnet(subnet.id.clone()));
    }
    part(ui, &cx.t("view-net-ways-out"));
    for gateway in net.internet_gateways().filter(|gateway| gateway.vpc.as_deref() == Some(id)) {
        let note = cx.t("view-kind-internet-gateway");
        lead(
            ui,
            cx,
            icon::GLOBE,
            &called(&gateway.tags, &gateway.id),
            &note,
            Selection::InternetGateway(gateway.id.clone()),
        );
    }
    for nat in net.nat_gateways().filter(|nat| nat.vpc == id) {
        let note = cx.t("view-kind-nat-gateway");
        lead(
            ui,
            cx,
            icon::ARROWS_LEFT_RIGHT,
            &called(&nat.tags, &nat.id),
            &note,
            Selection::NatGateway(nat.id.clone()),
        );
    }
    for endpoint in net.endpoints().filter(|endpoint| endpoint.vpc == id) {
        lead(ui, cx, icon::PLUG, &service(endpoint), endpoint.kind_name(), Selection::Endpoint(endpoint.id.clone()));
    }
    part(ui, &cx.t("view-net-groups"));
    for group in net.security_groups().filter(|group| group.vpc == id) {
        lead(ui, cx, icon::SHIELD, &group.name, &group.id, Selection::SecurityGroup(group.id.clone()));
    }
}

pub(super) fn subnet(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(region) = seen.region() else { return gone(ui, cx) };
    let net = &region.net;
    let Some(subnet) = net.subnet(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-subnet"), &called(&subnet.tags, id), cx.look.palette.blue);
    id_line(ui, cx, id);
    let kind = public_or_private(net, id);
    field(ui, &cx.t("view-field-kind"), &cx.t(kind), None);
    field(ui, &cx.t("view-field-cidr"), &subnet.cidr.to_string(), None);
    field(ui, &cx.t("view-field-zone"), &format!("{}{}", Region::home(), subnet.zone), None);
    field(ui, &cx.t("view-field-free"), &subnet.free_addresses().to_string(), None);
    ui.add(Rich::small(&cx.t("view-subnet-text")));
    if let Some(table) = net.route_table_of(id) {
        lead(
            ui,
            cx,
            icon::SIGNPOST,
            &called(&table.tags, &table.id),
            &table.id,
            Selection::RouteTable(table.id.clone()),
        );
    }
    if let Some(acl) = net.acl(&subnet.acl) {
        let note = cx.t("view-kind-acl");
        lead(ui, cx, icon::WALL, &called(&acl.tags, &acl.id), &note, Selection::NetworkAcl(acl.id.clone()));
    }
    part(ui, &cx.t("view-net-inside"));
    let mut any = false;
    for nat in net.nat_gateways().filter(|nat| nat.subnet == id) {
        any = true;
        lead(
            ui,
            cx,
            icon::ARROWS_LEFT_RIGHT,
            &called(&nat.tags, &nat.id),
            &nat.private_ip,
            Selection::NatGateway(nat.id.clone()),
        );
    }
    for endpoint in net.endpoints() {
        if let EndpointKind::Interface { interfaces, .. } = &endpoint.kind
            && let Some(interface) = interfaces.get(id)
        {
            any = true;
            let to = Selection::Endpoint(endpoint.id.clone());
            lead(ui, cx, icon::PLUG, &service(endpoint), &interface.address, to);
        }
    }
    for instance in net.instances().filter(|instance| instance.subnet == id) {
        any = true;
        let to = Selection::Instance(instance.id.clone());
        lead(ui, cx, icon::COMPUTER_TOWER, &instance.id, &instance.private_ip, to);
    }
    for task in region.ecs.clusters().flat_map(|cluster| cluster.tasks()).filter(|task| !task.is_stopped()) {
        let Some(interface) = task.interface.as_ref().filter(|interface| interface.subnet == id) else { continue };
        any = true;
        lead(ui, cx, icon::CUBE, &task.definition.family, &interface.private_ip, Selection::Task(task.arn.clone()));
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-net-nothing")));
    }
}

pub(super) fn route_table(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(table) = net.route_table(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-route-table"), &called(&table.tags, &table.id), cx.look.palette.blue);
    id_line(ui, cx, id);
    journey::stopped_at(ui, cx, seen, |node, journey| {
        matches!(node, NodeId::Routes(_))
            && journey.legs.iter().any(|leg| matches!(leg, Leg::Route { table, .. } if table == id))
    });
    part(ui, &cx.t("view-net-routes"));
    for (to, target) in rows(net, table) {
        field(ui, &to, &target, None);
    }
    ui.add(Rich::small(&cx.t("view-routes-text")));
    part(ui, &cx.t("view-net-subnets"));
    let users = net.subnets().filter(|subnet| net.route_table_of(&subnet.id).is_some_and(|own| own.id == id));
    let mut any = false;
    for subnet in users {
        any = true;
        lead(
            ui,
            cx,
            icon::GRAPH,
            &called(&subnet.tags, &subnet.id),
            &subnet.cidr.to_string(),
            Selection::Subnet(subnet.id.clone()),
        );
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-net-nothing")));
    }
    for target in table.routes.iter().map(|route| &route.target) {
        target_lead(ui, cx, target);
    }
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

/// What a subnet's ACL lets pass, in the order in which its rules are asked.
pub(super) fn acl(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(acl) = net.acl(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-acl"), &called(&acl.tags, id), cx.look.palette.blue);
    id_line(ui, cx, id);
    journey::stopped_at(
        ui,
        cx,
        seen,
        |_, journey| matches!(journey.obstacle(), Some(Leg::Acl { acl, .. }) if acl == id),
    );
    for (title, way) in [("view-group-inbound", Way::In), ("view-group-outbound", Way::Out)] {
        part(ui, &cx.t(title));
        for ((_, number), entry) in acl.entries.iter().filter(|((of, _), _)| *of == way) {
            let (key, color) = match entry.allow {
                true => ("view-acl-allow", cx.look.palette.allowed),
                false => ("view-acl-deny", cx.look.palette.denied),
            };
            let name = format!("{number} · {}", traffic(cx, &entry.traffic));
            field(ui, &name, &format!("{} {}", cx.t(key), entry.cidr), Some(color));
        }
        field(ui, "*", &format!("{} 0.0.0.0/0", cx.t("view-acl-deny")), Some(cx.look.palette.mute));
    }
    ui.add(Rich::small(&cx.t("view-acl-text")));
    part(ui, &cx.t("view-net-subnets"));
    for subnet in net.subnets().filter(|subnet| subnet.acl == id) {
        let to = Selection::Subnet(subnet.id.clone());
        lead(ui, cx, icon::GRAPH, &called(&subnet.tags, &subnet.id), &subnet.cidr.to_string(), to);
    }
}

/// A protocol with its ports.
fn traffic(cx: &Cx<'_>, traffic: &Traffic) -> String {
    let protocol = match traffic.protocol.as_str() {
        "-1" => cx.t("view-group-all"),
        other => other.to_uppercase(),
    };
    match traffic.ports {
        None => protocol,
        Some((first, last)) if first == last => format!("{protocol} {first}"),
        Some((first, last)) => format!("{protocol} {first}–{last}"),
    }
}

fn target_lead(ui: &mut Ui, cx: &mut Cx<'_>, target: &Target) {
    match target {
        Target::Local => {}
        Target::InternetGateway(id) => lead(ui, cx, icon::GLOBE, id, "", Selection::InternetGateway(id.clone())),
        Target::NatGateway(id) => lead(ui, cx, icon::ARROWS_LEFT_RIGHT, id, "", Selection::NatGateway(id.clone())),
        Target::Endpoint(id) => lead(ui, cx, icon::PLUG, id, "", Selection::Endpoint(id.clone())),
    }
}

pub(super) fn internet_gateway(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(gateway) = net.internet_gateway(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-internet-gateway"), &called(&gateway.tags, &gateway.id), cx.look.palette.blue);
    id_line(ui, cx, id);
    let here = NodeId::InternetGateway(id.to_owned());
    journey::stopped_at(ui, cx, seen, |node, _| *node == here);
    ui.add(Rich::new(&cx.t("view-internet-gateway-text")));
    tables_to(ui, cx, net, &Target::InternetGateway(id.to_owned()));
}

pub(super) fn nat_gateway(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
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
        let note = cx.t(public_or_private(net, &subnet.id));
        lead(ui, cx, icon::GRAPH, &called(&subnet.tags, &subnet.id), &note, Selection::Subnet(subnet.id.clone()));
    }
    tables_to(ui, cx, net, &Target::NatGateway(id.to_owned()));
}

/// The route tables that lead somewhere.
fn tables_to(ui: &mut Ui, cx: &mut Cx<'_>, net: &State, target: &Target) {
    part(ui, &cx.t("view-net-led-here"));
    let mut any = false;
    for table in net.route_tables().filter(|table| table.routes.iter().any(|route| route.target == *target)) {
        any = true;
        lead(
            ui,
            cx,
            icon::SIGNPOST,
            &called(&table.tags, &table.id),
            &table.id,
            Selection::RouteTable(table.id.clone()),
        );
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-net-no-table")));
    }
}

pub(super) fn endpoint(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(endpoint) = net.endpoint(id) else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-endpoint"), &service(endpoint), p.blue);
    id_line(ui, cx, id);
    let here = NodeId::Endpoint(id.to_owned());
    journey::stopped_at(ui, cx, seen, |node, _| *node == here);
    field(ui, &cx.t("view-field-kind"), endpoint.kind_name(), None);
    // As EC2 answers. Source: Amazon EC2 service model, `State`.
    let available = endpoint.is_available(seen.world.cloud.now());
    field(ui, &cx.t("view-field-status"), if available { "available" } else { "pending" }, None);
    match &endpoint.kind {
        EndpointKind::Interface { interfaces, groups, private_dns } => {
            let dns = cx.t(if *private_dns { "view-yes" } else { "view-no" });
            field(ui, &cx.t("view-field-private-dns"), &dns, None);
            let names = endpoint.to.private_name(&Region::home());
            let key = if *private_dns { "view-endpoint-named" } else { "view-endpoint-unnamed" };
            ui.add(Rich::small(&cx.tw(key, &[("name", names.into())])));
            part(ui, &cx.t("view-net-subnets"));
            for (subnet, interface) in interfaces {
                let name = net.subnet(subnet).map_or(subnet.clone(), |found| called(&found.tags, subnet));
                lead(ui, cx, icon::GRAPH, &name, &interface.address, Selection::Subnet(subnet.clone()));
            }
            if interfaces.is_empty() {
                ui.add(Rich::small(&cx.t("view-net-nothing")));
            }
            group_leads(ui, cx, net, groups);
        }
        EndpointKind::Gateway { route_tables } => {
            ui.add(Rich::small(&cx.t("view-endpoint-gateway-text")));
            part(ui, &cx.t("view-net-led-here"));
            for table in route_tables {
                let name = net.route_table(table).map_or(table.clone(), |found| called(&found.tags, table));
                lead(ui, cx, icon::SIGNPOST, &name, table, Selection::RouteTable(table.clone()));
            }
            if route_tables.is_empty() {
                ui.add(Rich::small(&cx.t("view-net-no-table")));
            }
        }
    }
    part(ui, &cx.t("view-policy-endpoint"));
    ui.add(Rich::small(&cx.t("view-endpoint-policy-text")));
    let text = endpoint.policy.text().replace('\t', "  ");
    ui.add(egui::Label::new(json_job(&cx.look, &text, ui.available_width())));
}

pub(super) fn security_group(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(region) = seen.region() else { return gone(ui, cx) };
    let net = &region.net;
    let Some(group) = net.security_group(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-security-group"), &group.name, cx.look.palette.blue);
    id_line(ui, cx, id);
    ui.add(Rich::small(&group.description).verbatim());
    journey::stopped_at(ui, cx, seen, |_, journey| match journey.obstacle() {
        Some(Leg::Egress { groups, .. } | Leg::Ingress { groups, .. }) => groups.iter().any(|one| one == id),
        _ => false,
    });
    rules(ui, cx, "view-group-inbound", &group.ingress);
    rules(ui, cx, "view-group-outbound", &group.egress);
    ui.add(Rich::small(&cx.t("view-group-text")));
    members(ui, cx, seen, group);
}

fn rules(ui: &mut Ui, cx: &mut Cx<'_>, title: &str, rules: &[Rule]) {
    part(ui, &cx.t(title));
    for rule in rules {
        field(ui, &traffic(cx, &rule.traffic), &rule.peer.to_string(), None);
    }
    if rules.is_empty() {
        ui.add(Rich::small(&cx.t("view-group-none")));
    }
}

/// Who has a security group.
fn members(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, group: &SecurityGroup) {
    let Some(region) = seen.region() else { return };
    let has = |groups: &[String]| groups.contains(&group.id);
    part(ui, &cx.t("view-group-members"));
    let mut any = false;
    for endpoint in region.net.endpoints() {
        if matches!(&endpoint.kind, EndpointKind::Interface { groups, .. } if has(groups)) {
            any = true;
            lead(ui, cx, icon::PLUG, &service(endpoint), "", Selection::Endpoint(endpoint.id.clone()));
        }
    }
    for instance in region.net.instances().filter(|instance| has(&instance.security_groups)) {
        any = true;
        lead(ui, cx, icon::COMPUTER_TOWER, &instance.id, "", Selection::Instance(instance.id.clone()));
    }
    for task in region.ecs.clusters().flat_map(|cluster| cluster.tasks()).filter(|task| !task.is_stopped()) {
        if task.interface.as_ref().is_some_and(|interface| has(&interface.security_groups)) {
            any = true;
            lead(ui, cx, icon::CUBE, &task.definition.family, "", Selection::Task(task.arn.clone()));
        }
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-net-nothing")));
    }
}

/// Where something is in the network, with ways to it.
pub(super) fn place(ui: &mut Ui, cx: &mut Cx<'_>, net: &State, subnet: &str, groups: &[String]) {
    part(ui, &cx.t("view-net-place"));
    if let Some(subnet) = net.subnet(subnet) {
        let note = cx.t(public_or_private(net, &subnet.id));
        lead(ui, cx, icon::GRAPH, &called(&subnet.tags, &subnet.id), &note, Selection::Subnet(subnet.id.clone()));
    }
    group_leads(ui, cx, net, groups);
}

fn group_leads(ui: &mut Ui, cx: &mut Cx<'_>, net: &State, groups: &[String]) {
    for id in groups {
        let name = net.security_group(id).map_or(id.as_str(), |group| &group.name);
        let note = cx.t("view-kind-security-group");
        lead(ui, cx, icon::SHIELD, name, &note, Selection::SecurityGroup(id.clone()));
    }
}

/// What something is called: what its `Name` tag says, or else its id.
fn called(tags: &[(String, String)], id: &str) -> String {
    named(net::name_of(tags), id)
}

fn id_line(ui: &mut Ui, cx: &Cx<'_>, id: &str) {
    ui.add(Rich::new(id).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
}

/// The end of an endpoint's service name, such as `ecr.api`.
fn service(endpoint: &net::Endpoint) -> String {
    crate::view::scene::facts::service_of(endpoint.to, &Region::home())
}

fn public_or_private(net: &State, subnet: &str) -> &'static str {
    let route = net.route_table_of(subnet).and_then(|table| table.route_to(Destination::Internet.public_address()));
    match route.map(|route| &route.target) {
        Some(Target::InternetGateway(_)) => "view-subnet-public",
        _ => "view-subnet-private",
    }
}
