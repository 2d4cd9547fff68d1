//! Lifecycle policies: rules over an image list, evaluated all at once, each image acted on by at most one.
//!
//! [`Policy::parse`] reads and checks a text, [`evaluate`] says which rule claims which image and what becomes of it;
//! [`Case`] does both for a question from outside.
//! A repository's policy runs once a day of simulated time; a preview shows the same evaluation without acting.

mod case;
mod evaluate;
mod parse;
mod policy;
mod run;

pub use case::{Case, CaseError, CaseOutcome};
pub use evaluate::{Acted, Candidate, Evaluation, Fate, RuleOutcome, candidates, evaluate};
pub use policy::{Action, Criterion, Policy, Rule, StorageClass, TagSelection};
pub(super) use run::{finish_preview, first_run, run_policy};

use std::sync::Arc;

use crate::cloud::{Digest, Duration, Timestamp};

/// How long a preview is in progress. Ours: AWS says no more than "some time".
pub const PREVIEW_TIME: Duration = Duration::seconds(5);

/// The policy of a repository.
#[derive(Clone, Debug)]
pub struct Attached {
    /// As it was sent; it comes back byte for byte.
    pub text: String,
    /// The same, read.
    pub policy: Arc<Policy>,
    /// When it last ran; none before the first time.
    pub last_evaluated_at: Option<Timestamp>,
    /// When it runs next.
    pub next_run: Timestamp,
}

/// A preview that was asked for.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The policy's text, as it was sent.
    pub text: String,
    pub policy: Arc<Policy>,
    /// When it is complete.
    pub ready_at: Timestamp,
    /// What would happen; none while it is in progress.
    pub result: Option<PreviewResult>,
}

/// What a policy would do at the moment when its preview ended.
#[derive(Clone, Debug)]
pub struct PreviewResult {
    /// Why: each rule with the images that it saw.
    pub evaluation: Evaluation,
    /// The images that would go, by rule, the oldest first.
    pub images: Vec<PreviewedImage>,
}

/// An image that a policy would act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewedImage {
    pub digest: Digest,
    pub tags: Vec<String>,
    pub pushed_at: Timestamp,
    pub acted: Acted,
    /// Where the image is now.
    pub storage_class: StorageClass,
}
