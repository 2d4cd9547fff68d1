//! AWS Organizations: the tree of an organization's accounts, with the policies that limit them at every level.
//!
//! There is no `aws organizations` here: worlds lay the organization out, and IAM asks for what it limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::iam::Policy;
use super::{AccountId, ApiError, Cloud};

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Such as `o-exampleorgid`.
    id: Arc<str>,
    /// The account that no policy of the organization limits.
    management: AccountId,
    root: Unit,
}

/// The root or an organizational unit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unit {
    /// `r-…` or `ou-…`
    id: String,
    target: Target,
    accounts: BTreeMap<AccountId, Target>,
    units: Vec<Unit>,
}

/// What policies are attached to: the root, a unit or an account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    name: Arc<str>,
    service_control: Vec<ControlPolicy>,
    resource_control: Vec<ControlPolicy>,
}

/// A service or resource control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPolicy {
    pub name: Arc<str>,
    pub document: Arc<Policy>,
}

/// A level on the way from the root to an account, with the policies attached there.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// `Root`, the name of a unit, or the id of the account.
    pub name: &'a Arc<str>,
    pub service_control: &'a [ControlPolicy],
    pub resource_control: &'a [ControlPolicy],
}

/// An organization as a world's author writes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSpec {
    #[serde(default = "example_id")]
    pub id: String,
    /// The account that no policy of the organization limits.
    pub management: AccountId,
    pub root: UnitSpec,
}

/// The root or an organizational unit as an author writes it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnitSpec {
    /// Of a unit; the root has none.
    pub name: String,
    pub policies: ControlSpec,
    /// The accounts in it.
    pub accounts: BTreeMap<AccountId, ControlSpec>,
    pub units: Vec<UnitSpec>,
}

/// The policies attached to one target as an author writes them: documents by name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ControlSpec {
    /// Whether `FullAWSAccess` is attached, as it is until somebody detaches it.
    pub full_access: bool,
    pub service_control: BTreeMap<String, String>,
    pub resource_control: BTreeMap<String, String>,
}

impl Default for ControlSpec {
    fn default() -> Self {
        Self { full_access: true, service_control: BTreeMap::new(), resource_control: BTreeMap::new() }
    }
}

fn example_id() -> String {
    "o-exampleorgid".to_owned()
}

/// How large a service or resource control policy may be, without white space.
/// Source: AWS Organizations User Guide, "Quotas for AWS Organizations".
const POLICY_SIZE: usize = 5120;
/// How many of a kind can be attached to one target. Source: the same.
const POLICIES_PER_TARGET: usize = 5;
/// How deep units can lie below the root. Source: the same.
const DEPTH: usize = 5;

const FULL_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const FULL_ACCESS_TO_RESOURCES: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The services whose resources resource control policies limit.
/// Source: AWS Organizations User Guide, "List of AWS services that support RCPs".
const RESOURCE_CONTROLLED: [&str; 12] = [
    "aoss",
    "cognito-identity",
    "cognito-idp",
    "cognito-sync",
    "dynamodb",
    "ecr",
    "kms",
    "logs",
    "s3",
    "secretsmanager",
    "sqs",
    "sts",
];

impl Organization {
    /// Makes an organization.
    ///
    /// # Errors
    /// `MalformedPolicyDocumentException` for a policy that Organizations refuses, `ConstraintViolationException` for
    /// too large a one, too many on a target, or units too deep.
    pub fn new(spec: &OrganizationSpec) -> Result<Self, ApiError> {
        Ok(Self {
            id: spec.id.as_str().into(),
            management: spec.management.clone(),
            root: Unit::new(&spec.root, "Root", "r-exam".to_owned(), 0)?,
        })
    }

    /// The organization's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether resource control policies limit the resources that a service's actions are for.
    pub fn limits_resources_of(&self, service: &str) -> bool {
        RESOURCE_CONTROLLED.contains(&service)
    }

    /// The levels whose policies limit an account, from the root down. None for the management account, and for accounts
    /// outside of the organization.
    pub fn levels(&self, account: &str) -> Vec<Level<'_>> {
        let mut levels = Vec::new();
        if account != self.management.as_str() {
            self.root.levels(account, &mut levels);
        }
        levels
    }

    /// Whether an account belongs to it.
    pub fn has(&self, account: &str) -> bool {
        account == self.management.as_str() || self.root.path(account).is_some()
    }

    /// The path of an account, as `aws:PrincipalOrgPaths` has it: `o-…/r-…/ou-…/`.
    pub fn path(&self, account: &str) -> Option<String> {
        let below = match self.root.path(account) {
            Some(path) => path,
            None if account == self.management.as_str() => format!("{}/", self.root.id),
            None => return None,
        };
        Some(format!("{}/{below}", self.id))
    }
}

impl Unit {
    fn new(spec: &UnitSpec, name: &str, id: String, depth: usize) -> Result<Self, ApiError> {
        if depth > DEPTH {
            return Err(violation("You have exceeded the maximum nesting depth of an organizational unit."));
        }
        let target = Target::new(name, &spec.policies)?;
        let accounts = spec
            .accounts
            .iter()
            .map(|(account, policies)| Target::new(account.as_str(), policies).map(|target| (account.clone(), target)));
        let accounts = accounts.collect::<Result<_, _>>()?;
        let units = spec.units.iter().zip(1..).map(|(unit, number)| {
            let below = id.strip_prefix("r-").map_or_else(|| id.clone(), |root| format!("ou-{root}"));
            Self::new(unit, &unit.name, format!("{below}-{number:08}"), depth + 1)
        });
        let units = units.collect::<Result<_, _>>()?;
        Ok(Self { id, target, accounts, units })
    }

    /// Adds the levels from here to the account; none where it is not below.
    fn levels<'a>(&'a self, account: &str, levels: &mut Vec<Level<'a>>) -> bool {
        levels.push(self.target.level());
        let member = self.accounts.iter().find(|(id, _)| id.as_str() == account);
        if let Some((_, member)) = member {
            levels.push(member.level());
            return true;
        }
        if self.units.iter().any(|unit| unit.levels(account, levels)) {
            return true;
        }
        levels.pop();
        false
    }

    fn path(&self, account: &str) -> Option<String> {
        let is_here = self.accounts.keys().any(|id| id.as_str() == account);
        let below = || self.units.iter().find_map(|unit| unit.path(account));
        let below = if is_here { String::new() } else { below()? };
        Some(format!("{}/{below}", self.id))
    }
}

impl Target {
    fn new(name: &str, spec: &ControlSpec) -> Result<Self, ApiError> {
        let full = |name: &str, document: Result<Policy, ApiError>| {
            document.map(|document| ControlPolicy { name: name.into(), document: Arc::new(document) })
        };
        let mut service_control = Vec::new();
        if spec.full_access {
            service_control.push(full("FullAWSAccess", Policy::service_control(FULL_ACCESS))?);
        }
        // It can't be detached.
        let mut resource_control = vec![full("RCPFullAWSAccess", Policy::resource_control(FULL_ACCESS_TO_RESOURCES))?];
        for (name, text) in &spec.service_control {
            service_control.push(control_policy(name, text, Policy::service_control)?);
        }
        for (name, text) in &spec.resource_control {
            resource_control.push(control_policy(name, text, Policy::resource_control)?);
        }
        if service_control.len().max(resource_control.len()) > POLICIES_PER_TARGET {
            return Err(violation("You have exceeded the number of policies that can be attached to a target."));
        }
        Ok(Self { name: name.into(), service_control, resource_control })
    }

    fn level(&self) -> Level<'_> {
        Level { name: &self.name, service_control: &self.service_control, resource_control: &self.resource_control }
    }
}

fn control_policy(
    name: &str,
    text: &str,
    read: fn(&str) -> Result<Policy, ApiError>,
) -> Result<ControlPolicy, ApiError> {
    let document = read(text)
        .map_err(|error| ApiError::new("MalformedPolicyDocumentException", format!("{name}: {}", error.message)))?;
    if document.size() > POLICY_SIZE {
        return Err(violation("The policy content exceeds the maximum size."));
    }
    Ok(ControlPolicy { name: name.into(), document: Arc::new(document) })
}

fn violation(message: &str) -> ApiError {
    ApiError::new("ConstraintViolationException", message)
}

impl Cloud {
    /// The organization, if the world has one.
    pub fn organization(&self) -> Option<&Organization> {
        self.organization.as_deref()
    }

    /// Gives the world an organization, or another one.
    pub fn set_organization(&mut self, organization: Organization) {
        self.organization = Some(Arc::new(organization));
    }

    /// The id of the organization that an account belongs to.
    pub(in crate::cloud) fn organization_of(&self, account: &str) -> Option<&str> {
        self.organization().filter(|organization| organization.has(account)).map(Organization::id)
    }

    /// Where in its organization an account is.
    pub(in crate::cloud) fn organization_path(&self, account: &str) -> Option<String> {
        self.organization()?.path(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> AccountId {
        AccountId::home()
    }

    fn spec(root: UnitSpec) -> OrganizationSpec {
        OrganizationSpec { id: example_id(), management: "999900001111".parse().unwrap(), root }
    }

    #[test]
    fn the_levels_of_an_account_go_from_the_root_down() {
        let accounts = BTreeMap::from([(home(), ControlSpec::default())]);
        let web = UnitSpec { name: "web".into(), accounts, ..UnitSpec::default() };
        let work = UnitSpec { name: "work".into(), units: vec![UnitSpec::default(), web], ..UnitSpec::default() };
        let found = Organization::new(&spec(UnitSpec { units: vec![work], ..UnitSpec::default() })).unwrap();
        let names: Vec<_> = found.levels(home().as_str()).into_iter().map(|level| level.name.to_string()).collect();
        assert_eq!(names, ["Root", "work", "web", "111122223333"]);
        assert_eq!(
            found.path(home().as_str()).unwrap(),
            "o-exampleorgid/r-exam/ou-exam-00000001/ou-exam-00000001-00000002/"
        );
        assert_eq!(found.path("999900001111").unwrap(), "o-exampleorgid/r-exam/");
        assert!(found.levels("999900001111").is_empty() && found.levels("444455556666").is_empty());
        assert!(!found.has("444455556666"));
    }

    #[test]
    fn what_organizations_refuses_is_refused() {
        let root = |policies| spec(UnitSpec { policies, ..UnitSpec::default() });
        let service_control = BTreeMap::from([("Bad".to_owned(), "{}".to_owned())]);
        let error = Organization::new(&root(ControlSpec { service_control, ..ControlSpec::default() })).unwrap_err();
        assert_eq!(error.to_string(), "MalformedPolicyDocumentException: Bad: Syntax errors in policy.");
        let many = (0..5).map(|number| (number.to_string(), FULL_ACCESS.to_owned())).collect();
        let error = Organization::new(&root(ControlSpec { service_control: many, ..ControlSpec::default() }));
        assert_eq!(error.unwrap_err().code, "ConstraintViolationException");
        let for_one =
            FULL_ACCESS_TO_RESOURCES.replace("\"Principal\":\"*\"", "\"Principal\":{\"AWS\":\"111122223333\"}");
        let resource_control = BTreeMap::from([("Mine".to_owned(), for_one)]);
        assert!(Organization::new(&root(ControlSpec { resource_control, ..ControlSpec::default() })).is_err());
    }
}
