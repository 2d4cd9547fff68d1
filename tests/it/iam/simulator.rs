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
    assert_eq!(without[0]["MissingContextValues"], json!(["aws:PrincipalTag/team"]));
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
        assert_eq!(result["MatchedStatements"][0]["SourcePolicyId"], "pullers_pull");
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
