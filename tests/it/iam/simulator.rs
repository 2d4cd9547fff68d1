//! The policy simulator and the keys that policies ask for, with AWS's output fields.

use ecr_quest::cloud::Service;
use serde_json::{Value, json};

use super::{Lab, admin, allow, app, policy, policy_for};

const DOCUMENT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Pull",
      "Effect": "Allow",
      "Action": "ecr:BatchGetImage",
      "Resource": "arn:aws:ecr:*:*:repository/${aws:PrincipalTag/team}*",
      "Condition": {"StringEquals": {"aws:PrincipalTag/team": "app", "aws:RequestedRegion": "ap-northeast-2"}}
    },
    {"Effect": "Deny", "Action": "ecr:Delete*", "Resource": "*"}
  ]
}"#;

fn custom(lab: &mut Lab, actions: &[&str], resources: &[&str], context: Value) -> Value {
    let input = json!({
        "PolicyInputList": [DOCUMENT], "ActionNames": actions, "ResourceArns": resources, "ContextEntries": context,
    });
    lab.iam("SimulateCustomPolicy", input)["EvaluationResults"].clone()
}

#[test]
fn a_result_names_the_statement_where_it_stands_and_what_context_is_missing() {
    let mut lab = Lab::new();
    let team =
        json!([{"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyValues": ["app"], "ContextKeyType": "string"}]);
    let results = custom(&mut lab, &["ecr:BatchGetImage", "ecr:DeleteRepository", "ecr:PutImage"], &[], team);
    assert_eq!(results[1]["EvalDecision"], "explicitDeny");
    assert_eq!(
        results[1],
        json!({
            "EvalActionName": "ecr:DeleteRepository",
            "EvalResourceName": "*",
            "EvalDecision": "explicitDeny",
            "MatchedStatements": [{
                "SourcePolicyId": "PolicyInputList.1",
                "SourcePolicyType": "IAM Policy",
                "StartPosition": {"Line": 10, "Column": 7},
                "EndPosition": {"Line": 11, "Column": 65},
            }],
            "MissingContextValues": [],
        })
    );
    assert_eq!((&results[2]["EvalDecision"], &results[2]["MatchedStatements"]), (&json!("implicitDeny"), &json!([])));
    let without = custom(&mut lab, &["ecr:BatchGetImage"], &[app().as_str()], json!([]));
    assert_eq!(without[0]["EvalDecision"], "implicitDeny");
    assert_eq!(without[0]["MissingContextValues"], json!([]));
    let specific = &without[0]["ResourceSpecificResults"][0];
    assert_eq!(specific["MissingContextValues"], json!(["aws:PrincipalTag/team"]));
    assert_eq!(without[0]["ResourceSpecificResults"][0]["EvalResourceDecision"], "implicitDeny");
}

#[test]
fn an_action_without_resource_is_simulated_on_all() {
    let mut lab = Lab::new();
    let input = json!({
        "PolicyInputList": [allow("ecr:*", app().as_str()).to_string()],
        "ActionNames": ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"],
        "ResourceArns": [app().as_str()],
    });
    let results = lab.iam("SimulateCustomPolicy", input)["EvaluationResults"].clone();
    let decisions: Vec<_> = results.as_array().unwrap().iter().map(|result| result["EvalDecision"].clone()).collect();
    assert_eq!(decisions, ["implicitDeny", "allowed"]);
}

#[test]
fn every_simulated_service_tells_which_of_its_actions_take_a_resource() {
    let mut lab = Lab::new();
    let home = |service: &str, resource: &str| format!("arn:aws:{service}:ap-northeast-2:111122223333:{resource}");
    for (everywhere, on_it, resource) in [
        ("cloudtrail:LookupEvents", "cloudtrail:GetTrail", home("cloudtrail", "trail/main")),
        ("ec2:DescribeVpcs", "ec2:DeleteVpc", home("ec2", "vpc/vpc-1")),
        ("events:ListEventBuses", "events:PutRule", home("events", "rule/all")),
        ("kms:ListKeys", "kms:Decrypt", home("kms", "key/1")),
        ("logs:DescribeQueries", "logs:PutRetentionPolicy", home("logs", "log-group:/app/web")),
        ("secretsmanager:ListSecrets", "secretsmanager:GetSecretValue", home("secretsmanager", "secret:a-1")),
    ] {
        let input = json!({
            "PolicyInputList": [allow("*", &resource).to_string()],
            "ActionNames": [everywhere, on_it],
            "ResourceArns": [resource],
        });
        let results = lab.iam("SimulateCustomPolicy", input)["EvaluationResults"].clone();
        let decisions: Vec<_> = results.as_array().unwrap().iter().map(|one| one["EvalDecision"].clone()).collect();
        assert_eq!(decisions, ["implicitDeny", "allowed"], "{everywhere} {on_it}");
    }
}

#[test]
fn principals_are_simulated_with_their_groups_boundaries_and_resource_policies() {
    let mut lab = Lab::new();
    lab.user("dev", None);
    lab.iam("CreateGroup", json!({"GroupName": "pullers"}));
    let document = allow("ecr:BatchGetImage", "*").to_string();
    lab.iam("PutGroupPolicy", json!({"GroupName": "pullers", "PolicyName": "pull", "PolicyDocument": document}));
    lab.iam("AddUserToGroup", json!({"GroupName": "pullers", "UserName": "dev"}));
    let simulate = |lab: &mut Lab, source: &str| {
        let input =
            json!({"PolicySourceArn": source, "ActionNames": ["ecr:BatchGetImage"], "ResourceArns": [app().as_str()]});
        lab.iam("SimulatePrincipalPolicy", input)["EvaluationResults"][0].clone()
    };
    let (dev, group) = ("arn:aws:iam::111122223333:user/dev", "arn:aws:iam::111122223333:group/pullers");
    for source in [dev, group] {
        let result = simulate(&mut lab, source);
        assert_eq!(result["EvalDecision"], "allowed", "{source}");
        assert_eq!(result["MatchedStatements"][0]["SourcePolicyId"], "group_pullers_pull");
    }
    let boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    lab.iam("PutUserPermissionsBoundary", json!({"UserName": "dev", "PermissionsBoundary": boundary}));
    let result = simulate(&mut lab, dev);
    assert_eq!(result["EvalDecision"], "implicitDeny");
    assert_eq!(result["PermissionsBoundaryDecisionDetail"], json!({"AllowedByPermissionsBoundary": false}));
    let given = policy_for(json!({"AWS": dev}), "ecr:BatchGetImage").to_string();
    let input = json!({
        "PolicySourceArn": dev, "ActionNames": ["ecr:BatchGetImage"], "ResourceArns": [app().as_str()],
        "ResourcePolicy": given, "CallerArn": dev,
    });
    let result = lab.iam("SimulatePrincipalPolicy", input)["EvaluationResults"][0].clone();
    assert_eq!(result["MatchedStatements"][0]["SourcePolicyType"], "Resource Policy");
}

#[test]
fn one_result_speaks_for_several_resources() {
    let mut lab = Lab::new();
    let statements = policy(json!([
        {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "ecr:PutImage", "Resource": "arn:aws:ecr:*:*:repository/prod/*"}
    ]));
    let prod = "arn:aws:ecr:ap-northeast-2:111122223333:repository/prod/app";
    let input = json!({
        "PolicyInputList": [statements.to_string()], "ActionNames": ["ecr:PutImage"], "ResourceArns": [app().as_str(), prod],
    });
    let results = lab.iam("SimulateCustomPolicy", input)["EvaluationResults"].clone();
    assert_eq!(results.as_array().unwrap().len(), 1);
    let result = &results[0];
    assert_eq!(result["EvalDecision"], "explicitDeny");
    assert_eq!(result["EvalResourceName"], "arn:aws:ecr:${Region}:${Account}:repository/${RepositoryName}");
    assert_eq!(result["EvalDecisionDetails"], json!({}));
    assert_eq!(result["MatchedStatements"].as_array().unwrap().len(), 1);
    let specific: Vec<_> = result["ResourceSpecificResults"].as_array().unwrap().iter().collect();
    assert_eq!(specific[0]["EvalResourceDecision"], "allowed");
    assert_eq!(
        (&specific[1]["EvalResourceName"], &specific[1]["EvalResourceDecision"]),
        (&json!(prod), &json!("explicitDeny"))
    );
    assert_eq!(specific[1].get("MissingContextValues"), None);
}

#[test]
fn across_accounts_both_sides_are_told() {
    let mut lab = Lab::new();
    let foreign = "arn:aws:iam::444455556666:user/dev";
    let simulate = |lab: &mut Lab, resource: &str, resource_policy: Value| {
        let input = json!({
            "PolicyInputList": [allow("*", "*").to_string()], "ActionNames": ["s3:GetObject"], "ResourceArns": [resource],
            "ResourcePolicy": resource_policy.to_string(), "ResourceOwner": "arn:aws:iam::111122223333:root",
            "CallerArn": foreign,
        });
        lab.iam("SimulateCustomPolicy", input)["EvaluationResults"][0].clone()
    };
    let object = "arn:aws:s3:::reports/a.csv";
    let for_another = policy(json!({
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:user/ops"}, "Action": "s3:*", "Resource": "*"
    }));
    let result = simulate(&mut lab, object, for_another);
    assert_eq!(result["EvalDecision"], "implicitDeny");
    assert_eq!(result["EvalDecisionDetails"], json!({"IAM Policy": "allowed", "Resource Policy": "implicitDeny"}));
    let for_dev = policy(json!({"Effect": "Allow", "Principal": {"AWS": foreign}, "Action": "s3:*", "Resource": "*"}));
    let result = simulate(&mut lab, object, for_dev);
    assert_eq!(result["EvalDecision"], "allowed");
    let specific = &result["ResourceSpecificResults"][0];
    assert_eq!(specific["EvalDecisionDetails"], json!({"IAM Policy": "allowed", "Resource Policy": "allowed"}));
}

#[test]
fn a_simulation_knows_no_policies_of_resources_but_those_that_it_is_given() {
    let mut lab = Lab::new();
    let dev = "arn:aws:iam::111122223333:user/dev";
    lab.user("dev", Some(allow("sts:AssumeRole", "*")));
    lab.role("Closed", None);
    let nobody = policy_for(json!({"AWS": "arn:aws:iam::111122223333:user/admin"}), "sts:AssumeRole").to_string();
    lab.iam("UpdateAssumeRolePolicy", json!({"RoleName": "Closed", "PolicyDocument": nobody}));
    lab.repository_policy(&policy_for(json!({"AWS": dev}), "ecr:BatchGetImage"));
    let simulate = |lab: &mut Lab, action: &str, resource: &str, more: Value| {
        let mut input = json!({"PolicySourceArn": dev, "ActionNames": [action], "ResourceArns": [resource]});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lab.iam("SimulatePrincipalPolicy", input)["EvaluationResults"][0]["EvalDecision"].clone()
    };
    assert_eq!(simulate(&mut lab, "ecr:BatchGetImage", app().as_str(), json!({})), "implicitDeny");
    // Trust policies are not looked at, also where one is given. Observed.
    let role = "arn:aws:iam::111122223333:role/Closed";
    assert_eq!(simulate(&mut lab, "sts:AssumeRole", role, json!({})), "allowed");
    assert_eq!(simulate(&mut lab, "sts:AssumeRole", role, json!({"ResourcePolicy": nobody})), "allowed");
    // As somebody else, with the same policies.
    let named = policy_for(json!({"AWS": "arn:aws:iam::111122223333:user/ops"}), "ecr:BatchGetImage").to_string();
    let as_ops = json!({"ResourcePolicy": named, "CallerArn": "arn:aws:iam::111122223333:user/ops"});
    assert_eq!(simulate(&mut lab, "ecr:BatchGetImage", app().as_str(), as_ops), "allowed");
    assert_eq!(
        simulate(&mut lab, "ecr:BatchGetImage", app().as_str(), json!({"ResourcePolicy": named})),
        "implicitDeny"
    );
}

#[test]
fn what_cannot_be_simulated_is_told() {
    let mut lab = Lab::new();
    let mut check = |input: Value, code: &str| {
        let error = lab.call_as(&admin(), Service::Iam, "SimulatePrincipalPolicy", input.clone()).unwrap_err();
        assert_eq!(error.code, code, "{input}: {error}");
    };
    let own = "arn:aws:iam::111122223333:user/admin";
    check(json!({"PolicySourceArn": format!("{own}2"), "ActionNames": ["ecr:PutImage"]}), "NoSuchEntity");
    check(
        json!({"PolicySourceArn": "arn:aws:iam::111122223333:group/g", "ActionNames": ["ecr:PutImage"]}),
        "NoSuchEntity",
    );
    check(json!({"PolicySourceArn": "admin", "ActionNames": ["ecr:PutImage"]}), "InvalidInput");
    check(json!({"PolicySourceArn": own, "ActionNames": ["ecr:*"]}), "InvalidInput");
    check(json!({"PolicySourceArn": own, "ActionNames": ["ecr:PutImage"], "ResourceArns": ["app"]}), "InvalidInput");
    check(json!({"PolicySourceArn": own, "ActionNames": ["ecr:PutImage"], "PolicyInputList": ["{"]}), "InvalidInput");
    check(
        json!({"PolicySourceArn": own, "ActionNames": ["ecr:PutImage"], "CallerArn": "arn:aws:iam::111122223333:role/r"}),
        "InvalidInput",
    );
    check(
        json!({
            "PolicySourceArn": own, "ActionNames": ["ecr:PutImage"], "ResourceArns": [app().as_str()],
            "ResourceHandlingOption": "EC2-VPC-InstanceStore",
        }),
        "InvalidInput",
    );
}

#[test]
fn results_come_in_pages() {
    let mut lab = Lab::new();
    let page = |lab: &mut Lab, marker: Value| {
        let mut input =
            json!({"PolicyInputList": [DOCUMENT], "ActionNames": ["ecr:A", "ecr:B", "ecr:C"], "MaxItems": 2});
        if !marker.is_null() {
            input["Marker"] = marker;
        }
        lab.iam("SimulateCustomPolicy", input)
    };
    let first = page(&mut lab, Value::Null);
    assert_eq!(first["EvaluationResults"].as_array().unwrap().len(), 2);
    let second = page(&mut lab, first["Marker"].clone());
    assert_eq!(second["EvaluationResults"][0]["EvalActionName"], "ecr:C");
    assert!(second.get("Marker").is_none());
}

#[test]
fn the_keys_that_policies_ask_for_are_listed_once() {
    let mut lab = Lab::new();
    let more = policy(json!({
        "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:username}",
        "Condition": {"StringLike": {"AWS:principaltag/TEAM": "${aws:userid}*"}},
    }));
    let names = lab.iam("GetContextKeysForCustomPolicy", json!({"PolicyInputList": [DOCUMENT, more.to_string()]}));
    assert_eq!(
        names,
        json!({"ContextKeyNames": ["aws:PrincipalTag/team", "aws:RequestedRegion", "aws:username", "aws:userid"]})
    );
    lab.user("dev", Some(more));
    let source = json!({"PolicySourceArn": "arn:aws:iam::111122223333:user/dev", "PolicyInputList": [DOCUMENT]});
    let names = lab.iam("GetContextKeysForPrincipalPolicy", source)["ContextKeyNames"].clone();
    assert_eq!(names[0], "aws:username");
    assert_eq!(names.as_array().unwrap().len(), 4);
}
