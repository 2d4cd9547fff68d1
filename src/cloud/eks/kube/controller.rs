//! The controllers of deployments and replica sets: as many pods as asked for, changed a few at a time.
//!
//! Source: Kubernetes, "Deployments"; kube-controller-manager's rolling update: first the new replica set grows as far as
//! the surge lets it, then the old ones shrink as far as availability lets them, unhealthy pods first.

use std::sync::Arc;

use super::object::{Key, Kind, Metadata, OwnerReference};
use super::pod::{Phase, Pod, PodStatus};
use super::store::Said;
use super::workload::{Deployment, REVISION, ReplicaSet, ReplicaSetSpec, ReplicaSetStatus, TEMPLATE_HASH};
use super::{Object, defaults, kubelet, register, say};
use crate::cloud::eks::Sleeper;
use crate::cloud::eks::home::Home;
use crate::cloud::{Cloud, Duration};

/// How often a deployment is looked at again at one moment. Each look goes at least one step, and a deployment has few.
const LOOKS: usize = 12;

/// A pod became ready, stopped being so, ended or is gone.
pub(super) fn pod_changed(cloud: &mut Cloud, home: &Home, cluster: &str, pod: &Pod) {
    let owner = pod.metadata.controller().map(|owner| Key::new(&pod.metadata.namespace, &owner.name));
    let Some(store) = home.kube(cloud, cluster) else { return };
    let set = owner.and_then(|key| store.replica_sets.get(&key));
    let deployment = set.and_then(|set| {
        let owner = set.metadata.controller()?;
        Some(Key::new(&set.metadata.namespace, &owner.name))
    });
    if let Some(key) = deployment {
        reconcile(cloud, home, cluster, &key);
    }
}

/// The progress deadline of a deployment.
pub(in crate::cloud::eks) fn wake_deployment(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    reconcile(cloud, home, cluster, key);
}

/// Brings a deployment nearer to what it is to be, as far as it goes at this moment.
pub(super) fn reconcile(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    for _ in 0..LOOKS {
        if !look(cloud, home, cluster, key) {
            break;
        }
    }
    report(cloud, home, cluster, key);
}

/// A replica set with what its pods are like.
struct Share {
    set: Arc<ReplicaSet>,
    /// Pods that are not on their way out.
    pods: u32,
    available: u32,
    /// All pods, those on their way out too.
    left: u32,
}

fn shares(cloud: &Cloud, home: &Home, cluster: &str, deployment: &Deployment) -> Vec<Share> {
    let Some(store) = home.kube(cloud, cluster) else { return Vec::new() };
    let keys: Vec<Key> = store.replica_sets_of(deployment).map(|set| set.metadata.key()).collect();
    let sets = keys.iter().filter_map(|key| store.replica_sets.get(key));
    sets.map(|set| {
        let mut share = Share { set: Arc::clone(set), pods: 0, available: 0, left: 0 };
        for pod in store.pods_of(set) {
            share.left += 1;
            if pod.metadata.deletion_timestamp.is_none() && !pod.is_over() {
                share.pods += 1;
                share.available += u32::from(pod.is_ready());
            }
        }
        share
    })
    .collect()
}

/// One look; whether it changed anything.
fn look(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) -> bool {
    let Some(deployment) = home.kube(cloud, cluster).and_then(|store| store.deployments.get(key)).cloned() else {
        return false;
    };
    let before = home.kube(cloud, cluster).map(counts);
    let current = current_set(cloud, home, cluster, &deployment);
    let shares = shares(cloud, home, cluster, &deployment);
    let wanted = deployment.replicas();
    let strategy = deployment.spec.strategy.clone().unwrap_or_default();
    let (old, new): (Vec<&Share>, Vec<&Share>) =
        shares.iter().partition(|share| Some(&share.set.metadata.name) != current.as_ref());
    let Some(new) = new.first() else {
        // A paused deployment without a replica set of its template: the newest one is kept as large as asked for.
        if let Some(newest) = shares.iter().max_by_key(|share| share.set.revision()) {
            scale(cloud, home, cluster, &deployment, &newest.set, wanted);
        }
        sync_all(cloud, home, cluster, &deployment);
        return home.kube(cloud, cluster).map(counts) != before;
    };
    if strategy.kind == "Recreate" {
        for share in &old {
            scale(cloud, home, cluster, &deployment, &share.set, 0);
        }
        if old.iter().all(|share| share.left == 0) {
            scale(cloud, home, cluster, &deployment, &new.set, wanted);
        }
    } else {
        let rolling = strategy.rolling_update.unwrap_or_default();
        let mut surge = rolling.max_surge.of(wanted, true);
        let unavailable = rolling.max_unavailable.of(wanted, false).min(wanted);
        if surge == 0 && unavailable == 0 {
            surge = 1;
        }
        let total: u32 = shares.iter().map(|share| share.set.spec.replicas).sum();
        let own = new.set.spec.replicas;
        if own > wanted {
            scale(cloud, home, cluster, &deployment, &new.set, wanted);
        } else if own < wanted {
            let room = wanted.saturating_add(surge).saturating_sub(total);
            scale(cloud, home, cluster, &deployment, &new.set, wanted.min(own.saturating_add(room)));
        } else {
            shrink(cloud, home, cluster, &deployment, new, &old, wanted.saturating_sub(unavailable));
        }
        if own < wanted {
            shrink(cloud, home, cluster, &deployment, new, &old, wanted.saturating_sub(unavailable));
        }
    }
    sync_all(cloud, home, cluster, &deployment);
    home.kube(cloud, cluster).map(counts) != before
}

/// What has to change for a look to have changed anything.
fn counts(store: &super::Store) -> (usize, u32, usize, usize) {
    let replicas = store.replica_sets.values().map(|set| set.spec.replicas).fold(0_u32, u32::wrapping_add);
    let leaving = store.pods().filter(|pod| pod.metadata.deletion_timestamp.is_some()).count();
    (store.replica_sets.len(), replicas, store.pods.len(), leaving)
}

/// Shrinks the old replica sets: what is not healthy first, then what availability can spare.
fn shrink(
    cloud: &mut Cloud,
    home: &Home,
    cluster: &str,
    deployment: &Deployment,
    new: &Share,
    old: &[&Share],
    least_available: u32,
) {
    let total: u32 = old.iter().map(|share| share.set.spec.replicas).sum::<u32>() + new.set.spec.replicas;
    let new_unavailable = new.set.spec.replicas.saturating_sub(new.available);
    let mut spare = total.saturating_sub(least_available).saturating_sub(new_unavailable);
    let mut by_age: Vec<&&Share> = old.iter().collect();
    by_age.sort_by_key(|share| (share.set.metadata.created(), share.set.metadata.name.clone()));
    let mut sizes: Vec<u32> = by_age.iter().map(|share| share.set.spec.replicas).collect();
    for (share, size) in by_age.iter().zip(&mut sizes) {
        let unhealthy = size.saturating_sub(share.available).min(spare);
        *size -= unhealthy;
        spare -= unhealthy;
    }
    let available: u32 = old.iter().map(|share| share.available).sum::<u32>() + new.available;
    let mut spare = available.saturating_sub(least_available);
    for (share, size) in by_age.iter().zip(&mut sizes) {
        let healthy = share.available.min(*size).min(spare);
        *size -= healthy;
        spare -= healthy;
    }
    for (share, size) in by_age.into_iter().zip(sizes) {
        scale(cloud, home, cluster, deployment, &share.set, size);
    }
}

/// The name of the replica set of a deployment's template: made, or brought back from the history, unless it is paused.
fn current_set(cloud: &mut Cloud, home: &Home, cluster: &str, deployment: &Deployment) -> Option<String> {
    let hash = deployment.spec.template.hash();
    let store = home.kube(cloud, cluster)?;
    let newest = store.replica_sets_of(deployment).map(ReplicaSet::revision).max().unwrap_or(0);
    let known = store.replica_sets_of(deployment).find(|set| set.metadata.labels.get(TEMPLATE_HASH) == Some(&hash));
    let known = known.map(|set| (set.metadata.key(), set.revision()));
    let revision = match known {
        Some((key, revision)) => {
            if revision < newest && !deployment.spec.paused {
                let set = home.kube_mut(cloud, cluster)?.replica_sets.get_mut(&key)?;
                Arc::make_mut(set).metadata.annotations.insert(REVISION.to_owned(), (newest + 1).to_string());
                note_cause(cloud, home, cluster, deployment, &key);
                number(cloud, home, cluster, deployment, newest + 1);
            } else {
                number(cloud, home, cluster, deployment, revision);
            }
            return Some(key.name);
        }
        None if deployment.spec.paused => return None,
        None => newest + 1,
    };
    let name = format!("{}-{hash}", deployment.metadata.name);
    let mut template = deployment.spec.template.clone();
    template.metadata.labels.insert(TEMPLATE_HASH.to_owned(), hash.clone());
    let mut selector = deployment.spec.selector.clone();
    selector.match_labels.insert(TEMPLATE_HASH.to_owned(), hash);
    let mut set = ReplicaSet {
        metadata: Metadata {
            name: name.clone(),
            namespace: deployment.metadata.namespace.clone(),
            labels: template.metadata.labels.clone(),
            owner_references: vec![owned_by(Kind::Deployment, &deployment.metadata)],
            generation: 1,
            ..Metadata::default()
        },
        spec: ReplicaSetSpec { replicas: 0, selector, template },
        status: ReplicaSetStatus::default(),
    };
    set.metadata.annotations.insert(REVISION.to_owned(), revision.to_string());
    register(cloud, home, cluster, &mut set.metadata);
    let key = set.metadata.key();
    home.kube_mut(cloud, cluster)?.put(Object::ReplicaSet(set.into()));
    note_cause(cloud, home, cluster, deployment, &key);
    number(cloud, home, cluster, deployment, revision);
    Some(name)
}

/// Copies why the template was changed to its replica set.
fn note_cause(cloud: &mut Cloud, home: &Home, cluster: &str, deployment: &Deployment, key: &Key) {
    let cause = deployment.metadata.annotations.get(super::CHANGE_CAUSE).cloned();
    let set = home.kube_mut(cloud, cluster).and_then(|store| store.replica_sets.get_mut(key));
    if let (Some(set), Some(cause)) = (set, cause) {
        Arc::make_mut(set).metadata.annotations.insert(super::CHANGE_CAUSE.to_owned(), cause);
    }
}

fn number(cloud: &mut Cloud, home: &Home, cluster: &str, deployment: &Deployment, revision: u64) {
    if deployment.revision() == revision {
        return;
    }
    let key = deployment.metadata.key();
    let now = cloud.now();
    if let Some(known) = home.kube_mut(cloud, cluster).and_then(|store| store.deployments.get_mut(&key)) {
        let known = Arc::make_mut(known);
        known.metadata.annotations.insert(REVISION.to_owned(), revision.to_string());
        // A new template is a new chance: the deadline begins anew.
        known.progressed = Some(now);
    }
}

fn owned_by(kind: Kind, owner: &Metadata) -> OwnerReference {
    OwnerReference {
        api_version: kind.api_version().to_owned(),
        block_owner_deletion: true,
        controller: true,
        kind: kind.name().to_owned(),
        name: owner.name.clone(),
        uid: owner.uid.clone(),
    }
}

fn scale(cloud: &mut Cloud, home: &Home, cluster: &str, deployment: &Deployment, set: &ReplicaSet, to: u32) {
    let from = set.spec.replicas;
    if from == to {
        return;
    }
    let key = set.metadata.key();
    if let Some(known) = home.kube_mut(cloud, cluster).and_then(|store| store.replica_sets.get_mut(&key)) {
        let known = Arc::make_mut(known);
        known.spec.replicas = to;
        known.metadata.generation += 1;
    }
    let way = if to > from { "up" } else { "down" };
    let message = format!("Scaled {way} replica set {} from {from} to {to}", set.metadata.name);
    let said = Said {
        about: Kind::Deployment,
        metadata: &deployment.metadata,
        field: String::new(),
        warning: false,
        reason: "ScalingReplicaSet",
        message,
        component: "deployment-controller",
        host: "",
    };
    say(cloud, home, cluster, said);
}

/// Gives every replica set of a deployment the pods that it is to have.
fn sync_all(cloud: &mut Cloud, home: &Home, cluster: &str, deployment: &Deployment) {
    for share in shares(cloud, home, cluster, deployment) {
        let wanted = share.set.spec.replicas;
        for _ in share.pods..wanted {
            if !create_pod(cloud, home, cluster, &share.set) {
                break;
            }
        }
        if share.pods > wanted {
            delete_pods(cloud, home, cluster, &share.set, (share.pods - wanted) as usize);
        }
    }
}

fn said_of_set<'a>(set: &'a ReplicaSet, warning: bool, reason: &'static str, message: String) -> Said<'a> {
    Said {
        about: Kind::ReplicaSet,
        metadata: &set.metadata,
        field: String::new(),
        warning,
        reason,
        message,
        component: "replicaset-controller",
        host: "",
    }
}

/// Makes a pod; false where it may not be made.
fn create_pod(cloud: &mut Cloud, home: &Home, cluster: &str, set: &ReplicaSet) -> bool {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let Metadata { name, namespace, .. } = &set.metadata;
    let mut spec = set.spec.template.spec.clone();
    let account = spec.service_account_name.clone().unwrap_or_else(|| "default".to_owned());
    let Some(store) = home.kube(cloud, cluster) else { return false };
    let Some(account) = store.service_accounts.get(&Key::new(namespace, &account)).cloned() else {
        let message = format!(
            "Error creating: pods \"{name}-\" is forbidden: error looking up service account {namespace}/{account}: \
             serviceaccount \"{account}\" not found"
        );
        say(cloud, home, cluster, said_of_set(set, true, "FailedCreate", message));
        return false;
    };
    defaults::admit(cloud, home, cluster, namespace, &set.spec.template.metadata.labels, &mut spec, &account);
    let suffix: String = cloud
        .random_bytes(5)
        .iter()
        .map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().map_or('b', char::from))
        .collect();
    let pod = Pod {
        metadata: Metadata {
            name: format!("{name}-{suffix}"),
            namespace: namespace.clone(),
            generate_name: format!("{name}-"),
            labels: set.spec.template.metadata.labels.clone(),
            annotations: set.spec.template.metadata.annotations.clone(),
            owner_references: vec![owned_by(Kind::ReplicaSet, &set.metadata)],
            ..Metadata::default()
        },
        spec,
        status: PodStatus { phase: Phase::Pending, qos_class: "BestEffort".to_owned(), ..PodStatus::default() },
        work: Vec::new(),
        cause: None,
    };
    let message = format!("Created pod: {}", pod.metadata.name);
    say(cloud, home, cluster, said_of_set(set, false, "SuccessfulCreate", message));
    kubelet::admit(cloud, home, cluster, pod);
    true
}

/// Takes pods away: those that are not ready first, then the youngest.
fn delete_pods(cloud: &mut Cloud, home: &Home, cluster: &str, set: &ReplicaSet, count: usize) {
    let Some(store) = home.kube(cloud, cluster) else { return };
    let mut pods: Vec<&Pod> =
        store.pods_of(set).filter(|pod| pod.metadata.deletion_timestamp.is_none() && !pod.is_over()).collect();
    pods.sort_by_key(|pod| {
        let age = std::cmp::Reverse(pod.metadata.created());
        (pod.spec.node_name.is_some(), pod.is_ready(), age, pod.metadata.name.clone())
    });
    let keys: Vec<Key> = pods.into_iter().take(count).map(|pod| pod.metadata.key()).collect();
    for key in keys {
        say(cloud, home, cluster, said_of_set(set, false, "SuccessfulDelete", format!("Deleted pod: {}", key.name)));
        kubelet::terminate(cloud, home, cluster, &key);
    }
}

/// Takes a deployment away with all that is its own.
pub(super) fn delete(cloud: &mut Cloud, home: &Home, cluster: &str, deployment: &Deployment) {
    let key = deployment.metadata.key();
    let Some(store) = home.kube_mut(cloud, cluster) else { return };
    store.remove(Kind::Deployment, &key);
    let sets: Vec<Key> = store.replica_sets_of(deployment).map(|set| set.metadata.key()).collect();
    for key in sets {
        delete_set(cloud, home, cluster, &key);
    }
    home.state_mut(cloud).alarms.cancel(&Sleeper::Deployment(cluster.to_owned(), key));
}

/// Takes a replica set away with its pods.
pub(super) fn delete_set(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let Some(store) = home.kube_mut(cloud, cluster) else { return };
    let Some(set) = store.replica_sets.remove(key) else { return };
    let pods: Vec<Key> = store.pods_of(&set).map(|pod| pod.metadata.key()).collect();
    for pod in pods {
        kubelet::terminate(cloud, home, cluster, &pod);
    }
}

/// Writes down how far a deployment is, and sees to its deadline and its history.
fn report(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let now = cloud.now();
    let Some(deployment) = home.kube(cloud, cluster).and_then(|store| store.deployments.get(key)).cloned() else {
        return;
    };
    let shares = shares(cloud, home, cluster, &deployment);
    let hash = deployment.spec.template.hash();
    let current = |share: &&Share| share.set.metadata.labels.get(TEMPLATE_HASH) == Some(&hash);
    let new = shares.iter().find(current);
    let (pods, available) =
        shares.iter().fold((0, 0), |(pods, available), share| (pods + share.pods, available + share.available));
    let wanted = deployment.replicas();
    let updated = new.map_or(0, |share| share.pods);
    let new_name = new.map(|share| share.set.metadata.name.clone()).unwrap_or_default();
    let unavailable_allowed =
        deployment.spec.strategy.clone().unwrap_or_default().rolling_update.unwrap_or_default().max_unavailable;
    let least = wanted.saturating_sub(unavailable_allowed.of(wanted, false).min(wanted));
    let complete = updated == wanted && pods == wanted && available == wanted;
    let deadline = Duration::seconds(i64::from(deployment.spec.progress_deadline_seconds.unwrap_or(600)));
    let Some(store) = home.kube_mut(cloud, cluster) else { return };
    for share in &shares {
        if let Some(set) = store.replica_sets.get_mut(&share.set.metadata.key()) {
            let set = Arc::make_mut(set);
            set.status = ReplicaSetStatus {
                available_replicas: share.available,
                observed_generation: set.metadata.generation,
                ready_replicas: share.available,
                replicas: share.pods,
            };
        }
    }
    let Some(known) = store.deployments.get_mut(key) else { return };
    let known = Arc::make_mut(known);
    let status = &mut known.status;
    let moved = (status.updated_replicas, status.available_replicas) != (updated, available);
    status.replicas = pods;
    status.updated_replicas = updated;
    status.ready_replicas = available;
    status.available_replicas = available;
    status.unavailable_replicas = wanted.max(pods).saturating_sub(available);
    status.observed_generation = known.metadata.generation;
    if moved || known.progressed.is_none() {
        known.progressed = Some(now);
    }
    let since = known.progressed.unwrap_or(now);
    if available >= least {
        let message = "Deployment has minimum availability.".to_owned();
        known.set_condition("Available", true, "MinimumReplicasAvailable", message, now);
    } else {
        let message = "Deployment does not have minimum availability.".to_owned();
        known.set_condition("Available", false, "MinimumReplicasUnavailable", message, now);
    }
    let late = now >= since + deadline;
    let mut waits = false;
    if known.spec.paused {
        known.set_condition("Progressing", true, "DeploymentPaused", "Deployment is paused".to_owned(), now);
    } else if complete {
        let message = format!("ReplicaSet \"{new_name}\" has successfully progressed.");
        known.set_condition("Progressing", true, "NewReplicaSetAvailable", message, now);
    } else if late {
        let message = format!("ReplicaSet \"{new_name}\" has timed out progressing.");
        known.set_condition("Progressing", false, "ProgressDeadlineExceeded", message, now);
    } else {
        waits = true;
        let message = format!("ReplicaSet \"{new_name}\" is progressing.");
        known.set_condition("Progressing", true, "ReplicaSetUpdated", message, now);
    }
    let limit = known.spec.revision_history_limit.unwrap_or(10) as usize;
    let sleeper = Sleeper::Deployment(cluster.to_owned(), key.clone());
    let alarms = &mut home.state_mut(cloud).alarms;
    if waits {
        alarms.set(since + deadline, sleeper)
    } else {
        alarms.cancel(&sleeper)
    }
    let mut empty: Vec<&Share> =
        shares.iter().filter(|share| share.left == 0 && share.set.spec.replicas == 0 && !current(share)).collect();
    empty.sort_by_key(|share| share.set.revision());
    let surplus = empty.len().saturating_sub(limit);
    if let Some(store) = home.kube_mut(cloud, cluster) {
        for share in empty.into_iter().take(surplus) {
            store.remove(Kind::ReplicaSet, &share.set.metadata.key());
        }
    }
}
