//! What of Amazon EC2 a learner may look at: the network that [`net`](crate::cloud::net) holds, and the instances in it.
//!
//! Read only: worlds lay the network out. Source: Amazon EC2 API Reference; the shapes are the service model's.

mod instances;
mod route_tables;
mod security_groups;
mod selection;
mod subnets;
mod vpcs;

pub use instances::DescribeInstances;
pub use route_tables::DescribeRouteTables;
pub use security_groups::DescribeSecurityGroups;
pub use subnets::DescribeSubnets;
pub use vpcs::DescribeVpcs;

use serde::Serialize;

use super::{AccountId, Caller, Cloud, Region, Regional};

super::operations!(DescribeInstances, DescribeRouteTables, DescribeSecurityGroups, DescribeSubnets, DescribeVpcs);

/// A tag as EC2 writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: &'static str,
    value: String,
}

impl Tag {
    /// The tag that consoles show as a name.
    fn name(name: &str) -> Vec<Self> {
        vec![Self { key: "Name", value: name.to_owned() }]
    }
}

/// Where a caller's requests go.
struct Home<'c> {
    account: &'c AccountId,
    region: &'c Region,
}

impl<'c> Home<'c> {
    fn of(caller: &'c Caller) -> Self {
        Self { account: caller.principal.account(), region: &caller.region }
    }

    /// What is there; where nothing was ever made, what every region starts with.
    fn regional(&self, cloud: &Cloud) -> Regional {
        cloud.account(self.account).and_then(|account| account.region(self.region)).cloned().unwrap_or_default()
    }

    /// `arn:aws:ec2:REGION:ACCOUNT:{resource}`.
    fn arn(&self, resource: &str) -> String {
        format!("arn:aws:ec2:{}:{}:{resource}", self.region, self.account)
    }

    /// `ap-northeast-2a`.
    fn zone(&self, letter: char) -> String {
        format!("{}{letter}", self.region)
    }
}
