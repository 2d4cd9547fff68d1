//! Repository creation templates: how a repository begins that ECR makes by itself.
//!
//! Source: Amazon ECR User Guide, "Templates to control repositories created during a pull through cache, create on push, or
//! replication action": the template of the longest prefix applies, `ROOT` where none does; without template, the defaults.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::lifecycle::{self, Attached};
use super::ops::{new_repository, tell_new};
use super::place::Place;
use super::state::{Due, Encryption, ExclusionFilter, Mutability, State};
use super::{encryption, errors};
use crate::cloud::iam::Policy;
use crate::cloud::{
    ApiError, Arn, Authorization, Caller, Cloud, Operation, Origin, Principal, Region, Service, Timestamp, iam,
};

/// Why ECR makes a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    Replication,
    PullThroughCache,
    CreateOnPush,
}

impl Scenario {
    /// All, in the service model's order.
    pub const ALL: [Self; 3] = [Self::Replication, Self::PullThroughCache, Self::CreateOnPush];

    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replication => "REPLICATION",
            Self::PullThroughCache => "PULL_THROUGH_CACHE",
            Self::CreateOnPush => "CREATE_ON_PUSH",
        }
    }
}

/// The prefix of the template, and of the pull-through cache rule, that stands in where no other fits.
pub(super) const ROOT: &str = "ROOT";

/// A template. What it does not say is as in a repository that nobody configured.
#[derive(Clone, Debug)]
pub struct Template {
    /// Without slash at its end, or `ROOT`.
    pub prefix: String,
    pub description: Option<String>,
    pub encryption: Option<Encryption>,
    pub resource_tags: BTreeMap<String, String>,
    pub mutability: Mutability,
    pub exclusion_filters: Vec<ExclusionFilter>,
    pub policy: Option<Arc<Policy>>,
    /// As it was sent, and read.
    pub lifecycle: Option<(String, Arc<lifecycle::Policy>)>,
    pub applied_for: Vec<Scenario>,
    pub custom_role_arn: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What stands before the path in repositories that a prefix is for: `team/` for `team` and `team/`; nothing for `ROOT`.
pub(super) fn namespace(prefix: &str) -> String {
    match prefix.trim_end_matches('/') {
        ROOT => String::new(),
        prefix => format!("{prefix}/"),
    }
}

/// The template for a repository of that name.
pub(super) fn find(state: &State, repository: &str, scenario: Scenario) -> Option<Arc<Template>> {
    let fits = |template: &&Arc<Template>| {
        template.applied_for.contains(&scenario) && repository.starts_with(&namespace(&template.prefix))
    };
    state.templates.values().filter(fits).max_by_key(|template| namespace(&template.prefix).len()).cloned()
}

/// Makes a repository that nobody asked for by name.
///
/// # Errors
/// When the registry is full.
pub(super) fn create(cloud: &mut Cloud, place: &Place, scenario: Scenario) -> Result<(), ApiError> {
    let template = place.state(cloud).and_then(|state| find(state, &place.name, scenario));
    let mut repository = new_repository(cloud, place)?;
    if let Some(template) = template {
        if let Some(wanted) = &template.encryption {
            let role = role_caller(cloud, place, &template)?;
            repository.encryption = encryption::settle(cloud, &role, place, wanted.clone())?;
        }
        repository.resource_tags.clone_from(&template.resource_tags);
        repository.mutability = template.mutability;
        repository.exclusion_filters.clone_from(&template.exclusion_filters);
        repository.policy.clone_from(&template.policy);
        if let Some((text, policy)) = &template.lifecycle {
            let next_run = lifecycle::first_run(&place.name, cloud.now());
            let policy = Arc::clone(policy);
            repository.lifecycle =
                Some(Arc::new(Attached { text: text.clone(), policy, last_evaluated_at: None, next_run }));
            place.state_mut(cloud).agenda.insert((next_run, Due::Lifecycle(place.name.clone())));
        }
    }
    place.state_mut(cloud).repositories.insert(place.name.clone(), Arc::new(repository));
    tell_new(cloud, place);
    Ok(())
}

/// The session in which ECR makes a repository with a key or with tags: of the template's role.
///
/// # Errors
/// When the role does not let ECR assume it. Inferred: its text.
fn role_caller(cloud: &Cloud, place: &Place, template: &Template) -> Result<Caller, ApiError> {
    let role = template.custom_role_arn.as_deref().and_then(|arn| arn.parse::<Arn>().ok());
    let role = role.filter(|arn| iam::can_assume(cloud, "ecr.amazonaws.com", arn).is_allowed());
    let denied = || {
        let role = template.custom_role_arn.as_deref().unwrap_or_default();
        ApiError::new("AccessDeniedException", format!("Amazon ECR is not able to assume the role '{role}'"))
    };
    let role = role.ok_or_else(denied)?.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let principal =
        Principal::Session { account: place.account.clone(), role, session: "ecr-repository-creation".to_owned() };
    let region = place.region().cloned().unwrap_or_else(Region::home);
    Ok(Caller { principal, region, origin: Origin::Service })
}

/// The request by which ECR makes a repository for someone who did not ask for it by name. It is never read from a request.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CreateRepositoryFor {
    #[serde(skip)]
    made_for: Option<(Place, Scenario)>,
}

impl CreateRepositoryFor {
    pub(super) fn new(place: &Place, scenario: Scenario) -> Self {
        Self { made_for: Some((place.clone(), scenario)) }
    }
}

impl Operation for CreateRepositoryFor {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "CreateRepository";
    type Output = super::ops::Nothing;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        self.made_for.iter().map(|(place, _)| Authorization::on("ecr:CreateRepository", place.arn())).collect()
    }

    fn run(self, cloud: &mut Cloud, _caller: &Caller) -> Result<Self::Output, ApiError> {
        if let Some((place, scenario)) = self.made_for {
            create(cloud, &place, scenario)?;
        }
        Ok(Self::Output {})
    }
}

/// Before a push: makes the repository if it is not there, a template is for that, and the caller may. Else the push goes on
/// and finds that it is not there. Source: Amazon ECR User Guide, "Create on push".
pub(super) fn before_push(cloud: &mut Cloud, caller: &Caller, place: &Place) {
    if place.repository(cloud).is_ok() || super::place::check_name(&place.name).is_err() {
        return;
    }
    if place.state(cloud).and_then(|state| find(state, &place.name, Scenario::CreateOnPush)).is_some() {
        // Refused or not is on the trail.
        let _ = cloud.call(caller, CreateRepositoryFor::new(place, Scenario::CreateOnPush));
    }
}

/// Checks a prefix: a repository's name, perhaps with a slash at its end, or `ROOT`.
pub(super) fn check_prefix(
    parameter: &str,
    prefix: &str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<(), ApiError> {
    // Source: Amazon ECR service model.
    const PATTERN: &str = r"^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$";
    if !length.contains(&prefix.len()) {
        let (least, most) = (length.start(), length.end());
        return Err(errors::invalid(parameter, format_args!("Member must have length between {least} and {most}")));
    }
    let name = prefix.strip_suffix('/').unwrap_or(prefix);
    if prefix != ROOT && !crate::cloud::oci::is_path(name) {
        return Err(errors::invalid(parameter, format_args!("must satisfy regular expression '{PATTERN}'")));
    }
    Ok(())
}
