//! Questions to EKS: pods, and what was asked of a cluster.

use super::Scope;
use crate::cloud::EventKind;
use crate::cloud::eks::{Deployment, Key, Kind, Pod, Store};
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
            Predicate::KubernetesAsked { kinds } => Progress::of(self.asked(kinds), || {
                Message::new("goal-kubernetes-not-asked").with("kinds", kinds.join(", "))
            }),
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

    /// Whether a cluster answered a question about all of the kinds since the quest began.
    fn asked(self, kinds: &[String]) -> bool {
        kinds.iter().all(|word| {
            let kind = Kind::of_word(word);
            self.world.cloud.trail().since(self.since).iter().any(|event| match &event.kind {
                EventKind::Kubernetes { verb: "get" | "list", object, error: None, .. } => {
                    let asked = object.split(' ').next().unwrap_or_default();
                    kind.is_some_and(|kind| asked == kind.plural() || asked == kind.singular())
                }
                _ => false,
            })
        })
    }
}
