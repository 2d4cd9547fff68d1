//! The decision corpus: questions in the form of `ecr-quest evaluate iam`, each with its answer and the reason.
//!
//! A line of `corpus/*.jsonl` says what is expected in `expect` (the decision) or `error` (a part of the reason why it can't
//! be read), and why in `why`. Source of the rules: IAM User Guide, "Policy evaluation logic" and "Policy element reference".

use std::collections::BTreeSet;
use std::path::Path;

use ecr_quest::cloud::iam::{Case, Outcome};
use ecr_quest::evaluate;
use ecr_quest::text::{Lang, Words};
use serde_json::Value;

/// All lines, with the name of their file.
fn lines() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/iam/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| (name.clone(), line.to_owned())).collect::<Vec<_>>()
    };
    files.iter().flat_map(read).collect()
}

#[test]
fn every_decision_of_the_corpus_is_as_expected() {
    let words = Words::new(Lang::En);
    let mut wrong = Vec::new();
    for (_, line) in lines() {
        let expected: Value = serde_json::from_str(&line).unwrap();
        let answer = evaluate::iam(&line, &words);
        let said: Value = serde_json::from_str(&answer.line).unwrap();
        assert_eq!(said["id"], expected["id"]);
        let fits = match expected["error"].as_str() {
            Some(reason) => answer.failed && said["error"].as_str().is_some_and(|said| said.contains(reason)),
            None => !answer.failed && said["decision"] == expected["expect"],
        };
        if !fits {
            wrong.push(format!(
                "{}: {}\n  expected {}{}\n  got {}",
                expected["id"], expected["why"], expected["expect"], expected["error"], answer.line
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_corpus_is_large_says_why_and_covers_every_outcome_in_every_part() {
    let mut ids = BTreeSet::new();
    let mut outcomes = BTreeSet::new();
    for (file, line) in lines() {
        let case: Value = serde_json::from_str(&line).unwrap();
        let id = case["id"].as_str().unwrap().to_owned();
        assert!(id.starts_with(&format!("{file}/")), "{id}");
        assert!(case["why"].as_str().is_some_and(|why| !why.is_empty()), "{id}");
        assert!(case["expect"].is_string() != case["error"].is_string(), "{id}");
        outcomes.insert((file, case["expect"].as_str().unwrap_or("error").to_owned()));
        assert!(ids.insert(id.clone()), "{id} is there twice");
    }
    assert!(ids.len() >= 300, "{}", ids.len());
    for part in [
        "identity",
        "actions",
        "resource-policies",
        "boundaries",
        "sessions",
        "organizations",
        "cross-account",
        "trust",
        "federated",
    ] {
        for outcome in ["allow", "implicitDeny", "explicitDeny"] {
            assert!(outcomes.contains(&(part.to_owned(), outcome.to_owned())), "{part} has no {outcome}");
        }
    }
}

#[test]
fn a_decision_is_the_same_with_and_without_its_trace() {
    for (_, line) in lines() {
        let Ok(case) = Case::parse(&line) else { continue };
        let decision = case.decide();
        assert_eq!(case.outcome(), decision.outcome, "{line}");
        // What settled it is told, and every policy that was looked at stands in one of its steps.
        let settling = decision.step(decision.settled_by).unwrap();
        if decision.outcome == Outcome::ExplicitDeny {
            assert!(settling.policies.iter().any(|policy| policy.statement.is_some()), "{line}");
        }
        for settled in decision.steps.iter().flat_map(|step| &step.policies) {
            assert_eq!(settled.statements.len(), settled.document.statements().len(), "{line}");
        }
    }
}

#[test]
fn the_trace_names_steps_policies_statements_and_what_did_not_fit() {
    let line = r#"{"id":1,"principal":"arn:aws:iam::444455556666:user/dev","action":"ecr:BatchGetImage",
        "resource":"arn:aws:ecr:ap-northeast-2:111122223333:repository/app","context":{"aws:SourceIp":"198.51.100.1"},
        "identity":[{"Version":"2012-10-17","Statement":[
            {"Sid":"Login","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},
            {"Sid":"Office","Effect":"Allow","Action":"ecr:Batch*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}
        ]}],
        "resource_policy":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"ecr:*"}}}"#;
    let answer = evaluate::iam(&line.replace('\n', ""), &Words::new(Lang::En));
    let said: Value = serde_json::from_str(&answer.line).unwrap();
    assert_eq!(said["decision"], "implicitDeny");
    let steps: Vec<_> = said["trace"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        ["explicitDeny", "resourceControlPolicies", "serviceControlPolicies", "resourcePolicy", "identityPolicies"]
    );
    assert_eq!(said["trace"][3]["verdict"], "delegates");
    let identity = &said["trace"][4];
    assert_eq!(
        (&identity["settles"], &identity["policies"][0]["policy"]),
        (&"implicitDeny".into(), &"identity[0]".into())
    );
    assert_eq!(identity["policies"][0]["statements"], serde_json::json!(["action", "condition"]));
    assert_eq!(
        identity["policies"][0]["near"],
        serde_json::json!({
            "statement": 1, "differs": "condition", "operator": "IpAddress", "key": "aws:SourceIp",
            "values": ["203.0.113.0/24"], "found": ["198.51.100.1"],
        })
    );
}
