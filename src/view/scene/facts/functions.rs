//! Lambda's functions, and whether the image that each is pinned to is still what its tag names.

use crate::cloud::lambda::{self, FunctionState, UpdateStatus};
use crate::cloud::{Digest, Regional};

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    /// `Active`, or what AWS calls the state of the last change while that says more.
    pub state: String,
    pub standing: Standing,
    /// The repository of its image.
    pub repository: String,
    /// The tag that it was deployed from, if it was by a tag.
    pub tag: Option<String>,
    /// What runs, whatever became of the tag.
    pub digest: Digest,
    /// Whether the tag names another image by now, or none.
    pub moved: bool,
    /// Why it does not work, in AWS's words.
    pub reason: Option<String>,
}

/// How something stands that runs an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its image is being pulled, or it has no place yet.
    Waiting,
    Works,
    Idle,
    Failed,
}

impl Function {
    /// A function as it is drawn.
    pub fn of(regional: &Regional, found: &lambda::Function) -> Self {
        function(regional, found)
    }
}

fn function(regional: &Regional, found: &lambda::Function) -> Function {
    let latest = found.latest();
    let (state, standing) = match (latest.state, latest.update) {
        (FunctionState::Active, UpdateStatus::Failed) => ("Update failed", Standing::Failed),
        (FunctionState::Active, UpdateStatus::InProgress) => ("Updating", Standing::Waiting),
        (FunctionState::Active, UpdateStatus::Successful) => ("Active", Standing::Works),
        (FunctionState::Pending, _) => ("Pending", Standing::Waiting),
        (FunctionState::Inactive, _) => ("Inactive", Standing::Idle),
        (FunctionState::Failed, _) => ("Failed", Standing::Failed),
    };
    let (repository, tag) = named(&latest.code.uri);
    let means = tag.and_then(|tag| regional.ecr.repository(repository)?.tags.get(tag));
    Function {
        name: found.name.clone(),
        state: state.to_owned(),
        standing,
        repository: repository.to_owned(),
        tag: tag.map(str::to_owned),
        digest: latest.code.digest.clone(),
        moved: tag.is_some() && means != Some(&latest.code.digest),
        reason: latest.trouble().map(|reason| reason.text.clone()),
    }
}

/// The repository and the tag in an image's name.
fn named(uri: &str) -> (&str, Option<&str>) {
    let path = uri.split_once('/').map_or(uri, |(_, path)| path);
    if let Some((repository, _)) = path.split_once('@') {
        return (repository, None);
    }
    path.split_once(':').map_or((path, Some("latest")), |(repository, tag)| (repository, Some(tag)))
}
