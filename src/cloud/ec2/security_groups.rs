//! `DescribeSecurityGroups`.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, net};

/// Describes security groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeSecurityGroups {
    group_names: Vec<String>,
    #[serde(flatten)]
    selection: Selection,
}

/// Security groups, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSecurityGroupsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    security_groups: Vec<Group>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    group_id: String,
    ip_permissions_egress: Vec<Rule>,
    vpc_id: String,
    security_group_arn: String,
    owner_id: String,
    group_name: String,
    description: String,
    ip_permissions: Vec<Rule>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    /// `-1` for every protocol.
    ip_protocol: &'static str,
    user_id_group_pairs: Vec<Pair>,
    ip_ranges: Vec<Range>,
    ipv6_ranges: [(); 0],
    prefix_list_ids: [(); 0],
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    user_id: String,
    group_id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Range {
    cidr_ip: &'static str,
}

impl Group {
    /// With the rules of a VPC's default group: in from itself, out to everywhere.
    /// Source: Amazon VPC User Guide, "Default security groups for your VPCs".
    fn new(home: &Home<'_>, vpc: &net::Vpc, group: &net::SecurityGroup) -> Self {
        let rule = |pairs, ranges| Rule {
            ip_protocol: "-1",
            user_id_group_pairs: pairs,
            ip_ranges: ranges,
            ipv6_ranges: [],
            prefix_list_ids: [],
        };
        let itself = Pair { user_id: home.account.to_string(), group_id: group.id.clone() };
        Self {
            group_id: group.id.clone(),
            ip_permissions_egress: vec![rule(Vec::new(), vec![Range { cidr_ip: "0.0.0.0/0" }])],
            vpc_id: vpc.id.clone(),
            security_group_arn: home.arn(&format!("security-group/{}", group.id)),
            owner_id: home.account.to_string(),
            group_name: group.name.clone(),
            description: format!("{} VPC security group", group.name),
            ip_permissions: vec![rule(vec![itself], Vec::new())],
        }
    }
}

impl Resource for Group {
    const PREFIX: &'static str = "sg-";
    const ERROR: &'static str = "Group";
    const NOUN: &'static str = "security group";
    const PARAMETER: &'static str = "groupIds";

    fn id(&self) -> &str {
        &self.group_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        let protocols = |rules: &[Rule]| rules.iter().map(|rule| rule.ip_protocol.to_owned()).collect();
        let ranges = |rules: &[Rule]| {
            rules.iter().flat_map(|rule| &rule.ip_ranges).map(|range| range.cidr_ip.to_owned()).collect()
        };
        let groups = |rules: &[Rule]| {
            rules.iter().flat_map(|rule| &rule.user_id_group_pairs).map(|pair| pair.group_id.clone()).collect()
        };
        Some(match filter {
            "description" => vec![self.description.clone()],
            "egress.ip-permission.cidr" => ranges(&self.ip_permissions_egress),
            "egress.ip-permission.group-id" => groups(&self.ip_permissions_egress),
            "egress.ip-permission.protocol" => protocols(&self.ip_permissions_egress),
            "group-id" => vec![self.group_id.clone()],
            "group-name" => vec![self.group_name.clone()],
            "ip-permission.cidr" => ranges(&self.ip_permissions),
            "ip-permission.group-id" => groups(&self.ip_permissions),
            "ip-permission.protocol" => protocols(&self.ip_permissions),
            "owner-id" => vec![self.owner_id.clone()],
            "vpc-id" => vec![self.vpc_id.clone()],
            _ => return None,
        })
    }

    fn tags(&self) -> &[Tag] {
        &[]
    }
}

impl Operation for DescribeSecurityGroups {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DescribeSecurityGroups";
    type Output = DescribeSecurityGroupsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ec2:DescribeSecurityGroups")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeSecurityGroupsOutput, ApiError> {
        let home = Home::of(caller);
        let network = home.regional(cloud).net;
        let mut all: Vec<Group> =
            network.security_groups().map(|group| Group::new(&home, network.vpc(), group)).collect();
        for name in &self.group_names {
            if !all.iter().any(|group| group.group_name == *name) {
                // Names are looked up in the default VPC, which there is none of; so here they are in the only one.
                let message = format!("The security group '{name}' does not exist");
                return Err(ApiError::new("InvalidGroup.NotFound", message));
            }
        }
        all.retain(|group| self.group_names.is_empty() || self.group_names.contains(&group.group_name));
        let (security_groups, next_token) = self.selection.of(all)?;
        Ok(DescribeSecurityGroupsOutput { next_token, security_groups })
    }
}
