//! The inspector: what is chosen in the world or the trail, and what can be done with it. With nothing chosen, the last
//! denial and why, and what there is.

mod buckets;
mod compute;
mod decision;
mod journey;
mod kubernetes;
mod lambda;
mod list;
mod logs;
mod network;
mod people;
mod registry;
mod rules;

use egui::{ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::super::Cx;
use super::super::codex::CodexState;
use super::super::cx::bytes;
use super::super::theme::{Type, space};
use super::super::widgets::{Rich, empty, field, icon_button, kicker, link};
use crate::app::{Intent, Screen, Selection};
use crate::cloud::net::name_of;
use crate::cloud::{Account, AccountId, Digest, EventKind, Region, Regional};
use crate::view::scene::facts::{named, shown_vpc};
use crate::world::World;
use list::Lead;

/// What the inspector keeps between passes: what is typed into its forms.
#[derive(Default)]
pub(super) struct InspectorState {
    forms: registry::Forms,
    people: people::Forms,
}

/// What a part of the inspector is given.
struct Seen<'a> {
    world: &'a World,
}

impl<'a> Seen<'a> {
    fn account(&self) -> Option<&'a Account> {
        self.world.cloud.account(&AccountId::home())
    }

    fn region(&self) -> Option<&'a Regional> {
        self.account()?.region(&Region::home())
    }
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut InspectorState, codex: &mut CodexState) {
    let app = cx.app;
    let Some(session) = app.session() else { return };
    let seen = Seen { world: session.world() };
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let selection = app.selection().cloned();
        if selection.is_some() {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                if icon_button(ui, icon::X, &cx.t("view-inspect-close")).clicked() {
                    cx.want(Intent::Inspect(None));
                }
            });
            ui.add_space(-cx.look.scaled(34.0));
        }
        match &selection {
            None => nothing_chosen(ui, cx, &seen, codex),
            Some(Selection::Event(number)) => event(ui, cx, &seen, *number, codex),
            Some(Selection::Gate) => gate(ui, cx, &seen, codex),
            Some(Selection::Laptop) => laptop(ui, cx, &seen),
            Some(Selection::LocalImage(id)) => local_image(ui, cx, &seen, id),
            Some(Selection::File(path)) => file(ui, cx, &seen, path),
            Some(Selection::Registry) => registry::registry(ui, cx, &seen, &mut state.forms),
            Some(Selection::Store) => registry::store(ui, cx, &seen),
            Some(Selection::Repository(name)) => registry::repository(ui, cx, &seen, name, &mut state.forms),
            Some(Selection::Image { repository, digest }) => registry::image(ui, cx, &seen, repository, digest),
            Some(Selection::Layer(digest)) => registry::layer(ui, cx, &seen, digest),
            Some(Selection::User(name)) => people::user(ui, cx, &seen, name, &mut state.people),
            Some(Selection::Role(name)) => people::role(ui, cx, &seen, name, &mut state.people),
            Some(Selection::Cluster(name)) => compute::cluster(ui, cx, &seen, name),
            Some(Selection::Service(arn)) => compute::service(ui, cx, &seen, arn),
            Some(Selection::Task(arn)) => compute::task(ui, cx, &seen, arn),
            Some(Selection::Instance(id)) => compute::instance(ui, cx, &seen, id),
            Some(Selection::TaskDefinition(name)) => compute::definition(ui, cx, &seen, name),
            Some(Selection::EksClusters) => kubernetes::clusters(ui, cx, &seen),
            Some(Selection::EksCluster(name)) => kubernetes::cluster(ui, cx, &seen, name),
            Some(Selection::Nodegroup { cluster, name }) => kubernetes::nodegroup(ui, cx, &seen, cluster, name),
            Some(Selection::Node { cluster, name }) => kubernetes::node(ui, cx, &seen, cluster, name),
            Some(Selection::Deployment { cluster, deployment }) => {
                kubernetes::deployment(ui, cx, &seen, cluster, deployment);
            }
            Some(Selection::Pod { cluster, pod }) => kubernetes::pod(ui, cx, &seen, cluster, pod),
            Some(Selection::Buckets) => buckets::buckets(ui, cx, &seen),
            Some(Selection::Bucket(name)) => buckets::bucket(ui, cx, &seen, name),
            Some(Selection::LogGroups) => logs::groups(ui, cx, &seen),
            Some(Selection::LogGroup(name)) => logs::group(ui, cx, &seen, name),
            Some(Selection::Rules) => rules::rules(ui, cx, &seen),
            Some(Selection::Rule(name)) => rules::rule(ui, cx, &seen, name),
            Some(Selection::Functions) => lambda::functions(ui, cx, &seen),
            Some(Selection::Function(name)) => lambda::function(ui, cx, &seen, name),
            Some(Selection::Vpc(id)) => network::vpc(ui, cx, &seen, id),
            Some(Selection::Subnet(id)) => network::subnet(ui, cx, &seen, id),
            Some(Selection::RouteTable(id)) => network::route_table(ui, cx, &seen, id),
            Some(Selection::InternetGateway(id)) => network::internet_gateway(ui, cx, &seen, id),
            Some(Selection::NatGateway(id)) => network::nat_gateway(ui, cx, &seen, id),
            Some(Selection::Endpoint(id)) => network::endpoint(ui, cx, &seen, id),
            Some(Selection::NetworkAcl(id)) => network::acl(ui, cx, &seen, id),
            Some(Selection::SecurityGroup(id)) => network::security_group(ui, cx, &seen, id),
        }
    });
}

/// A part's kind and name.
fn heading(ui: &mut Ui, cx: &Cx<'_>, kind: &str, name: &str, color: egui::Color32) {
    ui.scope(|ui| {
        // The way out stands at the right of the first line.
        ui.set_max_width(ui.available_width() - cx.look.scaled(36.0));
        kicker(ui, kind, color);
        ui.add(Rich::new(name).kind(Type::Heading).verbatim());
    });
}

/// A small heading within the inspector.
fn part(ui: &mut Ui, text: &str) {
    ui.add_space(space::SMALL);
    ui.add(Rich::new(text).kind(Type::Strong));
}

/// How large something is, and why that is small.
fn size_field(ui: &mut Ui, cx: &Cx<'_>, size: u64) {
    field(ui, &cx.t("view-field-size"), &bytes(size), None).on_hover_text(cx.t("view-size-small"));
}

/// It was there and is not any more (an undo, a deletion).
fn gone(ui: &mut Ui, cx: &Cx<'_>) {
    let (title, hint) = (cx.t("view-inspect-gone"), cx.t("view-inspect-gone-hint"));
    empty(ui, icon::GHOST, &title, &hint);
}

/// A line that leads to something else.
fn lead(ui: &mut Ui, cx: &mut Cx<'_>, sign: &str, text: &str, note: &str, to: Selection) {
    let look = cx.look;
    let label = look.with_icon(sign, text, Type::SmallStrong, look.palette.ink);
    let mut button = egui::Button::new(label).truncate().min_size(egui::vec2(ui.available_width(), look.scaled(30.0)));
    if !note.is_empty() {
        button = button.right_text(egui::RichText::new(note).font(look.font(Type::Small)).color(look.palette.mute));
    }
    let response = ui.add(button);
    let spoken = if note.is_empty() { text.to_owned() } else { format!("{text}, {note}") };
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &spoken));
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        cx.want(Intent::Inspect(Some(to)));
    }
}

/// A link into the codex.
fn concept_link(ui: &mut Ui, cx: &mut Cx<'_>, codex: &mut CodexState, id: &str) {
    if cx.app.catalogue().concept(id).is_some() && link(ui, &cx.concept(id)).clicked() {
        codex.open(id);
        cx.want(Intent::Open(Screen::Codex));
    }
}

fn nothing_chosen(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, codex: &mut CodexState) {
    let denial = seen.world.cloud.trail().last_denial();
    if let Some((event, request)) = denial {
        decision::denied(ui, cx, event, request, codex);
        ui.add_space(space::PAGE);
    }
    overview(ui, cx, seen);
}

fn overview(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    ui.add(Rich::new(&cx.t("view-inspect-title")).kind(Type::Heading));
    ui.add(Rich::small(&cx.t("view-inspect-hint")));
    ui.add_space(space::TINY);
    lead(ui, cx, icon::LAPTOP, &cx.t("view-inspect-laptop"), "", Selection::Laptop);
    let repositories = seen.region().map_or(0, |region| region.ecr.repositories().len());
    let note = cx.tw("view-count-repositories", &[("n", repositories.into())]);
    lead(ui, cx, icon::PACKAGE, &cx.t("view-inspect-registry"), &note, Selection::Registry);
    if let Some(region) = seen.region() {
        let note = cx.tw("view-count-objects", &[("n", region.layers.object_count().into())]);
        lead(ui, cx, icon::STACK, &cx.t("view-inspect-store"), &note, Selection::Store);
        let running = running(cx, region);
        list::lines(ui, cx, &running);
    }
    let services = services(cx, seen);
    list::list(ui, cx, "view-inspect-services", &services);
    people::list(ui, cx, seen);
}

/// What runs images, and the networks that it runs in.
fn running(cx: &Cx<'_>, region: &Regional) -> Vec<Lead> {
    let mut leads: Vec<_> = region
        .ecs
        .clusters()
        .map(|cluster| {
            let note = cx.tw("view-count-running", &[("n", cluster.running_count().into())]);
            Lead::new(icon::BOAT, &cluster.name, note, Selection::Cluster(cluster.name.clone()))
        })
        .collect();
    leads.extend(region.eks.clusters().map(kubernetes::cluster_lead));
    leads.extend(region.net.instances().map(|instance| {
        let note = instance.instance_profile.as_deref().unwrap_or_default();
        Lead::instance(instance, note)
    }));
    if shown_vpc(region).is_some() {
        leads.extend(region.net.vpcs().map(|vpc| {
            let name = named(name_of(&vpc.tags), &vpc.id);
            Lead::new(icon::GRAPH, name, format!("VPC {}", vpc.cidr), Selection::Vpc(vpc.id.clone()))
        }));
    }
    leads
}

/// The services beside those in which there is anything: each with its list.
fn services(cx: &Cx<'_>, seen: &Seen<'_>) -> Vec<Lead> {
    let Some((account, region)) = seen.account().zip(seen.region()) else { return Vec::new() };
    let all = [
        (icon::STEERING_WHEEL, "EKS", "view-kind-eks-clusters", region.eks.clusters().count(), Selection::EksClusters),
        (icon::FUNCTION, "Lambda", "view-kind-functions", region.lambda.functions().count(), Selection::Functions),
        (icon::DATABASE, "S3", "view-kind-buckets", account.s3.buckets().count(), Selection::Buckets),
        (icon::ARTICLE, "CloudWatch", "view-kind-log-groups", region.logs.groups().count(), Selection::LogGroups),
        (icon::BROADCAST, "EventBridge", "view-kind-rules", region.events.rules().count(), Selection::Rules),
    ];
    let filled = all.into_iter().filter(|(.., count, _)| *count > 0);
    filled.map(|(sign, name, key, count, to)| Lead::new(sign, name, format!("{} · {count}", cx.t(key)), to)).collect()
}

fn event(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, number: u64, codex: &mut CodexState) {
    let events = seen.world.cloud.trail().events();
    let found = usize::try_from(number).ok().and_then(|number| events.get(number.checked_sub(1)?));
    match found.map(|event| (event, &event.kind)) {
        Some((event, EventKind::Request(request))) if request.denial().is_some() => {
            decision::denied(ui, cx, event, request, codex);
        }
        Some((event, EventKind::Request(request))) => decision::request(ui, cx, event, request),
        Some((event, kind)) => decision::other(ui, cx, event, kind),
        None => gone(ui, cx),
    }
}

fn gate(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, codex: &mut CodexState) {
    heading(ui, cx, "IAM", &cx.t("view-gate-title"), cx.look.palette.violet);
    ui.add(Rich::new(&cx.t("view-gate-text")));
    let requests = seen.world.cloud.trail().requests().count();
    let args = [("n", requests.into()), ("denied", super::trail::denials(seen.world).into())];
    ui.add(Rich::small(&cx.tw("view-gate-count", &args)));
    ui.horizontal_wrapped(|ui| {
        for id in ["policy", "principal", "least-privilege"] {
            concept_link(ui, cx, codex, id);
        }
    });
    if let Some((event, _)) = seen.world.cloud.trail().last_denial() {
        let text = cx.t("view-gate-last");
        lead(ui, cx, icon::PROHIBIT, &text, &format!("#{}", event.number), Selection::Event(event.number));
    }
    people::list(ui, cx, seen);
}

fn laptop(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, &cx.t("view-inspect-laptop"), "learner@laptop", cx.look.palette.soft);
    ui.add(Rich::new(&cx.t("view-laptop-text")));
    part(ui, &cx.t("view-laptop-images"));
    let engine = &seen.world.laptop.docker;
    let mut any = false;
    for image in engine.images().take(40) {
        any = true;
        let names = engine.names(&image.id);
        let name = names.first().cloned().unwrap_or_else(|| cx.t("view-untagged"));
        lead(ui, cx, icon::CUBE, &name, &bytes(image.size()), Selection::LocalImage(image.id.clone()));
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-laptop-no-images")));
    }
    part(ui, &cx.t("view-tab-files"));
    let files = &seen.world.laptop.files;
    let mut any = false;
    for (path, _) in files.below(crate::laptop::HOME).filter(|(path, _)| files.is_file(path)).take(40) {
        any = true;
        let shown = path.strip_prefix(crate::laptop::HOME).map_or_else(|| path.to_owned(), |rest| format!("~{rest}"));
        lead(ui, cx, icon::FILE_TEXT, &shown, "", Selection::File(path.to_owned()));
    }
    if !any {
        ui.add(Rich::small(&cx.t("view-laptop-no-files")));
    }
}

/// An image of the laptop's Docker.
fn local_image(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &Digest) {
    let engine = &seen.world.laptop.docker;
    let Some(image) = engine.image(id) else { return gone(ui, cx) };
    let names = engine.names(id);
    let title = names.first().cloned().unwrap_or_else(|| id.short());
    heading(ui, cx, &cx.t("view-kind-local-image"), &title, cx.look.palette.soft);
    ui.add(Rich::new(&id.to_string()).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    for name in names.iter().skip(1) {
        ui.add(Rich::new(name).kind(Type::Small).verbatim());
    }
    size_field(ui, cx, image.size());
    part(ui, &cx.t("view-field-layers"));
    ui.add(Rich::small(&cx.t("view-layers-text")));
    for layer in &image.layers {
        registry::layer_row(ui, cx, &layer.digest, layer.blob.len() as u64);
    }
    lead(ui, cx, icon::LAPTOP, &cx.t("view-inspect-laptop"), "", Selection::Laptop);
}

fn file(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, path: &str) {
    heading(ui, cx, &cx.t("view-tab-files"), path, cx.look.palette.soft);
    let Ok(text) = seen.world.laptop.files.read_text(path) else { return gone(ui, cx) };
    if super::super::widgets::button(
        ui,
        super::super::widgets::Kind::Plain,
        icon::PENCIL_SIMPLE,
        &cx.t("view-files-edit"),
    )
    .clicked()
    {
        cx.want(Intent::Edit(path.to_owned()));
    }
    let shown: String = text.chars().take(8000).collect();
    ui.add(Rich::new(&shown).kind(Type::MonoSmall).color(cx.look.palette.soft).verbatim());
}
