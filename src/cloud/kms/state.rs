//! Keys, aliases and grants, and finding what a request names.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cloud::iam::Policy;
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Duration, Region, Timestamp};

/// An account's keys in a region.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By id.
    pub(super) keys: BTreeMap<String, Arc<Key>>,
    /// By name, such as `alias/images`.
    pub(super) aliases: BTreeMap<String, Alias>,
}

/// A symmetric key.
#[derive(Clone, Debug)]
pub struct Key {
    /// A UUID.
    pub id: String,
    pub arn: Arn,
    pub description: String,
    pub created_at: Timestamp,
    pub status: Status,
    /// Whether it belongs to a service of AWS, such as ECR; else it is a customer's.
    pub is_aws_managed: bool,
    pub policy: Arc<Policy>,
    /// By id.
    pub grants: BTreeMap<String, Grant>,
}

/// Whether a key can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Enabled,
    Disabled,
    /// Gone at that time, unless somebody cancels it before.
    PendingDeletion {
        at: Timestamp,
        window: Duration,
    },
}

impl Status {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion { .. } => "PendingDeletion",
        }
    }
}

/// A name for a key.
#[derive(Clone, Debug)]
pub struct Alias {
    /// The key's id.
    pub target: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A permission on a key that somebody was given beside its policy.
#[derive(Clone, Debug)]
pub struct Grant {
    /// 64 hexadecimal digits.
    pub id: String,
    pub name: Option<String>,
    pub created_at: Timestamp,
    /// Who may use the key: an ARN, or a service's name.
    pub grantee: String,
    /// Who may give the grant up.
    pub retiring: Option<String>,
    /// The account that gave it, as `arn:aws:iam::…:root`.
    pub issuing_account: String,
    /// Such as `Decrypt`.
    pub operations: Vec<String>,
    pub constraints: Option<GrantConstraints>,
}

/// What a request must say for a grant to count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GrantConstraints {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub encryption_context_subset: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub encryption_context_equals: BTreeMap<String, String>,
}

impl State {
    /// The keys that are there, by id.
    pub fn keys(&self, now: Timestamp) -> impl Iterator<Item = &Key> {
        self.keys.values().map(Arc::as_ref).filter(move |key| !key.is_gone(now))
    }

    /// The key of that id, if it is there.
    pub fn key(&self, id: &str, now: Timestamp) -> Option<&Key> {
        self.keys.get(id).map(Arc::as_ref).filter(|key| !key.is_gone(now))
    }
}

impl Key {
    /// Whether the time has passed at which it was to be deleted.
    fn is_gone(&self, now: Timestamp) -> bool {
        matches!(self.status, Status::PendingDeletion { at, .. } if at <= now)
    }

    /// # Errors
    /// When it can't be used as it stands. Source of the texts: observed.
    pub(super) fn must_be_enabled(&self) -> Result<(), ApiError> {
        match self.status {
            Status::Enabled => Ok(()),
            Status::Disabled => Err(ApiError::new("DisabledException", format!("{} is disabled.", self.arn))),
            Status::PendingDeletion { .. } => self.must_not_be_pending(),
        }
    }

    /// # Errors
    /// When it is to be deleted: then only that can be taken back.
    pub(super) fn must_not_be_pending(&self) -> Result<(), ApiError> {
        match self.status {
            Status::PendingDeletion { .. } => {
                Err(ApiError::new("KMSInvalidStateException", format!("{} is pending deletion.", self.arn)))
            }
            _ => Ok(()),
        }
    }
}

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) id: String,
}

impl Located {
    pub(super) fn key<'a>(&self, cloud: &'a Cloud) -> Result<&'a Key, ApiError> {
        let region = cloud.regional(&self.account, &self.region);
        region.and_then(|region| region.kms.key(&self.id, cloud.now())).ok_or_else(|| does_not_exist(&self.arn()))
    }

    /// The key, to change it. Only for one that was found before.
    pub(super) fn key_mut<'a>(&self, cloud: &'a mut Cloud) -> Result<&'a mut Key, ApiError> {
        let arn = self.arn();
        let state = &mut cloud.regional_mut(&self.account, &self.region).kms;
        state.keys.get_mut(&self.id).map(Arc::make_mut).ok_or_else(|| does_not_exist(&arn))
    }

    pub(super) fn arn(&self) -> Arn {
        key_arn(&self.account, &self.region, &self.id)
    }
}

pub(super) fn key_arn(account: &AccountId, region: &Region, id: &str) -> Arn {
    Arn::new("kms", region.as_str(), account.as_str(), &format!("key/{id}"))
}

pub(super) fn alias_arn(account: &AccountId, region: &Region, name: &str) -> Arn {
    Arn::new("kms", region.as_str(), account.as_str(), name)
}

/// The caller's keys at the endpoint that is called, if there ever were any.
pub(super) fn state<'a>(cloud: &'a Cloud, caller: &Caller) -> Option<&'a State> {
    Some(&cloud.account(caller.principal.account())?.region(&caller.region)?.kms)
}

/// The same, to change them.
pub(super) fn state_mut<'a>(cloud: &'a mut Cloud, caller: &Caller) -> &'a mut State {
    &mut cloud.account_mut(caller.principal.account()).region_mut(&caller.region).kms
}

fn not_found(message: String) -> ApiError {
    ApiError::new("NotFoundException", message)
}

/// Source of the text: observed.
pub(super) fn does_not_exist(arn: &Arn) -> ApiError {
    not_found(format!("Key '{arn}' does not exist"))
}

/// Source of the text: observed.
pub(super) fn alias_not_found(arn: &Arn) -> ApiError {
    not_found(format!("Alias {arn} is not found."))
}

/// Finds the key that a request names by its id, its ARN, an alias or an alias's ARN.
///
/// # Errors
/// `NotFoundException`. Source of the texts: observed.
pub(super) fn locate(cloud: &Cloud, caller: &Caller, key_id: &str) -> Result<Located, ApiError> {
    let own = (caller.principal.account().clone(), key_id.to_owned());
    let (account, name) = match key_id.parse::<Arn>() {
        Err(_) => own,
        Ok(arn) if arn.region() != caller.region.as_str() => {
            return Err(not_found(format!("Invalid arn {}", arn.region())));
        }
        Ok(arn) => match arn.account().parse() {
            Ok(account) => (account, arn.resource().to_owned()),
            Err(_) => return Err(not_found(format!("Invalid keyId '{key_id}'"))),
        },
    };
    let region = caller.region.clone();
    let state = cloud.regional(&account, &region).map(|region| &region.kms);
    let id = if name.starts_with("alias/") {
        let alias = state.and_then(|state| state.aliases.get(&name));
        alias.ok_or_else(|| alias_not_found(&alias_arn(&account, &region, &name)))?.target.clone()
    } else {
        let id = name.strip_prefix("key/").unwrap_or(&name);
        // An id is a UUID; anything else can't be one.
        if id.len() != 36 || !id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
            return Err(not_found(format!("Invalid keyId '{key_id}'")));
        }
        id.to_owned()
    };
    let located = Located { account, region, id };
    located.key(cloud)?;
    Ok(located)
}

/// What IAM is asked about an action on a key. About a key that is not there nobody is asked: KMS says so first.
pub(super) fn ask(
    cloud: &Cloud,
    caller: &Caller,
    key_id: &str,
    action: &'static str,
    via: Option<&str>,
) -> Vec<Authorization> {
    let Ok(located) = locate(cloud, caller, key_id) else { return Vec::new() };
    let mut question = Authorization::on(action, located.arn());
    let account = caller.principal.account().to_string();
    question.context.push(("kms:CallerAccount".to_owned(), vec![account]));
    question.context.extend(via.map(|service| ("kms:ViaService".to_owned(), vec![service.to_owned()])));
    vec![question]
}

/// Lists give 1 to 1000 entries at once, 50 of aliases and grants and 100 of keys unless told otherwise.
pub(super) fn page<T>(
    all: Vec<T>,
    limit: Option<u32>,
    default: usize,
    marker: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let start: usize = match marker {
        None => 0,
        Some(marker) => marker.parse().map_err(|_| ApiError::new("InvalidMarkerException", "Invalid marker"))?,
    };
    let size = limit.map_or(default, |limit| limit as usize);
    let next = start.saturating_add(size);
    let more = next < all.len();
    Ok((all.into_iter().skip(start).take(size).collect(), more.then(|| next.to_string())))
}
