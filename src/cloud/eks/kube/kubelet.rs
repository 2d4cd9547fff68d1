//! The kubelets: a pod that was given a node, from its beginning to its end. What becomes of each of its containers is in
//! `container`.

use std::sync::Arc;

use super::container::{TAKE_UP, said, step};
use super::object::{Key, Time};
use super::pod::{Condition, Container, ContainerState, ContainerStatus, Phase, Pod, RestartPolicy, Work};
use super::{controller, say, scheduler, tell};
use crate::cloud::eks::Sleeper;
use crate::cloud::eks::home::Home;
use crate::cloud::{Cloud, Duration};

/// From the stop signal to the end of a container that heeds it.
const SHUTDOWN: Duration = Duration::seconds(1);

/// Begins a pod on its node.
pub(super) fn begin(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let now = cloud.now();
    let Some(pod) = home.pod_mut(cloud, cluster, key) else { return };
    pod.status.start_time = Some(Time(now));
    pod.status.container_statuses = pod
        .spec
        .containers
        .iter()
        .map(|container| ContainerStatus {
            container_id: None,
            image: container.image.clone(),
            image_id: String::new(),
            last_state: None,
            name: container.name.clone(),
            ready: false,
            restart_count: 0,
            started: false,
            state: ContainerState::Waiting { message: None, reason: "ContainerCreating".to_owned() },
        })
        .collect();
    pod.work = pod.spec.containers.iter().map(|_| Work { at: Some(now + TAKE_UP), ..Work::default() }).collect();
    settle(cloud, home, cluster, key);
}

/// Does what is due for a pod.
pub(in crate::cloud::eks) fn wake_pod(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let now = cloud.now();
    let Some(pod) = home.kube(cloud, cluster).and_then(|store| store.pod(key)) else { return };
    if let Some(end) = pod.metadata.deletion_timestamp {
        if end.0 <= now {
            remove(cloud, home, cluster, key);
        }
        return;
    }
    if pod.spec.node_name.is_none() {
        scheduler::schedule(cloud, home, cluster, key);
        return;
    }
    let due: Vec<usize> = pod
        .work
        .iter()
        .enumerate()
        .filter(|(_, work)| work.at.is_some_and(|at| at <= now))
        .map(|(index, _)| index)
        .collect();
    let before = pod.reason();
    let was_ready = pod.is_ready();
    for index in due {
        step(cloud, home, cluster, key, index);
    }
    settle(cloud, home, cluster, key);
    let Some(pod) = home.kube(cloud, cluster).and_then(|store| store.pods.get(key)).cloned() else { return };
    if pod.reason() != before {
        tell(cloud, home, cluster, &pod);
    }
    if pod.is_ready() != was_ready || pod.is_over() {
        controller::pod_changed(cloud, home, cluster, &pod);
    }
}

/// Tells a pod to go. One that nothing runs of goes at once.
pub(super) fn terminate(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let now = cloud.now();
    let Some(pod) = home.pod_mut(cloud, cluster, key).filter(|pod| pod.metadata.deletion_timestamp.is_none()) else {
        return;
    };
    let runs = |status: &ContainerStatus| matches!(status.state, ContainerState::Running { .. });
    if pod.spec.node_name.is_none() {
        remove(cloud, home, cluster, key);
        return;
    }
    let running: Vec<Container> = pod
        .spec
        .containers
        .iter()
        .zip(&pod.status.container_statuses)
        .filter(|(_, status)| runs(status))
        .map(|(container, _)| container.clone())
        .collect();
    // Source: Kubernetes, "Termination of Pods": a shell that is process 1 does not heed the signal, and is killed when
    // its time is over.
    let grace = Duration::seconds(i64::from(pod.spec.termination_grace_period_seconds.unwrap_or(30)));
    let deaf = |container: &Container| {
        let first = container.command.first().or_else(|| container.args.first());
        first.is_some_and(|word| matches!(word.rsplit('/').next(), Some("sh" | "bash" | "sleep")))
    };
    let after = if running.iter().any(deaf) { grace } else { SHUTDOWN };
    let node = pod.spec.node_name.clone().unwrap_or_default();
    pod.metadata.deletion_timestamp = Some(Time(now + after));
    let pod = pod.clone();
    for container in &running {
        let message = format!("Stopping container {}", container.name);
        say(cloud, home, cluster, said(&pod, &container.name, &node, false, "Killing", message));
    }
    home.state_mut(cloud).alarms.set(now + after, Sleeper::Pod(cluster.to_owned(), key.clone()));
    tell(cloud, home, cluster, &pod);
}

/// An image of a pod was changed: its container is started anew with it.
pub(super) fn refresh(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let now = cloud.now();
    let Some(pod) = home.pod_mut(cloud, cluster, key).filter(|pod| pod.spec.node_name.is_some()) else { return };
    for (work, status) in pod.work.iter_mut().zip(&mut pod.status.container_statuses) {
        if let ContainerState::Running { started_at } = status.state {
            status.state = ContainerState::Terminated {
                exit_code: 0,
                finished_at: Time(now),
                reason: "Completed".to_owned(),
                started_at,
            };
            status.ready = false;
        }
        *work = Work { at: Some(now + TAKE_UP), ..Work::default() };
    }
    settle(cloud, home, cluster, key);
}

/// Takes a pod away whose node is gone.
pub(in crate::cloud::eks) fn evict(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    remove(cloud, home, cluster, key);
}

fn remove(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    home.state_mut(cloud).alarms.cancel(&Sleeper::Pod(cluster.to_owned(), key.clone()));
    let Some(store) = home.kube_mut(cloud, cluster) else { return };
    let Some(pod) = store.pods.remove(key) else { return };
    scheduler::release(cloud, home, cluster, &pod);
    controller::pod_changed(cloud, home, cluster, &pod);
    scheduler::place_pending(cloud, home, cluster);
}

/// Brings what follows from the containers' states up to date, and sets the pod's alarm.
fn settle(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let now = cloud.now();
    let Some(pod) = home.pod_mut(cloud, cluster, key) else { return };
    let states = || pod.status.container_statuses.iter().map(|status| &status.state);
    let restarts = pod.spec.restart_policy.unwrap_or_default();
    let ended = states().all(|state| matches!(state, ContainerState::Terminated { .. }));
    let failed = states().any(|state| matches!(state, ContainerState::Terminated { exit_code, .. } if *exit_code != 0));
    let for_good = match restarts {
        RestartPolicy::Always => false,
        RestartPolicy::OnFailure => ended && !failed,
        RestartPolicy::Never => ended,
    };
    let begun = states().all(|state| !matches!(state, ContainerState::Waiting { .. }))
        || pod.status.container_statuses.iter().all(|status| status.container_id.is_some());
    pod.status.phase = match (for_good, failed, begun) {
        (true, true, _) => Phase::Failed,
        (true, false, _) => Phase::Succeeded,
        (false, _, true) => Phase::Running,
        (false, _, false) => Phase::Pending,
    };
    let ready = pod.status.container_statuses.iter().all(|status| status.ready);
    let unready: Vec<&str> = pod
        .status
        .container_statuses
        .iter()
        .filter(|status| !status.ready)
        .map(|status| status.name.as_str())
        .collect();
    let why = (!ready).then(|| format!("containers with unready status: [{}]", unready.join(" ")));
    let reason = (!ready).then(|| "ContainersNotReady".to_owned());
    for (kind, status, reason, message) in [
        ("PodReadyToStartContainers", true, None, None),
        ("Initialized", true, None, None),
        ("Ready", ready, reason.clone(), why.clone()),
        ("ContainersReady", ready, reason, why),
        ("PodScheduled", true, None, None),
    ] {
        set_condition(&mut pod.status.conditions, kind, status, reason, message, Time(now));
    }
    let next = pod.work.iter().filter_map(|work| work.at).min();
    let sleeper = Sleeper::Pod(cluster.to_owned(), key.clone());
    if pod.metadata.deletion_timestamp.is_some() {
        return;
    }
    let alarms = &mut home.state_mut(cloud).alarms;
    match next {
        Some(at) => alarms.set(at.max(now + Duration::millis(1)), sleeper),
        None => alarms.cancel(&sleeper),
    }
}

/// Sets a condition; the time of its last change moves where its status does.
pub(super) fn set_condition(
    conditions: &mut Vec<Condition>,
    kind: &str,
    status: bool,
    reason: Option<String>,
    message: Option<String>,
    now: Time,
) {
    let status = if status { "True" } else { "False" };
    let known = conditions.iter_mut().find(|known| known.kind == kind);
    let since = known.as_ref().filter(|known| known.status == status).and_then(|known| known.last_transition_time);
    let condition = Condition {
        last_transition_time: since.or(Some(now)),
        message,
        reason,
        status: status.to_owned(),
        kind: kind.to_owned(),
    };
    match known {
        Some(known) => *known = condition,
        None => conditions.push(condition),
    }
}

/// A pod as its controller makes it.
pub(super) fn admit(cloud: &mut Cloud, home: &Home, cluster: &str, pod: Pod) {
    let mut pod = pod;
    super::register(cloud, home, cluster, &mut pod.metadata);
    let key = pod.metadata.key();
    if let Some(store) = home.kube_mut(cloud, cluster) {
        store.pods.insert(key.clone(), Arc::new(pod.clone()));
    }
    tell(cloud, home, cluster, &pod);
    scheduler::schedule(cloud, home, cluster, &key);
}
