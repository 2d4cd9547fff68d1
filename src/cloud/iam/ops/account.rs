//! The account as a whole: its alias, and how much of its quotas is used.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Page, Validation, wire};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Counts what the account has, beside what it may have.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GetAccountSummary {}

/// The output of `GetAccountSummary`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountSummaryOutput {
    pub summary_map: IndexMap<&'static str, usize>,
}

impl Operation for GetAccountSummary {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetAccountSummary";
    type Output = AccountSummaryOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:GetAccountSummary")]
    }

    /// Source: IAM API Reference, GetAccountSummary; the numbers are those of "IAM and AWS STS quotas".
    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AccountSummaryOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        let versions = state.policies().map(|policy| policy.versions.len()).sum();
        let aliases = usize::from(state.alias.is_some());
        let summary_map = IndexMap::from([
            ("GroupPolicySizeQuota", 5120),
            ("InstanceProfilesQuota", 1000),
            ("Policies", state.policies.len()),
            ("GroupsPerUserQuota", 10),
            ("InstanceProfiles", state.instance_profiles.len()),
            ("AttachedPoliciesPerUserQuota", 10),
            ("Users", state.users.len()),
            ("PoliciesQuota", 1500),
            ("Providers", state.oidc_providers.len() + state.saml_providers.len()),
            ("AccountMFAEnabled", 0),
            ("AccessKeysPerUserQuota", 2),
            ("AssumeRolePolicySizeQuota", 2048),
            ("PolicyVersionsInUseQuota", 10_000),
            ("GlobalEndpointTokenVersion", 1),
            ("VersionsPerPolicyQuota", 5),
            ("AttachedPoliciesPerGroupQuota", 10),
            ("PolicySizeQuota", 6144),
            ("Groups", state.groups.len()),
            ("AccountSigningCertificatesPresent", 0),
            ("UsersQuota", 5000),
            ("ServerCertificatesQuota", 20),
            ("MFADevices", 0),
            ("UserPolicySizeQuota", 2048),
            ("PolicyVersionsInUse", versions),
            ("ServerCertificates", 0),
            ("Roles", state.roles.len()),
            ("RolesQuota", 1000),
            ("SigningCertificatesPerUserQuota", 2),
            ("MFADevicesInUse", 0),
            ("RolePolicySizeQuota", 10_240),
            ("AttachedPoliciesPerRoleQuota", 10),
            ("AccountAccessKeysPresent", 0),
            ("AccountPasswordPresent", 1),
            ("AccountAliases", aliases),
            ("GroupsQuota", 300),
        ]);
        Ok(AccountSummaryOutput { summary_map })
    }
}

/// Gives the account an alias.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccountAlias {
    pub account_alias: String,
}

fn check_alias(alias: &str) -> Result<(), ApiError> {
    Validation::default().length("accountAlias", Some(alias), 3, 63).done()?;
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_well_formed = alias.bytes().all(inner) && !alias.starts_with('-') && !alias.ends_with('-');
    if is_well_formed && !alias.contains("--") {
        return Ok(());
    }
    Err(super::validation(format!(
        "1 validation error detected: Value '{alias}' at 'accountAlias' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){{1,61}}[a-z0-9]$"
    )))
}

impl Operation for CreateAccountAlias {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateAccountAlias";
    type Output = wire::Empty;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:CreateAccountAlias")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        check_alias(&self.account_alias)?;
        // Aliases are unique among all accounts.
        let is_taken = cloud.accounts().any(|account| account.iam.alias.as_deref() == Some(&self.account_alias));
        if is_taken {
            let message = format!("The account alias {} already exists.", self.account_alias);
            return Err(super::already_exists(message));
        }
        // An account has one; another takes its place.
        super::state_mut(cloud, caller).alias = Some(self.account_alias.into());
        Ok(wire::Empty {})
    }
}

/// Takes the account's alias away.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteAccountAlias {
    pub account_alias: String,
}

impl Operation for DeleteAccountAlias {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteAccountAlias";
    type Output = wire::Empty;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:DeleteAccountAlias")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        check_alias(&self.account_alias)?;
        let state = super::state_mut(cloud, caller);
        if state.alias.as_deref() != Some(&self.account_alias) {
            return Err(super::no_such_entity(format!(
                "The account alias with name {} cannot be found.",
                self.account_alias
            )));
        }
        state.alias = None;
        Ok(wire::Empty {})
    }
}

/// Lists the account's alias, if it has one.
#[derive(Clone, Debug, Deserialize)]
pub struct ListAccountAliases {
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListAccountAliases`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAccountAliasesOutput {
    pub account_aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListAccountAliases {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListAccountAliases";
    type Output = ListAccountAliasesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:ListAccountAliases")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListAccountAliasesOutput, ApiError> {
        let alias = super::read(cloud, caller)?.alias.iter().map(ToString::to_string).collect();
        let page = self.page.cut(alias)?;
        Ok(ListAccountAliasesOutput { account_aliases: page.items, marker: page.marker })
    }
}
