//! What lets traffic pass or not: network ACLs and security groups.

use egui::Ui;

use super::super::super::super::Cx;
use super::super::super::super::widgets::{Rich, field};
use super::super::list::{Lead, list_or};
use super::{NOTHING, Seen, called, endpoint_lead, gone, heading, id_line, journey, kubernetes, part, subnet_lead};
use crate::cloud::Regional;
use crate::cloud::net::{EndpointKind, Leg, Rule, SecurityGroup, Traffic, Way};

/// What a subnet's ACL lets pass, in the order in which its rules are asked.
pub(in super::super) fn acl(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
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
    let subnets = net.subnets().filter(|subnet| subnet.acl == id);
    let subnets: Vec<_> = subnets.map(|subnet| subnet_lead(cx, net, subnet)).collect();
    list_or(ui, cx, "view-net-subnets", &subnets, NOTHING);
}

pub(in super::super) fn security_group(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
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
    let members = members(region, group);
    list_or(ui, cx, "view-group-members", &members, NOTHING);
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
fn members(region: &Regional, group: &SecurityGroup) -> Vec<Lead> {
    let has = |groups: &[String]| groups.contains(&group.id);
    let is_of_it = |endpoint: &&crate::cloud::net::Endpoint| matches!(&endpoint.kind, EndpointKind::Interface { groups, .. } if has(groups));
    let mut members: Vec<_> =
        region.net.endpoints().filter(is_of_it).map(|endpoint| endpoint_lead(endpoint, "")).collect();
    let instances = region.net.instances().filter(|instance| has(&instance.security_groups));
    members.extend(instances.map(|instance| Lead::instance(instance, "")));
    let tasks = region.ecs.clusters().flat_map(|cluster| cluster.tasks()).filter(|task| !task.is_stopped());
    let tasks = tasks.filter(|task| task.interface.as_ref().is_some_and(|own| has(&own.security_groups)));
    members.extend(tasks.map(|task| Lead::task(task, "")));
    members.extend(kubernetes::on_fargate(region).filter(|(_, place)| has(&place.groups)).map(|(pod, _)| pod));
    members
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
