//! What services of AWS ask: for the key that they manage themselves, and whether they may use one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::policies::managed_policy;
use super::state::{Alias, Grant, Key, Located, Status, does_not_exist, key_arn};
use crate::cloud::id::as_uuid;
use crate::cloud::{AccountId, ApiError, Arn, Cloud, Digest, Region};

/// The key that a service manages for an account in a region, such as `alias/aws/ecr`; made when it is first needed.
pub(in crate::cloud) fn managed_key(cloud: &mut Cloud, account: &AccountId, region: &Region, service: &str) -> Arn {
    // Any UUID will do, but always the same one.
    let id = as_uuid(&Digest::of(format!("aws/{service} {account} {region}").as_bytes()).hex());
    let arn = key_arn(account, region, &id);
    let now = cloud.now();
    let state = &mut cloud.regional_mut(account, region).kms;
    state.keys.entry(id.clone()).or_insert_with(|| {
        Arc::new(Key {
            id: id.clone(),
            arn: arn.clone(),
            description: format!(
                "Default key that protects my {} data when no other key is defined",
                service.to_uppercase()
            ),
            created_at: now,
            status: Status::Enabled,
            is_aws_managed: true,
            policy: Arc::new(managed_policy(account, region, service)),
            grants: BTreeMap::new(),
        })
    });
    let alias = Alias { target: id, created_at: now, updated_at: now };
    state.aliases.entry(format!("alias/aws/{service}")).or_insert(alias);
    arn
}

fn find<'a>(cloud: &'a Cloud, arn: &Arn) -> Result<&'a Key, ApiError> {
    let account = arn.account().parse().map_err(|_| does_not_exist(arn))?;
    let id = arn.resource().strip_prefix("key/").unwrap_or_default().to_owned();
    Located { account, region: Region::new(arn.region()), id }.key(cloud)
}

/// The grants on a key that were given for one resource: those whose encryption context names it.
pub(in crate::cloud) fn granted<'a>(
    cloud: &'a Cloud,
    key: &Arn,
    context: (&'a str, &'a str),
) -> impl Iterator<Item = &'a Grant> {
    let grants = find(cloud, key).into_iter().flat_map(|key| key.grants.values());
    grants.filter(move |grant| {
        let constraints = grant.constraints.as_ref().map(|of| &of.encryption_context_subset);
        constraints.and_then(|subset| subset.get(context.0)).is_some_and(|value| value == context.1)
    })
}

/// Whether a service may use a key for a resource: the key is there, it is enabled, and a grant says so.
///
/// # Errors
/// KMS's own. Source of the texts: observed.
pub(in crate::cloud) fn check_use(
    cloud: &Cloud,
    key: &Arn,
    context: (&str, &str),
    operation: &str,
) -> Result<(), ApiError> {
    find(cloud, key)?.must_be_enabled()?;
    match granted(cloud, key, context).any(|grant| grant.operations.iter().any(|of| of == operation)) {
        true => Ok(()),
        false => Err(ApiError::new(
            "AccessDeniedException",
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are \
             not allowed to access.",
        )),
    }
}
