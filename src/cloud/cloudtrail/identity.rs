//! Who made a request, as a record tells it, and from where.
//! Source: CloudTrail User Guide, "CloudTrail userIdentity element".

use serde_json::{Value, json};

use crate::cloud::{AccountId, Cloud, Origin, Principal, RequestEvent, Timestamp, iam, sts};

/// `userIdentity`, as `viewer` sees it: another account learns no more than the account and the id.
pub(super) fn user_identity(cloud: &Cloud, principal: &Principal, at: Timestamp, viewer: &AccountId) -> Value {
    let account = principal.account();
    let id = sts::user_id(cloud, principal);
    if let Principal::Service { name, .. } = principal {
        return json!({"type": "AWSService", "invokedBy": name});
    }
    if let Principal::Federated { provider, .. } = principal {
        let kind = if provider.contains(":saml-provider/") { "SAMLUser" } else { "WebIdentityUser" };
        return json!({"type": kind, "principalId": id, "identityProvider": provider});
    }
    if viewer != account {
        return json!({"type": "AWSAccount", "principalId": id, "accountId": account});
    }
    let arn = iam::full_arn(cloud, principal);
    let mut identity = json!({"type": "Root", "principalId": id, "arn": arn, "accountId": account});
    let Some(members) = identity.as_object_mut() else { return identity };
    if let Some(key) = access_key(cloud, principal, at) {
        members.insert("accessKeyId".to_owned(), key.into());
    }
    match principal {
        Principal::User { name, .. } => {
            members.insert("type".to_owned(), "IAMUser".into());
            members.insert("userName".to_owned(), name.as_str().into());
        }
        Principal::Session { role, .. } => {
            let known = cloud.account(account).and_then(|account| account.iam.role(role));
            let issuer = json!({
                "type": "Role",
                "principalId": known.map_or("", |role| &role.id),
                "arn": known.map(|role| role.arn.to_string()).unwrap_or_default(),
                "accountId": account,
                "userName": role,
            });
            let begun = sts::issued(cloud, principal).filter(|begun| *begun <= at).unwrap_or(at);
            let attributes = json!({"creationDate": moment(begun), "mfaAuthenticated": "false"});
            members.insert("type".to_owned(), "AssumedRole".into());
            members.insert("sessionContext".to_owned(), json!({"sessionIssuer": issuer, "attributes": attributes}));
        }
        Principal::FederatedUser { user, .. } => {
            let issuer = match user {
                Some(name) => Principal::User { account: account.clone(), name: name.clone() },
                None => Principal::Root { account: account.clone() },
            };
            let of = user_identity(cloud, &issuer, at, viewer);
            members.insert("type".to_owned(), "FederatedUser".into());
            members.insert("sessionContext".to_owned(), json!({"sessionIssuer": of}));
        }
        Principal::Root { .. } | Principal::Federated { .. } | Principal::Service { .. } => {}
    }
    identity
}

/// `2026-03-02T09:00:00Z`
pub(super) fn moment(at: Timestamp) -> String {
    at.civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The key that signed. Inferred: of several keys of one user the oldest, for requests do not keep theirs.
pub(super) fn access_key(cloud: &Cloud, principal: &Principal, at: Timestamp) -> Option<String> {
    match principal {
        Principal::User { account, name } => {
            let keys = cloud.account(account)?.iam.access_keys_of(name);
            keys.into_iter().find(|key| key.created <= at).map(|key| key.id.clone())
        }
        Principal::Session { .. } | Principal::FederatedUser { .. } => {
            sts::access_key_of(cloud, principal, at).map(str::to_owned)
        }
        Principal::Root { .. } | Principal::Federated { .. } | Principal::Service { .. } => None,
    }
}

/// What `Username` finds: a user's name, a session's name.
pub(super) fn user_name(principal: &Principal) -> &str {
    match principal {
        Principal::Root { .. } => "root",
        Principal::User { name, .. } | Principal::FederatedUser { name, .. } | Principal::Service { name, .. } => name,
        Principal::Federated { provider, .. } => provider,
        Principal::Session { session, .. } => session,
    }
}

/// `sourceIPAddress`.
pub(super) fn source(request: &RequestEvent) -> String {
    match (&request.caller.principal, iam::source_ip(&request.caller.origin, &request.caller.principal)) {
        (Principal::Service { name, .. }, _) => name.clone(),
        (_, Some(address)) => address.to_owned(),
        // What AWS does on somebody's behalf.
        (_, None) => "AWS Internal".to_owned(),
    }
}

/// `userAgent`. Inferred: the agents' versions.
pub(super) fn user_agent(request: &RequestEvent) -> String {
    match &request.caller.origin {
        Origin::Laptop if request.is_wire => "aws-cli/2.36.7 md/awscrt#0.31.2 ua/2.1 os/linux#6.8.0".to_owned(),
        Origin::Laptop => "docker/28.5.1 go/go1.24.8 os/linux arch/amd64".to_owned(),
        Origin::Instance(_) => "Amazon ECS Agent - v1.101.0 (linux)".to_owned(),
        Origin::Fargate(_) => "AWS Internal".to_owned(),
        Origin::Function(_) if iam::source_ip(&request.caller.origin, &request.caller.principal).is_some() => {
            "aws-cli/2.36.7 exec-env/AWS_Lambda_Image".to_owned()
        }
        Origin::Function(_) => source(request),
        Origin::Service => source(request),
    }
}
