//! EventBridge: what services tell, and where rules send it.

use ecr_quest::cloud::ecr::registry::{self, Registry};
use ecr_quest::cloud::events::Outcome;
use ecr_quest::cloud::{AccountId, Region, Service};
use serde_json::{Value, json};

use crate::ecs::scene::Scene;
use crate::registry::{image, layer};
use crate::support::Terminal;

const GROUP: &str = "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/events/all";

/// A scene whose events of a pattern go to a log group.
fn with_rule(pattern: Value) -> Scene {
    let mut scene = Scene::new(70);
    scene.ok(Service::Logs, "CreateLogGroup", json!({"logGroupName": "/aws/events/all"}));
    scene.ok(Service::Events, "PutRule", json!({"Name": "all", "EventPattern": pattern.to_string()}));
    let put =
        scene.ok(Service::Events, "PutTargets", json!({"Rule": "all", "Targets": [{"Id": "logs", "Arn": GROUP}]}));
    assert_eq!(put["FailedEntryCount"], 0);
    scene
}

/// The events that the log group got, in order.
fn told(scene: &mut Scene) -> Vec<Value> {
    let found = scene.ok(Service::Logs, "FilterLogEvents", json!({"logGroupName": "/aws/events/all"}));
    let events = found["events"].as_array().unwrap().iter();
    events.map(|event| serde_json::from_str(event["message"].as_str().unwrap()).unwrap()).collect()
}

#[test]
fn a_push_and_a_deletion_are_told_as_ecr_tells_them() {
    let mut scene = with_rule(json!({"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}));
    scene.push("1.0", "amd64", &["app"]);
    scene.wait(1);
    scene.ok(Service::Ecr, "BatchDeleteImage", json!({"repositoryName": "app", "imageIds": [{"imageTag": "1.0"}]}));
    let events = told(&mut scene);
    assert_eq!(events.len(), 2, "{events:?}");
    let push = &events[0];
    assert_eq!(
        (&push["source"], &push["account"], &push["region"], &push["version"]),
        (&json!("aws.ecr"), &json!("111122223333"), &json!("ap-northeast-2"), &json!("0"))
    );
    assert_eq!(
        (
            &push["detail"]["action-type"],
            &push["detail"]["image-tag"],
            &push["detail"]["repository-name"],
            &push["detail"]["result"]
        ),
        (&json!("PUSH"), &json!("1.0"), &json!("app"), &json!("SUCCESS"))
    );
    assert_eq!(
        (&events[1]["detail"]["action-type"], &events[1]["detail"]["image-digest"]),
        (&json!("DELETE"), &push["detail"]["image-digest"])
    );
    assert_ne!(events[1]["id"], push["id"]);
}

#[test]
fn a_scan_and_an_expiry_are_told_when_they_happen() {
    let mut scene = with_rule(
        json!({"source": ["aws.ecr"], "$or": [{"detail-type": ["ECR Image Scan"]}, {"detail": {"action-type": ["DELETE"]}}]}),
    );
    scene.push("1.0", "amd64", &["app"]);
    scene.ok(Service::Ecr, "StartImageScan", json!({"repositoryName": "app", "imageId": {"imageTag": "1.0"}}));
    assert_eq!(told(&mut scene).len(), 0);
    scene.wait(3600);
    let scan = told(&mut scene).remove(0);
    assert_eq!(scan["detail-type"], "ECR Image Scan");
    assert_eq!(
        (&scan["detail"]["image-tags"], &scan["resources"][0]),
        (&json!(["1.0"]), &json!("arn:aws:ecr:ap-northeast-2:111122223333:repository/app"))
    );
    let rule = json!({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}, "action": {"type": "expire"}}]});
    scene.ok(
        Service::Ecr,
        "PutLifecyclePolicy",
        json!({"repositoryName": "app", "lifecyclePolicyText": rule.to_string()}),
    );
    scene.wait(3 * 86_400);
    let events = told(&mut scene);
    assert_eq!(events.last().unwrap()["detail"]["action-type"], "DELETE");
}

#[test]
fn an_image_that_goes_to_the_archive_and_comes_back_is_told() {
    let mut scene = with_rule(json!({"source": ["aws.ecr"], "detail": {"action-type": ["UPDATE_STORAGE_CLASS"]}}));
    scene.push("1.0", "amd64", &["app"]);
    for (class, wait) in [("ARCHIVE", 1), ("STANDARD", 1300)] {
        let input = json!({"repositoryName": "app", "imageId": {"imageTag": "1.0"}, "targetStorageClass": class});
        scene.ok(Service::Ecr, "UpdateImageStorageClass", input);
        scene.wait(wait);
    }
    let events = told(&mut scene);
    assert_eq!(events.len(), 2, "{events:?}");
    for (event, class) in events.iter().zip(["ARCHIVE", "STANDARD"]) {
        let detail = &event["detail"];
        assert_eq!((&event["detail-type"], &event["resources"]), (&json!("ECR Image Action"), &json!([])));
        assert_eq!((&detail["target-storage-class"], &detail["repository-name"]), (&json!(class), &json!("app")));
        assert!(detail["manifest-media-type"].as_str().unwrap().contains("manifest"), "{detail}");
        assert!(detail["artifact-media-type"].as_str().unwrap().contains("config"), "{detail}");
        assert_eq!(detail["last-activated-at"].is_string(), class == "STANDARD");
    }
}

#[test]
fn enhanced_scanning_tells_how_often_repositories_are_scanned_and_inspector_tells_the_rest() {
    let mut scene =
        with_rule(json!({"$or": [{"detail-type": ["ECR Scan Resource Change"]}, {"source": ["aws.inspector2"]}]}));
    scene.push("1.0", "amd64", &["app"]);
    let rules =
        json!([{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]);
    let input = json!({"scanType": "ENHANCED", "rules": rules});
    scene.ok(Service::Ecr, "PutRegistryScanningConfiguration", input.clone());
    // Set again, nothing changes.
    scene.ok(Service::Ecr, "PutRegistryScanningConfiguration", input);
    scene.ok(Service::Ecr, "CreateRepository", json!({"repositoryName": "later"}));
    let (home, admin) = (Registry { account: AccountId::home(), region: Region::home() }, scene.admin.clone());
    let python = image(&[layer("requirements.txt", "PyYAML==5.3.1\n")]);
    registry::push(&mut scene.cloud, &admin, &home, "app", &python, Some("2.0")).unwrap();
    scene.wait(3600);
    let events = told(&mut scene);
    let of = |kind: &str| events.iter().filter(|event| event["detail-type"] == kind).collect::<Vec<_>>();
    let changes = of("ECR Scan Resource Change");
    let change = |name: &str| {
        json!([{
            "repository-name": name, "repository-arn": format!("arn:aws:ecr:ap-northeast-2:111122223333:repository/{name}"),
            "scan-frequency": "CONTINUOUS_SCAN", "previous-scan-frequency": "MANUAL",
        }])
    };
    assert_eq!(
        changes.iter().map(|event| event["detail"]["repositories"].clone()).collect::<Vec<_>>(),
        [change("app"), change("later")]
    );
    assert_eq!(changes[0]["detail"]["scan-type"], "ENHANCED");
    let scans = of("Inspector2 Scan");
    assert_eq!(scans.len(), 1, "{events:?}");
    assert_eq!(
        (&scans[0]["source"], &scans[0]["detail"]["repository-name"], &scans[0]["detail"]["finding-severity-counts"]),
        (
            &json!("aws.inspector2"),
            &json!("arn:aws:ecr:ap-northeast-2:111122223333:repository/app"),
            &json!({"CRITICAL": 1, "TOTAL": 1})
        )
    );
}

#[test]
fn a_tasks_states_and_a_services_deployment_are_told() {
    let mut scene = with_rule(json!({"source": ["aws.ecs"]}));
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", crate::ecs::scene::PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.ecs(
        "CreateService",
        json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 1}),
    );
    scene.wait(180);
    let events = told(&mut scene);
    let of = |kind: &str| events.iter().filter(|event| event["detail-type"] == kind).collect::<Vec<_>>();
    let states: Vec<&str> =
        of("ECS Task State Change").iter().map(|event| event["detail"]["lastStatus"].as_str().unwrap()).collect();
    assert_eq!(states, ["PENDING", "ACTIVATING", "RUNNING"]);
    let deployments: Vec<&str> =
        of("ECS Deployment State Change").iter().map(|event| event["detail"]["eventName"].as_str().unwrap()).collect();
    assert_eq!(deployments, ["SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED"]);
    assert_eq!(of("ECS Service Action")[0]["detail"]["eventName"], "SERVICE_STEADY_STATE");
    assert!(of("ECS Task State Change")[0]["detail"]["createdAt"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn a_rule_remembers_what_became_of_its_events() {
    let mut scene = with_rule(json!({"source": ["my.app"]}));
    let targets = json!([
        {"Id": "gone", "Arn": "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/events/none"},
        {"Id": "queue", "Arn": "arn:aws:sqs:ap-northeast-2:111122223333:jobs"},
        {"Id": "function", "Arn": "arn:aws:lambda:ap-northeast-2:111122223333:function:none"},
    ]);
    scene.ok(Service::Events, "PutTargets", json!({"Rule": "all", "Targets": targets}));
    let sent = scene.ok(
        Service::Events,
        "PutEvents",
        json!({"Entries": [
            {"Source": "my.app", "DetailType": "done", "Detail": "{\"n\": 1}"},
            {"Source": "other", "DetailType": "done", "Detail": "{}"},
            {"Source": "aws.ecr", "DetailType": "done", "Detail": "{}"},
            {"Source": "my.app", "DetailType": "done", "Detail": "[]"},
        ]}),
    );
    assert_eq!(sent["FailedEntryCount"], 2);
    assert_eq!(sent["Entries"][2]["ErrorCode"], "NotAuthorizedForSourceException");
    let account = scene.cloud.account(&AccountId::home()).unwrap();
    let rule = account.region(&Region::home()).unwrap().events.rule("all").unwrap();
    assert_eq!(rule.triggered, 1);
    let outcomes: Vec<(&str, bool, bool)> = rule
        .deliveries
        .iter()
        .map(|delivery| {
            (
                delivery.target.as_str(),
                delivery.outcome == Outcome::Delivered,
                matches!(delivery.outcome, Outcome::Failed(_)),
            )
        })
        .collect();
    assert_eq!(
        outcomes,
        [("function", false, true), ("gone", false, true), ("logs", true, false), ("queue", false, false)]
    );
}

#[test]
fn a_rule_that_rests_matches_nothing() {
    let mut scene = with_rule(json!({"source": ["aws.ecr"]}));
    scene.ok(Service::Events, "DisableRule", json!({"Name": "all"}));
    scene.push("1.0", "amd64", &["app"]);
    assert_eq!(told(&mut scene).len(), 0);
    scene.ok(Service::Events, "EnableRule", json!({"Name": "all"}));
    scene.push("2.0", "amd64", &["app2"]);
    assert_eq!(told(&mut scene).len(), 1);
}

#[test]
fn rules_are_handled_from_the_command_line() {
    let mut terminal = Terminal::new();
    let arn = terminal.ok(
        "aws events put-rule --name scans --event-pattern '{\"source\":[\"aws.ecr\"]}' --query RuleArn --output text",
    );
    assert_eq!(arn, "arn:aws:events:ap-northeast-2:111122223333:rule/scans\n");
    terminal.ok(&format!("aws events put-targets --rule scans --targets Id=1,Arn={GROUP}"));
    assert_eq!(terminal.ok("aws events list-rules --query 'Rules[].[Name,State]' --output text"), "scans\tENABLED\n");
    assert_eq!(
        terminal
            .ok(&format!("aws events list-rule-names-by-target --target-arn {GROUP} --query RuleNames --output text")),
        "scans\n"
    );
    assert_eq!(terminal.ok("aws events describe-event-bus --query Name --output text"), "default\n");
    for (line, expect) in [
        (
            "aws events delete-rule --name scans",
            "(ValidationException) when calling the DeleteRule operation: Rule can't be deleted since it has targets.",
        ),
        (
            "aws events describe-rule --name none",
            "(ResourceNotFoundException) when calling the DescribeRule operation: Rule none does not exist on EventBus default.",
        ),
        (
            "aws events put-rule --name x --event-pattern '{\"source\":\"aws.ecr\"}'",
            "(InvalidEventPatternException) when calling the PutRule operation: Event pattern is not valid. Reason: \"source\" must be an object or an array",
        ),
        ("aws events put-rule --name x", "Parameter(s) EventPattern or ScheduleExpression must be specified."),
        ("aws events list-rules --event-bus-name mine", "Event bus mine does not exist."),
    ] {
        let output = terminal.run(line);
        assert_eq!(output.code, 254, "{line}: {}", output.text());
        assert!(output.stderr().contains(expect), "{line}: {}", output.stderr());
    }
    let schedule = terminal.run("aws events put-rule --name x --schedule-expression 'rate(5 minutes)'");
    assert!(schedule.code == 255 && schedule.stderr().contains("put-rule"), "{}", schedule.stderr());
    let event = r#"{"id":"1","account":"1","source":"aws.ecr","time":"t","region":"r","resources":[],"detail-type":"x","detail":{}}"#;
    let test = |pattern: &str| {
        format!("aws events test-event-pattern --event-pattern '{pattern}' --event '{event}' --query Result")
    };
    assert_eq!(terminal.ok(&test(r#"{"source":[{"prefix":"aws."}]}"#)), "true\n");
    assert_eq!(terminal.ok(&test(r#"{"source":[{"anything-but":"aws.ecr"}]}"#)), "false\n");
    terminal.ok("aws events remove-targets --rule scans --ids 1 && aws events delete-rule --name scans");
}
