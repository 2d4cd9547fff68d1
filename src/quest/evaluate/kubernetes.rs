//! Questions to EKS: pods, and what was asked of a cluster.

use super::{Scope, listed};
use crate::cloud::eks::{Deployment, Key, Kind, Pod, Store};
use crate::cloud::{Arn, EventKind};
use crate::quest::{ImageRef, Predicate, Progress};
use crate::text::Message;

impl<'a> Scope<'a> {
    pub(super) fn kubernetes(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::PodsRunning { cluster, deployment, namespace, at_least, image } => {
                let key = Key::new(namespace, deployment);
                self.pods_running(cluster, &key, *at_least, image.as_ref())
            }
            Predicate::NoPullSecret { cluster, deployment, namespace } => {
                self.with_deployment(cluster, &Key::new(namespace, deployment), |_, deployment| {
                    let met = deployment.spec.template.spec.image_pull_secrets.is_empty();
                    Progress::of(met, || Message::new("goal-pull-secret").with("deployment", &deployment.metadata.name))
                })
            }
            Predicate::NoSecret { cluster, secret, namespace } => {
                let key = Key::new(namespace, secret);
                let found = self.region().and_then(|region| region.eks.cluster(cluster));
                let met = found.is_none_or(|cluster| cluster.kube.get(Kind::Secret, &key).is_none());
                Progress::of(met, || Message::new("goal-secret").with("secret", secret).with("cluster", cluster))
            }
            Predicate::KubernetesShown { kinds, about, namespace } => {
                let unseen: Vec<String> =
                    kinds.iter().filter(|kind| !self.was_shown(kind, about, namespace)).cloned().collect();
                let kinds = u32::try_from(kinds.len()).unwrap_or(u32::MAX).max(1);
                let done = kinds.saturating_sub(u32::try_from(unseen.len()).unwrap_or(u32::MAX));
                let missing =
                    || Message::new("goal-kubernetes-not-shown").with("kinds", listed(&unseen)).with("name", about);
                Progress { done, of: kinds, ..Progress::of(unseen.is_empty(), missing) }
            }
            _ => Progress::met(),
        }
    }

    fn with_deployment(
        self,
        cluster: &str,
        key: &Key,
        look: impl FnOnce(&'a Store, &'a Deployment) -> Progress,
    ) -> Progress {
        let Some(found) = self.region().and_then(|region| region.eks.cluster(cluster)) else {
            return Progress::unmet(Message::new("goal-no-cluster").with("name", cluster));
        };
        match found.kube.deployment(key) {
            Some(deployment) => look(&found.kube, deployment),
            None => {
                Progress::unmet(Message::new("goal-no-deployment").with("name", &key.name).with("cluster", cluster))
            }
        }
    }

    fn pods_running(self, cluster: &str, key: &Key, at_least: u32, image: Option<&ImageRef>) -> Progress {
        let wanted = match image.map(|image| self.image(image)) {
            Some(Ok(found)) => Some(found.digest.to_string()),
            Some(Err(missing)) => return Progress::unmet(missing),
            None => None,
        };
        self.with_deployment(cluster, key, |store, deployment| {
            let pods: Vec<&Pod> = store.replica_sets_of(deployment).flat_map(|set| store.pods_of(set)).collect();
            let runs = |pod: &&&Pod| {
                let right = |id: &str| wanted.as_ref().is_none_or(|digest| id.ends_with(digest.as_str()));
                pod.is_ready() && pod.containers().all(|container| right(&container.image_id))
            };
            let running = u32::try_from(pods.iter().filter(runs).count()).unwrap_or(u32::MAX);
            if running >= at_least {
                return Progress::met();
            }
            let missing = Message::new("goal-few-pods").with("deployment", &key.name).with("cluster", cluster);
            let mut missing = vec![missing.with("found", running).with("wanted", at_least)];
            let waiting = pods.iter().find(|pod| !pod.is_ready());
            missing.extend(waiting.map(|pod| {
                Message::new("goal-pod-waits").with("pod", &pod.metadata.name).with("reason", pod.reason())
            }));
            Progress { met: false, done: running, of: at_least, missing }
        })
    }

    /// Whether a cluster showed objects of the kind since the quest began that are named so, or after it: pods and events
    /// bear the name of what they belong to, with more behind it.
    fn was_shown(self, word: &str, about: &str, namespace: &str) -> bool {
        let Some(kind) = Kind::of_word(word) else { return false };
        let named = |key: &Key| {
            let rest = key.name.strip_prefix(about);
            key.namespace == namespace && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
        };
        self.world.cloud.trail().since(self.since).iter().any(|event| match &event.kind {
            EventKind::Kubernetes { verb: "get" | "list", object, error: None, shown, .. } => {
                let asked = object.split(' ').next().unwrap_or_default();
                (asked == kind.plural() || asked == kind.singular()) && shown.iter().any(named)
            }
            _ => false,
        })
    }

    /// The roles of the nodes that the cluster has: whose credentials pull.
    pub(super) fn node_roles(self, cluster: &str) -> Vec<Arn> {
        let found = self.region().and_then(|region| region.eks.cluster(cluster));
        let mut roles: Vec<Arn> = found
            .into_iter()
            .flat_map(|cluster| cluster.kube.nodes())
            .map(|node| node.machine.role().clone())
            .collect();
        roles.sort();
        roles.dedup();
        roles
    }
}
