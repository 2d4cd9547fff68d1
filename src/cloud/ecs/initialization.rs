//! What is fetched for a task beside its images: secrets, and a stream for its logs. Both with the execution role.
//!
//! Nothing of Parameter Store and CloudWatch Logs is simulated but that whoever reaches them and may ask gets an answer. Source: Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".

use serde::{Deserialize, Serialize};

use super::definition::ContainerDefinition;
use super::home::Home;
use crate::cloud::net::Destination;
use crate::cloud::secretsmanager::GetSecretValue;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Something that a container needs before it can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A secret, by its ARN.
    Secret(Arn),
    /// A parameter of the Parameter Store, by its name or ARN.
    Parameter(String),
    /// A stream in a log group.
    LogStream { group: String },
}

impl Need {
    /// What a container needs, in the order in which it is fetched.
    pub(super) fn of(container: &ContainerDefinition) -> Vec<Self> {
        let from = container.secrets.iter().filter_map(|secret| secret.get("valueFrom")?.as_str());
        let secrets = from.map(|from| match from.parse::<Arn>() {
            Ok(arn) if arn.service() == "secretsmanager" => Self::Secret(arn),
            _ => Self::Parameter(from.to_owned()),
        });
        let logs = container.log_configuration.as_ref().filter(|logs| logs.log_driver == "awslogs");
        let group = logs.and_then(|logs| logs.options.as_ref()?.get("awslogs-group")?.as_str());
        secrets.chain(group.map(|group| Self::LogStream { group: group.to_owned() })).collect()
    }

    /// Where it is fetched.
    pub(super) fn destination(&self) -> Destination {
        match self {
            Self::Secret(_) => Destination::SecretsManager,
            Self::Parameter(_) => Destination::Ssm,
            Self::LogStream { .. } => Destination::Logs,
        }
    }

    /// Asks for it, through the door.
    pub(super) fn fetch(&self, cloud: &mut Cloud, home: &Home, caller: &Caller) -> Result<(), ApiError> {
        match self {
            Self::Secret(arn) => cloud.call(caller, GetSecretValue { secret_id: arn.to_string() }).map(drop),
            Self::Parameter(name) => {
                let name = name.parse().unwrap_or_else(|_| parameter_arn(home, name));
                cloud.call(caller, GetParameters { names: vec![name.to_string()] }).map(drop)
            }
            Self::LogStream { group } => {
                cloud.call(caller, CreateLogStream { log_group_name: group.clone() }).map(drop)
            }
        }
    }
}

fn parameter_arn(home: &Home, name: &str) -> Arn {
    let name = name.trim_start_matches('/');
    Arn::new("ssm", home.region.as_str(), home.account.as_str(), &format!("parameter/{name}"))
}

/// Nothing comes back that anyone here looks at.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

/// Reads parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct GetParameters {
    names: Vec<String>,
}

impl Operation for GetParameters {
    const SERVICE: Service = Service::Ssm;
    const NAME: &'static str = "GetParameters";
    type Output = Nothing;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        let ask = |name: &String| Authorization {
            resource: name.parse().ok(),
            ..Authorization::anywhere("ssm:GetParameters")
        };
        self.names.iter().map(ask).collect()
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        Ok(Nothing {})
    }
}

/// Makes a stream in a log group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CreateLogStream {
    log_group_name: String,
}

impl Operation for CreateLogStream {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "CreateLogStream";
    type Output = Nothing;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let account = caller.principal.account();
        let group = format!("log-group:{}:log-stream:*", self.log_group_name);
        let arn = Arn::new("logs", caller.region.as_str(), account.as_str(), &group);
        vec![Authorization::on("logs:CreateLogStream", arn)]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        Ok(Nothing {})
    }
}
