//! Completion: commands, options, values that the model lists, and names of what exists in the account.

use serde_json::{Value, json};

use super::args::Takes;
use super::client::Client;
use super::config::Config;
use super::help;
use super::model::{self, Model, Operation, Type, xform_name};
use super::params;
use super::query::Query;
use super::{configure, globals, services};
use crate::world::World;

/// Candidates for `word` after the words `before` (without `aws` itself), sorted.
pub(super) fn complete(world: &World, before: &[String], word: &str) -> Vec<String> {
    let mut found: Vec<String> =
        candidates(world, before, word).into_iter().filter(|candidate| candidate.starts_with(word)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn candidates(world: &World, before: &[String], word: &str) -> Vec<String> {
    let globals = globals::options();
    // The plain words, without global options and their values.
    let parsed = super::args::parse(before, &globals, true).ok();
    let last = before.last().map(String::as_str).unwrap_or_default();
    if let Some(option) = globals.iter().find(|option| option.flag == last && option.takes == Takes::One) {
        return global_values(world, &option.flag);
    }
    let Some((command, rest)) = parsed.and_then(|parsed| Some((parsed.word?, parsed.rest))) else {
        let simulated = model::MODELED.iter().filter(|name| !help::simulated(name).is_empty());
        let known: Vec<String> = simulated.copied().chain(["configure", "help", "s3"]).map(str::to_owned).collect();
        // Where nothing simulated fits, the rest of AWS is named too.
        return match known.iter().any(|name| name.starts_with(word)) {
            _ if word.starts_with('-') => flags(&globals),
            true => known,
            false => services::commands().map(str::to_owned).collect(),
        };
    };
    if command == "configure" {
        return match rest.first() {
            None => configure::SUBCOMMANDS.map(str::to_owned).to_vec(),
            Some(name) if word.starts_with('-') => {
                flags(&configure::options(name)).into_iter().chain(flags(&globals)).collect()
            }
            Some(_) => settings(&rest),
        };
    }
    if command == "s3" {
        return match rest.first() {
            None => super::s3::SUBCOMMANDS.iter().copied().chain(["help"]).map(str::to_owned).collect(),
            Some(name) => super::s3::flags(name).into_iter().chain(flags(&globals)).collect(),
        };
    }
    let Some(model) = model::model(&command) else { return Vec::new() };
    let (waiting, rest) = match rest.split_first() {
        Some((first, rest)) if first == "wait" => (true, rest),
        _ => (false, rest.as_slice()),
    };
    match rest.split_first() {
        None if waiting => model::waiters(&command).map(|(name, _)| xform_name(name)).collect(),
        None => help::subcommands(model).into_iter().chain(["help".to_owned()]).collect(),
        Some((name, rest)) => {
            let operation = if waiting {
                model::waiters(&command)
                    .find(|(waiter, _)| xform_name(waiter) == *name)
                    .and_then(|(_, waiter)| model.operation(&waiter.operation))
            } else {
                model.command(name)
            };
            if command == "logs" && name == "tail" {
                return super::tail::flags().into_iter().chain(flags(&globals)).collect();
            }
            let Some((name, operation)) = operation else { return flags(&globals) };
            for_operation(world, model, name, operation, rest, word)
        }
    }
}

fn flags(options: &[super::args::Opt]) -> Vec<String> {
    options.iter().map(|option| option.flag.clone()).collect()
}

fn global_values(world: &World, flag: &str) -> Vec<String> {
    let values: Vec<&str> = match flag {
        "--output" => super::output::Format::NAMES.to_vec(),
        "--color" => vec!["on", "off", "auto"],
        "--region" => crate::cloud::REGIONS.to_vec(),
        "--cli-error-format" => super::error::ErrorFormat::NAMES.to_vec(),
        "--cli-binary-format" => vec!["base64", "raw-in-base64-out"],
        "--profile" => {
            let config = Config::load(&world.laptop, None);
            return config.map(|config| config.profiles().map(str::to_owned).collect()).unwrap_or_default();
        }
        _ => Vec::new(),
    };
    values.into_iter().map(str::to_owned).collect()
}

/// The settings that `aws configure get` and `set` know.
fn settings(rest: &[String]) -> Vec<String> {
    match rest {
        [verb] if verb == "get" || verb == "set" => {
            ["region", "output", "aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
                .map(str::to_owned)
                .to_vec()
        }
        [_, name] if name == "region" => crate::cloud::REGIONS.map(str::to_owned).to_vec(),
        [_, name] if name == "output" => super::output::Format::NAMES.map(str::to_owned).to_vec(),
        _ => Vec::new(),
    }
}

fn for_operation(
    world: &World,
    model: &'static Model,
    name: &str,
    operation: &Operation,
    rest: &[String],
    word: &str,
) -> Vec<String> {
    let arguments = params::arguments(model, name, model.input(operation));
    let options = params::options(&arguments, operation, true, false);
    let current = rest.iter().rev().find(|word| word.starts_with("--"));
    let argument = current.and_then(|flag| arguments.iter().find(|argument| argument.flag == *flag));
    let takes = current.and_then(|flag| options.iter().find(|option| option.flag == *flag)).map(|option| option.takes);
    let values_so_far = rest.iter().rev().take_while(|word| !word.starts_with("--")).count();
    let wants_value = match takes {
        Some(Takes::One) => values_so_far == 0,
        Some(Takes::Many) => true,
        _ => false,
    };
    if let (true, Some(argument), false) = (wants_value, argument, word.starts_with('-')) {
        return values(world, model, argument.member, argument.to, rest);
    }
    if wants_value && takes == Some(Takes::One) {
        return Vec::new();
    }
    let unused = options.iter().filter(|option| !rest.contains(&option.flag)).map(|option| option.flag.clone());
    let mut found: Vec<String> = unused.collect();
    if word.starts_with('-') {
        found.extend(flags(&globals::options()));
    }
    found
}

/// What may stand for a member: what the model lists, keys of shorthand, or names of what exists.
fn values(world: &World, model: &'static Model, member: &str, to: Type<'_>, rest: &[String]) -> Vec<String> {
    let element = to.element().unwrap_or(to);
    if !element.shape.values.is_empty() {
        return element.shape.values.clone();
    }
    let keys: Vec<String> = element.members().map(|(name, _)| format!("{name}=")).collect();
    if !keys.is_empty() {
        return keys;
    }
    existing(world, model, member, rest).unwrap_or_default()
}

/// The names in the account that a parameter of this name takes, as the learner may list them.
fn existing(world: &World, model: &'static Model, member: &str, rest: &[String]) -> Option<Vec<String>> {
    let given = |flag: &str| rest.iter().position(|word| word == flag).and_then(|at| rest.get(at + 1)).cloned();
    let cluster = || match given("--cluster") {
        Some(cluster) => json!({"cluster": cluster}),
        None => json!({}),
    };
    let (operation, request, query) = match (model.name.as_str(), member) {
        ("ecr", "repositoryName" | "repositoryNames") => {
            ("DescribeRepositories", json!({}), "repositories[].repositoryName")
        }
        ("ecr", "resourceArn") => ("DescribeRepositories", json!({}), "repositories[].repositoryArn"),
        ("ecr", "imageTag") => {
            let repository = given("--repository-name")?;
            ("DescribeImages", json!({"repositoryName": repository}), "imageDetails[].imageTags[]")
        }
        ("lambda", "FunctionName") => ("ListFunctions", json!({}), "Functions[].FunctionName"),
        ("ecs", "cluster" | "clusters") => ("ListClusters", json!({}), "clusterArns"),
        ("ecs", "service" | "services") => ("ListServices", cluster(), "serviceArns"),
        ("ecs", "task" | "tasks") => ("ListTasks", cluster(), "taskArns"),
        ("ecs", "taskDefinition") => ("ListTaskDefinitions", json!({}), "taskDefinitionArns"),
        ("ec2", "SubnetIds") => ("DescribeSubnets", json!({}), "Subnets[].SubnetId"),
        ("ec2", "VpcIds") => ("DescribeVpcs", json!({}), "Vpcs[].VpcId"),
        ("ec2", "GroupIds") => ("DescribeSecurityGroups", json!({}), "SecurityGroups[].GroupId"),
        ("ec2", "VpcId") => ("DescribeVpcs", json!({}), "Vpcs[].VpcId"),
        ("ec2", "GroupId" | "SecurityGroupIds") => ("DescribeSecurityGroups", json!({}), "SecurityGroups[].GroupId"),
        ("ec2", "RouteTableId" | "RouteTableIds") => ("DescribeRouteTables", json!({}), "RouteTables[].RouteTableId"),
        ("ec2", "VpcEndpointId" | "VpcEndpointIds") => {
            ("DescribeVpcEndpoints", json!({}), "VpcEndpoints[].VpcEndpointId")
        }
        ("ec2", "ServiceName") => ("DescribeVpcEndpointServices", json!({}), "ServiceNames[]"),
        ("ec2", "InstanceIds") => ("DescribeInstances", json!({}), "Reservations[].Instances[].InstanceId"),
        ("s3api", "Bucket") => ("ListBuckets", json!({}), "Buckets[].Name"),
        ("s3api", "Key") => ("ListObjectsV2", json!({"Bucket": given("--bucket")?}), "Contents[].Key"),
        ("logs", "logGroupName" | "logGroupIdentifier") => ("DescribeLogGroups", json!({}), "logGroups[].logGroupName"),
        ("logs", "logStreamName" | "logStreamNames") => {
            let group = given("--log-group-name")?;
            ("DescribeLogStreams", json!({"logGroupName": group}), "logStreams[].logStreamName")
        }
        ("events", "Name" | "Rule") => ("ListRules", json!({}), "Rules[].Name"),
        ("iam", "RoleName") => ("ListRoles", json!({}), "Roles[].RoleName"),
        ("iam", "UserName") => ("ListUsers", json!({}), "Users[].UserName"),
        ("iam", "InstanceProfileName") => ("ListInstanceProfiles", json!({}), "InstanceProfiles[].InstanceProfileName"),
        ("iam", "PolicyArn") => ("ListPolicies", json!({}), "Policies[].Arn"),
        ("iam", "PolicyName") => {
            let role = given("--role-name")?;
            ("ListRolePolicies", json!({"RoleName": role}), "PolicyNames")
        }
        _ => return None,
    };
    // Asked in a copy of the world, so that looking leaves no trace.
    let mut world = world.clone();
    let config = Config::load(&world.laptop, None).ok()?;
    let region = given("--region");
    let client = Client::new(&world.laptop, model, config, region.as_deref(), None, true).ok()?;
    let (name, operation) = model.operation(operation)?;
    let answer = client.call(&mut world, name, operation, request).ok()?;
    let found = Query::compile(query).ok()?.search(&answer).ok()?;
    let names = found.as_array()?.iter().filter_map(Value::as_str);
    // A cluster, a service, a task goes by the end of its ARN.
    let short = |name: &str| match model.name.as_str() {
        "ecs" => name.rsplit('/').next().unwrap_or(name).to_owned(),
        _ => name.to_owned(),
    };
    Some(names.map(short).collect())
}
