//! Pull time exclusions: whose pulls do not count when images are asked for their last one.

use serde::{Deserialize, Serialize};

use crate::cloud::ecr::{errors, paging, place};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Source: Amazon ECR service model, `PullTimeUpdateExclusionList`.
const MOST: usize = 100;

/// Adds a role or a user to the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegisterPullTimeUpdateExclusion {
    pub principal_arn: String,
}

/// Who is on the list, and since when.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterPullTimeUpdateExclusionOutput {
    pub principal_arn: String,
    pub created_at: Timestamp,
}

/// Source: Amazon ECR service model, `PrincipalArn`.
fn check(principal: &str) -> Result<(), ApiError> {
    const PATTERN: &str = "^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[\\w+=,.@-]+(/[\\w+=,.@-]+)*$";
    let word = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let named = |name: &str| name.split('/').all(|part| !part.is_empty() && part.chars().all(word));
    let fits = principal.parse::<Arn>().is_ok_and(|arn| {
        arn.service() == "iam"
            && arn.region().is_empty()
            && arn.account().parse::<crate::cloud::AccountId>().is_ok()
            && ["role/", "user/"].iter().any(|kind| arn.resource().strip_prefix(kind).is_some_and(named))
    });
    match fits && principal.len() <= 200 {
        true => Ok(()),
        false => Err(errors::invalid("principalArn", format_args!("must satisfy regular expression '{PATTERN}'"))),
    }
}

impl Operation for RegisterPullTimeUpdateExclusion {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "RegisterPullTimeUpdateExclusion";
    type Output = RegisterPullTimeUpdateExclusionOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:RegisterPullTimeUpdateExclusion")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RegisterPullTimeUpdateExclusionOutput, ApiError> {
        check(&self.principal_arn)?;
        let created_at = cloud.now();
        let account = caller.principal.account().clone();
        let list = &mut place::registry_mut(cloud, caller, &account).pull_time_exclusions;
        if list.contains_key(&self.principal_arn) {
            return Err(ApiError::new(
                "ExclusionAlreadyExistsException",
                "The specified pull time update exclusion already exists for the registry.",
            ));
        }
        if list.len() >= MOST {
            // Inferred: the limit is the model's, its text is not documented.
            return Err(errors::limit_exceeded(format!(
                "The registry with id '{account}' has reached the limit of {MOST} pull time update exclusions"
            )));
        }
        list.insert(self.principal_arn.clone(), created_at);
        Ok(RegisterPullTimeUpdateExclusionOutput { principal_arn: self.principal_arn, created_at })
    }
}

/// Takes a role or a user from the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeregisterPullTimeUpdateExclusion {
    pub principal_arn: String,
}

/// Who was on the list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeregisterPullTimeUpdateExclusionOutput {
    pub principal_arn: String,
}

impl Operation for DeregisterPullTimeUpdateExclusion {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeregisterPullTimeUpdateExclusion";
    type Output = DeregisterPullTimeUpdateExclusionOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DeregisterPullTimeUpdateExclusion")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeregisterPullTimeUpdateExclusionOutput, ApiError> {
        check(&self.principal_arn)?;
        let account = caller.principal.account().clone();
        let list = &mut place::registry_mut(cloud, caller, &account).pull_time_exclusions;
        list.remove(&self.principal_arn).ok_or_else(|| {
            ApiError::new("ExclusionNotFoundException", "The specified pull time update exclusion was not found.")
        })?;
        Ok(DeregisterPullTimeUpdateExclusionOutput { principal_arn: self.principal_arn })
    }
}

/// Lists who is on the list, by ARN.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListPullTimeUpdateExclusions {
    pub max_results: Option<u32>,
    pub next_token: Option<String>,
}

/// A page of ARNs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListPullTimeUpdateExclusionsOutput {
    pub pull_time_update_exclusions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for ListPullTimeUpdateExclusions {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "ListPullTimeUpdateExclusions";
    type Output = ListPullTimeUpdateExclusionsOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:ListPullTimeUpdateExclusions")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListPullTimeUpdateExclusionsOutput, ApiError> {
        let list = place::registry(cloud, caller, caller.principal.account()).map(|of| &of.pull_time_exclusions);
        let all = list.into_iter().flat_map(|list| list.keys().cloned());
        let (page, next_token) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
        Ok(ListPullTimeUpdateExclusionsOutput { pull_time_update_exclusions: page, next_token })
    }
}
