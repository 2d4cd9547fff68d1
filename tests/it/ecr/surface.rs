//! What of the service models is simulated, and that what is answers in the model's shapes.

use std::collections::BTreeSet;

use ecr_quest::cloud::{Service, ecr, ecr_public};
use serde_json::{Value, json};

use crate::registry::Lab;
use crate::support::Terminal;

fn operations(model: &str) -> BTreeSet<String> {
    let model: Value = serde_json::from_str(model).unwrap();
    model["operations"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_operation_of_ecr_and_ecr_public_is_simulated() {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(named(ecr::SIMULATED), operations(include_str!("../../../assets/api/ecr.json")));
    assert_eq!(named(ecr_public::SIMULATED), operations(include_str!("../../../assets/api/ecr-public.json")));
}

#[test]
fn what_is_left_out_answers_by_name_and_is_marked_in_the_help() {
    let mut terminal = Terminal::new();
    let help = terminal.ok("aws secretsmanager help");
    let marked = |name: &str| help.lines().any(|line| line.trim_start() == format!("* {name}"));
    assert!(marked("rotate-secret") && !marked("create-secret"), "{help}");
    let said = terminal.run("aws secretsmanager rotate-secret --secret-id a");
    assert!(said.stderr().contains("`aws secretsmanager rotate-secret`"), "{}", said.stderr());
    for service in ["ecr", "ecr-public"] {
        let help = terminal.ok(&format!("aws {service} help"));
        assert!(help.lines().all(|line| !line.trim_start().starts_with("* ")), "{help}");
    }
}

/// Every operation, called with nothing, with odd values and with a name that nobody has, answers: it never panics, and an
/// error is one that the model declares or a common one.
#[test]
fn odd_requests_are_answered_with_errors_of_the_model() {
    const COMMON: [&str; 4] =
        ["AccessDeniedException", "InvalidParameterException", "SerializationException", "ValidationException"];
    for (service, text) in [
        (Service::Ecr, include_str!("../../../assets/api/ecr.json")),
        (Service::EcrPublic, include_str!("../../../assets/api/ecr-public.json")),
    ] {
        let model: Value = serde_json::from_str(text).unwrap();
        let mut lab = Lab::with_repository("app");
        let caller = lab.admin_of("111122223333", "us-east-1");
        for (name, operation) in model["operations"].as_object().unwrap() {
            let declared: Vec<&str> =
                operation["errors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for filler in [json!(null), json!("app"), json!("\u{0}"), json!(-1), json!([]), json!([{}]), json!({})] {
                let shape = operation["input"]["shape"].as_str().unwrap();
                let members = model["shapes"][shape]["members"].as_object().unwrap();
                let input: serde_json::Map<String, Value> =
                    members.keys().map(|key| (key.clone(), filler.clone())).collect();
                if let Err(error) = lab.as_caller(&caller, service, name, Value::Object(input)) {
                    let known = declared.contains(&error.code.as_ref()) || COMMON.contains(&error.code.as_ref());
                    assert!(known, "{name}: {error}");
                }
            }
        }
    }
}
