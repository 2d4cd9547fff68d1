//! Pull-through cache: repositories under a prefix that fill themselves from another registry when they are pulled from.
//!
//! Source: Amazon ECR User Guide, "Sync an upstream registry with an Amazon ECR private registry".

mod upstream;

pub use upstream::Upstream;
pub(super) use upstream::{check_secret, sign_in};

use std::sync::Arc;

use serde::Deserialize;

use super::errors;
use super::ops::{ImageIdentifier, Nothing};
use super::parcel::{self, Parcel};
use super::place::Place;
use super::state::State;
use super::templates::{self, CreateRepositoryFor, ROOT, Scenario, namespace};
use crate::cloud::iam::ServiceLinkedRole;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Digest, Duration, Operation, Service, Timestamp, events};

/// A tag is looked up at the upstream once in so long.
const CHECK_EVERY: Duration = Duration::hours(24);

/// Who reads the credentials, and pulls from other registries of the account.
pub const ROLE: ServiceLinkedRole = ServiceLinkedRole::ECR_PULL_THROUGH_CACHE;

/// A rule: which repositories, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Without slash at its end, or `ROOT`.
    pub prefix: String,
    /// As it was given: a host, such as `registry-1.docker.io`.
    pub url: String,
    pub upstream: Upstream,
    /// The secret with the upstream's user name and access token.
    pub credential_arn: Option<String>,
    pub custom_role_arn: Option<String>,
    /// What stands before the path at the upstream; `ROOT` for nothing.
    pub upstream_prefix: String,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
}

impl Rule {
    /// The upstream's host as images name it.
    fn image_host(&self) -> &str {
        match self.upstream {
            Upstream::DockerHub => "docker.io",
            _ => &self.url,
        }
    }

    /// What a repository of the rule is called at the upstream.
    fn upstream_path(&self, repository: &str) -> String {
        let path = repository.strip_prefix(&namespace(&self.prefix)).unwrap_or(repository);
        namespace(&self.upstream_prefix) + path
    }
}

/// The rule for a repository of that name: the one of the longest prefix.
pub(super) fn find(state: &State, repository: &str) -> Option<Arc<Rule>> {
    let fits = |rule: &&Arc<Rule>| {
        let namespace = namespace(&rule.prefix);
        repository.len() > namespace.len() && repository.starts_with(&namespace)
    };
    state.pull_through.values().filter(fits).max_by_key(|rule| namespace(&rule.prefix).len()).cloned()
}

/// Why nothing came from the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The upstream does not have it.
    NotFound,
    /// The upstream does not let this registry have it: the failure code and reason of batch operations.
    Refused(&'static str, String),
    /// The rule's credentials are of no use: in AWS's words.
    Credentials(String),
}

/// Before a pull: brings what is asked for from the upstream, if there is a rule for the repository and it is time to look.
///
/// What is there is served also when the upstream fails, and when the puller may not import. Gives the failures of ids that
/// are not there.
///
/// # Errors
/// When the rule's credentials are of no use and something is not there yet.
pub(super) fn before_pull(
    cloud: &mut Cloud,
    caller: &Caller,
    place: &Place,
    ids: &[ImageIdentifier],
) -> Result<Vec<(ImageIdentifier, &'static str, String)>, ApiError> {
    let Some(rule) = place.state(cloud).and_then(|state| find(state, &place.name)) else { return Ok(Vec::new()) };
    let mut failures = Vec::new();
    for id in ids {
        let Some((name, is_there)) = wanted(cloud, place, id) else { continue };
        match bring(cloud, caller, place, &rule, id, name) {
            Ok(()) | Err(Failure::NotFound) => {}
            Err(_) if is_there => {}
            Err(Failure::Refused(code, reason)) => failures.push((id.clone(), code, reason)),
            Err(Failure::Credentials(reason)) => {
                return Err(ApiError::new("UnableToGetUpstreamImageException", reason));
            }
        }
    }
    Ok(failures)
}

/// What an id asks the upstream for, and whether the repository has it; none where there is nothing to ask.
fn wanted(cloud: &Cloud, place: &Place, id: &ImageIdentifier) -> Option<(String, bool)> {
    id.check().ok()?;
    let name = id.image_digest.clone().or_else(|| id.image_tag.clone())?;
    let Ok(repository) = place.repository(cloud) else { return Some((name, false)) };
    let is_there = match name.parse::<Digest>() {
        // A digest always means the same.
        Ok(digest) if repository.image(&digest).is_some() => return None,
        Ok(_) => false,
        Err(_) => repository.tags.contains_key(&name),
    };
    let is_fresh = |checked: &Timestamp| cloud.now() - *checked < CHECK_EVERY;
    let checked = repository.upstream_checks.get(&name).is_some_and(is_fresh);
    (!(is_there && checked)).then_some((name, is_there))
}

fn bring(
    cloud: &mut Cloud,
    caller: &Caller,
    place: &Place,
    rule: &Rule,
    id: &ImageIdentifier,
    name: String,
) -> Result<(), Failure> {
    let path = rule.upstream_path(&place.name);
    let (parcel, digest) = upstream::fetch(cloud, place, rule, &path, id)?;
    // Who may not make the repository is told that it is not there, and who may not import, that the image is not:
    // so neither refusal is handed on. Source: Amazon ECR User Guide, "Troubleshooting pull through cache issues".
    if place.repository(cloud).is_err()
        && cloud.call(caller, CreateRepositoryFor::new(place, Scenario::PullThroughCache)).is_err()
    {
        return Ok(());
    }
    let tag = id.image_tag.clone();
    let import =
        BatchImportUpstreamImage { place: Some(place.clone()), parcel, digest: Some(digest.clone()), tag: tag.clone() };
    if cloud.call(caller, import).is_ok() {
        let now = cloud.now();
        events::ecr::pull_through(cloud, &place.arn(), &rule.prefix, &rule.url, &digest, tag.as_deref());
        if let Ok(repository) = place.repository_mut(cloud) {
            repository.upstream_checks.insert(name, now);
        }
    }
    Ok(())
}

/// Keeps what came from the upstream. It has a permission of its own but is no operation that one could call: the pull does
/// this, it is never read from a request.
#[derive(Clone, Debug, Deserialize)]
struct BatchImportUpstreamImage {
    #[serde(skip)]
    place: Option<Place>,
    #[serde(skip)]
    parcel: Parcel,
    #[serde(skip)]
    digest: Option<Digest>,
    #[serde(skip)]
    tag: Option<String>,
}

impl Operation for BatchImportUpstreamImage {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "BatchImportUpstreamImage";
    type Output = Nothing;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        self.place.iter().map(|place| Authorization::on("ecr:BatchImportUpstreamImage", place.arn())).collect()
    }

    fn run(self, cloud: &mut Cloud, _caller: &Caller) -> Result<Nothing, ApiError> {
        let (Some(place), Some(digest)) = (self.place, self.digest) else { return Ok(Nothing {}) };
        self.parcel.unpack(cloud, &place)?;
        if let Some(tag) = self.tag {
            parcel::tag(place.repository_mut(cloud)?, tag, digest);
        }
        Ok(Nothing {})
    }
}

/// Checks the parts of a rule.
///
/// # Errors
/// Source of the texts: Amazon ECR service model and observed answers; those marked "Inferred" are ours in AWS's style.
pub(super) fn check(rule: &Rule) -> Result<(), ApiError> {
    templates::check_prefix("ecrRepositoryPrefix", &rule.prefix, 2..=30)?;
    templates::check_prefix("upstreamRepositoryPrefix", &rule.upstream_prefix, 2..=30)?;
    if rule.prefix == ROOT && rule.upstream_prefix != ROOT {
        // Inferred: the rule is documented, its text is not.
        return Err(errors::validation("The ROOT prefix can only be used with the ROOT upstream repository prefix"));
    }
    if rule.upstream.needs_secret() && rule.credential_arn.is_none() {
        return Err(ApiError::new(
            "UnsupportedUpstreamRegistryException",
            "The specified upstream registry requires authentication. Specify a valid Secrets Manager ARN.",
        ));
    }
    if let Some(arn) = &rule.credential_arn
        && !arn.contains(":secret:ecr-pullthroughcache/")
    {
        // Source: Amazon ECR service model, the pattern of `CredentialArn`.
        let pattern =
            r"^arn:aws(-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr\-pullthroughcache\/[a-zA-Z0-9\/_+=.@-]+$";
        let text = format!("must satisfy regular expression '{pattern}'");
        return Err(errors::invalid("credentialArn", text));
    }
    if !rule.upstream.needs_secret() && rule.credential_arn.is_some() {
        // Inferred.
        return Err(errors::invalid("credentialArn", "The specified upstream registry does not use credentials"));
    }
    Ok(())
}
