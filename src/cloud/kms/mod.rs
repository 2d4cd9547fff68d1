//! KMS, as far as ECR meets it: symmetric keys with their aliases, policies and grants.
//!
//! Not here: asymmetric and multi-Region keys, imported material, rotation, and encrypting or decrypting by hand.

mod aliases;
mod grants;
mod keys;
mod lifecycle;
mod policies;
mod service;
mod state;

pub use aliases::{AliasListEntry, CreateAlias, DeleteAlias, ListAliases, ListAliasesOutput, UpdateAlias};
pub use grants::{
    CreateGrant, CreateGrantOutput, GrantListEntry, ListGrants, ListGrantsOutput, RetireGrant, RevokeGrant,
};
pub use keys::{CreateKey, DescribeKey, KeyListEntry, KeyMetadata, KeyOutput, ListKeys, ListKeysOutput};
pub use lifecycle::{
    CancelKeyDeletion, CancelKeyDeletionOutput, DisableKey, EnableKey, ScheduleKeyDeletion, ScheduleKeyDeletionOutput,
};
pub use policies::{GetKeyPolicy, GetKeyPolicyOutput, ListKeyPolicies, ListKeyPoliciesOutput, PutKeyPolicy};
pub use state::{Alias, Grant, GrantConstraints, Key, State, Status};

pub(in crate::cloud) use policies::key_policy;
pub(in crate::cloud) use service::{check_use, granted, managed_key};

use serde::Serialize;

/// What an operation gives back that gives nothing back.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

super::operations!(
    CancelKeyDeletion,
    CreateAlias,
    CreateGrant,
    CreateKey,
    DeleteAlias,
    DescribeKey,
    DisableKey,
    EnableKey,
    GetKeyPolicy,
    ListAliases,
    ListGrants,
    ListKeyPolicies,
    ListKeys,
    PutKeyPolicy,
    RetireGrant,
    RevokeGrant,
    ScheduleKeyDeletion,
    UpdateAlias,
);
