//! What the API server fills in where a manifest says nothing, and what admission adds to pods.
//! Source: Kubernetes API reference, the defaults of each field; "ServiceAccount admission controller".

use std::collections::BTreeMap;

use serde_json::json;

use super::plain::ServiceAccount;
use super::pod::{PodSpec, PullPolicy, RestartPolicy};
use super::scheduler;
use super::workload::{Deployment, IntOrPercent, RollingUpdate, Strategy};
use crate::cloud::Cloud;
use crate::cloud::eks::home::Home;
use crate::cloud::oci::Reference;

/// The fields of a pod's spec.
pub(super) fn pod(spec: &mut PodSpec) {
    for container in &mut spec.containers {
        if container.image_pull_policy.is_none() {
            container.image_pull_policy = Some(pull_policy(&container.image));
        }
        if container.resources.is_null() {
            container.resources = json!({});
        }
        for port in &mut container.ports {
            port.protocol.get_or_insert_with(|| "TCP".to_owned());
        }
    }
    spec.dns_policy.get_or_insert_with(|| "ClusterFirst".to_owned());
    spec.restart_policy.get_or_insert(RestartPolicy::Always);
    spec.scheduler_name.get_or_insert_with(|| "default-scheduler".to_owned());
    spec.security_context.get_or_insert_with(|| json!({}));
    spec.termination_grace_period_seconds.get_or_insert(30);
}

/// Source: Kubernetes, "Images", "Default image pull policy": the tag `latest`, said or meant, is always asked for.
fn pull_policy(image: &str) -> PullPolicy {
    let latest = match image.parse::<Reference>() {
        Ok(reference) => reference.digest.is_none() && reference.tag.as_deref().is_none_or(|tag| tag == "latest"),
        Err(_) => false,
    };
    if latest { PullPolicy::Always } else { PullPolicy::IfNotPresent }
}

/// The fields of a deployment.
pub(super) fn deployment(deployment: &mut Deployment) {
    let spec = &mut deployment.spec;
    spec.replicas.get_or_insert(1);
    spec.progress_deadline_seconds.get_or_insert(600);
    spec.revision_history_limit.get_or_insert(10);
    let strategy = spec.strategy.get_or_insert_with(Strategy::default);
    if strategy.kind.is_empty() {
        strategy.kind = "RollingUpdate".to_owned();
    }
    if strategy.kind == "RollingUpdate" {
        strategy.rolling_update.get_or_insert_with(|| RollingUpdate {
            max_surge: IntOrPercent::default(),
            max_unavailable: IntOrPercent::default(),
        });
    }
    pod(&mut spec.template.spec);
}

/// What a pod gets when it is let in: its service account with that account's pull secrets, and Fargate's scheduler where
/// a profile takes it.
pub(super) fn admit(
    cloud: &Cloud,
    home: &Home,
    cluster: &str,
    namespace: &str,
    labels: &BTreeMap<String, String>,
    spec: &mut PodSpec,
    account: &ServiceAccount,
) {
    pod(spec);
    spec.service_account_name = Some(account.metadata.name.clone());
    if spec.image_pull_secrets.is_empty() {
        spec.image_pull_secrets.clone_from(&account.image_pull_secrets);
    }
    let owner = home.state(cloud).and_then(|state| state.cluster(cluster));
    let profile = owner.and_then(|owner| scheduler::profile(owner.fargate_profiles(), namespace, labels));
    if profile.is_some() {
        spec.scheduler_name = Some(scheduler::FARGATE.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tag_latest_is_always_asked_for() {
        for image in ["nginx", "nginx:latest", "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/web"] {
            assert_eq!(pull_policy(image), PullPolicy::Always, "{image}");
        }
        for image in ["nginx:1.27", "Bad Name", "web:v1"] {
            assert_eq!(pull_policy(image), PullPolicy::IfNotPresent, "{image}");
        }
    }
}
