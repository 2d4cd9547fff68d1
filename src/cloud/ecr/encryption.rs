//! Repositories that are encrypted with a key of KMS: what making, filling, reading and deleting them asks of the key.
//!
//! Source: Amazon ECR User Guide, "Encryption at rest": creating a repository sends DescribeKey and two CreateGrant on
//! behalf of whoever creates it, a push needs GenerateDataKey, a pull Decrypt, deleting sends two RetireGrant.

use super::place::Place;
use super::state::Encryption;
use crate::cloud::kms::{self, CreateGrant, DescribeKey, GrantConstraints, RetireGrant};
use crate::cloud::{ApiError, Arn, Caller, Cloud, Origin, Region};

/// The encryption context by which KMS knows a repository.
const CONTEXT: &str = "aws:ecr:arn";

/// What ECR does with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cloud) enum Use {
    /// A push.
    GenerateDataKey,
    /// A pull.
    Decrypt,
}

impl Use {
    fn as_str(self) -> &'static str {
        match self {
            Self::GenerateDataKey => "GenerateDataKey",
            Self::Decrypt => "Decrypt",
        }
    }
}

fn endpoint(region: &Region) -> String {
    format!("ecr.{region}.amazonaws.com")
}

/// The caller as ECR asks KMS for him. Source: Amazon ECR User Guide, "Encryption at rest", its CloudTrail entries.
fn in_name_of(caller: &Caller) -> Caller {
    Caller { origin: Origin::Via("AWS Internal"), ..caller.clone() }
}

/// Inferred: the model says when it is raised; its text is taken to be KMS's own.
fn refused(error: ApiError) -> ApiError {
    ApiError::new("KmsException", error.message)
}

/// Settles with which key a repository is encrypted, and gives ECR what it needs on it. The caller has to be allowed to.
///
/// # Errors
/// `KmsException`, when the key is not there, not enabled, or not for the caller.
pub(super) fn settle(
    cloud: &mut Cloud,
    caller: &Caller,
    place: &Place,
    mut encryption: Encryption,
) -> Result<Encryption, ApiError> {
    let Some(region) = place.region().filter(|_| encryption.encryption_type != "AES256") else { return Ok(encryption) };
    let own = encryption.kms_key.as_deref().is_none_or(|key| key == "alias/aws/ecr");
    let key_id = match encryption.kms_key {
        Some(key) if !own => key,
        _ => kms::managed_key(cloud, &place.account, region, "ecr").to_string(),
    };
    let caller = &in_name_of(caller);
    let via = Some(endpoint(region));
    let describe = DescribeKey { key_id, via: via.clone() };
    let key = cloud.call(caller, describe).map_err(refused)?.key_metadata.arn;
    let context = GrantConstraints {
        encryption_context_subset: [(CONTEXT.to_owned(), place.arn().to_string())].into(),
        ..GrantConstraints::default()
    };
    let service = endpoint(region);
    for operations in [&["CreateGrant", "RetireGrant", "DescribeKey"][..], &["GenerateDataKey", "Decrypt"]] {
        let grant = CreateGrant {
            key_id: key.to_string(),
            grantee_principal: service.clone(),
            retiring_principal: Some(service.clone()),
            operations: operations.iter().map(|operation| (*operation).to_owned()).collect(),
            constraints: Some(context.clone()),
            name: None,
            via: via.clone(),
        };
        cloud.call(caller, grant).map_err(refused)?;
    }
    encryption.kms_key = Some(key.to_string());
    Ok(encryption)
}

/// The key of a repository, if it is encrypted with one of KMS.
fn key(cloud: &Cloud, place: &Place) -> Option<Arn> {
    place.repository(cloud).ok()?.encryption.kms_key.as_deref()?.parse().ok()
}

/// Whether ECR may use the repository's key.
///
/// # Errors
/// `KmsException`.
pub(in crate::cloud) fn check(cloud: &Cloud, place: &Place, what: Use) -> Result<(), ApiError> {
    let Some(key) = key(cloud, place) else { return Ok(()) };
    kms::check_use(cloud, &key, (CONTEXT, place.arn().as_str()), what.as_str()).map_err(refused)
}

/// Gives the grants up that ECR has for a repository. A key that is gone has none.
///
/// # Errors
/// `KmsException`, when the caller is not allowed to.
pub(super) fn retire(cloud: &mut Cloud, caller: &Caller, place: &Place) -> Result<(), ApiError> {
    let (Some(key), Some(region)) = (key(cloud, place), place.region()) else { return Ok(()) };
    let caller = &in_name_of(caller);
    let arn = place.arn();
    let grants: Vec<String> =
        kms::granted(cloud, &key, (CONTEXT, arn.as_str())).map(|grant| grant.id.clone()).collect();
    for grant_id in grants {
        let request = RetireGrant { key_id: key.to_string(), grant_id, via: Some(endpoint(region)) };
        cloud.call(caller, request).map_err(refused)?;
    }
    Ok(())
}
