//! What is fetched for a task beside its images: secrets, and a stream for its logs. Both with the execution role.
//!
//! Nothing of Parameter Store is simulated but that whoever reaches it and may ask gets an answer.
//! Source: Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::definition::ContainerDefinition;
use super::home::Home;
use super::logging::LogTarget;
use super::task::Task;
use crate::cloud::logs::{CreateLogGroup, CreateLogStream};
use crate::cloud::net::Destination;
use crate::cloud::secretsmanager::GetSecretValue;
use crate::cloud::upstream::Credentials;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Region, Service};

/// Something that a container needs before it can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// The name and password for the registry of a container's image, in a secret by its ARN or name.
    RegistryAuth(String),
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
        let registry = registry.map(|secret| Self::RegistryAuth(secret.to_owned()));
        let from = container.secrets.iter().filter_map(|secret| secret.get("valueFrom")?.as_str());
        let secrets = from.map(|from| match from.parse::<Arn>() {
            Ok(arn) if arn.service() == "secretsmanager" => Self::Secret(arn),
            _ => Self::Parameter(from.to_owned()),
        });
        registry.into_iter().chain(secrets).chain(LogTarget::of(home, task, container).map(Self::LogStream)).collect()
    }

    /// Whether it is about a container's logs.
    pub(super) fn is_log(&self) -> bool {
        matches!(self, Self::LogStream(_) | Self::LogGroup(_))
    }

    /// Where it is fetched.
    pub(super) fn destination(&self) -> Destination {
        match self {
            Self::RegistryAuth(_) | Self::Secret(_) => Destination::SecretsManager,
            Self::Parameter(_) => Destination::Ssm,
            Self::LogStream(_) | Self::LogGroup(_) => Destination::Logs,
        }
    }

    /// In which region: a task's own, but for logs that go elsewhere, and for a secret whose ARN says another.
    /// Source: Amazon ECS Developer Guide, "Using non-AWS container images in Amazon ECS".
    pub(super) fn region(&self, home: &Home) -> Region {
        let of = |arn: &Arn| Some(Region::new(arn.region())).filter(|_| !arn.region().is_empty());
        let told = match self {
            Self::LogStream(target) | Self::LogGroup(target) => Some(target.region.clone()),
            Self::RegistryAuth(secret) => secret.parse().ok().as_ref().and_then(of),
            Self::Secret(arn) => of(arn),
            Self::Parameter(_) => None,
        };
        told.unwrap_or_else(|| home.region.clone())
    }

    /// Asks for it, through the door; the text of a secret.
    pub(super) fn fetch(&self, cloud: &mut Cloud, home: &Home, caller: &Caller) -> Result<String, ApiError> {
        let secret = |cloud: &mut Cloud, id: &str| {
            cloud.call(caller, GetSecretValue { secret_id: id.to_owned() }).map(|answer| answer.secret_string)
        };
        match self {
            Self::RegistryAuth(id) => secret(cloud, id),
            Self::Secret(arn) => secret(cloud, arn.as_str()),
            Self::Parameter(name) => {
                let name = name.parse().unwrap_or_else(|_| parameter_arn(home, name));
                cloud.call(caller, GetParameters { names: vec![name.to_string()] }).map(|_| String::new())
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

/// The members of a secret with a registry's name and password. Source: Amazon ECS Developer Guide, as above.
pub(super) const MEMBERS: [&str; 2] = ["username", "password"];

/// What a secret for a registry says.
///
/// # Errors
/// Source of the texts: Amazon ECS container agent, its client of Secrets Manager.
pub(super) fn registry_auth(value: &str) -> Result<Credentials, &'static str> {
    if value.is_empty() {
        return Err("asm fetching authorization data: empty secrets value");
    }
    let Ok(Value::Object(read)) = serde_json::from_str::<Value>(value) else {
        return Err("asm fetching authorization data: unable to unmarshal secret value, invalid schema");
    };
    // As Go reads JSON: whatever the case of the members' names.
    let [username, password] = MEMBERS.map(|member| {
        let found = read.iter().find(|(name, _)| name.eq_ignore_ascii_case(member));
        found.and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned()
    });
    if username.is_empty() {
        return Err("asm fetching username: AuthorizationData is malformed, empty field");
    }
    if password.is_empty() {
        return Err("asm fetching password: AuthorizationData is malformed, empty field");
    }
    Ok(Credentials { username, password })
}

/// What is there already need not be made.
fn there_already<T>(made: Result<T, ApiError>) -> Result<String, ApiError> {
    match made {
        Err(error) if error.code != "ResourceAlreadyExistsException" => Err(error),
        _ => Ok(String::new()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_for_a_registry_has_a_name_and_a_password() {
        let read = registry_auth(r#"{"username":"kim","Password":"x"}"#).unwrap();
        assert_eq!((read.username.as_str(), read.password.as_str()), ("kim", "x"));
        for (wrong, says) in [
            ("", "empty secrets value"),
            ("hunter2", "invalid schema"),
            ("[]", "invalid schema"),
            (r#"{"password":"x"}"#, "fetching username"),
            (r#"{"username":"kim","password":""}"#, "fetching password"),
        ] {
            assert!(registry_auth(wrong).unwrap_err().contains(says), "{wrong}");
        }
    }
}
