//! Account ids, regions and ARNs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A 12-digit AWS account id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(std::sync::Arc<str>);

impl AccountId {
    /// The account that the game plays in unless a quest says otherwise: `111122223333`.
    pub fn home() -> Self {
        Self("111122223333".into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountId {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        if s.len() == 12 && s.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(s.into()))
        } else {
            Err(format!("`{s}` is not a 12-digit account id"))
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An AWS region's name, such as `ap-northeast-2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(std::sync::Arc<str>);

impl Region {
    /// The region that the game plays in unless a quest says otherwise: Seoul.
    pub fn home() -> Self {
        Self::new("ap-northeast-2")
    }

    /// A region by name. Whether AWS has it is asked where an endpoint is looked up.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`. Region and account may be empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arn {
    text: std::sync::Arc<str>,
    /// Where the sixth part starts in `text`.
    resource_at: usize,
}

impl Arn {
    /// `arn:{partition}:{service}:{region}:{account}:{resource}`: `aws` unless the region is of another partition.
    pub fn new(service: &str, region: &str, account: &str, resource: &str) -> Self {
        let partition = super::Partition::of(region).as_str();
        let head = format!("arn:{partition}:{service}:{region}:{account}:");
        Self { resource_at: head.len(), text: (head + resource).into() }
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The partition part, such as `aws`.
    pub fn partition(&self) -> &str {
        self.text.split(':').nth(1).unwrap_or_default()
    }

    /// The service part, such as `ecr`.
    pub fn service(&self) -> &str {
        self.text.split(':').nth(2).unwrap_or_default()
    }

    /// The region part; empty for global services.
    pub fn region(&self) -> &str {
        self.text.split(':').nth(3).unwrap_or_default()
    }

    /// The account part; empty for S3.
    pub fn account(&self) -> &str {
        self.text.split(':').nth(4).unwrap_or_default()
    }

    /// All after the fifth colon, such as `repository/team/app`.
    pub fn resource(&self) -> &str {
        self.text.get(self.resource_at..).unwrap_or_default()
    }
}

impl FromStr for Arn {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let resource_at = s.match_indices(':').nth(4).map(|(i, _)| i + 1);
        match resource_at {
            Some(resource_at) if s.starts_with("arn:") && resource_at < s.len() => {
                Ok(Self { text: s.into(), resource_at })
            }
            _ => Err(format!("`{s}` is not an ARN")),
        }
    }
}

impl TryFrom<String> for Arn {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.text.as_ref().to_owned()
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_read_into_its_parts() {
        let arn: Arn = "arn:aws:ecr:ap-northeast-2:111122223333:repository/team/app:x".parse().unwrap();
        assert_eq!(
            (arn.service(), arn.region(), arn.account(), arn.resource()),
            ("ecr", "ap-northeast-2", "111122223333", "repository/team/app:x")
        );
        assert!("arn:aws:ecr".parse::<Arn>().is_err());
        assert!("nothing".parse::<Arn>().is_err());
    }
}
