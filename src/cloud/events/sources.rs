//! What services tell the bus, in AWS's shapes.

use crate::cloud::Timestamp;

/// A time inside of an event: `2026-03-02T09:00:00.250Z`.
fn moment(at: Timestamp) -> String {
    at.civil().strftime("%Y-%m-%dT%H:%M:%S").to_string() + &format!(".{:03}Z", at.as_millis().rem_euclid(1000))
}

/// Source: Amazon ECR User Guide, "Amazon ECR events and EventBridge" and "EventBridge events sent for enhanced scanning".
pub(in crate::cloud) mod ecr {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::moment;
    use crate::cloud::ecr::{StoredImage, artifact_type};
    use crate::cloud::events::emit::{self, Emitted};
    use crate::cloud::{AccountId, Arn, Cloud, Digest, Region};

    /// An image arrived or left.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::cloud) enum Action {
        Push,
        Delete,
    }

    /// Tells what became of something in a repository.
    fn tell(cloud: &mut Cloud, repository: &Arn, detail_type: &str, named: bool, detail: impl FnOnce(&str) -> Value) {
        let Ok(account) = repository.account().parse::<AccountId>() else { return };
        let region = Region::new(repository.region());
        if !emit::is_heard(cloud, &account, &region) {
            return;
        }
        let name = repository.resource().strip_prefix("repository/").unwrap_or_default();
        let event = Emitted {
            source: "aws.ecr".to_owned(),
            detail_type: detail_type.to_owned(),
            resources: named.then(|| repository.to_string()).into_iter().collect(),
            detail: detail(name),
        };
        emit::send(cloud, &account, &region, event);
    }

    fn with_tag(mut detail: Value, tag: Option<&str>) -> Value {
        if let (Some(tag), Some(members)) = (tag, detail.as_object_mut()) {
            members.insert("image-tag".to_owned(), tag.into());
        }
        detail
    }

    /// `ECR Image Action`.
    pub(in crate::cloud) fn image(
        cloud: &mut Cloud,
        repository: &Arn,
        action: Action,
        image: &Digest,
        tag: Option<&str>,
    ) {
        let action = match action {
            Action::Push => "PUSH",
            Action::Delete => "DELETE",
        };
        tell(cloud, repository, "ECR Image Action", false, |name| {
            let detail =
                json!({"result": "SUCCESS", "repository-name": name, "image-digest": image, "action-type": action});
            with_tag(detail, tag)
        });
    }

    /// An image, or for `ECR Referrer Action` what refers to one, went to the archive or came back.
    /// Inferred: that what refers to an image is told apart on its way into the archive, too.
    pub(in crate::cloud) fn moved(cloud: &mut Cloud, repository: &Arn, image: &StoredImage) {
        let detail_type = if image.subject().is_some() { "ECR Referrer Action" } else { "ECR Image Action" };
        tell(cloud, repository, detail_type, false, |name| {
            let is_archived = image.archived_at.is_some();
            let mut detail = json!({
                "action-type": "UPDATE_STORAGE_CLASS",
                "target-storage-class": if is_archived { "ARCHIVE" } else { "STANDARD" },
                "image-digest": image.digest,
                "repository-name": name,
                "result": "SUCCESS",
                "manifest-media-type": image.media_type,
            });
            if let Some(members) = detail.as_object_mut() {
                let artifact = artifact_type(image).map(|of| ("artifact-media-type".to_owned(), of.into()));
                let activated = image.activated_at.filter(|_| !is_archived);
                let activated = activated.map(|at| ("last-activated-at".to_owned(), moment(at).into()));
                members.extend(artifact.into_iter().chain(activated));
            }
            detail
        });
    }

    /// How often a repository is scanned, and was before.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(in crate::cloud) struct Frequency {
        pub(in crate::cloud) repository: Arn,
        pub(in crate::cloud) now: String,
        pub(in crate::cloud) before: String,
    }

    /// `ECR Scan Resource Change`, of enhanced scanning: repositories are new, or are scanned otherwise than before.
    /// Not told: images that come and go, for it isn't documented how.
    pub(in crate::cloud) fn scan_frequency(cloud: &mut Cloud, account: &AccountId, region: &Region, of: &[Frequency]) {
        if of.is_empty() || !emit::is_heard(cloud, account, region) {
            return;
        }
        let repositories: Vec<Value> = of
            .iter()
            .map(|of| {
                json!({
                    "repository-name": of.repository.resource().strip_prefix("repository/"),
                    "repository-arn": of.repository,
                    "scan-frequency": of.now,
                    "previous-scan-frequency": of.before,
                })
            })
            .collect();
        let event = Emitted {
            source: "aws.ecr".to_owned(),
            detail_type: "ECR Scan Resource Change".to_owned(),
            resources: Vec::new(),
            detail: json!({
                "action-type": "SCAN_FREQUENCY_CHANGE",
                "repositories": repositories,
                "resource-type": "REPOSITORY",
                "scan-type": "ENHANCED",
            }),
        };
        emit::send(cloud, account, region, event);
    }

    /// `Inspector2 Scan`: what Amazon Inspector tells where scanning is enhanced.
    pub(in crate::cloud) fn enhanced_scan(
        cloud: &mut Cloud,
        repository: &Arn,
        image: &Digest,
        counts: &BTreeMap<String, usize>,
        tags: &[String],
    ) {
        let Ok(account) = repository.account().parse::<AccountId>() else { return };
        let region = Region::new(repository.region());
        if !emit::is_heard(cloud, &account, &region) {
            return;
        }
        let mut counts = counts.clone();
        counts.insert("TOTAL".to_owned(), counts.values().sum());
        let event = Emitted {
            source: "aws.inspector2".to_owned(),
            detail_type: "Inspector2 Scan".to_owned(),
            resources: vec![repository.to_string()],
            detail: json!({
                "scan-status": "INITIAL_SCAN_COMPLETE",
                "repository-name": repository,
                "finding-severity-counts": counts,
                "image-digest": image,
                "image-tags": tags,
            }),
        };
        emit::send(cloud, &account, &region, event);
    }

    /// `ECR Image Scan`, of basic scanning.
    pub(in crate::cloud) fn scan(
        cloud: &mut Cloud,
        repository: &Arn,
        image: &Digest,
        status: &str,
        counts: &BTreeMap<String, usize>,
        tags: &[String],
    ) {
        tell(cloud, repository, "ECR Image Scan", true, |name| {
            json!({
                "scan-status": status,
                "repository-name": name,
                "finding-severity-counts": counts,
                "image-digest": image,
                "image-tags": tags,
            })
        });
    }

    /// `ECR Replication Action`, told at the destination, also of what didn't arrive.
    pub(in crate::cloud) fn replication(
        cloud: &mut Cloud,
        repository: &Arn,
        image: &Digest,
        tag: Option<&str>,
        from: (&AccountId, &Region),
        arrived: bool,
    ) {
        tell(cloud, repository, "ECR Replication Action", true, |name| {
            let detail = json!({
                "result": if arrived { "SUCCESS" } else { "FAILED" },
                "repository-name": name,
                "image-digest": image,
                "source-account": from.0,
                "action-type": "REPLICATE",
                "source-region": from.1,
            });
            with_tag(detail, tag)
        });
    }

    /// `ECR Pull Through Cache Action`.
    pub(in crate::cloud) fn pull_through(
        cloud: &mut Cloud,
        repository: &Arn,
        prefix: &str,
        upstream: &str,
        image: &Digest,
        tag: Option<&str>,
    ) {
        tell(cloud, repository, "ECR Pull Through Cache Action", true, |name| {
            let detail = json!({
                "rule-version": "1",
                "sync-status": "SUCCESS",
                "ecr-repository-prefix": prefix,
                "repository-name": name,
                "upstream-registry-url": upstream,
                "image-digest": image,
            });
            with_tag(detail, tag)
        });
    }
}

/// Source: Amazon ECS Developer Guide, "Amazon ECS events".
pub(in crate::cloud) mod ecs {
    use serde_json::{Value, json};

    use super::moment;
    use crate::cloud::events::emit::{self, Emitted};
    use crate::cloud::{AccountId, Arn, Cloud, Region, Timestamp};

    /// `INFO`, `WARN` or `ERROR`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::cloud) enum Level {
        Info,
        Warn,
        Error,
    }

    impl Level {
        fn as_str(self) -> &'static str {
            match self {
                Self::Info => "INFO",
                Self::Warn => "WARN",
                Self::Error => "ERROR",
            }
        }
    }

    /// Whether anybody waits for what happens to something.
    pub(in crate::cloud) fn is_heard(cloud: &Cloud, arn: &Arn) -> bool {
        arn.account().parse().is_ok_and(|account| emit::is_heard(cloud, &account, &Region::new(arn.region())))
    }

    fn tell(cloud: &mut Cloud, arn: &Arn, detail_type: &str, detail: Value) {
        let Ok(account) = arn.account().parse::<AccountId>() else { return };
        let event = Emitted {
            source: "aws.ecs".to_owned(),
            detail_type: detail_type.to_owned(),
            resources: vec![arn.to_string()],
            detail,
        };
        emit::send(cloud, &account, &Region::new(arn.region()), event);
    }

    /// `ECS Task State Change`: the task as it is described, with times as texts.
    pub(in crate::cloud) fn task(cloud: &mut Cloud, task: &Arn, described: Value) {
        let mut detail = described;
        for (name, value) in detail.as_object_mut().into_iter().flatten() {
            if let (true, Some(seconds)) = (name.ends_with("At"), value.as_f64()) {
                *value = moment(Timestamp::from_millis((seconds * 1000.0).round() as i64)).into();
            }
        }
        if let Some(members) = detail.as_object_mut() {
            members.insert("updatedAt".to_owned(), moment(cloud.now()).into());
        }
        tell(cloud, task, "ECS Task State Change", detail);
    }

    /// `ECS Deployment State Change`.
    pub(in crate::cloud) fn deployment(
        cloud: &mut Cloud,
        service: &Arn,
        (level, name): (Level, &str),
        deployment: &str,
        reason: &str,
    ) {
        if !is_heard(cloud, service) {
            return;
        }
        let detail = json!({
            "eventType": level.as_str(),
            "eventName": name,
            "deploymentId": deployment,
            "updatedAt": moment(cloud.now()),
            "reason": reason,
        });
        tell(cloud, service, "ECS Deployment State Change", detail);
    }

    /// `ECS Service Action`.
    pub(in crate::cloud) fn service(cloud: &mut Cloud, service: &Arn, cluster: &Arn, (level, name): (Level, &str)) {
        if !is_heard(cloud, service) {
            return;
        }
        let detail = json!({
            "eventType": level.as_str(),
            "eventName": name,
            "clusterArn": cluster,
            "createdAt": moment(cloud.now()),
        });
        tell(cloud, service, "ECS Service Action", detail);
    }
}
