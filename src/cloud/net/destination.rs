//! What there is to reach: the endpoints of AWS's services in a region, and the rest of the internet.

use core::net::Ipv4Addr;

use crate::cloud::Region;

/// Where a connection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// ECR's API, where tokens come from.
    EcrApi,
    /// The registry itself, that docker speaks to.
    EcrDkr,
    Ecs,
    /// Where ECS tells its agents what to do.
    EcsAgent,
    EcsTelemetry,
    Kms,
    Logs,
    S3,
    SecretsManager,
    Ssm,
    Sts,
    /// Any other host, such as Docker Hub's.
    Internet,
}

impl Destination {
    /// The services that VPC endpoints can be made for, by name.
    pub const SERVICES: [Self; 11] = [
        Self::EcrApi,
        Self::EcrDkr,
        Self::Ecs,
        Self::EcsAgent,
        Self::EcsTelemetry,
        Self::Kms,
        Self::Logs,
        Self::S3,
        Self::SecretsManager,
        Self::Ssm,
        Self::Sts,
    ];

    /// The end of its endpoint service's name: `ecr.api` in `com.amazonaws.ap-northeast-2.ecr.api`.
    fn suffix(self) -> Option<&'static str> {
        Some(match self {
            Self::EcrApi => "ecr.api",
            Self::EcrDkr => "ecr.dkr",
            Self::Ecs => "ecs",
            Self::EcsAgent => "ecs-agent",
            Self::EcsTelemetry => "ecs-telemetry",
            Self::Kms => "kms",
            Self::Logs => "logs",
            Self::S3 => "s3",
            Self::SecretsManager => "secretsmanager",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
            Self::Internet => return None,
        })
    }

    /// The name of its endpoint service in a region; none for the internet.
    pub fn service_name(self, region: &Region) -> Option<String> {
        Some(format!("com.amazonaws.{region}.{}", self.suffix()?))
    }

    /// The service that an endpoint service's name means in a region.
    pub fn of_service_name(name: &str, region: &Region) -> Option<Self> {
        Self::SERVICES.into_iter().find(|service| service.service_name(region).as_deref() == Some(name))
    }

    /// The name that private DNS answers for; a star stands for any label. Source: Amazon VPC, AWS PrivateLink.
    pub fn private_name(self, region: &Region) -> String {
        match self {
            Self::EcrApi => format!("api.ecr.{region}.amazonaws.com"),
            Self::EcrDkr => format!("*.dkr.ecr.{region}.amazonaws.com"),
            Self::EcsAgent => format!("ecs-a.{region}.amazonaws.com"),
            Self::EcsTelemetry => format!("ecs-t.{region}.amazonaws.com"),
            Self::S3 => format!("*.s3.{region}.amazonaws.com"),
            Self::Internet => "*".to_owned(),
            service => format!("{}.{region}.amazonaws.com", service.suffix().unwrap_or_default()),
        }
    }

    /// Whether it has gateway endpoints too. Source: Amazon VPC, "Gateway endpoints": S3 and DynamoDB have.
    pub fn has_gateway(self) -> bool {
        self == Self::S3
    }

    /// A public address of it. Any serves; these are of AWS's own ranges.
    pub fn public_address(self) -> Ipv4Addr {
        match self {
            Self::S3 => Ipv4Addr::new(52, 219, 60, 33),
            _ => Ipv4Addr::new(52, 94, 26, 14),
        }
    }

    /// Where a request of an instance or a task goes, by IAM's names of its service and action in lower case: what an
    /// agent asks of the registry but its token is asked at the registry's own host.
    pub fn of_action(service: &str, action: &str) -> Self {
        match (service, action) {
            ("ecr", "getauthorizationtoken") => Self::EcrApi,
            ("ecr", "batchgetimage" | "getdownloadurlforlayer" | "batchchecklayeravailability") => Self::EcrDkr,
            ("ecr", _) => Self::EcrApi,
            ("ecs", _) => Self::Ecs,
            ("kms", _) => Self::Kms,
            ("logs", _) => Self::Logs,
            ("s3", _) => Self::S3,
            ("secretsmanager", _) => Self::SecretsManager,
            ("ssm", _) => Self::Ssm,
            ("sts", _) => Self::Sts,
            _ => Self::Internet,
        }
    }
}

/// The managed prefix list with S3's addresses in a region. Seoul's is AWS's own; inferred: the others, of its form.
pub fn s3_prefix_list(region: &Region) -> String {
    if *region == Region::home() {
        return "pl-78a54011".to_owned();
    }
    let mixed = region
        .as_str()
        .bytes()
        .fold(0x811c_9dc5_u32, |mixed, byte| (mixed ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("pl-{mixed:08x}")
}
