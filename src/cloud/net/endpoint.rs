//! VPC endpoints: doors from the VPC to a service that do not lead over the internet.
//! Source: Amazon VPC, AWS PrivateLink: "Access AWS services through AWS PrivateLink" and "Gateway endpoints".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Destination;
use crate::cloud::iam::Policy;
use crate::cloud::{Duration, Timestamp};

/// What the policy of an endpoint says that was made without one.
/// Source: Amazon VPC, "Control access to VPC endpoints using endpoint policies", default endpoint policy.
pub const FULL_ACCESS: &str = r#"{
	"Statement": [
		{
			"Action": "*",
			"Effect": "Allow",
			"Principal": "*",
			"Resource": "*"
		}
	]
}"#;

/// How long an interface endpoint is `pending`. The simulation's own: at AWS it is some minutes.
const PENDING: Duration = Duration::seconds(3);

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `vpce-` and 17 hexadecimal digits.
    pub id: String,
    pub vpc: String,
    pub to: Destination,
    pub kind: EndpointKind,
    /// What of the service may be asked through it.
    pub policy: Arc<Policy>,
    pub created: Timestamp,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// How an endpoint is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// By addresses in subnets: network interfaces with security groups.
    Interface {
        /// The interface in each subnet, by the subnet's id.
        interfaces: BTreeMap<String, EndpointInterface>,
        /// Security groups, by id.
        groups: Vec<String>,
        /// Whether the service's usual name leads to these addresses in the VPC.
        private_dns: bool,
    },
    /// By routes of route tables.
    Gateway {
        /// The ids of the tables that it is in.
        route_tables: BTreeSet<String>,
    },
}

/// A network interface of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointInterface {
    /// `eni-` and 17 hexadecimal digits.
    pub id: String,
    pub address: String,
}

impl Endpoint {
    /// Whether it carries traffic at `now`.
    pub fn is_available(&self, now: Timestamp) -> bool {
        matches!(self.kind, EndpointKind::Gateway { .. }) || now >= self.created + PENDING
    }

    /// As `aws ec2` names its kind.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            EndpointKind::Interface { .. } => "Interface",
            EndpointKind::Gateway { .. } => "Gateway",
        }
    }
}
