//! The network: the VPC, its subnets, and what leads to the other parts of it.

mod endpoint;
mod guard;
mod routes;

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::Type;
use super::super::super::widgets::{Rich, field};
use super::list::{Lead, lines, list_or};
use super::{Seen, gone, heading, journey, kubernetes, part};
use crate::app::Selection;
use crate::cloud::net::{
    Destination, EndpointKind, InternetGateway, NatGateway, NetworkAcl, RouteTable, State, Subnet, Target,
};
use crate::cloud::{Region, net};
use crate::view::scene::facts::named;

pub(super) use endpoint::endpoint;
pub(super) use guard::{acl, security_group};
pub(super) use routes::{internet_gateway, nat_gateway, route_table};

/// What is said where a list is empty.
const NOTHING: &str = "view-net-nothing";

pub(super) fn vpc(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(vpc) = net.vpc(id) else { return gone(ui, cx) };
    heading(ui, cx, "VPC", &called(&vpc.tags, id), cx.look.palette.blue);
    id_line(ui, cx, id);
    field(ui, &cx.t("view-field-cidr"), &vpc.cidr.to_string(), None);
    for (key, on) in [("view-field-dns-support", vpc.dns_support), ("view-field-dns-hostnames", vpc.dns_hostnames)] {
        field(ui, &cx.t(key), &cx.t(if on { "view-yes" } else { "view-no" }), None);
    }
    let subnets = net.subnets().filter(|subnet| subnet.vpc == id);
    let subnets: Vec<_> = subnets.map(|subnet| subnet_lead(cx, net, subnet)).collect();
    list_or(ui, cx, "view-net-subnets", &subnets, NOTHING);
    let gateways = net.internet_gateways().filter(|gateway| gateway.vpc.as_deref() == Some(id));
    let mut ways: Vec<_> = gateways.map(|gateway| internet_lead(cx, gateway)).collect();
    let nats = net.nat_gateways().filter(|nat| nat.vpc == id);
    ways.extend(nats.map(|nat| nat_lead(nat, cx.t("view-kind-nat-gateway"))));
    let endpoints = net.endpoints().filter(|endpoint| endpoint.vpc == id);
    ways.extend(endpoints.map(|endpoint| endpoint_lead(endpoint, endpoint.kind_name())));
    list_or(ui, cx, "view-net-ways-out", &ways, NOTHING);
    let groups = net.security_groups().filter(|group| group.vpc == id);
    let groups: Vec<_> = groups
        .map(|group| Lead::new(icon::SHIELD, &group.name, &group.id, Selection::SecurityGroup(group.id.clone())))
        .collect();
    list_or(ui, cx, "view-net-groups", &groups, NOTHING);
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
    let mut rules: Vec<_> = net.route_table_of(id).map(table_lead).into_iter().collect();
    rules.extend(net.acl(&subnet.acl).map(|acl| acl_lead(cx, acl)));
    lines(ui, cx, &rules);
    let nats = net.nat_gateways().filter(|nat| nat.subnet == id);
    let mut inside: Vec<_> = nats.map(|nat| nat_lead(nat, nat.private_ip.clone())).collect();
    inside.extend(net.endpoints().filter_map(|endpoint| match &endpoint.kind {
        EndpointKind::Interface { interfaces, .. } => Some(endpoint_lead(endpoint, &interfaces.get(id)?.address)),
        EndpointKind::Gateway { .. } => None,
    }));
    let instances = net.instances().filter(|instance| instance.subnet == id);
    inside.extend(instances.map(|instance| Lead::instance(instance, &instance.private_ip)));
    let tasks = region.ecs.clusters().flat_map(|cluster| cluster.tasks()).filter(|task| !task.is_stopped());
    inside.extend(tasks.filter_map(|task| {
        let interface = task.interface.as_ref().filter(|interface| interface.subnet == id)?;
        Some(Lead::task(task, &interface.private_ip))
    }));
    inside.extend(kubernetes::on_fargate(region).filter(|(_, place)| place.subnet == id).map(|(pod, _)| pod));
    list_or(ui, cx, "view-net-inside", &inside, NOTHING);
}

fn subnet_lead(cx: &Cx<'_>, net: &State, subnet: &Subnet) -> Lead {
    let note = cx.t(public_or_private(net, &subnet.id));
    Lead::new(icon::GRAPH, called(&subnet.tags, &subnet.id), note, Selection::Subnet(subnet.id.clone()))
}

fn table_lead(table: &RouteTable) -> Lead {
    let to = Selection::RouteTable(table.id.clone());
    Lead::new(icon::SIGNPOST, called(&table.tags, &table.id), &table.id, to)
}

fn acl_lead(cx: &Cx<'_>, acl: &NetworkAcl) -> Lead {
    let to = Selection::NetworkAcl(acl.id.clone());
    Lead::new(icon::WALL, called(&acl.tags, &acl.id), cx.t("view-kind-acl"), to)
}

fn internet_lead(cx: &Cx<'_>, gateway: &InternetGateway) -> Lead {
    let to = Selection::InternetGateway(gateway.id.clone());
    Lead::new(icon::GLOBE, called(&gateway.tags, &gateway.id), cx.t("view-kind-internet-gateway"), to)
}

fn nat_lead(nat: &NatGateway, note: String) -> Lead {
    Lead::new(icon::ARROWS_LEFT_RIGHT, called(&nat.tags, &nat.id), note, Selection::NatGateway(nat.id.clone()))
}

fn endpoint_lead(endpoint: &net::Endpoint, note: &str) -> Lead {
    Lead::new(icon::PLUG, service(endpoint), note, Selection::Endpoint(endpoint.id.clone()))
}

fn group_leads(cx: &Cx<'_>, net: &State, groups: &[String]) -> Vec<Lead> {
    let lead = |id: &String| {
        let name = net.security_group(id).map_or(id.as_str(), |group| &group.name);
        Lead::new(icon::SHIELD, name, cx.t("view-kind-security-group"), Selection::SecurityGroup(id.clone()))
    };
    groups.iter().map(lead).collect()
}

/// Where something is in the network, with ways to it.
pub(super) fn place(ui: &mut Ui, cx: &mut Cx<'_>, net: &State, subnet: &str, groups: &[String]) {
    part(ui, &cx.t("view-net-place"));
    let mut leads: Vec<_> = net.subnet(subnet).map(|subnet| subnet_lead(cx, net, subnet)).into_iter().collect();
    leads.extend(group_leads(cx, net, groups));
    lines(ui, cx, &leads);
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
