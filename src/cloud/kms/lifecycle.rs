//! Switching keys off and on, and deleting them with a way back.

use serde::{Deserialize, Serialize};

use super::Nothing;
use super::state::{Status, ask, locate};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Service, Timestamp};

fn set_enabled(cloud: &mut Cloud, caller: &Caller, key_id: &str, status: Status) -> Result<Nothing, ApiError> {
    let located = locate(cloud, caller, key_id)?;
    located.key(cloud)?.must_not_be_pending()?;
    located.key_mut(cloud)?.status = status;
    Ok(Nothing {})
}

/// Lets a key be used again.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EnableKey {
    pub key_id: String,
}

impl Operation for EnableKey {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "EnableKey";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:EnableKey", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        set_enabled(cloud, caller, &self.key_id, Status::Enabled)
    }
}

/// Keeps a key from being used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DisableKey {
    pub key_id: String,
}

impl Operation for DisableKey {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "DisableKey";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:DisableKey", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        set_enabled(cloud, caller, &self.key_id, Status::Disabled)
    }
}

/// Marks a key for deletion: until then it can't be used, and the deletion can be taken back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScheduleKeyDeletion {
    pub key_id: String,
    pub pending_window_in_days: Option<i64>,
}

/// When it will be gone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleKeyDeletionOutput {
    /// The key's ARN, whatever the name says.
    pub key_id: Arn,
    pub deletion_date: Timestamp,
    pub key_state: &'static str,
    pub pending_window_in_days: i64,
}

impl Operation for ScheduleKeyDeletion {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "ScheduleKeyDeletion";
    type Output = ScheduleKeyDeletionOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:ScheduleKeyDeletion", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ScheduleKeyDeletionOutput, ApiError> {
        let located = locate(cloud, caller, &self.key_id)?;
        located.key(cloud)?.must_not_be_pending()?;
        // Source: AWS KMS API reference, ScheduleKeyDeletion: 7 to 30 days, 30 unless told otherwise. Inferred: the text.
        let days = self.pending_window_in_days.unwrap_or(30);
        if !(7..=30).contains(&days) {
            return Err(ApiError::new("ValidationException", "PendingWindowInDays must be between 7 and 30"));
        }
        let window = Duration::days(days);
        let at = cloud.now() + window;
        let status = Status::PendingDeletion { at, window };
        located.key_mut(cloud)?.status = status;
        Ok(ScheduleKeyDeletionOutput {
            key_id: located.arn(),
            deletion_date: at,
            key_state: status.as_str(),
            pending_window_in_days: days,
        })
    }
}

/// Takes a deletion back. The key stays disabled until somebody enables it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CancelKeyDeletion {
    pub key_id: String,
}

/// The key's ARN.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CancelKeyDeletionOutput {
    pub key_id: Arn,
}

impl Operation for CancelKeyDeletion {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "CancelKeyDeletion";
    type Output = CancelKeyDeletionOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:CancelKeyDeletion", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CancelKeyDeletionOutput, ApiError> {
        let located = locate(cloud, caller, &self.key_id)?;
        let key = located.key_mut(cloud)?;
        if !matches!(key.status, Status::PendingDeletion { .. }) {
            let text = format!("{} is not pending deletion.", key.arn);
            return Err(ApiError::new("KMSInvalidStateException", text));
        }
        key.status = Status::Disabled;
        Ok(CancelKeyDeletionOutput { key_id: located.arn() })
    }
}
