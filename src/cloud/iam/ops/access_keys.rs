//! Long-term access keys of users.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Page, on_user, user_or_own, wire};
use crate::cloud::iam::AccessKey;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Principal, Service, Timestamp};

fn status(active: bool) -> &'static str {
    if active { "Active" } else { "Inactive" }
}

fn no_such_key(id: &str) -> ApiError {
    super::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

/// The user that a request is about, as it is spelled in the account.
fn user(cloud: &Cloud, caller: &Caller, name: Option<&str>) -> Result<Arc<str>, ApiError> {
    let name = user_or_own(name, caller)?;
    let user = super::state(cloud, caller).and_then(|state| state.user(name));
    user.map(|user| user.name.clone()).ok_or_else(|| super::no_such_user(name))
}

/// Makes an access key. Its secret is told this once.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccessKey {
    pub user_name: Option<String>,
}

/// The output of `CreateAccessKey`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccessKeyOutput {
    pub access_key: NewAccessKey,
}

/// An access key with its secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NewAccessKey {
    pub user_name: Arc<str>,
    pub access_key_id: String,
    pub status: &'static str,
    pub secret_access_key: String,
    pub create_date: Timestamp,
}

impl Operation for CreateAccessKey {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateAccessKey";
    type Output = CreateAccessKeyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:CreateAccessKey", cloud, caller, self.user_name.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreateAccessKeyOutput, ApiError> {
        let user = user(cloud, caller, self.user_name.as_deref())?;
        if super::state_mut(cloud, caller).access_keys_of(&user).len() >= 2 {
            return Err(super::limit_exceeded("Cannot exceed quota for AccessKeysPerUser: 2"));
        }
        let created = super::now(cloud);
        let id = format!("AKIA{}", cloud.random_id(16));
        let secret = cloud.random_secret();
        let key = AccessKey { id: id.clone(), secret: secret.clone(), user: user.clone(), active: true, created };
        super::state_mut(cloud, caller).access_keys.insert(id.clone(), Arc::new(key));
        let access_key = NewAccessKey {
            user_name: user,
            access_key_id: id,
            status: status(true),
            secret_access_key: secret,
            create_date: created,
        };
        Ok(CreateAccessKeyOutput { access_key })
    }
}

/// Lists a user's access keys, oldest first.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAccessKeys {
    pub user_name: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListAccessKeys`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAccessKeysOutput {
    pub access_key_metadata: Vec<AccessKeyMetadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// An access key without its secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessKeyMetadata {
    pub user_name: Arc<str>,
    pub access_key_id: String,
    pub status: &'static str,
    pub create_date: Timestamp,
}

impl Operation for ListAccessKeys {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListAccessKeys";
    type Output = ListAccessKeysOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:ListAccessKeys", cloud, caller, self.user_name.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListAccessKeysOutput, ApiError> {
        let user = user(cloud, caller, self.user_name.as_deref())?;
        let keys = super::state(cloud, caller).into_iter().flat_map(|state| state.access_keys_of(&user));
        let keys = keys.map(|key| AccessKeyMetadata {
            user_name: key.user.clone(),
            access_key_id: key.id.clone(),
            status: status(key.active),
            create_date: key.created,
        });
        let page = self.page.cut(keys.collect())?;
        Ok(ListAccessKeysOutput { access_key_metadata: page.items, marker: page.marker })
    }
}

/// Switches an access key on or off.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateAccessKey {
    pub user_name: Option<String>,
    pub access_key_id: String,
    /// `Active` or `Inactive`.
    pub status: String,
}

impl Operation for UpdateAccessKey {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateAccessKey";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:UpdateAccessKey", cloud, caller, self.user_name.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let active = match self.status.as_str() {
            "Active" => true,
            "Inactive" => false,
            other => {
                return Err(super::validation(format!(
                    "1 validation error detected: Value '{other}' at 'status' failed to satisfy constraint: Member must \
                     satisfy enum value set: [Active, Inactive, Expired]"
                )));
            }
        };
        let user = user(cloud, caller, self.user_name.as_deref())?;
        let key = super::state_mut(cloud, caller).access_keys.get_mut(&self.access_key_id);
        let key = key.filter(|key| key.user == user).ok_or_else(|| no_such_key(&self.access_key_id))?;
        Arc::make_mut(key).active = active;
        Ok(wire::Empty {})
    }
}

/// Deletes an access key.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteAccessKey {
    pub user_name: Option<String>,
    pub access_key_id: String,
}

impl Operation for DeleteAccessKey {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteAccessKey";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:DeleteAccessKey", cloud, caller, self.user_name.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let user = user(cloud, caller, self.user_name.as_deref())?;
        let keys = &mut super::state_mut(cloud, caller).access_keys;
        if keys.get(&self.access_key_id).is_none_or(|key| key.user != user) {
            return Err(no_such_key(&self.access_key_id));
        }
        keys.remove(&self.access_key_id);
        Ok(wire::Empty {})
    }
}

/// Tells when an access key was last used.
///
/// Limitation: by its user's last request; of two keys of one user nothing tells which it was.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetAccessKeyLastUsed {
    pub access_key_id: String,
}

/// The output of `GetAccessKeyLastUsed`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessKeyLastUsedOutput {
    pub user_name: Arc<str>,
    pub access_key_last_used: LastUsed,
}

/// `AccessKeyLastUsed`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LastUsed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_date: Option<Timestamp>,
    pub service_name: String,
    pub region: String,
}

impl Operation for GetAccessKeyLastUsed {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetAccessKeyLastUsed";
    type Output = AccessKeyLastUsedOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let key = super::state(cloud, caller).and_then(|state| state.access_key(&self.access_key_id));
        on_user("iam:GetAccessKeyLastUsed", cloud, caller, Some(key.map_or("*", |key| &key.user)))
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AccessKeyLastUsedOutput, ApiError> {
        let account = caller.principal.account();
        let key = super::state(cloud, caller).and_then(|state| state.access_key(&self.access_key_id));
        // Source: observed: a key that is not there is answered as one that the caller may not ask for.
        let user = key.map(|key| key.user.clone()).ok_or_else(|| {
            let message = format!(
                "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {}",
                crate::cloud::iam::full_arn(cloud, &caller.principal),
                self.access_key_id
            );
            ApiError::new("AccessDenied", message)
        })?;
        let own = Principal::User { account: account.clone(), name: user.to_string() };
        let last = cloud.trail().requests().rev().find(|(_, request)| request.caller.principal == own);
        // Source: IAM API Reference, AccessKeyLastUsed: `N/A` where a key was never used.
        let access_key_last_used = match last {
            Some((event, request)) => LastUsed {
                last_used_date: Some(event.time),
                service_name: request.service.name().to_owned(),
                region: request.caller.region.to_string(),
            },
            None => LastUsed { last_used_date: None, service_name: "N/A".to_owned(), region: "N/A".to_owned() },
        };
        Ok(AccessKeyLastUsedOutput { user_name: user, access_key_last_used })
    }
}
