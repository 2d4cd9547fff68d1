//! Security groups themselves; their rules are changed in [`group_rules`](super::group_rules).

use serde::{Deserialize, Serialize};

use super::permissions::IpPermission;
use super::selection::{Resource, Selection};
use super::vpcs::Vpc;
use super::{Done, Home, Tag, TagSpecification, change, invalid_parameter, known};
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
pub(super) struct Group {
    group_id: String,
    ip_permissions_egress: Vec<IpPermission>,
    vpc_id: String,
    security_group_arn: String,
    owner_id: String,
    group_name: String,
    description: String,
    ip_permissions: Vec<IpPermission>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

impl Group {
    fn new(home: &Home<'_>, group: &net::SecurityGroup) -> Self {
        Self {
            group_id: group.id.clone(),
            ip_permissions_egress: IpPermission::of(&group.egress, home.account),
            vpc_id: group.vpc.clone(),
            security_group_arn: home.arn(&format!("security-group/{}", group.id)),
            owner_id: home.account.to_string(),
            group_name: group.name.clone(),
            description: group.description.clone(),
            ip_permissions: IpPermission::of(&group.ingress, home.account),
            tags: Tag::of(&group.tags),
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
        let protocols = |rules: &[IpPermission]| rules.iter().map(|rule| rule.ip_protocol.clone()).collect();
        let ranges = |rules: &[IpPermission]| {
            rules.iter().flat_map(|rule| &rule.ip_ranges).map(|range| range.cidr_ip.clone()).collect()
        };
        let groups = |rules: &[IpPermission]| {
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
        &self.tags
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
        let mut all: Vec<Group> = network.security_groups().map(|group| Group::new(&home, group)).collect();
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

/// Makes a security group: nothing comes in, everything goes out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateSecurityGroup {
    group_name: String,
    description: String,
    vpc_id: Option<String>,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateSecurityGroupOutput {
    group_id: String,
    security_group_arn: String,
}

change!(CreateSecurityGroup -> CreateSecurityGroupOutput, on |_request| vec!["security-group/*".to_owned()], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let vpc = this.vpc_id.ok_or_else(|| ApiError::new("VPCIdNotSpecified", "No default VPC for this user"))?;
    known::<Vpc>(&vpc, network.vpc(&vpc).is_some())?;
    // Source: Amazon EC2 API Reference, CreateSecurityGroup.
    if this.group_name.starts_with("sg-") {
        return Err(ApiError::new(
            "InvalidParameterValue",
            "Invalid value for groupName. It may not begin with 'sg-'.",
        ));
    }
    if this.group_name.is_empty() || this.group_name.len() > 255 {
        return Err(invalid_parameter("Group name must be 1 to 255 characters."));
    }
    if network.security_groups().any(|group| group.vpc == vpc && group.name == this.group_name) {
        let message = format!("The security group '{}' already exists for VPC '{vpc}'", this.group_name);
        return Err(ApiError::new("InvalidGroup.Duplicate", message));
    }
    let tags = super::tags_for("security-group", this.tag_specifications)?;
    let group_id = cloud.random_ec2_id("sg");
    let everywhere = net::Rule {
        id: cloud.random_ec2_id("sgr"),
        traffic: net::Traffic::all(),
        peer: net::Peer::Cidr(net::Cidr::EVERYWHERE),
        description: None,
    };
    home.network(cloud).insert_security_group(net::SecurityGroup {
        id: group_id.clone(),
        name: this.group_name,
        vpc,
        description: this.description,
        ingress: Vec::new(),
        egress: vec![everywhere],
        tags,
    });
    let security_group_arn = home.arn(&format!("security-group/{group_id}"));
    Ok(CreateSecurityGroupOutput { group_id, security_group_arn })
});

/// Deletes a security group that nothing uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteSecurityGroup {
    group_id: Option<String>,
    group_name: Option<String>,
    dry_run: bool,
}

change!(DeleteSecurityGroup -> Done, on |request| vec![format!("security-group/{}", request.group_id.as_deref().unwrap_or("*"))], |this, cloud, home| {
    let regional = home.regional(cloud);
    let network = &regional.net;
    let id = match (this.group_id, this.group_name) {
        (Some(id), _) => id,
        (None, Some(name)) => {
            let named = network.security_groups().find(|group| group.name == name);
            let missing =
                || ApiError::new("InvalidGroup.NotFound", format!("The security group '{name}' does not exist"));
            named.ok_or_else(missing)?.id.clone()
        }
        (None, None) => return Err(super::missing_parameter("groupName or groupId")),
    };
    known::<Group>(&id, network.security_group(&id).is_some())?;
    if network.security_group(&id).is_some_and(|group| group.name == "default") {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(ApiError::new("CannotDelete", message));
    }
    let named = |rules: &[net::Rule]| rules.iter().any(|rule| rule.peer == net::Peer::Group(id.clone()));
    let by_rule =
        network.security_groups().any(|group| group.id != id && (named(&group.ingress) || named(&group.egress)));
    let by_endpoint = network.endpoints().any(|endpoint| match &endpoint.kind {
        net::EndpointKind::Interface { groups, .. } => groups.contains(&id),
        net::EndpointKind::Gateway { .. } => false,
    });
    let by_instance = network.instances().any(|instance| instance.security_groups.contains(&id));
    let mut tasks = regional.ecs.clusters().flat_map(|cluster| cluster.tasks()).filter(|task| !task.is_stopped());
    let by_task = tasks.any(|task| task.interface.as_ref().is_some_and(|own| own.security_groups.contains(&id)));
    if by_rule || by_endpoint || by_instance || by_task {
        return Err(ApiError::new("DependencyViolation", format!("resource {id} has a dependent object")));
    }
    home.network(cloud).remove_security_group(&id);
    Ok(Done::yes())
});
