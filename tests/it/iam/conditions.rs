//! Condition operators, keys and variables.
//! Source: IAM User Guide, "Condition operators", "Conditions with multiple context keys or values", "Variables and tags".

use ecr_quest::cloud::Service;
use serde_json::{Value, json};

use super::{Lab, allow, app, policy};

/// Whether an `Allow` with this condition allows a request that carries these keys.
#[track_caller]
fn check(condition: Value, keys: &[(&str, &[&str])], expected: bool) {
    let statement = json!({"Effect": "Allow", "Action": "ecr:*", "Resource": "*", "Condition": condition});
    let entries: Vec<Value> = keys
        .iter()
        .map(|(key, values)| json!({"ContextKeyName": key, "ContextKeyValues": values, "ContextKeyType": "string"}))
        .collect();
    let input = json!({
        "PolicyInputList": [policy(statement).to_string()],
        "ActionNames": ["ecr:BatchGetImage"],
        "ResourceArns": [app().as_str()],
        "ContextEntries": entries,
    });
    let answer = Lab::new().ok(Service::Iam, "SimulateCustomPolicy", input);
    let decision = answer["EvaluationResults"][0]["EvalDecision"].as_str().unwrap().to_owned();
    assert_eq!(decision == "allowed", expected, "{condition} {keys:?}");
}

#[test]
fn string_operators_compare_text() {
    let keys: &[(&str, &[&str])] = &[("aws:PrincipalTag/team", &["Core"])];
    check(json!({"StringEquals": {"aws:PrincipalTag/team": "Core"}}), keys, true);
    check(json!({"StringEquals": {"AWS:principaltag/Team": ["x", "Core"]}}), keys, true);
    check(json!({"StringEquals": {"aws:PrincipalTag/team": "core"}}), keys, false);
    check(json!({"StringEquals": {"aws:PrincipalTag/team": "C*"}}), keys, false);
    check(json!({"StringEqualsIgnoreCase": {"aws:PrincipalTag/team": "core"}}), keys, true);
    check(json!({"StringLike": {"aws:PrincipalTag/team": "C?r*"}}), keys, true);
    check(json!({"StringNotLike": {"aws:PrincipalTag/team": ["x", "C*"]}}), keys, false);
    check(json!({"StringNotEquals": {"aws:PrincipalTag/team": ["x", "y"]}}), keys, true);
    check(json!({"StringNotEqualsIgnoreCase": {"aws:PrincipalTag/team": "CORE"}}), keys, false);
}

#[test]
fn numbers_and_dates_are_compared_by_value() {
    let age: &[(&str, &[&str])] = &[("aws:MultiFactorAuthAge", &["300"])];
    check(json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "300.5"}}), age, true);
    check(json!({"NumericLessThan": {"aws:MultiFactorAuthAge": 300}}), age, false);
    check(json!({"NumericLessThanEquals": {"aws:MultiFactorAuthAge": 300}}), age, true);
    check(json!({"NumericEquals": {"aws:MultiFactorAuthAge": "0300"}}), age, true);
    check(json!({"NumericNotEquals": {"aws:MultiFactorAuthAge": "300"}}), age, false);
    check(json!({"NumericGreaterThan": {"aws:MultiFactorAuthAge": "nonsense"}}), age, false);
    // Every world begins on 2026-03-02 at nine.
    check(json!({"DateGreaterThan": {"aws:CurrentTime": "2026-03-02T08:59:59Z"}}), &[], true);
    check(json!({"DateGreaterThan": {"aws:CurrentTime": "2026-03-02T18:00:00+09:00"}}), &[], false);
    check(json!({"DateGreaterThanEquals": {"aws:CurrentTime": "2026-03-02T18:00:00+09:00"}}), &[], true);
    check(json!({"DateLessThan": {"aws:CurrentTime": "2026-03-03"}}), &[], true);
    check(json!({"DateLessThan": {"aws:EpochTime": "1772442001"}}), &[], true);
}

#[test]
fn addresses_are_compared_with_networks() {
    let from: &[(&str, &[&str])] = &[("aws:SourceIp", &["203.0.113.7"])];
    check(json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), from, true);
    check(json!({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}), from, true);
    check(json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}), from, true);
    check(json!({"IpAddress": {"aws:SourceIp": "203.0.113.8/31"}}), from, false);
    check(json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), from, false);
    let v6: &[(&str, &[&str])] = &[("aws:SourceIp", &["2001:db8::1"])];
    check(json!({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}), v6, true);
    check(json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), v6, false);
}

#[test]
fn arns_are_compared_part_by_part() {
    let source: &[(&str, &[&str])] = &[("aws:SourceArn", &["arn:aws:lambda:eu-west-1:111122223333:function:f"])];
    check(json!({"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:111122223333:function:*"}}), source, true);
    check(json!({"ArnEquals": {"aws:SourceArn": "arn:aws:lambda:*:111122223333:function:*"}}), source, true);
    check(json!({"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:function:f"}}), source, false);
    check(json!({"StringLike": {"aws:SourceArn": "arn:aws:lambda:*:function:f"}}), source, true);
    check(json!({"ArnNotLike": {"aws:SourceArn": "arn:aws:lambda:*:*:*"}}), source, false);
}

#[test]
fn a_missing_key_fails_positive_operators_and_holds_for_negated_ones() {
    check(json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}}), &[], false);
    check(json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), &[], true);
    check(json!({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}), &[], true);
    check(json!({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}), &[("aws:SourceVpce", &["vpce-2"])], false);
    check(json!({"Null": {"aws:SourceVpce": "true"}}), &[], true);
    check(json!({"Null": {"aws:SourceVpce": true}}), &[("aws:SourceVpce", &["vpce-2"])], false);
    check(json!({"Null": {"aws:SourceVpce": "false"}}), &[("aws:SourceVpce", &["vpce-2"])], true);
}

#[test]
fn all_operators_and_keys_must_hold_together() {
    let both = json!({"StringEquals": {"a:x": "1", "a:y": "2"}, "Bool": {"aws:SecureTransport": "true"}});
    check(both.clone(), &[("a:x", &["1"]), ("a:y", &["2"])], true);
    check(both.clone(), &[("a:x", &["1"]), ("a:y", &["3"])], false);
    check(both, &[("a:x", &["1"]), ("a:y", &["2"]), ("aws:SecureTransport", &["false"])], false);
}

#[test]
fn multivalued_keys_are_taken_any_or_all() {
    let tags: &[(&str, &[&str])] = &[("aws:TagKeys", &["team", "cost"])];
    check(json!({"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}), tags, true);
    check(json!({"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}), tags, false);
    check(json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}}), tags, true);
    check(json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}), &[], true);
    check(json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}), &[], false);
}

#[test]
fn mfa_conditions_hold_as_for_long_term_keys() {
    let mut lab = Lab::new();
    let mfa = |effect: &str, operator: &str, value: &str| {
        let condition = json!({operator: {"aws:MultiFactorAuthPresent": value}});
        json!({"Effect": effect, "Action": "ecr:*", "Resource": "*", "Condition": condition})
    };
    let with_allow = |deny: Value| policy(json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}, deny]));
    let needs = lab.user("needs", Some(policy(mfa("Allow", "Bool", "true"))));
    lab.check(&needs, "because no identity-based policy allows the ecr:BatchGetImage action");
    // The classic hole: the key is absent, so this denies nobody.
    let hole = lab.user("hole", Some(with_allow(mfa("Deny", "Bool", "false"))));
    lab.check(&hole, "allowed");
    let robust = lab.user("robust", Some(with_allow(mfa("Deny", "BoolIfExists", "false"))));
    lab.check(&robust, "with an explicit deny in an identity-based policy");
}

#[test]
fn variables_are_filled_in_from_the_request() {
    let mut lab = Lab::new();
    let own = "arn:aws:ecr:*:*:repository/${aws:username}*";
    lab.user("app", Some(allow("ecr:BatchGetImage", own)));
    lab.user("web", Some(allow("ecr:BatchGetImage", own)));
    let denied = "because no identity-based policy allows the ecr:BatchGetImage action";
    lab.check(&super::caller(super::user("111122223333", "app")), "allowed");
    lab.check(&super::caller(super::user("111122223333", "web")), denied);
    // In documents of the old version they are plain text.
    let old = json!({
        "Version": "2008-10-17",
        "Statement": {"Effect": "Allow", "Action": "ecr:BatchGetImage", "Resource": own}
    });
    lab.iam("PutUserPolicy", json!({"UserName": "app", "PolicyName": "p", "PolicyDocument": old.to_string()}));
    lab.check(&super::caller(super::user("111122223333", "app")), denied);
}

#[test]
fn repository_tags_are_condition_keys() {
    let mut lab = Lab::new();
    let condition = json!({"StringEquals": {"ecr:ResourceTag/env": "dev"}});
    let statement = json!({"Effect": "Allow", "Action": "ecr:ListImages", "Resource": "*", "Condition": condition});
    let dev = lab.user("dev", Some(policy(statement)));
    for (name, env) in [("blue", "dev"), ("red", "prod")] {
        let tags = json!([{"Key": "env", "Value": env}]);
        lab.ok(Service::Ecr, "CreateRepository", json!({"repositoryName": name, "tags": tags}));
    }
    assert!(lab.call_as(&dev, Service::Ecr, "ListImages", json!({"repositoryName": "blue"})).is_ok());
    let error = lab.call_as(&dev, Service::Ecr, "ListImages", json!({"repositoryName": "red"})).unwrap_err();
    assert!(error.is_access_denied(), "{error}");
}
