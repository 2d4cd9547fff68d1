//! Values that services do not know: each is refused in the service's own words, never in those of whatever reads JSON.

use std::collections::BTreeSet;

use ecr_quest::cloud::{self, AccountId, Caller, Origin, Principal, Region, Service};
use ecr_quest::world::World;
use serde_json::{Map, Value, json};

use crate::support::Terminal;

/// The model of a service, and the operations that are simulated.
fn simulated() -> Vec<(Service, &'static [&'static str], &'static str)> {
    macro_rules! of {
        ($($service:ident $module:ident $file:literal),* $(,)?) => {
            vec![$((Service::$service, cloud::$module::SIMULATED, include_str!(concat!("../../assets/api/", $file, ".json")))),*]
        };
    }
    of! {
        AutoScaling autoscaling "autoscaling", CloudTrail cloudtrail "cloudtrail", Ec2 ec2 "ec2", Ecr ecr "ecr", EcrPublic ecr_public "ecr-public", Ecs ecs "ecs",
        Eks eks "eks", Events events "events", Iam iam "iam", Kms kms "kms", Lambda lambda "lambda", Logs logs "logs",
        S3 s3 "s3api", SecretsManager secretsmanager "secretsmanager", Sts sts "sts",
    }
}

/// A value that fits a shape, with only what is required. `deep` ends shapes that hold themselves.
fn sample(shapes: &Value, shape: &str, deep: usize) -> Value {
    let found = &shapes[shape];
    match found["type"].as_str().unwrap() {
        "structure" if deep > 0 => {
            let required = found["required"].as_array().cloned().unwrap_or_default();
            let member = |name: &Value| {
                let name = name.as_str().unwrap();
                let to = found["members"][name]["shape"].as_str().unwrap();
                (name.to_owned(), sample(shapes, to, deep - 1))
            };
            Value::Object(required.iter().map(member).collect())
        }
        "list" if deep > 0 => json!([sample(shapes, found["member"]["shape"].as_str().unwrap(), deep - 1)]),
        "structure" | "map" => json!({}),
        "list" => json!([]),
        "string" => found["enum"][0].as_str().map_or_else(|| json!("text"), |known| json!(known)),
        "boolean" => json!(true),
        "blob" => json!("YQ=="),
        _ => json!(1),
    }
}

/// The samples of a shape with one value in each replaced by those of `odd` for its shape.
fn odd_ones(shapes: &Value, shape: &str, deep: usize, odd: &dyn Fn(&Value) -> Vec<Value>) -> Vec<Value> {
    let found = &shapes[shape];
    let mut all = odd(found);
    if deep == 0 {
        return all;
    }
    match found["type"].as_str().unwrap() {
        "structure" => {
            let base = sample(shapes, shape, deep);
            for (name, to) in found["members"].as_object().unwrap_or(&Map::new()) {
                for value in odd_ones(shapes, to["shape"].as_str().unwrap(), deep - 1, odd) {
                    let mut one = base.clone();
                    one[name] = value;
                    all.push(one);
                }
            }
        }
        "list" => {
            let element = found["member"]["shape"].as_str().unwrap();
            all.extend(odd_ones(shapes, element, deep - 1, odd).into_iter().map(|value| json!([value])));
        }
        _ => {}
    }
    all
}

/// What is said nowhere at AWS.
const READERS: [&str; 8] = [
    "unknown variant",
    "unknown field",
    "missing field",
    "invalid type",
    "invalid value",
    "invalid length",
    "expected one of `",
    "did not match any variant",
];

fn check(odd: &dyn Fn(&Value) -> Vec<Value>) -> usize {
    let mut world = World::new(1);
    let caller = Caller {
        principal: Principal::Root { account: AccountId::home() },
        region: Region::home(),
        origin: Origin::Laptop,
    };
    let (mut asked, mut wrong) = (0, BTreeSet::new());
    for (service, operations, model) in simulated() {
        let model: Value = serde_json::from_str(model).unwrap();
        for operation in operations {
            let Some(input) = model["operations"][operation]["input"]["shape"].as_str() else { continue };
            for request in odd_ones(&model["shapes"], input, 5, odd) {
                asked += 1;
                let answer = world.cloud.call_wire(&caller, service, operation, request).unwrap();
                if let Err(error) = answer
                    && READERS.iter().any(|said| error.message.contains(said))
                {
                    wrong.insert(format!("{} {operation}: {error}", service.name()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    asked
}

#[test]
fn no_unknown_value_is_told_in_the_readers_words() {
    let asked = check(&|shape| if shape["enum"].is_array() { vec![json!("nonsense")] } else { Vec::new() });
    assert!(asked > 200, "{asked}");
}

#[test]
fn no_number_out_of_its_range_is_told_in_the_readers_words() {
    let asked = check(&|shape| match shape["type"].as_str() {
        Some("integer" | "long") => vec![json!(-1), json!(70_000), json!(99_999_999_999_999_999_999_f64)],
        _ => Vec::new(),
    });
    assert!(asked > 200, "{asked}");
}

#[track_caller]
fn refuses(terminal: &mut Terminal, line: &str, error: &str) {
    let output = terminal.run(line);
    assert_eq!(output.code, 254, "{line}: {}", output.text());
    assert!(output.text().contains(error), "{line}: {}", output.text());
}

#[test]
fn ecs_says_which_values_it_knows() {
    let mut terminal = Terminal::new();
    terminal.ok("aws ecs create-cluster --cluster-name dev");
    let containers = r#"'[{"name":"web","image":"nginx","memory":64}]'"#;
    refuses(
        &mut terminal,
        &format!(
            "aws ecs register-task-definition --family web --network-mode foo --container-definitions {containers}"
        ),
        "(ClientException) when calling the RegisterTaskDefinition operation: foo is not a valid value for networkMode. The \
         value must be one of [bridge,host,awsvpc,none]",
    );
    terminal.ok(&format!("aws ecs register-task-definition --family web --container-definitions {containers}"));
    for (line, error) in [
        (
            "list-task-definitions --status FOO",
            "FOO is not a valid value for status. The value must be one of [ACTIVE,INACTIVE",
        ),
        (
            "run-task --cluster dev --task-definition web --network-configuration 'awsvpcConfiguration={subnets=[a],assignPublicIp=YES}'",
            "YES is not a valid value for assignPublicIp. The value must be one of [ENABLED,DISABLED]",
        ),
        (
            "describe-services --cluster dev --services a --include FOO",
            "FOO is not a valid value for include. The value must be one of [TAGS]",
        ),
        (
            "update-service --cluster dev --service a --deployment-controller type=FOO",
            "FOO is not a valid value for type. The value must be one of [ECS,CODE_DEPLOY,EXTERNAL]",
        ),
        ("update-service --cluster dev --service a --desired-count 99999999999999999999", "(SerializationException)"),
    ] {
        refuses(&mut terminal, &format!("aws ecs {line}"), error);
    }
    terminal.ok(
        "aws s3api create-bucket --bucket team-files --create-bucket-configuration LocationConstraint=ap-northeast-2",
    );
    refuses(
        &mut terminal,
        "aws s3api put-bucket-versioning --bucket team-files --versioning-configuration Status=Foo",
        "(MalformedXML) when calling the PutBucketVersioning operation: The XML you provided was not well-formed",
    );
}

#[test]
fn ecs_takes_so_many_names_at_once_and_leaves_room_for_deployments() {
    let mut terminal = Terminal::new();
    terminal.ok("aws ecs create-cluster --cluster-name dev");
    let refused = |terminal: &mut Terminal, line: &str, error: &str| {
        refuses(terminal, &format!("aws ecs {line} $(seq 101)"), error);
    };
    refuses(
        &mut terminal,
        "aws ecs describe-services --cluster dev --services $(seq 11)",
        "(InvalidParameterException) when calling the DescribeServices operation: service names can have at most 10 items.",
    );
    terminal.ok("aws ecs describe-services --cluster dev --services $(seq 10)");
    refused(&mut terminal, "describe-tasks --cluster dev --tasks", "taskIds can have at most 100 items.");
    refused(
        &mut terminal,
        "describe-container-instances --cluster dev --container-instances",
        "instanceIds can have at most 100 items.",
    );
    refused(&mut terminal, "describe-clusters --clusters", "clusters can have at most 100 items.");
    terminal.ok(r#"aws ecs register-task-definition --family web --container-definitions '[{"name":"web","image":"nginx","memory":64}]'"#);
    let create = "aws ecs create-service --cluster dev --service-name web --task-definition web --desired-count 0 \
                  --deployment-configuration maximumPercent=100,minimumHealthyPercent=100";
    let blocked = "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments";
    refuses(&mut terminal, create, blocked);
    terminal.ok(&create.replace("minimumHealthyPercent=100", "minimumHealthyPercent=50"));
    refuses(
        &mut terminal,
        "aws ecs update-service --cluster dev --service web --deployment-configuration minimumHealthyPercent=100",
        blocked,
    );
}

#[test]
fn options_that_the_command_renames_are_taken_by_their_new_names() {
    let mut terminal = Terminal::new();
    let help = terminal.ok("aws eks create-cluster help");
    assert!(help.contains("--kubernetes-version"), "{help}");
    let skeleton = terminal.run(
        "aws eks create-cluster --name a --role-arn arn:aws:iam::111122223333:role/x --resources-vpc-config subnetIds=a \
         --kubernetes-version 1.33 --generate-cli-skeleton",
    );
    assert_eq!(skeleton.code, 0, "{}", skeleton.text());
    let said = terminal.run("aws lambda create-function").text();
    assert!(said.contains("the following arguments are required: --function-name, --role\n"), "{said}");
    let said = terminal.run("aws lambda create-function --function-name a --role b").text();
    assert!(said.contains("Missing required parameter in input: \"Code\""), "{said}");
    let said = terminal.run("aws lambda create-function --function-name a --role b --zip-file nonsense").text();
    assert!(said.contains("--zip-file must be a zip file with the fileb:// prefix."), "{said}");
}
