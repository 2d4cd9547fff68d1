//! A VPC endpoint: where it leads, by which names and routes, and what may pass.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::super::Cx;
use super::super::super::super::widgets::{Rich, field, json_job};
use super::super::list::{Lead, lines, list_or};
use super::{NOTHING, Seen, called, gone, group_leads, heading, id_line, journey, part, service};
use crate::app::Selection;
use crate::cloud::Region;
use crate::cloud::net::EndpointKind;
use crate::view::scene::NodeId;

pub(in super::super) fn endpoint(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    let Some(net) = seen.region().map(|region| &region.net) else { return gone(ui, cx) };
    let Some(endpoint) = net.endpoint(id) else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-endpoint"), &service(endpoint), cx.look.palette.blue);
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
            let subnets = interfaces.iter().map(|(subnet, interface)| {
                let name = net.subnet(subnet).map_or(subnet.clone(), |found| called(&found.tags, subnet));
                Lead::new(icon::GRAPH, name, &interface.address, Selection::Subnet(subnet.clone()))
            });
            let subnets: Vec<_> = subnets.collect();
            list_or(ui, cx, "view-net-subnets", &subnets, NOTHING);
            let groups = group_leads(cx, net, groups);
            lines(ui, cx, &groups);
        }
        EndpointKind::Gateway { route_tables } => {
            ui.add(Rich::small(&cx.t("view-endpoint-gateway-text")));
            let tables = route_tables.iter().map(|table| {
                let name = net.route_table(table).map_or(table.clone(), |found| called(&found.tags, table));
                Lead::new(icon::SIGNPOST, name, table, Selection::RouteTable(table.clone()))
            });
            let tables: Vec<_> = tables.collect();
            list_or(ui, cx, "view-net-led-here", &tables, "view-net-no-table");
        }
    }
    part(ui, &cx.t("view-policy-endpoint"));
    ui.add(Rich::small(&cx.t("view-endpoint-policy-text")));
    let text = endpoint.policy.text().replace('\t', "  ");
    ui.add(egui::Label::new(json_job(&cx.look, &text, ui.available_width())));
}
