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
    /// Where the first five colons stand in `text`: every decision asks for the parts between them.
    colons: [u32; 5],
}

impl Arn {
    /// `arn:{partition}:{service}:{region}:{account}:{resource}`: `aws` unless the region is of another partition.
    pub fn new(service: &str, region: &str, account: &str, resource: &str) -> Self {
        let partition = super::Partition::of(region).as_str();
        let head = format!("arn:{partition}:{service}:{region}:{account}:");
        let text: std::sync::Arc<str> = (head + resource).into();
        Self { colons: Self::colons(&text).unwrap_or_default(), text }
    }

    fn colons(text: &str) -> Option<[u32; 5]> {
        let mut found = text.match_indices(':').map(|(at, _)| u32::try_from(at).ok());
        let mut colons = [0; 5];
        for colon in &mut colons {
            *colon = found.next()??;
        }
        Some(colons)
    }

    /// What stands between two colons.
    fn between(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize + 1..end as usize).unwrap_or_default()
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The partition part, such as `aws`.
    pub fn partition(&self) -> &str {
        let [start, end, ..] = self.colons;
        self.between(start, end)
    }

    /// The service part, such as `ecr`.
    pub fn service(&self) -> &str {
        let [_, start, end, ..] = self.colons;
        self.between(start, end)
    }

    /// The region part; empty for global services.
    pub fn region(&self) -> &str {
        let [.., start, end, _] = self.colons;
        self.between(start, end)
    }

    /// The account part; empty for S3.
    pub fn account(&self) -> &str {
        let [.., start, end] = self.colons;
        self.between(start, end)
    }

    /// All after the fifth colon, such as `repository/team/app`.
    pub fn resource(&self) -> &str {
        let [.., end] = self.colons;
        self.text.get(end as usize + 1..).unwrap_or_default()
    }
}

impl FromStr for Arn {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match Self::colons(s) {
            Some(colons @ [.., end]) if s.starts_with("arn:") && (end as usize) + 1 < s.len() => {
                Ok(Self { text: s.into(), colons })
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

/// 32 hexadecimal digits and more in the form of a UUID.
pub(in crate::cloud) fn as_uuid(hex: &str) -> String {
    let part = |range| hex.get(range).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
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
