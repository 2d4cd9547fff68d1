//! Changing what security groups let pass.

use serde::{Deserialize, Serialize};

use super::permissions::{IpPermission, Wanted};
use super::security_groups::Group;
use super::{Home, dry_run, known, missing_parameter};
use crate::cloud::net::{Peer, Rule, SecurityGroup};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// What all four operations take: the group, and rules in one form or the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Change {
    group_id: Option<String>,
    group_name: Option<String>,
    ip_permissions: Vec<IpPermission>,
    /// Of rules to take away.
    security_group_rule_ids: Vec<String>,
    ip_protocol: Option<String>,
    from_port: Option<i64>,
    to_port: Option<i64>,
    cidr_ip: Option<String>,
    dry_run: bool,
}

/// Which of a group's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

impl Way {
    fn rules(self, group: &SecurityGroup) -> &Vec<Rule> {
        match self {
            Self::In => &group.ingress,
            Self::Out => &group.egress,
        }
    }

    fn rules_mut(self, group: &mut SecurityGroup) -> &mut Vec<Rule> {
        match self {
            Self::In => &mut group.ingress,
            Self::Out => &mut group.egress,
        }
    }
}

/// A rule as these operations show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RuleShape {
    security_group_rule_id: String,
    group_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_owner_id: Option<String>,
    is_egress: bool,
    ip_protocol: String,
    from_port: i64,
    to_port: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cidr_ipv4: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix_list_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referenced_group_info: Option<ReferencedGroup>,
    /// A rule that was taken away names the group here.
    #[serde(skip_serializing_if = "Option::is_none")]
    referenced_group_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_group_rule_arn: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReferencedGroup {
    group_id: String,
    user_id: String,
}

impl RuleShape {
    fn new(home: &Home<'_>, group: &str, way: Way, rule: &Rule, is_there: bool) -> Self {
        let (from_port, to_port) = rule.traffic.ports.unwrap_or((-1, -1));
        let peer = |of: fn(&Peer) -> Option<String>| of(&rule.peer);
        let referenced = peer(|peer| match peer {
            Peer::Group(id) => Some(id.clone()),
            Peer::Cidr(_) | Peer::PrefixList(_) => None,
        });
        Self {
            security_group_rule_id: rule.id.clone(),
            group_id: group.to_owned(),
            group_owner_id: is_there.then(|| home.account.to_string()),
            is_egress: way == Way::Out,
            ip_protocol: rule.traffic.protocol.clone(),
            from_port,
            to_port,
            cidr_ipv4: peer(|peer| match peer {
                Peer::Cidr(range) => Some(range.to_string()),
                Peer::Group(_) | Peer::PrefixList(_) => None,
            }),
            prefix_list_id: peer(|peer| match peer {
                Peer::PrefixList(id) => Some(id.clone()),
                Peer::Cidr(_) | Peer::Group(_) => None,
            }),
            referenced_group_info: referenced
                .clone()
                .filter(|_| is_there)
                .map(|group_id| ReferencedGroup { group_id, user_id: home.account.to_string() }),
            referenced_group_id: referenced.filter(|_| !is_there),
            description: rule.description.clone(),
            security_group_rule_arn: is_there.then(|| home.arn(&format!("security-group-rule/{}", rule.id))),
        }
    }
}

/// The rules that were added.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AuthorizeOutput {
    r#return: bool,
    security_group_rules: Vec<RuleShape>,
}

/// The rules that were taken away.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RevokeOutput {
    r#return: bool,
    revoked_security_group_rules: Vec<RuleShape>,
}

impl Change {
    fn resource(&self, action: &'static str, caller: &Caller) -> Vec<Authorization> {
        let id = self.group_id.as_deref().unwrap_or("*");
        vec![Home::of(caller).ask(action, &format!("security-group/{id}"))]
    }

    /// The group that is meant.
    fn group(&self, cloud: &Cloud, home: &Home<'_>) -> Result<SecurityGroup, ApiError> {
        let network = home.regional(cloud).net;
        match (&self.group_id, &self.group_name) {
            (Some(id), _) => {
                let group = network.security_group(id);
                known::<Group>(id, group.is_some())?;
                group.cloned().ok_or_else(|| super::selection::not_found::<Group>(id))
            }
            (None, Some(name)) => {
                let named = network.security_groups().find(|group| group.name == *name).cloned();
                named.ok_or_else(|| super::selection::not_found::<Group>(name))
            }
            (None, None) => Err(missing_parameter("groupName or groupId")),
        }
    }

    /// The rules that are meant, in one form or the other.
    fn wanted(&self, cloud: &Cloud, home: &Home<'_>) -> Result<Vec<Wanted>, ApiError> {
        let mut permissions = self.ip_permissions.clone();
        if let Some(ip_protocol) = self.ip_protocol.clone() {
            permissions.push(IpPermission {
                ip_protocol,
                from_port: self.from_port,
                to_port: self.to_port,
                ip_ranges: self.cidr_ip.clone().map(IpPermission::of_range).into_iter().collect(),
                ..IpPermission::default()
            });
        }
        let mut wanted: Vec<Wanted> = Vec::new();
        for permission in &permissions {
            wanted.extend(permission.wanted()?);
        }
        let network = home.regional(cloud).net;
        for one in &wanted {
            if let Peer::Group(id) = &one.peer {
                known::<Group>(id, network.security_group(id).is_some())?;
            }
        }
        Ok(wanted)
    }

    fn authorize(self, cloud: &mut Cloud, caller: &Caller, way: Way) -> Result<AuthorizeOutput, ApiError> {
        dry_run(self.dry_run)?;
        let home = Home::of(caller);
        let group = self.group(cloud, &home)?;
        let wanted = self.wanted(cloud, &home)?;
        if wanted.is_empty() {
            return Err(missing_parameter("ipPermissions"));
        }
        let mut rules: Vec<Rule> = Vec::new();
        for Wanted { traffic, peer, description } in wanted {
            let rule = Rule { id: cloud.random_ec2_id("sgr"), traffic, peer, description };
            let same = |known: &&Rule| known.traffic == rule.traffic && known.peer == rule.peer;
            if way.rules(&group).iter().chain(&rules).any(|known| same(&known)) {
                let message = format!("the specified rule \"{rule}\" already exists");
                return Err(ApiError::new("InvalidPermission.Duplicate", message));
            }
            rules.push(rule);
        }
        let shown = rules.iter().map(|rule| RuleShape::new(&home, &group.id, way, rule, true)).collect();
        if let Some(group) = home.network(cloud).security_group_mut(&group.id) {
            way.rules_mut(group).extend(rules);
        }
        Ok(AuthorizeOutput { r#return: true, security_group_rules: shown })
    }

    fn revoke(self, cloud: &mut Cloud, caller: &Caller, way: Way) -> Result<RevokeOutput, ApiError> {
        dry_run(self.dry_run)?;
        let home = Home::of(caller);
        let group = self.group(cloud, &home)?;
        let wanted = self.wanted(cloud, &home)?;
        if wanted.is_empty() && self.security_group_rule_ids.is_empty() {
            return Err(missing_parameter("ipPermissions"));
        }
        let mut gone: Vec<Rule> = Vec::new();
        for id in &self.security_group_rule_ids {
            let rule = way.rules(&group).iter().find(|rule| rule.id == *id);
            let message = || format!("The security group rule ID '{id}' does not exist");
            let missing = || ApiError::new("InvalidSecurityGroupRuleId.NotFound", message());
            gone.push(rule.ok_or_else(missing)?.clone());
        }
        for one in &wanted {
            let same = |rule: &&Rule| rule.traffic == one.traffic && rule.peer == one.peer;
            let message = "The specified rule does not exist in this security group.";
            let missing = || ApiError::new("InvalidPermission.NotFound", message);
            gone.push(way.rules(&group).iter().find(same).ok_or_else(missing)?.clone());
        }
        let shown = gone.iter().map(|rule| RuleShape::new(&home, &group.id, way, rule, false)).collect();
        if let Some(group) = home.network(cloud).security_group_mut(&group.id) {
            way.rules_mut(group).retain(|rule| !gone.iter().any(|taken| taken.id == rule.id));
        }
        Ok(RevokeOutput { r#return: true, revoked_security_group_rules: shown })
    }
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident: $action:literal, $how:ident, $way:expr, $output:ty;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(transparent)]
        pub struct $name {
            change: Change,
        }

        impl Operation for $name {
            const SERVICE: Service = Service::Ec2;
            const NAME: &'static str = stringify!($name);
            type Output = $output;

            fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
                self.change.resource($action, caller)
            }

            fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<$output, ApiError> {
                self.change.$how(cloud, caller, $way)
            }
        })*
    };
}

changes! {
    /// Lets something in.
    AuthorizeSecurityGroupIngress: "ec2:AuthorizeSecurityGroupIngress", authorize, Way::In, AuthorizeOutput;
    /// Lets something out.
    AuthorizeSecurityGroupEgress: "ec2:AuthorizeSecurityGroupEgress", authorize, Way::Out, AuthorizeOutput;
    /// Lets something no longer in.
    RevokeSecurityGroupIngress: "ec2:RevokeSecurityGroupIngress", revoke, Way::In, RevokeOutput;
    /// Lets something no longer out.
    RevokeSecurityGroupEgress: "ec2:RevokeSecurityGroupEgress", revoke, Way::Out, RevokeOutput;
}
