//! What must hold for every policy there is.

use ecr_quest::cloud::iam::{Case, Outcome, Policy};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::app;

type Read = fn(&str) -> Result<Policy, ecr_quest::cloud::ApiError>;

const SEVERAL: [Read; 6] = [
    Policy::managed,
    Policy::identity,
    Policy::trust,
    Policy::parse_resource_policy,
    Policy::service_control,
    Policy::resource_control,
];

/// A statement out of a few that overlap in many ways.
fn statement() -> impl Strategy<Value = Value> {
    let effect = prop::sample::select(vec!["Allow", "Allow", "Allow", "Deny"]);
    let action = prop::sample::select(vec!["*", "ecr:*", "ecr:Batch*", "ECR:batchgetimage", "ecr:PutImage", "s3:*"]);
    let resource = prop::sample::select(vec![
        "*",
        "arn:aws:ecr:*:*:repository/app",
        "arn:aws:ecr:*:*:repository/*",
        "arn:aws:ecr:*:*:repository/other",
        "arn:aws:ecr:*:*:repository/${aws:username}",
        "arn:aws:s3:::x",
    ]);
    let condition = prop::sample::select(vec![
        json!({}),
        json!({}),
        json!({"StringEquals": {"aws:RequestedRegion": "ap-northeast-2"}}),
        json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
        json!({"Bool": {"aws:SecureTransport": "false"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
    ]);
    let parts = (effect, action, prop::bool::weighted(0.2), resource, prop::bool::weighted(0.2), condition);
    parts.prop_map(|(effect, action, not_action, resource, not_resource, condition)| {
        json!({
            "Effect": effect,
            if not_action { "NotAction" } else { "Action" }: action,
            if not_resource { "NotResource" } else { "Resource" }: resource,
            "Condition": condition,
        })
    })
}

/// The same for somebody.
fn statement_for() -> impl Strategy<Value = Value> {
    let principal = prop::sample::select(vec![
        json!("*"),
        json!({"AWS": "111122223333"}),
        json!({"AWS": "arn:aws:iam::111122223333:user/app"}),
        json!({"AWS": "arn:aws:iam::111122223333:role/Puller"}),
        json!({"AWS": ["arn:aws:sts::111122223333:assumed-role/Puller/s1", "444455556666"]}),
        json!({"Service": "lambda.amazonaws.com"}),
    ]);
    (statement(), principal, prop::bool::weighted(0.1)).prop_map(|(mut statement, principal, not)| {
        let not = not && principal != json!("*");
        statement[if not { "NotPrincipal" } else { "Principal" }] = principal;
        statement
    })
}

fn document(statement: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(statement, 1..4).prop_map(|statements| super::policy(json!(statements)))
}

/// The levels of an organization. Most let everything through, else nothing would ever be allowed.
fn levels(of: fn() -> BoxedStrategy<Value>, full: &'static str) -> impl Strategy<Value = Value> {
    let full: Value = serde_json::from_str(full).unwrap();
    let level = (prop::bool::weighted(0.7), prop::collection::vec(of(), 0..2));
    let level = level.prop_map(move |(is_open, mut level)| {
        if is_open {
            level.push(full.clone());
        }
        json!(level)
    });
    prop::collection::vec(level, 1..3).prop_map(|levels| json!(levels))
}

const LAYERS: [&str; 6] = ["identity", "resource_policy", "boundary", "session", "scp", "rcp"];

/// A question of somebody with policies of any kinds.
fn question() -> impl Strategy<Value = Value> {
    let principal = prop::sample::select(vec![
        "arn:aws:iam::111122223333:user/app",
        "arn:aws:sts::111122223333:assumed-role/Puller/s1",
        "arn:aws:iam::444455556666:user/app",
        "arn:aws:iam::111122223333:root",
        "lambda.amazonaws.com",
    ]);
    const FULL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    const FULL_FOR_ALL: &str = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#;
    let for_all = || {
        let statement = statement().prop_map(|mut statement| {
            statement["Principal"] = json!("*");
            statement
        });
        document(statement).boxed()
    };
    let layers = (
        prop::collection::vec(document(statement()), 0..3),
        prop::option::of(document(statement_for())),
        prop::option::weighted(0.3, document(statement())),
        prop::option::weighted(0.3, document(statement())),
        prop::option::weighted(0.3, levels(|| document(statement()).boxed(), FULL)),
        prop::option::weighted(0.3, levels(for_all, FULL_FOR_ALL)),
    );
    (principal, layers).prop_map(|(principal, (identity, resource_policy, boundary, session, scp, rcp))| {
        json!({
            "principal": principal,
            "action": "ecr:BatchGetImage",
            "resource": app().as_str(),
            "context": {"aws:RequestedRegion": "ap-northeast-2", "aws:SecureTransport": "true"},
            "identity": identity,
            "resource_policy": resource_policy,
            "boundary": boundary,
            "session": session,
            "scp": scp,
            "rcp": rcp,
        })
    })
}

fn decide(question: &Value) -> Outcome {
    let case = Case::parse(&question.to_string()).unwrap_or_else(|error| panic!("{error:?}: {question}"));
    let decision = case.decide();
    assert_eq!(case.outcome(), decision.outcome, "with and without trace: {question}");
    decision.outcome
}

/// The documents of a layer, wherever they lie.
fn documents<'a>(question: &'a mut Value, layer: &str) -> Vec<&'a mut Value> {
    fn collect<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|value| collect(value, found)),
            Value::Object(_) => found.push(value),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&mut question[layer], &mut found);
    found
}

/// Adds a statement to a document of a layer; nothing where there is none.
fn add(question: &mut Value, layer: &str, at: prop::sample::Index, mut statement: Value) -> bool {
    if matches!(layer, "resource_policy" | "rcp") {
        statement["Principal"] = json!("*");
    }
    let mut documents = documents(question, layer);
    if documents.is_empty() {
        return false;
    }
    let at = at.index(documents.len());
    let statements = &mut documents[at]["Statement"];
    match statements {
        Value::Array(list) => list.push(statement),
        one => *one = json!([one.clone(), statement]),
    }
    true
}

/// The textbook definition of `*` and `?`.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((b'*', more)), _) => glob(more, text) || text.split_first().is_some_and(|(_, rest)| glob(pattern, rest)),
        (Some((b'?', more)), Some((_, rest))) => glob(more, rest),
        (Some((one, more)), Some((other, rest))) => one == other && glob(more, rest),
        (Some(_), None) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_explicit_deny_always_wins(
        mut question in question(),
        layer in prop::sample::select(LAYERS.to_vec()),
        at in any::<prop::sample::Index>(),
    ) {
        let deny = json!({"Effect": "Deny", "Action": "ecr:BatchGetImage", "Resource": "*"});
        prop_assume!(add(&mut question, layer, at, deny));
        // Service control policies limit no services.
        prop_assume!(layer != "scp" || question["principal"] != "lambda.amazonaws.com");
        prop_assert_eq!(decide(&question), Outcome::ExplicitDeny);
    }

    #[test]
    fn one_more_allow_never_takes_anything_away(
        mut question in question(),
        mut more in statement(),
        layer in prop::sample::select(LAYERS.to_vec()),
        at in any::<prop::sample::Index>(),
    ) {
        let before = decide(&question);
        more["Effect"] = json!("Allow");
        prop_assume!(add(&mut question, layer, at, more));
        let after = decide(&question);
        prop_assert!(after == before || (before == Outcome::ImplicitDeny && after == Outcome::Allow));
    }

    #[test]
    fn boundaries_organizations_and_sessions_never_widen(
        question in question(),
        layer in prop::sample::select(vec!["boundary", "session", "scp", "rcp"]),
    ) {
        let mut without = question.clone();
        without[layer] = Value::Null;
        if decide(&question) == Outcome::Allow {
            prop_assert_eq!(decide(&without), Outcome::Allow);
        }
    }

    #[test]
    fn order_never_matters(question in question()) {
        let mut turned = question.clone();
        for layer in LAYERS {
            for document in documents(&mut turned, layer) {
                if let Some(statements) = document["Statement"].as_array_mut() {
                    statements.reverse();
                }
            }
            if let Some(list) = turned[layer].as_array_mut() {
                list.reverse();
                list.iter_mut().filter_map(Value::as_array_mut).for_each(|level| level.reverse());
            }
        }
        prop_assert_eq!(decide(&question), decide(&turned));
    }

    #[test]
    fn splitting_a_policy_changes_nothing(mut question in question()) {
        let before = decide(&question);
        let documents: Vec<Value> = documents(&mut question, "identity").into_iter().map(|d| d.clone()).collect();
        let statements = documents.iter().flat_map(|document| document["Statement"].as_array().unwrap());
        let split: Vec<Value> = statements.map(|statement| super::policy(json!([statement]))).collect();
        question["identity"] = json!(split);
        prop_assert_eq!(decide(&question), before);
    }

    #[test]
    fn a_wildcard_never_crosses_a_colon_that_parts_an_arn(
        pattern in prop::collection::vec("[ab*?]{1,4}", 6),
        parts in prop::collection::vec("[ab]{0,4}", 6),
        tail in prop::sample::select(vec!["", ":a", ":a:b"]),
    ) {
        // The partition and the service of a resource are checked when a policy is written: they stay as they are.
        let pattern = format!("arn:aws:ecr:{}:{}:{}", pattern[3], pattern[4], pattern[5]);
        let last = format!("x{}{tail}", parts[5]);
        let arn = format!("arn:aws:ecr:{}:{}:{last}", parts[3], parts[4]);
        let own: Vec<&str> = pattern.splitn(6, ':').collect();
        let expected = own.iter().zip(arn.splitn(6, ':')).all(|(own, part)| glob(own.as_bytes(), part.as_bytes()));
        let question = json!({
            "principal": "arn:aws:iam::111122223333:user/app",
            "action": "ecr:BatchGetImage",
            "resource": arn,
            "resource_account": "111122223333",
            "identity": [super::allow("ecr:*", &pattern)],
        });
        prop_assert_eq!(decide(&question) == Outcome::Allow, expected, "{} {}", pattern, arn);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,200}") {
        for read in SEVERAL {
            let _ = read(&text);
        }
        let _ = Case::parse(&text);
    }

    #[test]
    fn no_torn_document_makes_the_parser_panic(
        mut question in question(),
        cut in any::<prop::sample::Index>(),
        with in "\\PC{0,8}",
    ) {
        let whole = question.to_string();
        let parts = documents(&mut question, "identity").into_iter().map(|document| document.to_string());
        for text in parts.chain([whole]) {
            let at = cut.index(text.len());
            if !text.is_char_boundary(at) {
                continue;
            }
            for torn in [format!("{}{with}{}", &text[..at], &text[at..]), text[..at].to_owned()] {
                for read in SEVERAL {
                    let _ = read(&torn);
                }
                let _ = Case::parse(&torn).map(|case| case.decide());
            }
        }
    }

    #[test]
    fn odd_elements_make_neither_the_parser_nor_a_decision_panic(
        action in "[a-z*?:${}]{0,12}",
        resource in "[a-z*?:${},'/]{0,40}",
        operator in prop::sample::select(vec![
            "StringLike", "StringEqualsIgnoreCase", "ArnLike", "NumericLessThan", "IpAddress", "DateEquals", "Bool", "Null",
            "ForAllValues:StringNotLikeIfExists",
        ]),
        value in "[0-9a-z*?:${}./+-]{0,24}",
    ) {
        let condition = json!({operator: {"aws:PrincipalArn": value, "aws:CurrentTime": value}});
        let statement = json!({"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition});
        let question = json!({
            "principal": "arn:aws:iam::111122223333:user/app",
            "action": "ecr:BatchGetImage",
            "resource": app().as_str(),
            "context": {"aws:CurrentTime": value},
            "identity": [super::policy(statement)],
        });
        let _ = Case::parse(&question.to_string()).map(|case| (case.outcome(), case.decide()));
    }
}
