//! Who made a request, as a record tells it, and from where.
//! Source: CloudTrail User Guide, "CloudTrail userIdentity element".

use serde_json::{Value, json};

use crate::cloud::{AccountId, Caller, Cloud, Origin, Principal, RequestEvent, Timestamp, iam, sts};

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

/// The same of a request's caller, with the service that asks in his name.
pub(super) fn of_caller(cloud: &Cloud, caller: &Caller, at: Timestamp, viewer: &AccountId) -> Value {
    let mut identity = user_identity(cloud, &caller.principal, at, viewer);
    if let (Origin::Via(service), Some(members)) = (&caller.origin, identity.as_object_mut()) {
        members.insert("invokedBy".to_owned(), (*service).into());
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
    let Caller { principal, origin, .. } = &request.caller;
    match (principal, origin, &request.sender) {
        (Principal::Service { name, .. }, ..) => name.clone(),
        (_, Origin::Via(service), _) => (*service).to_owned(),
        (.., Some(sender)) => sender.address.clone(),
        // What AWS does on somebody's behalf comes from nowhere.
        _ => iam::source_ip(origin, principal).unwrap_or("AWS Internal").to_owned(),
    }
}

/// `userAgent`. Inferred: what machines in the network say, and all versions.
pub(super) fn user_agent(request: &RequestEvent) -> String {
    match &request.caller.origin {
        Origin::Laptop if request.is_wire => "aws-cli/2.36.7 md/awscrt#0.31.2 ua/2.1 os/linux#6.8.0".to_owned(),
        Origin::Laptop => "docker/28.5.1 go/go1.24.8 os/linux arch/amd64".to_owned(),
        // On nodes a program of its own gets the token, and containerd pulls; so it does on Fargate.
        Origin::Instance(_) | Origin::Fargate(_) if is_pull(request) && !is_ecs_instance(request) => {
            "containerd/1.7.28".to_owned()
        }
        Origin::Instance(_) | Origin::Fargate(_) if is_kubelet(request) => {
            "ecr-credential-provider/1.33.4 aws-sdk-go-v2/1.39.2".to_owned()
        }
        Origin::Instance(_) if is_pull(request) => "docker/25.0.13 go/go1.24.8 os/linux arch/amd64".to_owned(),
        Origin::Instance(_) => "Amazon ECS Agent - v1.101.0 (linux)".to_owned(),
        Origin::Fargate(_) => "Amazon ECS Agent - v1.101.0 (fargate)".to_owned(),
        Origin::Via(service) => (*service).to_owned(),
        Origin::Function(_) if iam::source_ip(&request.caller.origin, &request.caller.principal).is_some() => {
            "aws-cli/2.36.7 exec-env/AWS_Lambda_Image".to_owned()
        }
        Origin::Function(_) => source(request),
        Origin::Service => source(request),
    }
}

/// Whether it is a request of the registry's own protocol, not of an API's client.
fn is_pull(request: &RequestEvent) -> bool {
    matches!(request.operation, "BatchGetImage" | "GetDownloadUrlForLayer" | "BatchCheckLayerAvailability")
}

fn is_kubelet(request: &RequestEvent) -> bool {
    request.sender.as_ref().is_some_and(|sender| sender.is_kubelet)
}

/// Whether it comes from an instance that ECS has containers on, where Docker pulls.
fn is_ecs_instance(request: &RequestEvent) -> bool {
    matches!(request.caller.origin, Origin::Instance(_)) && !is_kubelet(request)
}
