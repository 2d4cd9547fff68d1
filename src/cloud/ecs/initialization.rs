//! What is fetched for a task beside its images: secrets, and a stream for its logs. Both with the execution role.
//!
//! Nothing of Parameter Store is simulated but that whoever reaches it and may ask gets an answer.
//! Source: Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".

use serde::{Deserialize, Serialize};

use super::definition::ContainerDefinition;
use super::home::Home;
use super::logging::LogTarget;
use super::task::Task;
use crate::cloud::logs::{CreateLogGroup, CreateLogStream};
use crate::cloud::net::Destination;
use crate::cloud::secretsmanager::GetSecretValue;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Region, Service};

/// Something that a container needs before it can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A secret, by its ARN.
    Secret(Arn),
    /// A parameter of the Parameter Store, by its name or ARN.
    Parameter(String),
    /// A stream in a log group.
    LogStream(LogTarget),
    /// The group itself, where the container's options say that it is to be made.
    LogGroup(LogTarget),
}

impl Need {
    /// What a container needs, in the order in which it is fetched.
    pub(super) fn of(home: &Home, task: &Task, container: &ContainerDefinition) -> Vec<Self> {
        let registry =
            container.repository_credentials.as_ref().and_then(|held| held.get("credentialsParameter")?.as_str());
        let secrets = container.secrets.iter().filter_map(|secret| secret.get("valueFrom")?.as_str());
        let from = registry.into_iter().chain(secrets);
        let secrets = from.map(|from| match from.parse::<Arn>() {
            Ok(arn) if arn.service() == "secretsmanager" => Self::Secret(arn),
            _ => Self::Parameter(from.to_owned()),
        });
        secrets.chain(LogTarget::of(home, task, container).map(Self::LogStream)).collect()
    }

    /// Whether it is about a container's logs.
    pub(super) fn is_log(&self) -> bool {
        matches!(self, Self::LogStream(_) | Self::LogGroup(_))
    }

    /// Where it is fetched.
    pub(super) fn destination(&self) -> Destination {
        match self {
            Self::Secret(_) => Destination::SecretsManager,
            Self::Parameter(_) => Destination::Ssm,
            Self::LogStream(_) | Self::LogGroup(_) => Destination::Logs,
        }
    }

    /// In which region: a task's own, but for logs that go elsewhere.
    pub(super) fn region<'a>(&'a self, home: &'a Home) -> &'a Region {
        match self {
            Self::LogStream(target) | Self::LogGroup(target) => &target.region,
            Self::Secret(_) | Self::Parameter(_) => &home.region,
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
            Self::LogStream(LogTarget { group, stream, .. }) => {
                let (log_group_name, log_stream_name) = (group.clone(), stream.clone());
                there_already(cloud.call(caller, CreateLogStream { log_group_name, log_stream_name }))
            }
            Self::LogGroup(LogTarget { group, .. }) => {
                let make = CreateLogGroup { log_group_name: group.clone(), ..CreateLogGroup::default() };
                there_already(cloud.call(caller, make))
            }
        }
    }

    /// What is to be made before it is asked for again, after it was refused: the log driver makes the group when it
    /// may and the stream found none. Source: Docker's awslogs driver.
    pub(super) fn missing_group(&self, refusal: &ApiError) -> Option<Self> {
        match self {
            Self::LogStream(target) if target.creates_group && refusal.code == "ResourceNotFoundException" => {
                Some(Self::LogGroup(target.clone()))
            }
            _ => None,
        }
    }
}

/// What is there already need not be made.
fn there_already<T>(made: Result<T, ApiError>) -> Result<(), ApiError> {
    match made {
        Err(error) if error.code != "ResourceAlreadyExistsException" => Err(error),
        _ => Ok(()),
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
