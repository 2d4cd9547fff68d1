//! Buckets: made, listed, found and deleted.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ask::{Nothing, ask, bucket, bucket_arn, exists, no_bucket, owner_of};
use super::{Bucket, Versioning};
use crate::cloud::{
    AccountId, ApiError, Arn, Authorization, Caller, Cloud, Digest, Operation, Region, Service, Timestamp, is_region,
};

/// The region whose endpoint S3 began with: it takes no location constraint, and says none.
const CLASSIC: &str = "us-east-1";

/// Where a bucket is to be, and its tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateBucketConfiguration {
    pub location_constraint: Option<String>,
    pub tags: Vec<super::tagging::Tag>,
}

/// Makes a bucket.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateBucket {
    pub bucket: String,
    pub create_bucket_configuration: CreateBucketConfiguration,
}

/// Where it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateBucketOutput {
    pub location: String,
    pub bucket_arn: Arn,
}

/// Whether a bucket may have that name. Source: Amazon S3 User Guide, "General purpose bucket naming rules".
fn is_bucket_name(name: &str) -> bool {
    let ends_well = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let parts: Vec<&str> = name.split('.').collect();
    let is_address = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    (3..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
        && ends_well(name.bytes().next())
        && ends_well(name.bytes().next_back())
        && !name.contains("..")
        && !is_address
        && !["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|start| name.starts_with(start))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|end| name.ends_with(end))
}

/// The region that a bucket is asked for in.
fn wanted_region(asked: Option<&str>, endpoint: &Region) -> Result<Region, ApiError> {
    const ILLEGAL: &str = "IllegalLocationConstraintException";
    let own = endpoint.as_str();
    match asked {
        Some(region) if !is_region(region) && region != "EU" => {
            Err(ApiError::new("InvalidLocationConstraint", "The specified location-constraint is not valid"))
        }
        Some(CLASSIC) => {
            Err(ApiError::new("InvalidLocationConstraint", "The specified location-constraint is not valid"))
        }
        // The old endpoint makes buckets everywhere.
        Some(region) if own == CLASSIC || region == own => Ok(Region::new(region)),
        Some(region) => Err(ApiError::new(
            ILLEGAL,
            format!(
                "The {region} location constraint is incompatible for the region specific endpoint this request was sent to."
            ),
        )),
        None if own == CLASSIC => Ok(endpoint.clone()),
        None => Err(ApiError::new(
            ILLEGAL,
            "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
        )),
    }
}

impl Operation for CreateBucket {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "CreateBucket";
    type Output = CreateBucketOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        let mut question = Authorization::on("s3:CreateBucket", bucket_arn(&self.bucket));
        if let Some(region) = &self.create_bucket_configuration.location_constraint {
            question.context.push(("s3:LocationConstraint".to_owned(), vec![region.clone()]));
        }
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreateBucketOutput, ApiError> {
        let name = self.bucket;
        if !is_bucket_name(&name) {
            return Err(ApiError::new("InvalidBucketName", "The specified bucket is not valid."));
        }
        let asked = self.create_bucket_configuration.location_constraint.as_deref();
        let region = wanted_region(asked, &caller.region)?;
        let own = caller.principal.account();
        if exists(cloud, &name) {
            let is_own = owner_of(cloud, &name).is_ok_and(|owner| owner == *own);
            // Source: Amazon S3 API reference, `CreateBucket`: in us-east-1 making one's own again changes nothing.
            if !(is_own && caller.region.as_str() == CLASSIC) {
                return Err(taken(is_own));
            }
        } else {
            let mut bucket = Bucket::new(name.clone(), region.clone(), cloud.now());
            bucket.tags = super::tagging::read(self.create_bucket_configuration.tags)?;
            cloud.account_mut(own).s3.buckets.insert(name.clone(), Arc::new(bucket));
        }
        let location =
            if region.as_str() == CLASSIC { format!("/{name}") } else { format!("http://{name}.s3.amazonaws.com/") };
        Ok(CreateBucketOutput { location, bucket_arn: bucket_arn(&name) })
    }
}

fn taken(is_own: bool) -> ApiError {
    if is_own {
        ApiError::new(
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )
    } else {
        ApiError::new(
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
             Please select a different name and try again.",
        )
    }
}

/// Deletes an empty bucket.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteBucket {
    pub bucket: String,
}

impl Operation for DeleteBucket {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "DeleteBucket";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:DeleteBucket", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        let found = bucket(cloud, &self.bucket)?;
        if !found.is_empty() {
            let versions =
                if found.versioning.is_some() { ". You must delete all versions in the bucket." } else { "" };
            let text = format!("The bucket you tried to delete is not empty{versions}");
            return Err(ApiError::new("BucketNotEmpty", text));
        }
        let owner = owner_of(cloud, &self.bucket)?;
        cloud.account_mut(&owner).s3.buckets.remove(&self.bucket);
        Ok(Nothing {})
    }
}

/// Lists the caller's buckets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListBuckets {
    pub max_buckets: Option<usize>,
    pub continuation_token: Option<String>,
    pub prefix: Option<String>,
    pub bucket_region: Option<String>,
}

/// A bucket in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListedBucket {
    pub name: String,
    pub creation_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_region: Option<Region>,
    pub bucket_arn: Arn,
}

/// Whose buckets they are.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Owner {
    #[serde(rename = "ID")]
    pub id: String,
}

impl Owner {
    /// The canonical user id of an account: 64 hexadecimal digits.
    pub(super) fn of(account: &AccountId) -> Self {
        Self { id: Digest::of(account.as_str().as_bytes()).hex() }
    }
}

/// A page of buckets.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListBucketsOutput {
    pub buckets: Vec<ListedBucket>,
    pub owner: Owner,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

impl Operation for ListBuckets {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "ListBuckets";
    type Output = ListBucketsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("s3:ListAllMyBuckets")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListBucketsOutput, ApiError> {
        let own = caller.principal.account();
        let (prefix, region) = (self.prefix.as_deref(), self.bucket_region.as_deref());
        let after = self.continuation_token.as_deref().unwrap_or_default();
        let buckets = cloud.account(own).into_iter().flat_map(|account| account.s3.buckets());
        let mut wanted = buckets.filter(|bucket| {
            prefix.is_none_or(|prefix| bucket.name.starts_with(prefix))
                && region.is_none_or(|region| bucket.region.as_str() == region)
                && bucket.name.as_str() > after
        });
        let is_paged = self.max_buckets.is_some();
        let most = self.max_buckets.unwrap_or(10_000).clamp(1, 10_000);
        let page: Vec<&Bucket> = wanted.by_ref().take(most).collect();
        let more = wanted.next().is_some();
        Ok(ListBucketsOutput {
            continuation_token: page.last().filter(|_| more).map(|bucket| bucket.name.clone()),
            buckets: page
                .into_iter()
                .map(|bucket| ListedBucket {
                    name: bucket.name.clone(),
                    creation_date: bucket.created_at.whole_second(),
                    // Only a list in pages says it. Source: Amazon S3 API reference, `Bucket`.
                    bucket_region: is_paged.then(|| bucket.region.clone()),
                    bucket_arn: bucket_arn(&bucket.name),
                })
                .collect(),
            owner: Owner::of(own),
            prefix: self.prefix,
        })
    }
}

/// Asks whether a bucket is there and may be listed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HeadBucket {
    pub bucket: String,
}

/// Where it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HeadBucketOutput {
    pub bucket_arn: Arn,
    pub bucket_region: Region,
    pub access_point_alias: bool,
}

impl Operation for HeadBucket {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "HeadBucket";
    type Output = HeadBucketOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:ListBucket", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<HeadBucketOutput, ApiError> {
        // A HEAD request's error has nothing but its status.
        let found = bucket(cloud, &self.bucket).map_err(|_| ApiError::new("404", "Not Found"))?;
        let (bucket_arn, bucket_region) = (bucket_arn(&found.name), found.region.clone());
        Ok(HeadBucketOutput { bucket_arn, bucket_region, access_point_alias: false })
    }
}

/// Asks where a bucket is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetBucketLocation {
    pub bucket: String,
}

/// The region; none for us-east-1.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetBucketLocationOutput {
    pub location_constraint: Option<Region>,
}

impl Operation for GetBucketLocation {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetBucketLocation";
    type Output = GetBucketLocationOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetBucketLocation", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetBucketLocationOutput, ApiError> {
        let found = super::find(cloud, &self.bucket).ok_or_else(no_bucket)?.1;
        let location_constraint = Some(found.region.clone()).filter(|region| region.as_str() != CLASSIC);
        Ok(GetBucketLocationOutput { location_constraint })
    }
}

/// What a version's id is shown as: none where the bucket never had versions.
pub(super) fn shown_version(bucket: &Bucket, id: &str) -> Option<String> {
    let has_versions = matches!(bucket.versioning, Some(Versioning::Enabled | Versioning::Suspended));
    has_versions.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_the_naming_rules() {
        for name in ["abc", "team-logs.2026", "1st-bucket"] {
            assert!(is_bucket_name(name), "{name}");
        }
        for name in ["ab", "Team", "a_b_c", "-abc", "abc-", "a..b", "192.168.5.4", "xn--abc", "abc-s3alias", "한국어"]
        {
            assert!(!is_bucket_name(name), "{name}");
        }
        assert!(!is_bucket_name(&"a".repeat(64)));
    }
}
