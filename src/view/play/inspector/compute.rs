//! Clusters, services, tasks, instances, task definitions.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::{Type, layer_color};
use super::super::super::widgets::{Rich, field, notice, swatch};
use super::list::{Lead, lines, list, list_or};
use super::{Seen, gone, heading, journey, kubernetes, lead, network, part};
use crate::app::Selection;
use crate::cloud::ecs::{Cluster, RolloutState, Service, StopCause, Task, puller};
use crate::cloud::{AccountId, Arn, Region};
use crate::view::scene::facts::state_name;

pub(super) fn cluster(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    heading(ui, cx, &cx.t("view-kind-cluster"), name, cx.look.palette.blue);
    let Some(region) = seen.region() else { return gone(ui, cx) };
    let Some(cluster) = region.ecs.cluster(name) else { return gone(ui, cx) };
    field(ui, &cx.t("view-field-running"), &cluster.running_count().to_string(), None);
    field(ui, &cx.t("view-field-pending"), &cluster.pending_count().to_string(), None);
    let services = cluster.services().map(|service| {
        let running = cluster.tasks_of(&service.name).filter(|task| !task.is_stopped()).count();
        let note = format!("{running} / {}", service.desired_count);
        Lead::new(icon::ARROWS_CLOCKWISE, &service.name, note, Selection::Service(service.arn.clone()))
    });
    let services: Vec<_> = services.collect();
    list(ui, cx, "view-kind-services", &services);
    let instances = cluster.instances().map(|instance| {
        let to = Selection::Instance(instance.ec2_instance_id.clone());
        Lead::new(icon::COMPUTER_TOWER, &instance.ec2_instance_id, &instance.instance_type, to)
    });
    let instances: Vec<_> = instances.collect();
    list(ui, cx, "view-kind-instances", &instances);
    tasks(ui, cx, cluster, |_| true);
}

fn tasks(ui: &mut Ui, cx: &mut Cx<'_>, cluster: &Cluster, keep: impl Fn(&Task) -> bool) {
    let newest = cluster.tasks_by_age().into_iter().rev().filter(|task| keep(task));
    let tasks = newest.map(|task| {
        let label = format!("{}:{}", task.definition.family, task.definition.revision);
        let note = format!("{} · {}", task.launch_type.as_str(), task.status.as_str());
        Lead::new(icon::CUBE, label, note, Selection::Task(task.arn.clone()))
    });
    let tasks: Vec<_> = tasks.collect();
    list_or(ui, cx, "view-kind-tasks", &tasks, "view-no-tasks");
}

pub(super) fn service(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, arn: &Arn) {
    let found = seen.region().and_then(|region| {
        region.ecs.clusters().find_map(|cluster| {
            let service = cluster.services().find(|service| service.arn == *arn)?;
            Some((cluster, service))
        })
    });
    let Some((cluster, service)) = found else { return gone(ui, cx) };
    heading(ui, cx, &cx.t("view-kind-service"), &service.name, cx.look.palette.blue);
    let running = cluster.tasks_of(&service.name).filter(|task| !task.is_stopped()).count();
    field(ui, &cx.t("view-field-desired"), &service.desired_count.to_string(), None);
    field(ui, &cx.t("view-field-running"), &running.to_string(), None);
    field(ui, &cx.t("view-field-launch"), service.launch_type.as_str(), None);
    if let Some(definition) = service.definition() {
        let name = format!("{}:{}", definition.family, definition.revision);
        lead(ui, cx, icon::FILE_TEXT, &name, "", Selection::TaskDefinition(name.clone()));
    }
    deployments(ui, cx, service);
    part(ui, &cx.t("view-service-events"));
    for event in service.events.iter().take(12) {
        ui.add(Rich::small(&cx.day_and_time(event.created_at)));
        ui.add(Rich::new(&event.message).kind(Type::Small).color(cx.look.palette.soft).verbatim());
    }
    tasks(ui, cx, cluster, |task| task.service.as_deref() == Some(&service.name));
}

/// Its deployments as AWS lists them, the primary first.
fn deployments(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service) {
    part(ui, &cx.t("view-service-deployments"));
    let p = cx.look.palette;
    for deployment in &service.deployments {
        let color = match deployment.rollout_state {
            RolloutState::Completed => p.allowed,
            RolloutState::Failed => p.denied,
            RolloutState::InProgress => p.blue,
        };
        let name = format!("{}:{}", deployment.definition.family, deployment.definition.revision);
        let state = state_name(&deployment.rollout_state);
        field(ui, &format!("{} · {name}", state_name(&deployment.status)), &state, Some(color));
        let args = [("failed", deployment.failed_tasks.into()), ("desired", deployment.desired_count.into())];
        ui.add(Rich::small(&cx.tw("view-deployment-counts", &args)));
        ui.add(Rich::small(&deployment.rollout_state_reason).verbatim());
        for (container, digest) in &deployment.resolved {
            swatch(ui, layer_color(digest), &format!("{container} {}", digest.short()), ui.available_width());
        }
    }
    let limits = [
        ("minimum", service.configuration.minimum_healthy_percent.into()),
        ("maximum", service.configuration.maximum_percent.into()),
    ];
    ui.add(Rich::small(&cx.tw("view-deployment-limits", &limits)));
    let breaker = service.configuration.deployment_circuit_breaker;
    let key = match (breaker.enable, breaker.rollback) {
        (false, _) => "view-breaker-off",
        (true, false) => "view-breaker-on",
        (true, true) => "view-breaker-rollback",
    };
    ui.add(Rich::small(&cx.t(key)));
}

pub(super) fn task(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, arn: &Arn) {
    let found = seen
        .region()
        .and_then(|region| region.ecs.clusters().find_map(|cluster| cluster.tasks().find(|task| task.arn == *arn)));
    let Some(task) = found else { return gone(ui, cx) };
    let p = cx.look.palette;
    let name = format!("{}:{}", task.definition.family, task.definition.revision);
    heading(ui, cx, &cx.t("view-kind-task"), &name, p.blue);
    ui.add(Rich::new(&task.id).kind(Type::MonoSmall).color(p.mute).verbatim());
    if let Some(reason) = &task.stopped_reason {
        notice(ui, p.denied, |ui| {
            ui.add(Rich::new(&cx.t("view-task-stopped")).kind(Type::Strong).color(p.denied));
            ui.add(Rich::new(reason).kind(Type::Small).color(p.ink).verbatim());
        });
    }
    if let Some(code) = task.stop_code {
        field(ui, &cx.t("view-field-stop-code"), &state_name(&code), None);
    }
    life(ui, cx, task);
    field(ui, &cx.t("view-field-launch"), task.launch_type.as_str(), None);
    if let Some(principal) = puller(&seen.world.cloud, &AccountId::home(), &Region::home(), task) {
        field(ui, &cx.t("view-field-puller"), &super::super::trail::who(&principal), Some(p.violet));
    }
    if let Some(StopCause::Pull(failure)) = &task.cause
        && let Some((number, _)) = &failure.denial
    {
        lead(ui, cx, icon::PROHIBIT, &cx.t("view-task-why"), &format!("#{number}"), Selection::Event(*number));
    }
    if let Some(StopCause::Pull(failure)) = &task.cause
        && let Some(journey) = &failure.journey
    {
        part(ui, &cx.t("view-net-road"));
        journey::legs(ui, cx, journey);
    }
    if let (Some(interface), Some(region)) = (&task.interface, seen.region()) {
        network::place(ui, cx, &region.net, &interface.subnet, &interface.security_groups);
    }
    part(ui, &cx.t("view-task-containers"));
    for container in &task.containers {
        ui.add(Rich::new(&container.name).kind(Type::Strong).verbatim());
        ui.add(Rich::new(&container.image).kind(Type::MonoSmall).color(p.mute).verbatim());
        if let Some(digest) = &container.image_digest {
            swatch(ui, layer_color(digest), &digest.short(), ui.available_width());
        }
        if let Some(reason) = container.reason.as_ref().filter(|reason| task.stopped_reason.as_ref() != Some(reason)) {
            ui.add(Rich::small(reason).verbatim());
        }
    }
    if let Some(service) = &task.service {
        let arn = seen.region().and_then(|region| region.ecs.cluster(&task.cluster)?.service(service));
        if let Some(found) = arn {
            lead(ui, cx, icon::ARROWS_CLOCKWISE, service, "", Selection::Service(found.arn.clone()));
        }
    }
    lead(ui, cx, icon::FILE_TEXT, &name, "", Selection::TaskDefinition(name.clone()));
    lead(ui, cx, icon::BOAT, &task.cluster, "", Selection::Cluster(task.cluster.clone()));
}

/// What it went through, and when. Source: Amazon ECS Developer Guide, "Amazon ECS task lifecycle".
fn life(ui: &mut Ui, cx: &mut Cx<'_>, task: &Task) {
    let p = cx.look.palette;
    field(ui, &cx.t("view-field-status"), task.status.as_str(), None);
    // By the names of the API's members. Source: Amazon ECS service model, `Task`.
    let times = [
        ("createdAt", Some(task.created_at)),
        ("pullStartedAt", task.pull_started_at),
        ("pullStoppedAt", task.pull_stopped_at),
        ("startedAt", task.started_at),
        ("stoppingAt", task.stopping_at),
        ("stoppedAt", task.stopped_at),
    ];
    for (name, at) in times {
        if let Some(at) = at {
            let (hour, minute) = at.hour_minute();
            let text = format!("{hour:02}:{minute:02}:{:02}", at.as_millis() / 1000 % 60);
            field(ui, name, &text, Some(p.soft));
        }
    }
}

pub(super) fn instance(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, id: &str) {
    heading(ui, cx, &cx.t("view-kind-instance"), id, cx.look.palette.blue);
    let Some(region) = seen.region() else { return gone(ui, cx) };
    let Some(instance) = region.net.instance(id) else { return gone(ui, cx) };
    field(ui, &cx.t("view-field-type"), instance.instance_type.name, None);
    field(ui, &cx.t("view-field-address"), &instance.private_ip, None);
    let profile = instance.instance_profile.clone();
    field(ui, &cx.t("view-field-profile"), profile.as_deref().unwrap_or("–"), None);
    let role = profile.and_then(|name| seen.account()?.iam.instance_profile(&name)?.role.clone());
    if let Some(role) = role {
        ui.add(Rich::small(&cx.t("view-instance-role-text")));
        Lead::role(cx, &role).show(ui, cx);
    } else {
        ui.add(Rich::small(&cx.t("view-instance-no-role")));
    }
    network::place(ui, cx, &region.net, &instance.subnet, &instance.security_groups);
    kubernetes::on_instance(ui, cx, seen, id);
    for cluster in region.ecs.clusters() {
        let Some(member) = cluster.instances().find(|member| member.ec2_instance_id == id) else { continue };
        lead(ui, cx, icon::BOAT, &cluster.name, "", Selection::Cluster(cluster.name.clone()));
        tasks(ui, cx, cluster, |task| task.container_instance.as_deref() == Some(member.id.as_str()));
    }
}

pub(super) fn definition(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    heading(ui, cx, &cx.t("view-kind-definition"), name, cx.look.palette.blue);
    let (family, revision) = name.rsplit_once(':').unwrap_or((name, ""));
    let found = seen.region().and_then(|region| match revision.parse() {
        Ok(revision) => region.ecs.definition(family, revision),
        Err(_) => region.ecs.latest_definition(name),
    });
    let Some(definition) = found else { return gone(ui, cx) };
    let dash = || "–".to_owned();
    let role = |arn: &Option<String>| arn.as_deref().and_then(|arn| arn.rsplit('/').next()).map(str::to_owned);
    let (execution, task) = (role(&definition.execution_role_arn), role(&definition.task_role_arn));
    field(ui, &cx.t("view-field-execution-role"), &execution.clone().unwrap_or_else(dash), None);
    field(ui, &cx.t("view-field-task-role"), &task.clone().unwrap_or_else(dash), None);
    field(ui, &cx.t("view-field-cpu"), definition.cpu.as_deref().unwrap_or("–"), None);
    field(ui, &cx.t("view-field-memory"), definition.memory.as_deref().unwrap_or("–"), None);
    for container in &definition.container_definitions {
        ui.add(Rich::new(&container.name).kind(Type::Strong).verbatim());
        ui.add(Rich::new(&container.image).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    }
    let roles: Vec<_> = [execution, task].into_iter().flatten().map(|role| Lead::role(cx, &role)).collect();
    lines(ui, cx, &roles);
}
