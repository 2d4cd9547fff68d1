//! Replication: what is pushed to a registry arrives in others, as time passes.
//!
//! Source: Amazon ECR User Guide, "Private image replication": only what is pushed or restored after the rules were set, one
//! hop from the registry that it was pushed to, under the same name; settings and deletions stay behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::errors;
use super::parcel::{self, Parcel};
use super::place::{Place, repository_arn};
use super::state::Due;
use super::templates::{self, Scenario};
use crate::cloud::iam::ServiceLinkedRole;
use crate::cloud::{
    AccountId, ApiError, Authorization, Caller, Cloud, Digest, Duration, Operation, Origin, Principal, Region, Service,
    events,
};

/// How long a copy takes. Ours: AWS says no more than "most images in less than 30 minutes".
pub const REPLICATION_TIME: Duration = Duration::minutes(2);

/// Who carries images over. Source: Amazon ECR User Guide, "Amazon ECR service-linked role for replication".
pub const ROLE: ServiceLinkedRole = ServiceLinkedRole::ECR_REPLICATION;

/// Where to, and of which repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicationRule {
    pub destinations: Vec<ReplicationDestination>,
    /// None: all repositories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repository_filters: Vec<RepositoryFilter>,
}

/// A registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicationDestination {
    pub region: String,
    pub registry_id: String,
}

/// A filter on repositories' names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryFilter {
    /// What the name begins with.
    pub filter: String,
    /// Always `PREFIX_MATCH`.
    pub filter_type: String,
}

impl ReplicationRule {
    fn takes(&self, repository: &str) -> bool {
        self.repository_filters.is_empty()
            || self.repository_filters.iter().any(|filter| repository.starts_with(&filter.filter))
    }
}

/// An image on its way to another registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Copy {
    pub(super) repository: String,
    pub(super) image: Digest,
    /// The tag that was pushed; the image's other tags stay behind.
    pub(super) tag: Option<String>,
    pub(super) account: AccountId,
    pub(super) region: Region,
}

/// The copies of an image, by where they are.
pub type Replicas = BTreeMap<(Region, AccountId), Replica>;

/// How a copy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replica {
    InProgress,
    Complete,
    /// With the code of the error.
    Failed(String),
}

/// An image or a tag was pushed: sends it to where the registry's rules say.
pub(super) fn on_push(cloud: &mut Cloud, place: &Place, image: &Digest, tag: Option<&str>) {
    let Some(region) = place.region() else { return };
    let Some(rules) = place.state(cloud).map(|state| Arc::clone(&state.replication)) else { return };
    let mut copies = Vec::new();
    for destination in rules.iter().filter(|rule| rule.takes(&place.name)).flat_map(|rule| &rule.destinations) {
        let Ok(account) = destination.registry_id.parse::<AccountId>() else { continue };
        let to = Region::new(&destination.region);
        if (&account, &to) != (&place.account, region) {
            let tag = tag.map(str::to_owned);
            copies.push(Copy { repository: place.name.clone(), image: image.clone(), tag, account, region: to });
        }
    }
    let due = cloud.now() + REPLICATION_TIME;
    for copy in copies {
        note(cloud, place, &copy, Replica::InProgress);
        place.state_mut(cloud).agenda.insert((due, Due::Replication(copy)));
    }
}

fn note(cloud: &mut Cloud, place: &Place, copy: &Copy, replica: Replica) {
    let Ok(repository) = place.repository_mut(cloud) else { return };
    let Some(image) = repository.images.get_mut(&copy.image) else { return };
    let replicas = Arc::make_mut(image).replicas.get_or_insert_default();
    Arc::make_mut(replicas).insert((copy.region.clone(), copy.account.clone()), replica);
}

/// An image arrives, or does not.
pub(super) fn finish(cloud: &mut Cloud, place: &Place, copy: &Copy) {
    // What was deleted or archived in the meantime does not travel.
    let there =
        |cloud: &Cloud| place.repository(cloud).ok()?.image(&copy.image).map(|image| image.archived_at.is_none());
    if there(cloud) != Some(true) {
        return;
    }
    let caller = Caller {
        principal: Principal::Session {
            account: place.account.clone(),
            role: ROLE.name.to_owned(),
            session: "ecr-replication".to_owned(),
        },
        region: copy.region.clone(),
        origin: Origin::Service,
    };
    let result = cloud.call(&caller, ReplicateImage { source: Some(place.clone()), copy: Some(copy.clone()) });
    let replica = match result {
        Ok(_) => Replica::Complete,
        Err(error) => {
            if let (Some(region), Some(_)) = (place.region(), cloud.account(&copy.account)) {
                let from = (&place.account, region);
                let to = ReplicateImage::destination(copy).arn();
                events::ecr::replication(cloud, &to, &copy.image, copy.tag.as_deref(), from, false);
            }
            Replica::Failed(error.code.into_owned())
        }
    };
    note(cloud, place, copy, replica);
}

/// What the replication service does at the destination. It has a permission of its own but is no operation that one could
/// call: it is never read from a request.
#[derive(Clone, Debug, Deserialize)]
struct ReplicateImage {
    #[serde(skip)]
    source: Option<Place>,
    #[serde(skip)]
    copy: Option<Copy>,
}

impl ReplicateImage {
    fn destination(copy: &Copy) -> Place {
        Place::private(copy.account.clone(), copy.region.clone(), &copy.repository)
    }
}

impl Operation for ReplicateImage {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "ReplicateImage";
    type Output = super::ops::Nothing;

    /// Source: Amazon ECR User Guide, "Private registry permissions": both are the destination's to give.
    fn authorizations(&self, cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        let Some(copy) = &self.copy else { return Vec::new() };
        let arn = repository_arn(copy.account.as_str(), &copy.region, &copy.repository);
        let is_missing = Self::destination(copy).repository(cloud).is_err();
        let create = is_missing.then(|| Authorization::on("ecr:CreateRepository", arn.clone()));
        create.into_iter().chain([Authorization::on("ecr:ReplicateImage", arn)]).collect()
    }

    fn run(self, cloud: &mut Cloud, _caller: &Caller) -> Result<Self::Output, ApiError> {
        let (Some(source), Some(copy)) = (self.source, self.copy) else { return Ok(Self::Output {}) };
        let to = Self::destination(&copy);
        // An account that is not there has nothing to receive it with.
        if cloud.account(&to.account).is_none() {
            return Err(errors::repository_not_found(&to.name, to.account.as_str()));
        }
        if to.repository(cloud).is_err() {
            templates::create(cloud, &to, Scenario::Replication)?;
        }
        let mut parcel = Parcel::default();
        parcel.pack(cloud, &source, &copy.image)?;
        parcel.unpack(cloud, &to)?;
        let mut tagged = None;
        if let Some(tag) = copy.tag {
            // Source: Amazon ECR User Guide: a taken immutable tag stays where it is, the image arrives without it.
            parcel::tag(to.repository_mut(cloud)?, tag.clone(), copy.image.clone());
            tagged = Some(tag);
        }
        if let Some(region) = source.region() {
            let from = (&source.account, region);
            events::ecr::replication(cloud, &to.arn(), &copy.image, tagged.as_deref(), from, true);
        }
        Ok(Self::Output {})
    }
}

/// Checks rules before they are set.
///
/// # Errors
/// Source of the limits: Amazon ECR service model and service quotas; the texts are inferred but for the source registry's.
pub(super) fn check(rules: &[ReplicationRule], own: (&AccountId, &Region)) -> Result<(), ApiError> {
    const PARAMETER: &str = "replicationConfiguration";
    if rules.len() > 10 {
        return Err(errors::too_many("replicationConfiguration.rules", 10));
    }
    let mut destinations: Vec<&ReplicationDestination> = rules.iter().flat_map(|rule| &rule.destinations).collect();
    for to in &destinations {
        if (to.registry_id.as_str(), to.region.as_str()) == (own.0.as_str(), own.1.as_str()) {
            return Err(errors::invalid(
                PARAMETER,
                "Replication destination cannot be the same as the source registry",
            ));
        }
        let partition = crate::cloud::Partition::of(own.1.as_str());
        if !partition.regions().contains(&to.region.as_str()) {
            return Err(errors::invalid(PARAMETER, format_args!("Invalid region '{}'", to.region)));
        }
        if to.registry_id.parse::<AccountId>().is_err() {
            return Err(errors::invalid("registryId", "must satisfy regular expression '[0-9]{12}'"));
        }
    }
    destinations.sort();
    destinations.dedup();
    if destinations.len() > 25 {
        return Err(errors::limit_exceeded("The replication configuration has more than 25 unique destinations"));
    }
    for rule in rules {
        if rule.repository_filters.len() > 100 {
            return Err(errors::too_many("repositoryFilters", 100));
        }
        for filter in &rule.repository_filters {
            if filter.filter_type != "PREFIX_MATCH" {
                return Err(errors::not_in_enum("filterType", &["PREFIX_MATCH"]));
            }
            if !(2..=256).contains(&filter.filter.len()) {
                return Err(errors::invalid("filter", "Member must have length between 2 and 256"));
            }
        }
    }
    Ok(())
}
