//! Who may do what inside a cluster: access entries with EKS's access policies, and the config map that came before them.
//!
//! Source: Amazon EKS User Guide, "Grant IAM users access to Kubernetes with EKS access entries" and "Review access policy
//! permissions"; "Grant IAM users access to Kubernetes with a ConfigMap".

use serde_json::Value;

use super::cluster::{AccessEntry, Cluster};
use super::home::Home;
use super::kube::{Key, Kind};
use crate::cloud::{Arn, Cloud, Principal, iam};

/// The access policies that can be associated here, by name. Source: `aws eks list-access-policies`; those for EKS's own
/// parts are left out.
pub const ACCESS_POLICIES: [&str; 5] = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
];

/// The ARN of an access policy.
pub(super) fn policy_arn(name: &str) -> String {
    format!("arn:aws:eks::aws:cluster-access-policy/{name}")
}

/// What is done to objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    List,
    Create,
    Patch,
    Delete,
}

impl Verb {
    /// As RBAC names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// Somebody whom a cluster knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    grants: Vec<Grant>,
}

/// An access policy, and where it holds: everywhere, or in namespaces.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    policy: String,
    namespaces: Option<Vec<String>>,
}

impl User {
    /// Whether he may do something to a kind of objects: `pods`, `pods/log`. Without namespace it is asked of the cluster.
    pub(super) fn may(&self, verb: &str, resource: &str, namespace: &str) -> bool {
        self.grants.iter().any(|grant| {
            let here = match &grant.namespaces {
                None => true,
                Some(namespaces) => !namespace.is_empty() && namespaces.iter().any(|known| fits(known, namespace)),
            };
            here && allows(&grant.policy, verb, resource)
        })
    }
}

/// Whether a namespace is what a scope names; a star at its end stands for anything.
fn fits(scope: &str, namespace: &str) -> bool {
    scope.strip_suffix('*').map_or(scope == namespace, |start| namespace.starts_with(start))
}

/// What a policy lets one do.
fn allows(policy: &str, verb: &str, resource: &str) -> bool {
    let name = resource.split(['.', '/']).next().unwrap_or_default();
    let kind = Kind::of_word(name);
    let reads = matches!(verb, "get" | "list" | "watch");
    match policy {
        "AmazonEKSClusterAdminPolicy" => true,
        "AmazonEKSAdminViewPolicy" => reads,
        // Nodes are the cluster's, and events are the controllers' to make.
        "AmazonEKSAdminPolicy" | "AmazonEKSEditPolicy" => match kind {
            Some(Kind::Event | Kind::Namespace) => reads,
            Some(Kind::Node) | None => false,
            Some(_) => true,
        },
        "AmazonEKSViewPolicy" => reads && !matches!(kind, Some(Kind::Node | Kind::Secret) | None),
        _ => false,
    }
}

/// The user or role behind a principal, as access entries name it.
pub(super) fn entity_arn(cloud: &Cloud, principal: &Principal) -> Arn {
    match principal {
        Principal::Session { account, role, .. } => {
            let found = cloud.account(account).and_then(|account| account.iam.role(role));
            found
                .map_or_else(|| Arn::new("iam", "", account.as_str(), &format!("role/{role}")), |role| role.arn.clone())
        }
        other => iam::full_arn(cloud, other),
    }
}

/// Who a principal is in a cluster; none whom it does not know.
pub(super) fn user(cloud: &Cloud, home: &Home, cluster: &str, principal: &Principal) -> Option<User> {
    let cluster = home.state(cloud)?.cluster(cluster)?;
    let arn = entity_arn(cloud, principal);
    let entry = cluster.access_entries.get(arn.as_str()).filter(|_| cluster.authentication_mode != "CONFIG_MAP");
    if let Some(entry) = entry {
        return Some(of_entry(entry, principal));
    }
    let everything = || vec![Grant { policy: "AmazonEKSClusterAdminPolicy".to_owned(), namespaces: None }];
    // Source: the same guide: whoever made the cluster is its administrator and stands in no list.
    let made = cluster.bootstrap_admin && cluster.authentication_mode == "CONFIG_MAP";
    if made && entity_arn(cloud, &cluster.creator) == arn {
        return Some(User { name: "kubernetes-admin".to_owned(), grants: everything() });
    }
    if cluster.authentication_mode == "API" {
        return None;
    }
    let (name, groups) = in_config_map(cluster, &arn)?;
    let masters = groups.iter().any(|group| group == "system:masters");
    Some(User { name, grants: if masters { everything() } else { Vec::new() } })
}

fn of_entry(entry: &AccessEntry, principal: &Principal) -> User {
    let session = match principal {
        Principal::Session { session, .. } => session.as_str(),
        _ => "",
    };
    let grants = entry.policies.values().map(|policy| Grant {
        policy: policy.policy_arn.rsplit('/').next().unwrap_or_default().to_owned(),
        namespaces: (policy.access_scope.kind == "namespace").then(|| policy.access_scope.namespaces.clone()),
    });
    let mut grants: Vec<Grant> = grants.collect();
    if entry.groups.iter().any(|group| group == "system:masters") {
        grants.push(Grant { policy: "AmazonEKSClusterAdminPolicy".to_owned(), namespaces: None });
    }
    User { name: entry.username.replace("{{SessionName}}", session), grants }
}

/// What the config map `aws-auth` says of a user or role: name and groups.
fn in_config_map(cluster: &Cluster, arn: &Arn) -> Option<(String, Vec<String>)> {
    let map = cluster.kube.config_maps.get(&Key::new("kube-system", "aws-auth"))?;
    for (list, own) in [("mapRoles", "rolearn"), ("mapUsers", "userarn")] {
        let text = map.data.get(list).map(String::as_str).unwrap_or_default();
        let Ok(entries) = serde_yaml_ng::from_str::<Vec<Value>>(text) else { continue };
        for entry in entries {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
            // Source: the same guide: the path of a role does not belong into the map.
            let plain = |arn: &str| {
                arn.split_once(":role/")
                    .map(|(head, path)| format!("{head}:role/{}", path.rsplit('/').next().unwrap_or_default()))
            };
            let same = text(own) == arn.as_str() || plain(arn.as_str()).is_some_and(|plain| plain == text(own));
            if same {
                let groups = entry.get("groups").and_then(Value::as_array).into_iter().flatten();
                let groups = groups.filter_map(Value::as_str).map(str::to_owned).collect();
                let name = if text("username").is_empty() { arn.as_str() } else { text("username") };
                return Some((name.to_owned(), groups));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_allow_what_their_names_say() {
        assert!(allows("AmazonEKSViewPolicy", "list", "pods") && allows("AmazonEKSViewPolicy", "get", "pods/log"));
        assert!(!allows("AmazonEKSViewPolicy", "get", "secrets") && !allows("AmazonEKSViewPolicy", "delete", "pods"));
        assert!(allows("AmazonEKSEditPolicy", "patch", "deployments.apps"));
        assert!(
            !allows("AmazonEKSEditPolicy", "list", "nodes") && !allows("AmazonEKSEditPolicy", "create", "namespaces")
        );
        assert!(allows("AmazonEKSClusterAdminPolicy", "delete", "anything"));
    }

    #[test]
    fn a_scope_holds_in_its_namespaces_only() {
        let grant = Grant { policy: "AmazonEKSEditPolicy".to_owned(), namespaces: Some(vec!["team-*".to_owned()]) };
        let user = User { name: "dev".to_owned(), grants: vec![grant] };
        assert!(user.may("create", "pods", "team-a") && !user.may("create", "pods", "default"));
        assert!(!user.may("list", "pods", ""));
    }
}
