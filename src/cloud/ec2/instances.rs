//! `DescribeInstances`.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::net::{self, Architecture};
use crate::cloud::{Timestamp, iam};

/// Describes instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeInstances {
    selection: Selection,
}

/// Instances in the reservations that they were launched with, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeInstancesOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    reservations: Vec<Reservation>,
}

/// One launch; described, each instance has one of its own.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reservation {
    reservation_id: String,
    owner_id: String,
    groups: [(); 0],
    instances: Vec<Instance>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Instance {
    architecture: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iam_instance_profile: Option<Profile>,
    /// `spot`, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_lifecycle: Option<&'static str>,
    security_groups: Vec<Group>,
    source_dest_check: bool,
    tags: Vec<Tag>,
    instance_id: String,
    state: State,
    private_dns_name: String,
    public_dns_name: String,
    state_transition_reason: &'static str,
    ami_launch_index: u32,
    instance_type: &'static str,
    launch_time: Timestamp,
    placement: Placement,
    monitoring: Monitoring,
    subnet_id: String,
    vpc_id: String,
    private_ip_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_ip_address: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Profile {
    arn: String,
    id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    group_id: String,
    group_name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    code: u32,
    name: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Placement {
    group_name: &'static str,
    tenancy: &'static str,
    availability_zone: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Monitoring {
    state: &'static str,
}

impl Reservation {
    fn new(home: &Home<'_>, network: &net::State, iam: Option<&iam::State>, instance: &net::Instance) -> Self {
        let zone = network.subnet(&instance.subnet).map(|subnet| home.zone(subnet.zone)).unwrap_or_default();
        let dashed = instance.private_ip.replace('.', "-");
        let public = network.public_address(&instance.place()).map(|address| address.to_string());
        let public_dns = public
            .as_ref()
            .map(|address| format!("ec2-{}.{}.compute.amazonaws.com", address.replace('.', "-"), home.region));
        let groups = instance.security_groups.iter().filter_map(|id| network.security_group(id));
        let digits = instance.id.trim_start_matches("i-");
        Self {
            reservation_id: format!("r-{digits}"),
            owner_id: home.account.to_string(),
            groups: [],
            instances: vec![Instance {
                architecture: match instance.architecture {
                    Architecture::Amd64 => "x86_64",
                    Architecture::Arm64 => "arm64",
                },
                iam_instance_profile: instance.instance_profile.as_ref().map(|name| Profile {
                    arn: format!("arn:aws:iam::{}:instance-profile/{name}", home.account),
                    id: iam
                        .and_then(|iam| iam.instance_profile(name))
                        .map(|profile| profile.id.to_string())
                        .unwrap_or_default(),
                }),
                instance_lifecycle: instance.spot.map(|_| "spot"),
                security_groups: groups
                    .map(|group| Group { group_id: group.id.clone(), group_name: group.name.clone() })
                    .collect(),
                source_dest_check: true,
                tags: Tag::of(&instance.tags),
                instance_id: instance.id.clone(),
                state: State { code: 16, name: "running" },
                private_dns_name: format!("ip-{dashed}.{}.compute.internal", home.region),
                public_dns_name: public_dns.unwrap_or_default(),
                state_transition_reason: "",
                ami_launch_index: 0,
                instance_type: instance.instance_type.name,
                launch_time: instance.launched,
                placement: Placement { group_name: "", tenancy: "default", availability_zone: zone },
                monitoring: Monitoring { state: "disabled" },
                subnet_id: instance.subnet.clone(),
                vpc_id: network.subnet(&instance.subnet).map(|subnet| subnet.vpc.clone()).unwrap_or_default(),
                private_ip_address: instance.private_ip.clone(),
                public_ip_address: public,
            }],
        }
    }
}

impl Reservation {
    /// A launch of several.
    pub(super) fn launched(
        home: &Home<'_>,
        network: &net::State,
        iam: Option<&iam::State>,
        instances: &[&net::Instance],
    ) -> Self {
        let mut one_by_one = instances.iter().map(|instance| Self::new(home, network, iam, instance));
        let mut launch = one_by_one.next().unwrap_or(Self {
            reservation_id: String::new(),
            owner_id: home.account.to_string(),
            groups: [],
            instances: Vec::new(),
        });
        launch.instances.extend(one_by_one.flat_map(|other| other.instances));
        for instance in &mut launch.instances {
            instance.state = State { code: 0, name: "pending" };
        }
        launch
    }
}

impl Resource for Reservation {
    const PREFIX: &'static str = "i-";
    const ERROR: &'static str = "InstanceID";
    const NOUN: &'static str = "instance ID";
    const PARAMETER: &'static str = "instanceIds";

    fn id(&self) -> &str {
        self.instances.first().map(|instance| instance.instance_id.as_str()).unwrap_or_default()
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        let instance = self.instances.first()?;
        let one = |value: &str| vec![value.to_owned()];
        let groups = |value: fn(&Group) -> &str| instance.security_groups.iter().map(|g| value(g).to_owned()).collect();
        Some(match filter {
            "architecture" => one(instance.architecture),
            "availability-zone" => one(&instance.placement.availability_zone),
            "dns-name" => one(&instance.public_dns_name),
            "iam-instance-profile.arn" => {
                instance.iam_instance_profile.iter().map(|profile| profile.arn.clone()).collect()
            }
            "iam-instance-profile.id" => {
                instance.iam_instance_profile.iter().map(|profile| profile.id.clone()).collect()
            }
            "iam-instance-profile.name" => {
                let name = |profile: &Profile| profile.arn.rsplit('/').next().unwrap_or_default().to_owned();
                instance.iam_instance_profile.iter().map(name).collect()
            }
            "instance-id" => one(&instance.instance_id),
            "instance-state-code" => vec![instance.state.code.to_string()],
            "instance-state-name" => one(instance.state.name),
            "instance-type" => one(instance.instance_type),
            "instance.group-id" | "group-id" => groups(|group| &group.group_id),
            "instance.group-name" | "group-name" => groups(|group| &group.group_name),
            "ip-address" => instance.public_ip_address.iter().cloned().collect(),
            "owner-id" => one(&self.owner_id),
            "private-dns-name" => one(&instance.private_dns_name),
            "private-ip-address" => one(&instance.private_ip_address),
            "reservation-id" => one(&self.reservation_id),
            "subnet-id" => one(&instance.subnet_id),
            "vpc-id" => one(&instance.vpc_id),
            _ => return None,
        })
    }

    fn tags(&self) -> &[Tag] {
        self.instances.first().map(|instance| instance.tags.as_slice()).unwrap_or_default()
    }
}

describe!(DescribeInstances -> DescribeInstancesOutput { reservations }, |cloud, home, network| {
    let iam = cloud.account(home.account).map(|account| &account.iam);
    network.instances().map(|instance| Reservation::new(&home, &network, iam, instance)).collect()
});
