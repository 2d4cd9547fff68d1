//! What an account's IAM holds: users, groups, roles, managed policies, instance profiles, access keys.
//!
//! Entities sit in `Arc`s: a cloned world shares them until one is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::policy::Policy;
use crate::cloud::{AccountId, Arn, Timestamp};

/// An account's IAM entities.
#[derive(Clone, Debug)]
pub struct State {
    account: AccountId,
    pub(super) users: Named<User>,
    pub(super) groups: Named<Group>,
    pub(super) roles: Named<Role>,
    /// Customer managed policies. AWS's own are the same everywhere, see [`super::managed`].
    pub(super) policies: Named<ManagedPolicy>,
    pub(super) instance_profiles: Named<InstanceProfile>,
    /// OpenID Connect providers, by their address without `https://`.
    pub(super) oidc_providers: BTreeMap<Arc<str>, Arc<OidcProvider>>,
    pub(super) saml_providers: Named<SamlProvider>,
    /// The account's alias.
    pub(super) alias: Option<Arc<str>>,
    /// The deletions of service-linked roles, by task id.
    pub(super) deletions: BTreeSet<String>,
    /// Long-term keys of users, by access key id.
    pub(super) access_keys: BTreeMap<String, Arc<AccessKey>>,
}

/// A user, group or role: what policies can be attached to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachments {
    /// Inline policies by name.
    pub inline: BTreeMap<Arc<str>, Arc<Policy>>,
    /// ARNs of attached managed policies.
    pub managed: BTreeSet<Arc<str>>,
}

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: Arc<str>,
    pub path: Arc<str>,
    /// `AIDA…`
    pub id: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    pub policies: Attachments,
    /// ARN of the managed policy that limits it.
    pub boundary: Option<Arc<str>>,
    pub tags: Vec<Tag>,
    /// Names of the groups it is in.
    pub groups: BTreeSet<Arc<str>>,
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: Arc<str>,
    pub path: Arc<str>,
    /// `AGPA…`
    pub id: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    pub policies: Attachments,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: Arc<str>,
    pub path: Arc<str>,
    /// `AROA…`
    pub id: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    pub description: Option<String>,
    /// Who may assume it.
    pub trust: Arc<Policy>,
    /// In seconds.
    pub max_session_duration: i64,
    pub policies: Attachments,
    /// ARN of the managed policy that limits it.
    pub boundary: Option<Arc<str>>,
    pub tags: Vec<Tag>,
}

impl Role {
    /// Whether a service made it for itself: nobody else can change it, and organizations do not limit it.
    /// Source: IAM User Guide, "Service-linked roles".
    pub fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }
}

/// A customer managed policy with its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    pub name: Arc<str>,
    pub path: Arc<str>,
    /// `ANPA…`
    pub id: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub description: Option<String>,
    pub tags: Vec<Tag>,
    /// By number: 1 is `v1`.
    pub versions: BTreeMap<u32, PolicyVersion>,
    /// The number of the version in force.
    pub default_version: u32,
    /// The number that the next version gets; numbers are never used twice.
    pub next_version: u32,
}

impl ManagedPolicy {
    /// The version in force.
    pub fn in_force(&self) -> Option<&Arc<Policy>> {
        self.versions.get(&self.default_version).map(|version| &version.document)
    }
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    pub document: Arc<Policy>,
    pub created: Timestamp,
}

/// What an EC2 instance is given so that it gets the credentials of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceProfile {
    pub name: Arc<str>,
    pub path: Arc<str>,
    /// `AIPA…`
    pub id: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    /// The name of its one role.
    pub role: Option<Arc<str>>,
    pub tags: Vec<Tag>,
}

/// An OpenID Connect provider: whose tokens the account believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProvider {
    /// Its address without `https://`.
    pub url: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    /// Whom its tokens may be for.
    pub client_ids: Vec<String>,
    /// Of its certificates.
    pub thumbprints: Vec<String>,
    pub tags: Vec<Tag>,
}

/// A SAML provider: whose assertions the account believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlProvider {
    pub name: Arc<str>,
    pub arn: Arn,
    pub created: Timestamp,
    pub valid_until: Timestamp,
    /// Its metadata document.
    pub metadata: Arc<str>,
    /// What it calls itself there, and in assertions.
    pub entity_id: Arc<str>,
    pub tags: Vec<Tag>,
}

/// A user's long-term key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA…`
    pub id: String,
    pub secret: String,
    pub user: Arc<str>,
    pub active: bool,
    pub created: Timestamp,
}

/// A tag of an IAM entity.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// Entities by name. Names are kept as given and not distinguished by case.
/// Source: IAM User Guide, "IAM and AWS STS quotas".
#[derive(Clone, Debug)]
pub struct Named<T>(BTreeMap<String, Arc<T>>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Clone> Named<T> {
    /// The entity of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<T>> {
        self.0.get(&name.to_lowercase())
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0.get_mut(&name.to_lowercase()).map(Arc::make_mut)
    }

    pub(super) fn insert(&mut self, name: &str, entity: T) {
        self.0.insert(name.to_lowercase(), Arc::new(entity));
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(&name.to_lowercase());
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.0.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl State {
    pub(in crate::cloud) fn new(account: &AccountId) -> Self {
        Self {
            account: account.clone(),
            users: Named::default(),
            groups: Named::default(),
            roles: Named::default(),
            policies: Named::default(),
            instance_profiles: Named::default(),
            oidc_providers: BTreeMap::new(),
            saml_providers: Named::default(),
            alias: None,
            deletions: BTreeSet::new(),
            access_keys: BTreeMap::new(),
        }
    }

    /// Whose state this is.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// A user by name.
    pub fn user(&self, name: &str) -> Option<&Arc<User>> {
        self.users.get(name)
    }

    /// A group by name.
    pub fn group(&self, name: &str) -> Option<&Arc<Group>> {
        self.groups.get(name)
    }

    /// A role by name (not its path).
    pub fn role(&self, name: &str) -> Option<&Arc<Role>> {
        self.roles.get(name)
    }

    /// A role by its ARN, path included.
    pub fn role_by_arn(&self, arn: &Arn) -> Option<&Arc<Role>> {
        let name = arn.resource().strip_prefix("role/")?.rsplit('/').next()?;
        self.roles.get(name).filter(|role| role.arn == *arn)
    }

    /// A user by its ARN, path included.
    pub fn user_by_arn(&self, arn: &Arn) -> Option<&Arc<User>> {
        let name = arn.resource().strip_prefix("user/")?.rsplit('/').next()?;
        self.users.get(name).filter(|user| user.arn == *arn)
    }

    /// An instance profile by name.
    pub fn instance_profile(&self, name: &str) -> Option<&Arc<InstanceProfile>> {
        self.instance_profiles.get(name)
    }

    /// An OpenID Connect provider by its address without `https://`.
    pub fn oidc_provider(&self, url: &str) -> Option<&Arc<OidcProvider>> {
        self.oidc_providers.get(url)
    }

    /// An OpenID Connect provider by its ARN.
    pub fn oidc_provider_by_arn(&self, arn: &str) -> Option<&Arc<OidcProvider>> {
        let (_, url) = arn.split_once(":oidc-provider/")?;
        self.oidc_providers.get(url).filter(|provider| provider.arn.as_str() == arn)
    }

    /// A SAML provider by its ARN.
    pub fn saml_provider(&self, arn: &str) -> Option<&Arc<SamlProvider>> {
        let (_, name) = arn.split_once(":saml-provider/")?;
        self.saml_providers.get(name).filter(|provider| provider.arn.as_str() == arn)
    }

    /// A customer managed policy by its ARN.
    pub fn policy_by_arn(&self, arn: &str) -> Option<&Arc<ManagedPolicy>> {
        let name = arn.rsplit('/').next()?;
        self.policies.get(name).filter(|policy| policy.arn.as_str() == arn)
    }

    /// The document in force of a managed policy, AWS's or the account's.
    pub fn managed_document(&self, arn: &str) -> Option<&Arc<Policy>> {
        match super::managed::aws_managed(arn) {
            Some(policy) => Some(policy.document()),
            None => self.policy_by_arn(arn)?.in_force(),
        }
    }

    /// All users, by name.
    pub fn users(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.iter()
    }

    /// All groups, by name.
    pub fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.groups.iter()
    }

    /// All roles, by name.
    pub fn roles(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.roles.iter()
    }

    /// All customer managed policies, by name.
    pub fn policies(&self) -> impl Iterator<Item = &Arc<ManagedPolicy>> {
        self.policies.iter()
    }

    /// All instance profiles, by name.
    pub fn instance_profiles(&self) -> impl Iterator<Item = &Arc<InstanceProfile>> {
        self.instance_profiles.iter()
    }

    /// All OpenID Connect providers, by address.
    pub fn oidc_providers(&self) -> impl Iterator<Item = &Arc<OidcProvider>> {
        self.oidc_providers.values()
    }

    /// All SAML providers, by name.
    pub fn saml_providers(&self) -> impl Iterator<Item = &Arc<SamlProvider>> {
        self.saml_providers.iter()
    }

    /// A user's access keys, oldest first.
    pub fn access_keys_of(&self, user: &str) -> Vec<&Arc<AccessKey>> {
        let mut keys: Vec<_> = self.access_keys.values().filter(|key| key.user.eq_ignore_ascii_case(user)).collect();
        keys.sort_by_key(|key| key.created);
        keys
    }

    /// A long-term key by its id.
    pub fn access_key(&self, id: &str) -> Option<&Arc<AccessKey>> {
        self.access_keys.get(id)
    }
}
