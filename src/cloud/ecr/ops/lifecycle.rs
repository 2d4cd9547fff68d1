//! Lifecycle policies and their previews.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::image_list::ImagesFilter;
use super::repositories::no_paging_with;
use super::shapes::ImageIdentifier;
use crate::cloud::ecr::lifecycle::{self, Action, Attached, Policy, Preview, PreviewedImage};
use crate::cloud::ecr::paging;
use crate::cloud::ecr::place::{Place, ask};
use crate::cloud::ecr::state::Due;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Digest, Operation, Service, Timestamp};

/// What `lastEvaluatedAt` says before the first run. Source: AWS CLI reference, example of delete-lifecycle-policy (`0.0`).
const NEVER: Timestamp = Timestamp::from_millis(0);

/// Sets the repository's policy, in place of the one that it may have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutLifecyclePolicy {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub lifecycle_policy_text: String,
}

/// A repository's policy, and whose it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecyclePolicyOutput {
    pub registry_id: String,
    pub repository_name: String,
    /// Byte for byte as it was put.
    pub lifecycle_policy_text: String,
    /// When it last ran; 1970 before the first time. Put does not answer it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_evaluated_at: Option<Timestamp>,
}

impl LifecyclePolicyOutput {
    fn new(place: Place, attached: &Attached) -> Self {
        Self {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            lifecycle_policy_text: attached.text.clone(),
            last_evaluated_at: Some(attached.last_evaluated_at.unwrap_or(NEVER)),
        }
    }
}

impl Operation for PutLifecyclePolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutLifecyclePolicy";
    type Output = LifecyclePolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:PutLifecyclePolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<LifecyclePolicyOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let policy = Policy::parse(&self.lifecycle_policy_text)?;
        let now = cloud.now();
        let repository = place.repository_mut(cloud)?;
        // A changed policy waits for the run that was due anyway.
        let (next_run, last_evaluated_at) = match &repository.lifecycle {
            Some(attached) => (attached.next_run, attached.last_evaluated_at),
            None => (lifecycle::first_run(&place.name, now), None),
        };
        repository.lifecycle = Some(Arc::new(Attached {
            text: self.lifecycle_policy_text.clone(),
            policy: Arc::new(policy),
            last_evaluated_at,
            next_run,
        }));
        place.state_mut(cloud).agenda.insert((next_run, Due::Lifecycle(place.name.clone())));
        Ok(LifecyclePolicyOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            lifecycle_policy_text: self.lifecycle_policy_text,
            last_evaluated_at: None,
        })
    }
}

/// Reads the repository's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetLifecyclePolicy {
    pub registry_id: Option<String>,
    pub repository_name: String,
}

impl Operation for GetLifecyclePolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetLifecyclePolicy";
    type Output = LifecyclePolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:GetLifecyclePolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<LifecyclePolicyOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let attached = place.repository(cloud)?.lifecycle.clone();
        let attached = attached.ok_or_else(|| place.in_().lifecycle_policy_not_found())?;
        Ok(LifecyclePolicyOutput::new(place, &attached))
    }
}

/// Removes the repository's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteLifecyclePolicy {
    pub registry_id: Option<String>,
    pub repository_name: String,
}

impl Operation for DeleteLifecyclePolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeleteLifecyclePolicy";
    type Output = LifecyclePolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:DeleteLifecyclePolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<LifecyclePolicyOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let attached = place.repository_mut(cloud)?.lifecycle.take();
        let attached = attached.ok_or_else(|| place.in_().lifecycle_policy_not_found())?;
        let date = (attached.next_run, Due::Lifecycle(place.name.clone()));
        place.state_mut(cloud).agenda.remove(&date);
        Ok(LifecyclePolicyOutput::new(place, &attached))
    }
}

/// Asks what a policy would do: the given one, or else the repository's own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StartLifecyclePolicyPreview {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub lifecycle_policy_text: Option<String>,
}

/// The preview has begun.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StartLifecyclePolicyPreviewOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub lifecycle_policy_text: String,
    /// `IN_PROGRESS`.
    pub status: &'static str,
}

impl Operation for StartLifecyclePolicyPreview {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "StartLifecyclePolicyPreview";
    type Output = StartLifecyclePolicyPreviewOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:StartLifecyclePolicyPreview")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<StartLifecyclePolicyPreviewOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        let (text, policy) = match (self.lifecycle_policy_text, &repository.lifecycle) {
            (Some(text), _) => {
                let policy = Arc::new(Policy::parse(&text)?);
                (text, policy)
            }
            (None, Some(attached)) => (attached.text.clone(), Arc::clone(&attached.policy)),
            (None, None) => return Err(place.in_().lifecycle_policy_not_found()),
        };
        if repository.preview.as_ref().is_some_and(|preview| preview.result.is_none()) {
            return Err(place.in_().preview_in_progress());
        }
        let ready_at = cloud.now() + lifecycle::PREVIEW_TIME;
        let preview = Preview { text: text.clone(), policy, ready_at, result: None };
        place.repository_mut(cloud)?.preview = Some(Arc::new(preview));
        place.state_mut(cloud).agenda.insert((ready_at, Due::Preview(place.name.clone())));
        Ok(StartLifecyclePolicyPreviewOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            lifecycle_policy_text: text,
            status: "IN_PROGRESS",
        })
    }
}

/// Reads a preview.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetLifecyclePolicyPreview {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_ids: Option<Vec<ImageIdentifier>>,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
    /// Only `tagStatus` matters here.
    pub filter: Option<ImagesFilter>,
}

/// What would happen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetLifecyclePolicyPreviewOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub lifecycle_policy_text: String,
    /// `IN_PROGRESS` or `COMPLETE`.
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_results: Option<Vec<LifecyclePolicyPreviewResult>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<LifecyclePolicyPreviewSummary>,
}

/// An image that the policy would act on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecyclePolicyPreviewResult {
    pub image_tags: Vec<String>,
    pub image_digest: Digest,
    pub image_pushed_at: Timestamp,
    pub action: LifecyclePolicyRuleAction,
    pub applied_rule_priority: u64,
    /// Where the image is now: `STANDARD` or `ARCHIVE`.
    pub storage_class: &'static str,
}

/// What would be done to it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecyclePolicyRuleAction {
    /// `EXPIRE` or `TRANSITION`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_storage_class: Option<&'static str>,
}

/// How many images in all.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecyclePolicyPreviewSummary {
    pub expiring_image_total_count: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transitioning_image_total_counts: Vec<TransitioningImageTotalCount>,
}

/// How many would move to a storage class.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransitioningImageTotalCount {
    pub target_storage_class: &'static str,
    pub image_total_count: usize,
}

impl LifecyclePolicyPreviewResult {
    fn new(image: &PreviewedImage) -> Self {
        Self {
            image_tags: image.tags.clone(),
            image_digest: image.digest.clone(),
            image_pushed_at: image.pushed_at,
            action: LifecyclePolicyRuleAction {
                kind: image.acted.action.as_str(),
                target_storage_class: (image.acted.action == Action::Archive).then_some("ARCHIVE"),
            },
            applied_rule_priority: image.acted.priority,
            storage_class: image.storage_class.as_str(),
        }
    }
}

impl LifecyclePolicyPreviewSummary {
    fn new(images: &[PreviewedImage]) -> Self {
        let count = |action| images.iter().filter(|image| image.acted.action == action).count();
        let archiving = count(Action::Archive);
        let archive = TransitioningImageTotalCount { target_storage_class: "ARCHIVE", image_total_count: archiving };
        Self {
            expiring_image_total_count: count(Action::Expire),
            transitioning_image_total_counts: (archiving > 0).then_some(archive).into_iter().collect(),
        }
    }
}

impl Operation for GetLifecyclePolicyPreview {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetLifecyclePolicyPreview";
    type Output = GetLifecyclePolicyPreviewOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:GetLifecyclePolicyPreview")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetLifecyclePolicyPreviewOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let preview = place.repository(cloud)?.preview.clone();
        let preview = preview.ok_or_else(|| place.in_().preview_not_found())?;
        let mut output = GetLifecyclePolicyPreviewOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name.clone(),
            lifecycle_policy_text: preview.text.clone(),
            status: "IN_PROGRESS",
            next_token: None,
            preview_results: None,
            summary: None,
        };
        let Some(result) = &preview.result else { return Ok(output) };
        output.status = "COMPLETE";
        output.summary = Some(LifecyclePolicyPreviewSummary::new(&result.images));
        let filter = self.filter.unwrap_or_default();
        filter.check()?;
        if let Some(ids) = &self.image_ids {
            no_paging_with("imageIds", self.next_token.as_deref(), self.max_results)?;
            super::layers::check_count("imageIds", ids.len())?;
            ids.iter().try_for_each(ImageIdentifier::check)?;
        }
        let wanted = |image: &&PreviewedImage| {
            let named = self.image_ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id.names(image)));
            named && filter.takes_tags(!image.tags.is_empty())
        };
        let images = result.images.iter().filter(wanted);
        let (page, next_token) = paging::page(images, self.max_results, 100, self.next_token.as_deref())?;
        output.preview_results = Some(page.into_iter().map(LifecyclePolicyPreviewResult::new).collect());
        output.next_token = next_token;
        Ok(output)
    }
}

impl ImageIdentifier {
    fn names(&self, image: &PreviewedImage) -> bool {
        let digest = self.image_digest.as_ref().is_none_or(|digest| *digest == image.digest.to_string());
        digest && self.image_tag.as_ref().is_none_or(|tag| image.tags.contains(tag))
    }
}
