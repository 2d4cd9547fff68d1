//! Condition keys: what a request carries for policies to compare, beside principal, action and resource.

use std::borrow::Cow;

/// The name of a condition key, such as `aws:PrincipalTag/team`. Compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionKey {
    text: Box<str>,
    global: Option<Global>,
}

macro_rules! globals {
    ($($global:ident = $name:literal),* $(,)?) => {
        /// The global condition keys that requests in the simulation carry.
        /// Source: IAM User Guide, "AWS global condition context keys".
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Global {
            /// `aws:PrincipalTag/…`
            PrincipalTag,
            $(#[doc = concat!("`", $name, "`")] $global),*
        }

        fn global(key: &str) -> Option<Global> {
            $(if key.eq_ignore_ascii_case($name) {
                return Some(Global::$global);
            })*
            None
        }
    };
}

globals!(
    PrincipalArn = "aws:PrincipalArn",
    PrincipalAccount = "aws:PrincipalAccount",
    PrincipalOrgId = "aws:PrincipalOrgID",
    PrincipalOrgPaths = "aws:PrincipalOrgPaths",
    PrincipalType = "aws:PrincipalType",
    PrincipalIsAwsService = "aws:PrincipalIsAWSService",
    PrincipalServiceName = "aws:PrincipalServiceName",
    PrincipalServiceNamesList = "aws:PrincipalServiceNamesList",
    FederatedProvider = "aws:FederatedProvider",
    UserId = "aws:userid",
    UserName = "aws:username",
    SourceIdentity = "aws:SourceIdentity",
    ViaAwsService = "aws:ViaAWSService",
    SecureTransport = "aws:SecureTransport",
    RequestedRegion = "aws:RequestedRegion",
    ResourceAccount = "aws:ResourceAccount",
    ResourceOrgId = "aws:ResourceOrgID",
    ResourceOrgPaths = "aws:ResourceOrgPaths",
    CurrentTime = "aws:CurrentTime",
    EpochTime = "aws:EpochTime",
    SourceAccount = "aws:SourceAccount",
    SourceArn = "aws:SourceArn",
    SourceIp = "aws:SourceIp",
    SourceVpc = "aws:SourceVpc",
    SourceVpce = "aws:SourceVpce",
    VpcSourceIp = "aws:VpcSourceIp",
    MultiFactorAuthPresent = "aws:MultiFactorAuthPresent",
    TokenIssueTime = "aws:TokenIssueTime",
);

const PRINCIPAL_TAG: &str = "aws:PrincipalTag/";

impl ConditionKey {
    /// A key as a policy writes it.
    pub fn new(text: &str) -> Self {
        let is_global = text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"));
        let is_tag = text.get(..PRINCIPAL_TAG.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(PRINCIPAL_TAG));
        let global = match (is_global, is_tag) {
            (_, true) => Some(Global::PrincipalTag),
            (true, _) => global(text),
            _ => None,
        };
        Self { text: text.into(), global }
    }

    /// As the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is the key of this name.
    pub fn is(&self, name: &str) -> bool {
        self.text.eq_ignore_ascii_case(name)
    }

    /// Which global key it is.
    pub(super) fn global(&self) -> Option<Global> {
        self.global
    }

    /// What stands behind the slash: the key of a tag.
    pub(super) fn tag(&self) -> &str {
        self.text.split_once('/').map_or("", |(_, tag)| tag)
    }
}

/// Whoever knows the values of condition keys.
pub(super) trait Keys {
    /// All values of a key; none when the request does not carry it.
    fn values<'a>(&'a self, key: &'a ConditionKey) -> Values<'a>;
}

/// The values of a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Values<'a> {
    one: Option<Cow<'a, str>>,
    many: &'a [String],
}

impl<'a> Values<'a> {
    /// The request does not carry the key.
    pub fn none() -> Self {
        Self { one: None, many: &[] }
    }

    pub fn one(value: impl Into<Cow<'a, str>>) -> Self {
        Self { one: Some(value.into()), many: &[] }
    }

    pub fn many(values: &'a [String]) -> Self {
        Self { one: None, many: values }
    }

    pub fn is_empty(&self) -> bool {
        self.one.is_none() && self.many.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.one.iter().map(AsRef::as_ref).chain(self.many.iter().map(String::as_str))
    }

    /// The value of a key that has just one.
    pub fn single(self) -> Option<Cow<'a, str>> {
        match (self.one, self.many) {
            (Some(value), []) => Some(value),
            (None, [value]) => Some(Cow::Borrowed(value)),
            _ => None,
        }
    }
}

impl<'a> From<Option<Cow<'a, str>>> for Values<'a> {
    fn from(one: Option<Cow<'a, str>>) -> Self {
        Self { one, many: &[] }
    }
}
