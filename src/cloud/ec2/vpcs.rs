//! `DescribeVpcs`.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::net;

/// Describes VPCs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeVpcs {
    selection: Selection,
}

/// VPCs, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    vpcs: Vec<Vpc>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Vpc {
    owner_id: String,
    instance_tenancy: &'static str,
    cidr_block_association_set: Vec<CidrAssociation>,
    is_default: bool,
    tags: Vec<Tag>,
    vpc_id: String,
    state: &'static str,
    cidr_block: String,
    dhcp_options_id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CidrAssociation {
    association_id: String,
    cidr_block: String,
    cidr_block_state: CidrState,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CidrState {
    state: &'static str,
}

impl Vpc {
    pub(super) fn new(home: &Home<'_>, vpc: &net::Vpc) -> Self {
        let digits = vpc.id.trim_start_matches("vpc-");
        Self {
            owner_id: home.account.to_string(),
            instance_tenancy: "default",
            cidr_block_association_set: vec![CidrAssociation {
                association_id: format!("vpc-cidr-assoc-{digits}"),
                cidr_block: vpc.cidr.to_string(),
                cidr_block_state: CidrState { state: "associated" },
            }],
            is_default: false,
            tags: Tag::of(&vpc.tags),
            vpc_id: vpc.id.clone(),
            state: "available",
            cidr_block: vpc.cidr.to_string(),
            dhcp_options_id: format!("dopt-{digits}"),
        }
    }
}

impl Resource for Vpc {
    const PREFIX: &'static str = "vpc-";
    const ERROR: &'static str = "VpcID";
    const NOUN: &'static str = "vpc ID";
    const PARAMETER: &'static str = "vpcIds";

    fn id(&self) -> &str {
        &self.vpc_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(vec![match filter {
            "cidr" | "cidr-block-association.cidr-block" => self.cidr_block.clone(),
            "cidr-block-association.state" => "associated".to_owned(),
            "dhcp-options-id" => self.dhcp_options_id.clone(),
            "is-default" | "isDefault" => self.is_default.to_string(),
            "owner-id" => self.owner_id.clone(),
            "state" => self.state.to_owned(),
            "vpc-id" => self.vpc_id.clone(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeVpcs -> DescribeVpcsOutput { vpcs }, |_cloud, home, network| {
    network.vpcs().map(|vpc| Vpc::new(&home, vpc)).collect()
});
