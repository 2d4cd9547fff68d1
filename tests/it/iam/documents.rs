//! Policy documents that IAM refuses, with its texts.

use serde_json::{Value, json};

use super::{Lab, policy};

#[track_caller]
fn check(document: &str, expected: &str) {
    let answer = Lab::new().iam_error("CreatePolicy", json!({"PolicyName": "Bad", "PolicyDocument": document}));
    assert_eq!(answer, ("MalformedPolicyDocument".to_owned(), expected.to_owned()), "{document}");
}

#[track_caller]
fn check_statement(statement: Value, expected: &str) {
    check(&policy(statement).to_string(), expected);
}

#[test]
fn syntax_comes_first() {
    let syntax = "Syntax errors in policy.";
    check("{", syntax);
    check("not json", syntax);
    check("[]", syntax);
    check(r#"{"Version":"2012-10-17"}"#, syntax);
    check(r#"{"Version":"2012-10-17","Statement":[]}"#, syntax);
    check(r#"{"Version":"2012-10-17","Statement":"x"}"#, syntax);
    check(r#"{"Version":"2012-10-18","Statement":[{}]}"#, syntax);
    check(r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#, syntax);
    check_statement(json!({"Effect": "Permit", "Action": "ecr:*", "Resource": "*"}), syntax);
    check_statement(json!({"Action": "ecr:*", "Resource": "*"}), syntax);
    check_statement(json!({"Effect": "Allow", "action": "ecr:*", "Resource": "*"}), syntax);
    check_statement(json!({"Effect": "Allow", "Action": 1, "Resource": "*"}), syntax);
    check_statement(json!({"Effect": "Allow", "Action": "a:*", "NotAction": "a:*", "Resource": "*"}), syntax);
    let condition = json!({"StringIsh": {"aws:username": "x"}});
    check_statement(json!({"Effect": "Allow", "Action": "a:*", "Resource": "*", "Condition": condition}), syntax);
}

#[test]
fn each_fault_has_its_text() {
    let legacy = "The policy failed legacy parsing";
    check_statement(json!({"Effect": "allow", "Action": "ecr:*", "Resource": "*"}), legacy);
    check_statement(json!({"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:aws:ecr::x"}), legacy);
    let condition = json!({"DateLessThan": {"aws:CurrentTime": "tomorrow"}});
    check_statement(json!({"Effect": "Allow", "Action": "a:*", "Resource": "*", "Condition": condition}), legacy);
    check_statement(
        json!({"Effect": "Allow", "Action": "BatchGetImage", "Resource": "*"}),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    );
    check_statement(
        json!({"Effect": "Allow", "Action": "a:b:c", "Resource": "*"}),
        "Actions/Condition can contain only one colon.",
    );
    check_statement(json!({"Effect": "Allow", "Action": "e r:c", "Resource": "*"}), "Vendor e r is not valid");
    check_statement(json!({"Effect": "Allow", "Action": "ecr:*"}), "Policy statement must contain resources.");
    check_statement(
        json!({"Effect": "Allow", "Action": "ecr:*", "Resource": []}),
        "Policy statement must contain resources.",
    );
    check_statement(json!({"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions.");
    check_statement(
        json!({"Effect": "Allow", "Action": [], "Resource": "*"}),
        "Policy statement must contain actions.",
    );
    check_statement(
        json!({"Effect": "Allow", "Action": "ecr:*", "Resource": "app"}),
        "Resource app must be in ARN format or \"*\".",
    );
    check_statement(
        json!({"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:azure:ecr:r:1:repository/x"}),
        "Partition \"azure\" is not valid for resource \"arn:azure:ecr:r:1:repository/x\".",
    );
    check_statement(
        json!({"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:aws"}),
        "Resource vendor must be fully qualified and cannot contain regexes.",
    );
    check_statement(
        json!({"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam:us-east-1:1:user/x"}),
        "IAM resource arn:aws:iam:us-east-1:1:user/x cannot contain region information.",
    );
    check_statement(
        json!({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:us-east-1::bucket"}),
        "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
    );
    check_statement(
        json!({"Effect": "Allow", "Principal": "*", "Action": "ecr:*", "Resource": "*"}),
        "Policy document should not specify a principal.",
    );
    let twice = json!({"Sid": "A", "Effect": "Allow", "Action": "ecr:*", "Resource": "*"});
    check_statement(json!([twice, twice]), "Statement IDs (SID) in a single policy must be unique.");
    check(
        r#"{"Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}"#,
        "Policy document must be version 2012-10-17 or greater.",
    );
}

#[test]
fn short_resources_pass_where_no_part_is_empty() {
    let mut lab = Lab::new();
    for (at, resource) in ["arn:aws:ecr", "arn:aws:ecr:*", "arn:aws:ecr:eu-west-1:x", "arn:aws:*"].iter().enumerate() {
        let document = policy(json!({"Effect": "Allow", "Action": "ecr:*", "Resource": resource})).to_string();
        lab.iam("CreatePolicy", json!({"PolicyName": format!("Short{at}"), "PolicyDocument": document}));
    }
    for resource in ["arn:aws:ecr::x", "arn:aws::x", "arn:aws:"] {
        check_statement(
            json!({"Effect": "Allow", "Action": "ecr:*", "Resource": resource}),
            "The policy failed legacy parsing",
        );
    }
}

#[test]
fn names_of_actions_are_not_checked() {
    let document = policy(json!({"Effect": "Allow", "Action": "ecr:PullImage", "Resource": "*"})).to_string();
    Lab::new().iam("CreatePolicy", json!({"PolicyName": "Odd", "PolicyDocument": document}));
}

#[test]
fn trust_policies_have_rules_of_their_own() {
    let mut lab = Lab::new();
    let mut check = |statement: Value, expected: &str| {
        let input = json!({"RoleName": "r", "AssumeRolePolicyDocument": policy(statement).to_string()});
        assert_eq!(lab.iam_error("CreateRole", input), ("MalformedPolicyDocument".to_owned(), expected.to_owned()));
    };
    let service = json!({"Service": "ecs-tasks.amazonaws.com"});
    check(
        json!({"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole", "Resource": "*"}),
        "Has prohibited field Resource.",
    );
    check(
        json!({"Effect": "Allow", "Principal": service, "Action": "ecr:*"}),
        "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and \
         sts:AssumeRoleWithWebIdentity",
    );
    check(
        json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/none"}, "Action": "sts:AssumeRole"}),
        "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/none\"",
    );
    check(
        json!({"Effect": "Allow", "Principal": {"Service": "ecs"}, "Action": "sts:AssumeRole"}),
        "Invalid principal in policy: \"SERVICE\":\"ecs\"",
    );
    check(
        json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}, "Action": "sts:AssumeRole"}),
        "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:role/*\"",
    );
}

#[test]
fn a_document_in_korean_is_refused_by_its_characters() {
    let document = r#"{"Version":"2012-10-17","Id":"정책","Statement":[]}"#;
    let (code, message) =
        Lab::new().iam_error("CreatePolicy", json!({"PolicyName": "Bad", "PolicyDocument": document}));
    assert_eq!(code, "ValidationError");
    assert!(message.starts_with("The specified value for policyDocument is invalid."), "{message}");
}
