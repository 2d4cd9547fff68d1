//! The request that a container makes, where its command is the `aws` command: as the task role, from where the task is.
//!
//! Enough of the command line is read to know what is asked of whom. What it prints goes where the container's output goes;
//! the exit code is that of the real command.

use serde_json::{Map, Value, json};

use super::home::Home;
use super::task::{LaunchType, Task};
use super::{agent, place};
use crate::cloud::net::{Destination, Place, Question};
use crate::cloud::{AccountId, Arn, Caller, Cloud, EventKind, Service};

/// A request by name.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud) struct Call {
    service: Service,
    /// Such as `DescribeImages`.
    operation: String,
    input: Value,
}

/// How a request ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cloud) struct Made {
    pub(in crate::cloud) exit_code: i32,
    /// What the command prints.
    pub(in crate::cloud) said: String,
}

impl Made {
    fn failed(exit_code: i32, said: impl Into<String>) -> Self {
        Self { exit_code, said: said.into() }
    }
}

/// Exit codes of the AWS CLI. Source: AWS CLI User Guide, "Command line return codes".
mod exit {
    pub(super) const DONE: i32 = 0;
    /// The command line or its environment: no credentials, for one.
    pub(super) const CONFIGURATION: i32 = 253;
    /// The service said no.
    pub(super) const SERVICE: i32 = 254;
    /// Anything else: no connection, for one.
    pub(super) const GENERAL: i32 = 255;
}

/// Options of every command, which the request does not carry; each takes a value.
const GLOBAL: [&str; 4] = ["--region", "--output", "--query", "--profile"];

impl Call {
    /// Reads the words behind `aws`.
    pub(super) fn read(words: &[&str]) -> Option<Self> {
        let (service, rest) = words.split_first()?;
        let (operation, rest) = rest.split_first()?;
        let service = Service::ALL.into_iter().find(|known| known.name() == *service)?;
        // JSON services name their members in camel case, the older ones in Pascal case.
        let camel = matches!(service, Service::Ecr | Service::Ecs | Service::Eks | Service::Logs);
        let mut input = Map::new();
        let mut rest = rest.iter().peekable();
        while let Some(option) = rest.next() {
            let mut values = Vec::new();
            while let Some(value) = rest.next_if(|word| !word.starts_with("--")) {
                values.push(*value);
            }
            let Some(name) = option.strip_prefix("--").filter(|_| !GLOBAL.contains(option)) else { continue };
            let value = match values.as_slice() {
                [] => json!(true),
                [only] if !name.ends_with('s') => json!(only),
                many => json!(many),
            };
            input.insert(member(name, camel), value);
        }
        Some(Self { service, operation: member(operation, false), input: Value::Object(input) })
    }

    /// Makes the request for a task.
    pub(super) fn make(&self, cloud: &mut Cloud, home: &Home, task: &Task) -> Made {
        let caller = agent::task_caller(cloud, home, task);
        let from = match task.launch_type {
            LaunchType::Fargate => place::of_task(task),
            _ => agent::pulls_from(cloud, home, task),
        };
        self.make_as(cloud, &home.account, caller, from, task.arn.clone())
    }

    /// Makes the request as somebody, from a place in the network of the caller's region, on behalf of `task`.
    pub(in crate::cloud) fn make_as(
        &self,
        cloud: &mut Cloud,
        account: &AccountId,
        caller: Option<Caller>,
        from: Option<Place>,
        task: Arn,
    ) -> Made {
        let Some(caller) = caller else {
            let said = "Unable to locate credentials. You can configure credentials by running \"aws configure\".";
            return Made::failed(exit::CONFIGURATION, said);
        };
        // Never the registry's own host: the command speaks to the API.
        let to = Destination::of_action(self.service.name(), "");
        let (here, now) = (&caller.region, cloud.now());
        let host = to.private_name(here);
        let network = cloud.regional(account, here).map(|region| &region.net);
        let journey = from
            .zip(network)
            .map(|(from, network)| network.journey(&Question { from: &from, to, host: &host, here, there: here, now }));
        let unreached = || Made::failed(exit::GENERAL, format!("Connect timeout on endpoint URL: \"https://{host}/\""));
        let Some(journey) = journey else { return unreached() };
        if !journey.arrives() {
            let (task, origin) = (Some(task), caller.origin);
            cloud.record(EventKind::Unreached { origin, task, journey: std::sync::Arc::new(journey) });
            return unreached();
        }
        self.send(cloud, &caller)
    }

    /// Sends the request, and gives what the command prints and its exit code.
    pub(in crate::cloud) fn send(&self, cloud: &mut Cloud, caller: &Caller) -> Made {
        match cloud.call_wire(caller, self.service, &self.operation, self.input.clone()) {
            // Printed as it came: with times as numbers, as version 1 of the command has them.
            Ok(Ok(answer)) => {
                let printed = serde_json::to_string_pretty(&answer).unwrap_or_default();
                Made { exit_code: exit::DONE, said: if answer == json!({}) { String::new() } else { printed } }
            }
            Ok(Err(error)) => Made::failed(
                exit::SERVICE,
                format!(
                    "An error occurred ({}) when calling the {} operation: {}",
                    error.code, self.operation, error.message
                ),
            ),
            Err(error) => Made::failed(exit::GENERAL, error.to_string()),
        }
    }
}

/// `repository-name` as a member: `repositoryName` or `RepositoryName`.
fn member(name: &str, camel: bool) -> String {
    let mut out = String::new();
    for (at, word) in name.split('-').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if at > 0 || !camel => out.extend(first.to_uppercase()),
            Some(first) => out.push(first),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_read_into_its_request() {
        let words = ["ecr", "describe-images", "--repository-name", "web", "--region", "us-east-1", "--output", "json"];
        let call = Call::read(&words).unwrap();
        assert_eq!((call.service, call.operation.as_str()), (Service::Ecr, "DescribeImages"));
        assert_eq!(call.input, json!({"repositoryName": "web"}));
        let call = Call::read(&["ecr", "describe-repositories", "--repository-names", "web"]).unwrap();
        assert_eq!(call.input, json!({"repositoryNames": ["web"]}));
        let call = Call::read(&["iam", "get-role", "--role-name", "web"]).unwrap();
        assert_eq!(call.input, json!({"RoleName": "web"}));
        for wrong in [&["ecr"] as &[&str], &[], &["nothing", "at-all"]] {
            assert_eq!(Call::read(wrong), None, "{wrong:?}");
        }
    }
}
