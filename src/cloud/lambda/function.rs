//! Functions, their versions and aliases, and the states that they are in.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::home::LATEST;
use super::image::Snapshot;
use super::policy::ResourcePolicy;
use crate::cloud::iam::Decision;
use crate::cloud::{Arn, Digest, Timestamp};

/// A function: the version that can be changed, those that were published, and the names for them.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    /// Without qualifier.
    pub arn: Arn,
    pub(super) latest: Arc<Configuration>,
    /// What runs while an update of `$LATEST` is under way, and again if it fails.
    pub(super) before: Option<Arc<Configuration>>,
    pub(super) versions: BTreeMap<u32, Arc<Configuration>>,
    /// The number of the newest version that was ever published.
    pub(super) published: u32,
    pub(super) aliases: BTreeMap<String, Arc<Alias>>,
    pub tags: BTreeMap<String, String>,
    /// How many invocations may run at once; 0 stops all.
    pub reserved_concurrency: Option<u32>,
    pub(super) last_invocation: Option<Answered>,
    /// Resource policies: of the function, and of its versions and aliases by qualifier.
    pub(super) policies: BTreeMap<Option<String>, Arc<ResourcePolicy>>,
}

/// An invocation that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which version ran.
    pub version: String,
    /// Which image that was.
    pub digest: Digest,
    /// Whether the answer was an error of the function.
    pub failed: bool,
    pub at: Timestamp,
}

impl Function {
    /// How the function was invoked last, and what came of it.
    pub fn last_invocation(&self) -> Option<&Answered> {
        self.last_invocation.as_ref()
    }

    /// The version that can be changed, as it is shown.
    pub fn latest(&self) -> &Configuration {
        &self.latest
    }

    /// The published versions, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Configuration> {
        self.versions.values().map(Arc::as_ref)
    }

    /// The aliases, by name.
    pub fn aliases(&self) -> impl Iterator<Item = &Alias> {
        self.aliases.values().map(Arc::as_ref)
    }

    /// An alias by name.
    pub fn alias(&self, name: &str) -> Option<&Alias> {
        self.aliases.get(name).map(Arc::as_ref)
    }

    /// A version: `$LATEST` or a number.
    pub fn version(&self, version: &str) -> Option<&Configuration> {
        match version {
            LATEST => Some(&self.latest),
            number => self.versions.get(&number.parse().ok()?).map(Arc::as_ref),
        }
    }

    /// The version that a qualifier leads to: `$LATEST` without one, of an alias the one that it names.
    pub fn resolve(&self, qualifier: Option<&str>) -> Option<&Configuration> {
        let qualifier = qualifier.unwrap_or(LATEST);
        self.version(qualifier).or_else(|| self.version(&self.alias(qualifier)?.version))
    }

    /// What an invocation of a version runs: while `$LATEST` is being updated, what it was before.
    pub(super) fn runs(&self, version: &str) -> Option<&Configuration> {
        match (&self.before, version) {
            (Some(before), LATEST) => Some(before),
            _ => self.version(version),
        }
    }

    pub(super) fn version_mut(&mut self, version: &str) -> Option<&mut Configuration> {
        match version {
            LATEST => Some(Arc::make_mut(&mut self.latest)),
            number => self.versions.get_mut(&number.parse().ok()?).map(Arc::make_mut),
        }
    }
}

/// A version of a function: what runs, and how.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// `$LATEST`, or a number.
    pub version: String,
    /// The execution role: who the code is.
    pub role: Arn,
    pub description: String,
    /// In seconds.
    pub timeout: u32,
    /// In MB.
    pub memory: u32,
    pub environment: BTreeMap<String, String>,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    pub image: ImageSettings,
    /// `/tmp`, in MB.
    pub storage: u32,
    /// Where it writes its logs.
    pub log_group: String,
    pub code: Code,
    pub revision: String,
    pub modified_at: Timestamp,
    pub state: FunctionState,
    /// Why it is in that state, if it is not active.
    pub reason: Option<Reason>,
    /// How the last change of the function ended.
    pub update: UpdateStatus,
    /// Why, if it did not go through.
    pub update_reason: Option<Reason>,
    /// Where its code ran last.
    pub(super) sandbox: Option<Sandbox>,
}

/// A place where code runs: kept warm for a while after an invocation.
#[derive(Clone, Debug)]
pub(super) struct Sandbox {
    /// Its log stream.
    pub(super) stream: String,
    pub(super) used_at: Timestamp,
}

impl Configuration {
    /// Why the function does not work, or why its last change did not go through.
    pub fn trouble(&self) -> Option<&Reason> {
        let failed = (self.update == UpdateStatus::Failed).then_some(self.update_reason.as_ref()).flatten();
        let state = matches!(self.state, FunctionState::Failed | FunctionState::Inactive);
        state.then_some(self.reason.as_ref()).flatten().or(failed)
    }
}

/// A function's image.
#[derive(Clone, Debug)]
pub struct Code {
    /// As the request named it.
    pub uri: String,
    /// The repository, `HOST/PATH`.
    pub repository: String,
    /// What the tag meant when the function was deployed.
    pub digest: Digest,
    /// What Lambda made of the image; none before it is ready, and when the function was idle for long.
    pub(super) snapshot: Option<Arc<Snapshot>>,
}

impl Code {
    /// `HOST/PATH@sha256:…`.
    pub fn resolved_uri(&self) -> String {
        format!("{}@{}", self.repository, self.digest)
    }
}

/// What stands in place of the image's own entry point, command and working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ImageSettings {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
}

impl ImageSettings {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a function can be invoked. Source: AWS Lambda Developer Guide, "Lambda function states".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionState {
    /// Its image is not ready yet.
    Pending,
    Active,
    /// It was idle for long; an invocation wakes it.
    Inactive,
    /// It could not be made: it has to be deleted.
    Failed,
}

impl FunctionState {
    /// As AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Failed => "Failed",
        }
    }
}

/// How a change of a function goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpdateStatus {
    InProgress,
    Successful,
    Failed,
}

impl UpdateStatus {
    /// As AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Successful => "Successful",
            Self::Failed => "Failed",
        }
    }
}

/// Why a function, or its last change, is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Such as `ImageAccessDenied`.
    pub code: &'static str,
    /// In AWS's words.
    pub text: String,
    /// The request that it follows from, where there is one.
    pub cause: Option<Cause>,
}

/// A request that did not go through.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Its number on the trail.
    pub event: u64,
    /// What IAM said, where IAM stopped it.
    pub decision: Option<Arc<Decision>>,
}

impl Reason {
    pub(super) fn of(code: &'static str, text: &str) -> Self {
        Self { code, text: text.to_owned(), cause: None }
    }

    /// Source: observed.
    pub(super) fn creating() -> Self {
        Self::of("Creating", "The function is being created.")
    }

    /// Inferred: the text, after that of a function in the making.
    pub(super) fn restoring() -> Self {
        Self::of("Restoring", "The function is being restored.")
    }

    /// Inferred: the text; the code is documented.
    pub(super) fn idle() -> Self {
        Self::of("Idle", "The function is idle.")
    }
}

/// A name for a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    pub name: String,
    pub arn: Arn,
    pub description: String,
    /// Where most invocations go.
    pub version: String,
    /// Where some go: the part of them, by version.
    pub weights: BTreeMap<String, f64>,
    pub revision: String,
}
