//! What must hold for every policy there is.

use ecr_quest::cloud::Service;
use ecr_quest::cloud::iam::Policy;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Lab, app};

/// A statement out of a few that overlap in many ways.
fn statement() -> impl Strategy<Value = Value> {
    let effect = prop::sample::select(vec!["Allow", "Deny"]);
    let action = prop::sample::select(vec!["*", "ecr:*", "ecr:Batch*", "ECR:batchgetimage", "ecr:PutImage", "s3:*"]);
    let resource = prop::sample::select(vec![
        "*",
        "arn:aws:ecr:*:*:repository/app",
        "arn:aws:ecr:*:*:repository/*",
        "arn:aws:ecr:*:*:repository/other",
        "arn:aws:s3:::x",
    ]);
    let condition = prop::sample::select(vec![
        json!({}),
        json!({"StringEquals": {"aws:RequestedRegion": "ap-northeast-2"}}),
        json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
        json!({"Bool": {"aws:SecureTransport": "false"}}),
    ]);
    let parts = (effect, action, any::<bool>(), resource, any::<bool>(), condition);
    parts.prop_map(|(effect, action, not_action, resource, not_resource, condition)| {
        json!({
            "Effect": effect,
            if not_action { "NotAction" } else { "Action" }: action,
            if not_resource { "NotResource" } else { "Resource" }: resource,
            "Condition": condition,
        })
    })
}

fn policies() -> impl Strategy<Value = Vec<Vec<Value>>> {
    prop::collection::vec(prop::collection::vec(statement(), 1..4), 1..4)
}

fn decide(lab: &mut Lab, policies: &[Vec<Value>]) -> String {
    let texts: Vec<String> = policies.iter().map(|statements| super::policy(json!(statements)).to_string()).collect();
    let input = json!({
        "PolicyInputList": texts,
        "ActionNames": ["ecr:BatchGetImage"],
        "ResourceArns": [app().as_str()],
    });
    let answer = lab.ok(Service::Iam, "SimulateCustomPolicy", input);
    answer["EvaluationResults"][0]["EvalDecision"].as_str().unwrap().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_explicit_deny_always_wins(mut policies in policies(), at in any::<prop::sample::Index>()) {
        let at = at.index(policies.len());
        policies[at].push(json!({"Effect": "Deny", "Action": "ecr:BatchGetImage", "Resource": "*"}));
        prop_assert_eq!(decide(&mut Lab::new(), &policies), "explicitDeny");
    }

    #[test]
    fn one_more_allow_never_takes_anything_away(
        mut policies in policies(),
        more in statement(),
        at in any::<prop::sample::Index>(),
    ) {
        let mut lab = Lab::new();
        let before = decide(&mut lab, &policies);
        let mut more = more;
        more["Effect"] = json!("Allow");
        let at = at.index(policies.len());
        policies[at].push(more);
        let after = decide(&mut lab, &policies);
        prop_assert!(after == before || (before == "implicitDeny" && after == "allowed"), "{} -> {}", before, after);
    }

    #[test]
    fn order_never_matters(policies in policies()) {
        let mut lab = Lab::new();
        let mut turned = policies.clone();
        turned.reverse();
        turned.iter_mut().for_each(|statements| statements.reverse());
        prop_assert_eq!(decide(&mut lab, &policies), decide(&mut lab, &turned));
    }

    #[test]
    fn splitting_a_policy_changes_nothing(policies in policies()) {
        let mut lab = Lab::new();
        let split: Vec<Vec<Value>> = policies.iter().flatten().map(|statement| vec![statement.clone()]).collect();
        prop_assert_eq!(decide(&mut lab, &policies), decide(&mut lab, &split));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,200}") {
        for read in [Policy::managed, Policy::identity, Policy::trust, Policy::parse_resource_policy] {
            let _ = read(&text);
        }
    }

    #[test]
    fn no_torn_document_makes_the_parser_panic(policies in policies(), cut in any::<prop::sample::Index>(), with in "\\PC{0,8}") {
        let text = super::policy(json!(policies.concat())).to_string();
        let at = cut.index(text.len());
        prop_assume!(text.is_char_boundary(at));
        let torn = format!("{}{with}{}", &text[..at], &text[at..]);
        for read in [Policy::managed, Policy::identity, Policy::trust, Policy::parse_resource_policy] {
            let _ = read(&torn);
            let _ = read(&text[..at]);
        }
    }

    #[test]
    fn odd_elements_make_neither_the_parser_nor_a_decision_panic(
        action in "[a-z*?:${}]{0,12}",
        resource in "[a-z*?:${},'/]{0,40}",
        operator in prop::sample::select(vec!["StringLike", "ArnLike", "NumericLessThan", "IpAddress", "DateEquals", "Bool", "Null"]),
        value in "[0-9a-z*?:${}./+-]{0,24}",
    ) {
        let condition = json!({operator: {"aws:PrincipalArn": value, "aws:CurrentTime": value}});
        let statement = json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition});
        let text = super::policy(statement).to_string();
        if Policy::identity(&text).is_ok() {
            let input = json!({
                "PolicyInputList": [text],
                "ActionNames": ["ecr:BatchGetImage"],
                "ResourceArns": [app().as_str(), "*"],
            });
            Lab::new().ok(Service::Iam, "SimulateCustomPolicy", input);
        }
    }
}
