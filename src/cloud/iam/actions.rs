//! Which actions take which resources.
//! Source: Service Authorization Reference, the tables of the services that are simulated. Of EC2 there are the simulated
//! operations only, but for `CreateTags` and `DeleteTags`, which take nearly everything; of CloudWatch Logs, what is known of
//! its resource types.
//!
//! What the simulation's own operations ask for agrees with it. Two things differ: IAM's lists by path (`ListUsers` and its
//! like) and `logs:DescribeLogGroups` have no resource type in the reference, but are asked on the path, and on the group
//! without a name. Source: observed.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::arn_pattern::{ArnPattern, split_arn};
use super::key::{ConditionKey, Keys, Values};
use crate::cloud::Arn;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    /// Whether there are more actions than are named: of those nothing is known.
    #[serde(default)]
    partial: bool,
    /// The forms of ARNs, by the name of the resource type.
    resources: BTreeMap<String, String>,
    /// The types of resources that an action takes, by its name; none where it is asked on `*`.
    actions: BTreeMap<String, Vec<String>>,
}

/// The actions of a service.
#[derive(Debug)]
struct Actions {
    /// By name in lower case.
    by_name: HashMap<String, Action>,
    partial: bool,
}

/// What an action takes.
#[derive(Debug)]
struct Action {
    /// As AWS writes it.
    name: String,
    resources: Vec<Form>,
}

/// The form of an ARN.
#[derive(Debug)]
struct Form {
    pattern: ArnPattern,
    /// Whether its name has no slash, as that of a bucket: what follows a slash is an object.
    is_plain: bool,
}

impl Form {
    fn new(text: &str) -> Self {
        Self { pattern: ArnPattern::new(text, false), is_plain: text.ends_with(":::*") }
    }

    fn matches(&self, arn: &Arn) -> bool {
        let parts = split_arn(arn.as_str());
        self.pattern.matches(&parts, &NoKeys) && !(self.is_plain && arn.resource().contains('/'))
    }
}

// INVARIANT: constant data, read once; never written after. Names are in lower case.
static ACTIONS: LazyLock<HashMap<String, Actions>> = LazyLock::new(|| {
    let text = include_str!("../../../assets/iam/actions.json");
    let services: BTreeMap<String, Service> = serde_json::from_str(text).unwrap_or_default();
    let read = |service: Service| {
        let form = |name: &String| service.resources.get(name).map(|form| Form::new(form));
        let action = |(name, types): (&String, &Vec<String>)| {
            let resources = types.iter().filter_map(form).collect();
            (name.to_ascii_lowercase(), Action { name: name.clone(), resources })
        };
        Actions { by_name: service.actions.iter().map(action).collect(), partial: service.partial }
    };
    services.into_iter().map(|(name, service)| (name, read(service))).collect()
});

/// Forms of ARNs have no variables.
struct NoKeys;

impl Keys for NoKeys {
    fn values<'a>(&'a self, _: &'a ConditionKey) -> Values<'a> {
        Values::none()
    }
}

fn find(service: &str, name: &str) -> Option<&'static Action> {
    ACTIONS.get(service)?.by_name.get(name)
}

/// Whether an action, given in lower case, is known to take no resource: it is asked on `*` whatever it is called for.
pub(super) fn takes_no_resource(service: &str, name: &str) -> bool {
    find(service, name).is_some_and(|action| action.resources.is_empty())
}

/// Whether an action takes this resource. Actions take all where nothing is known of them or of their service.
pub fn takes(action: &str, resource: Option<&Arn>) -> bool {
    let lower = action.to_ascii_lowercase();
    let Some((service, name)) = lower.split_once(':') else { return false };
    let Some(actions) = ACTIONS.get(service) else { return true };
    let Some(action) = actions.by_name.get(name) else { return actions.partial };
    match resource {
        None => true,
        Some(arn) => action.resources.iter().any(|form| form.matches(arn)),
    }
}

/// All actions that are known, such as `ecr:PutImage`, by service and name.
pub fn known() -> Vec<String> {
    let mut all: Vec<String> = ACTIONS
        .iter()
        .flat_map(|(service, actions)| actions.by_name.values().map(move |action| format!("{service}:{}", action.name)))
        .collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_an_action_takes_has_a_form() {
        let text = include_str!("../../../assets/iam/actions.json");
        let services: BTreeMap<String, Service> = serde_json::from_str(text).unwrap();
        for (service, Service { resources, actions, .. }) in &services {
            for (action, types) in actions {
                assert!(types.iter().all(|name| resources.contains_key(name)), "{service}:{action}");
            }
            for name in resources.keys() {
                assert!(service == "iam" || actions.values().any(|types| types.contains(name)), "{service} {name}");
            }
        }
        assert_eq!(known().len(), services.values().map(|service| service.actions.len()).sum::<usize>());
    }

    #[test]
    fn actions_take_what_the_reference_says() {
        let repository: Arn = "arn:aws:ecr:ap-northeast-2:111122223333:repository/team/app".parse().unwrap();
        let object: Arn = "arn:aws:s3:::bucket/key".parse().unwrap();
        let bucket: Arn = "arn:aws:s3:::bucket".parse().unwrap();
        assert!(takes("ecr:PutImage", Some(&repository)) && !takes("ecr:PutImage", Some(&object)));
        assert!(takes("ECR:getauthorizationtoken", None) && !takes("ecr:GetAuthorizationToken", Some(&repository)));
        assert!(takes("s3:GetObject", Some(&object)) && !takes("s3:GetObject", Some(&bucket)));
        assert!(takes("s3:ListBucket", Some(&bucket)) && !takes("s3:ListBucket", Some(&object)));
        assert!(takes("sqs:SendMessage", Some(&bucket)) && !takes("ecr:PullImage", Some(&repository)));
        assert!(takes_no_resource("ecr", "getauthorizationtoken") && !takes_no_resource("ecr", "pullimage"));
    }

    #[test]
    fn slashes_are_part_of_the_names_of_log_groups_and_secrets() {
        let in_seoul = |service: &str, resource: &str| -> Arn {
            format!("arn:aws:{service}:ap-northeast-2:111122223333:{resource}").parse().unwrap()
        };
        let group = in_seoul("logs", "log-group:/ecs/web");
        let stream = in_seoul("logs", "log-group:/ecs/web:log-stream:app/1");
        assert!(takes("logs:PutRetentionPolicy", Some(&group)) && takes("logs:FilterLogEvents", Some(&stream)));
        assert!(takes("logs:PutLogEvents", Some(&stream)) && !takes("logs:PutLogEvents", Some(&group)));
        assert!(takes("secretsmanager:GetSecretValue", Some(&in_seoul("secretsmanager", "secret:prod/hub-AbCdEf"))));
        assert!(takes("events:PutRule", Some(&in_seoul("events", "rule/bus/pushes"))));
        assert!(!takes("events:PutEvents", Some(&in_seoul("events", "rule/pushes"))));
        assert!(takes("kms:CreateAlias", Some(&in_seoul("kms", "alias/registry"))));
        assert!(!takes("kms:Decrypt", Some(&in_seoul("kms", "alias/registry"))));
    }

    #[test]
    fn an_action_that_a_partial_list_leaves_out_takes_everything() {
        let vpc: Arn = "arn:aws:ec2:ap-northeast-2:111122223333:vpc/vpc-1".parse().unwrap();
        assert!(takes("ec2:CreateSubnet", Some(&vpc)) && !takes("ec2:DeleteSubnet", Some(&vpc)));
        assert!(takes("ec2:CreateTags", Some(&vpc)) && takes("ec2:CreateVpcPeeringConnection", Some(&vpc)));
        assert!(takes_no_resource("ec2", "describevpcs") && !takes_no_resource("ec2", "createtags"));
    }
}
