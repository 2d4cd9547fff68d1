//! Log groups, and how long their events are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ask::{add_request_tags, ask, group_arn, group_mut, invalid, no_group, page, state, state_mut};
use super::{Group, Nothing};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// How long events may be kept, in days. Source: Amazon CloudWatch Logs API reference, `PutRetentionPolicy`.
const RETENTIONS: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// Makes a log group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateLogGroup {
    pub log_group_name: String,
    pub kms_key_id: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub log_group_class: Option<String>,
    pub deletion_protection_enabled: bool,
}

impl Operation for CreateLogGroup {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "CreateLogGroup";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut questions = ask(cloud, caller, "logs:CreateLogGroup", &self.log_group_name, "");
        for question in &mut questions {
            add_request_tags(question, &self.tags);
        }
        if !self.tags.is_empty() {
            let mut tagging = Authorization::on("logs:TagResource", group_arn(caller, &self.log_group_name));
            add_request_tags(&mut tagging, &self.tags);
            questions.push(tagging);
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let name = self.log_group_name;
        check_name(&name)?;
        if state(cloud, caller).is_some_and(|state| state.group(&name).is_some()) {
            return Err(ApiError::new("ResourceAlreadyExistsException", "The specified log group already exists"));
        }
        let group = Group {
            kms_key_id: self.kms_key_id,
            class: self.log_group_class.unwrap_or_else(|| "STANDARD".to_owned()),
            deletion_protection: self.deletion_protection_enabled,
            tags: self.tags,
            ..Group::new(name.clone(), group_arn(caller, &name), cloud.now())
        };
        state_mut(cloud, caller).groups.insert(name, Arc::new(group));
        Ok(Nothing {})
    }
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b".-_/#".contains(&b);
    if name.is_empty() || name.len() > 512 || !name.bytes().all(fits) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
        )));
    }
    if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws/")) {
        return Err(invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    Ok(())
}

/// Deletes a log group with all that is in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteLogGroup {
    pub log_group_name: String,
}

impl Operation for DeleteLogGroup {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "DeleteLogGroup";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:DeleteLogGroup", &self.log_group_name, "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let group = group_mut(cloud, caller, &self.log_group_name)?;
        if group.deletion_protection {
            // Inferred: the wording.
            return Err(ApiError::new(
                "ValidationException",
                "The log group has deletion protection enabled. Disable deletion protection before deleting it.",
            ));
        }
        let name = group.name.clone();
        state_mut(cloud, caller).groups.remove(&name).map(|_| Nothing {}).ok_or_else(no_group)
    }
}

/// Sets after how many days a group's events expire.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutRetentionPolicy {
    pub log_group_name: String,
    pub retention_in_days: i64,
}

impl Operation for PutRetentionPolicy {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "PutRetentionPolicy";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:PutRetentionPolicy", &self.log_group_name, "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let days = self.retention_in_days;
        if !RETENTIONS.contains(&days) {
            let known: Vec<String> = RETENTIONS.iter().map(ToString::to_string).collect();
            return Err(invalid(format!(
                "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member \
                 must satisfy enum value set: [{}]",
                known.join(", ")
            )));
        }
        group_mut(cloud, caller, &self.log_group_name)?.retention_in_days = Some(days);
        Ok(Nothing {})
    }
}

/// Lets a group keep its events forever.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteRetentionPolicy {
    pub log_group_name: String,
}

impl Operation for DeleteRetentionPolicy {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "DeleteRetentionPolicy";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:DeleteRetentionPolicy", &self.log_group_name, "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        group_mut(cloud, caller, &self.log_group_name)?.retention_in_days = None;
        Ok(Nothing {})
    }
}

/// Lists log groups by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeLogGroups {
    pub log_group_name_prefix: Option<String>,
    pub log_group_name_pattern: Option<String>,
    pub log_group_class: Option<String>,
    pub log_group_identifiers: Vec<String>,
    pub limit: Option<usize>,
    pub next_token: Option<String>,
}

/// A page of log groups.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeLogGroupsOutput {
    pub log_groups: Vec<LogGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A log group, as described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    pub log_group_name: String,
    pub creation_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_in_days: Option<i64>,
    pub metric_filter_count: u32,
    /// With `:*` behind it.
    pub arn: String,
    pub stored_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    pub log_group_class: String,
    pub log_group_arn: String,
    pub deletion_protection_enabled: bool,
}

impl LogGroup {
    fn of(group: &Group, now: Timestamp) -> Self {
        Self {
            log_group_name: group.name.clone(),
            creation_time: group.created_at.as_millis(),
            retention_in_days: group.retention_in_days,
            metric_filter_count: 0,
            arn: format!("{}:*", group.arn),
            stored_bytes: group.stored_bytes(now),
            kms_key_id: group.kms_key_id.clone(),
            log_group_class: group.class.clone(),
            log_group_arn: group.arn.to_string(),
            deletion_protection_enabled: group.deletion_protection,
        }
    }
}

impl Operation for DescribeLogGroups {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "DescribeLogGroups";
    type Output = DescribeLogGroupsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, "logs:DescribeLogGroups", "", "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeLogGroupsOutput, ApiError> {
        if self.log_group_name_prefix.is_some() && self.log_group_name_pattern.is_some() {
            return Err(invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
        }
        let now = cloud.now();
        let wanted = |group: &&Group| {
            let prefix = self.log_group_name_prefix.as_ref().is_none_or(|prefix| group.name.starts_with(prefix));
            // Source: Amazon CloudWatch Logs API reference: the pattern is a part of the name, and case counts.
            let pattern = self.log_group_name_pattern.as_ref().is_none_or(|part| group.name.contains(part));
            let class = self.log_group_class.as_ref().is_none_or(|class| group.class == *class);
            let one_of = self.log_group_identifiers.is_empty()
                || self.log_group_identifiers.iter().any(|one| super::ask::named(one) == group.name);
            prefix && pattern && class && one_of
        };
        let groups = state(cloud, caller).into_iter().flat_map(super::State::groups).filter(wanted);
        let groups = groups.map(|group| LogGroup::of(group, now)).collect();
        let (log_groups, next_token) = page(groups, self.limit, 50, self.next_token.as_deref())?;
        Ok(DescribeLogGroupsOutput { log_groups, next_token })
    }
}
