//! How worlds begin: entities made directly, before anyone is there to ask.

use std::sync::Arc;

use super::state::{AccessKey, Attachments, User};
use crate::cloud::{AccountId, Arn, Cloud};

/// An access key as its owner gets to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// `AKIA…`
    pub access_key_id: String,
    pub secret_access_key: String,
}

/// Makes a user with `AdministratorAccess` and one access key.
pub fn create_administrator(cloud: &mut Cloud, account: &AccountId, name: &str) -> KeyPair {
    let id = format!("AIDA{}", cloud.random_id(17));
    let key =
        KeyPair { access_key_id: format!("AKIA{}", cloud.random_id(16)), secret_access_key: cloud.random_secret() };
    let created = cloud.now();
    let managed = ["arn:aws:iam::aws:policy/AdministratorAccess".into()].into();
    let user = User {
        name: name.into(),
        path: "/".into(),
        id: id.into(),
        arn: Arn::new("iam", "", account.as_str(), &format!("user/{name}")),
        created,
        policies: Attachments { managed, ..Attachments::default() },
        boundary: None,
        tags: Vec::new(),
        groups: Default::default(),
    };
    let state = &mut cloud.account_mut(account).iam;
    state.users.insert(name, user);
    let access_key = AccessKey {
        id: key.access_key_id.clone(),
        secret: key.secret_access_key.clone(),
        user: name.into(),
        active: true,
        created,
    };
    state.access_keys.insert(access_key.id.clone(), Arc::new(access_key));
    key
}
