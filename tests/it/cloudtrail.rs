//! CloudTrail: who did what, looked up in the event history.

use ecr_quest::cloud::Duration;
use serde_json::{Value, json};

use crate::ecs::scene::Scene;
use crate::support::Terminal;

fn events(terminal: &mut Terminal, rest: &str) -> Vec<Value> {
    let found: Value = serde_json::from_str(&terminal.ok(&format!("aws cloudtrail lookup-events {rest}"))).unwrap();
    found["Events"].as_array().unwrap().clone()
}

/// The newest event of a name, as its whole record.
fn record(terminal: &mut Terminal, name: &str) -> Value {
    let found = events(terminal, &format!("--lookup-attributes AttributeKey=EventName,AttributeValue={name}"));
    let record: Value = serde_json::from_str(found[0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!((&record["eventID"], &record["eventName"]), (&found[0]["EventId"], &json!(name)));
    record
}

#[test]
fn a_request_is_on_record_with_who_what_and_whence() {
    let mut terminal = Terminal::new();
    terminal.ok("aws ecr create-repository --repository-name web");
    let event = record(&mut terminal, "CreateRepository");
    let identity = &event["userIdentity"];
    assert_eq!(
        (identity["type"].as_str(), identity["arn"].as_str(), identity["userName"].as_str()),
        (Some("IAMUser"), Some("arn:aws:iam::111122223333:user/learner"), Some("learner"))
    );
    assert!(identity["principalId"].as_str().unwrap().starts_with("AIDA"));
    assert!(identity["accessKeyId"].as_str().unwrap().starts_with("AKIA"));
    assert_eq!(event["requestParameters"], json!({"repositoryName": "web"}));
    assert_eq!(event["responseElements"]["repository"]["repositoryName"], "web");
    assert_eq!(
        (&event["readOnly"], &event["awsRegion"], &event["errorCode"]),
        (&json!(false), &json!("ap-northeast-2"), &Value::Null)
    );
    assert_eq!(event["resources"][0]["ARN"], "arn:aws:ecr:ap-northeast-2:111122223333:repository/web");
    assert_eq!(
        (event["eventSource"].as_str(), event["sourceIPAddress"].as_str()),
        (Some("ecr.amazonaws.com"), Some("203.0.113.25"))
    );
    // Looking it up again gives the same.
    assert_eq!(record(&mut terminal, "CreateRepository"), event);
}

#[test]
fn what_was_refused_is_on_record_with_its_error() {
    let mut terminal = Terminal::new();
    terminal.ok("aws iam create-role --role-name reader --assume-role-policy-document '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"111122223333\"},\"Action\":\"sts:AssumeRole\"}]}'");
    terminal.ok("printf '[profile reader]\\nrole_arn=arn:aws:iam::111122223333:role/reader\\nrole_session_name=mina\\nsource_profile=default\\nregion=ap-northeast-2\\n' >> ~/.aws/config");
    terminal.run("aws ecr describe-repositories --profile reader");
    terminal.run("aws ecr describe-images --repository-name nope");
    let event = record(&mut terminal, "DescribeRepositories");
    assert_eq!(event["errorCode"], "AccessDenied");
    assert!(event["errorMessage"].as_str().unwrap().contains("assumed-role/reader/mina is not authorized"));
    let identity = &event["userIdentity"];
    assert_eq!(
        (identity["type"].as_str(), identity["sessionContext"]["sessionIssuer"]["userName"].as_str()),
        (Some("AssumedRole"), Some("reader"))
    );
    assert!(identity["principalId"].as_str().unwrap().ends_with(":mina"));
    assert!(identity["accessKeyId"].as_str().unwrap().starts_with("ASIA"));
    assert_eq!(events(&mut terminal, "--lookup-attributes AttributeKey=Username,AttributeValue=mina").len(), 1);
    assert_eq!(record(&mut terminal, "DescribeImages")["errorCode"], "RepositoryNotFoundException");
}

#[test]
fn secrets_are_on_no_record() {
    let mut terminal = Terminal::new();
    terminal.ok("aws secretsmanager create-secret --name db --secret-string hunter2");
    terminal.ok("aws iam create-user --user-name u");
    let secret = terminal.ok("aws iam create-access-key --user-name u --query AccessKey.SecretAccessKey --output text");
    let event = record(&mut terminal, "CreateSecret");
    assert_eq!(event["requestParameters"], json!({"name": "db", "secretString": "HIDDEN_DUE_TO_SECURITY_REASONS"}));
    let all = events(&mut terminal, "").into_iter().chain(events(&mut terminal, "--region us-east-1"));
    let text: String = all.map(|event| event.to_string()).collect();
    assert!(!text.contains("hunter2") && !text.contains(secret.trim()));
}

#[test]
fn iam_is_told_in_us_east_1_and_data_nowhere() {
    let mut terminal = Terminal::new();
    terminal.ok("aws iam create-user --user-name u");
    terminal.ok("aws s3 mb s3://team-files && echo x | aws s3 cp - s3://team-files/x && aws s3 ls s3://team-files");
    let names = |terminal: &mut Terminal, rest: &str| {
        let all = events(terminal, rest);
        all.iter().map(|event| event["EventName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut terminal, ""), ["CreateBucket"]);
    assert_eq!(names(&mut terminal, "--region us-east-1"), ["CreateUser"]);
    let bucket = "--lookup-attributes AttributeKey=ResourceName,AttributeValue=team-files";
    assert_eq!(names(&mut terminal, bucket), ["CreateBucket"]);
    // Now the first question itself is on record.
    assert_eq!(
        names(
            &mut terminal,
            "--max-items 1 --lookup-attributes AttributeKey=EventSource,AttributeValue=cloudtrail.amazonaws.com"
        ),
        ["LookupEvents"]
    );
}

#[test]
fn events_come_newest_first_fifty_a_page_for_ninety_days() {
    let mut terminal = Terminal::new();
    for number in 0..60 {
        terminal.ok(&format!("aws ecr create-repository --repository-name r{number:02} --query x"));
    }
    let attributes = "--lookup-attributes AttributeKey=EventName,AttributeValue=CreateRepository";
    let first: Value =
        serde_json::from_str(&terminal.ok(&format!("aws cloudtrail lookup-events {attributes} --no-paginate")))
            .unwrap();
    let page = first["Events"].as_array().unwrap();
    assert_eq!(page.len(), 50);
    assert!(page[0]["CloudTrailEvent"].as_str().unwrap().contains("r59"));
    let token = first["NextToken"].as_str().unwrap();
    let second: Value =
        serde_json::from_str(&terminal.ok(&format!("aws cloudtrail lookup-events {attributes} --next-token {token}")))
            .unwrap();
    assert_eq!((second["Events"].as_array().unwrap().len(), &second["NextToken"]), (10, &Value::Null));
    assert_eq!(events(&mut terminal, attributes).len(), 60);
    let times = "--start-time 2026-03-02T09:00:01 --end-time 2026-03-02T09:00:02";
    let few = events(&mut terminal, &format!("{attributes} {times}")).len();
    assert!((1..60).contains(&few), "{few}");
    terminal.world.cloud.advance(Duration::days(91));
    assert_eq!(events(&mut terminal, attributes).len(), 0);
}

#[test]
fn what_can_not_be_looked_up_is_said() {
    let mut terminal = Terminal::new();
    for (rest, expect) in [
        (
            "--lookup-attributes AttributeKey=EventName,AttributeValue=a AttributeKey=Username,AttributeValue=b",
            "(InvalidLookupAttributesException)",
        ),
        ("--lookup-attributes AttributeKey=Colour,AttributeValue=a", "(InvalidLookupAttributesException)"),
        ("--start-time 2026-03-03 --end-time 2026-03-02", "(InvalidTimeRangeException)"),
        ("--next-token garbage", "(InvalidNextTokenException)"),
        (
            "--start-time someday",
            "Invalid type for parameter StartTime, value: someday, type: <class 'str'>, valid types: <class 'datetime.datetime'>, timestamp-string",
        ),
    ] {
        let output = terminal.run(&format!("aws cloudtrail lookup-events {rest}"));
        assert!(output.stderr().contains(expect), "{rest}: {}", output.stderr());
    }
    assert!(
        terminal
            .run("aws cloudtrail get-trail --name t")
            .stderr()
            .contains("Unknown trail: t for the user: 111122223333")
    );
    assert_eq!(terminal.ok("aws cloudtrail describe-trails --query 'length(trailList)'"), "0\n");
}

#[test]
fn a_push_is_on_record_step_by_step() {
    let mut scene = Scene::new(60);
    scene.push("1.0", "amd64", &["app"]);
    let found = scene.ok(ecr_quest::cloud::Service::CloudTrail, "LookupEvents", json!({}));
    let names: Vec<&str> =
        found["Events"].as_array().unwrap().iter().map(|e| e["EventName"].as_str().unwrap()).collect();
    for step in ["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"] {
        assert!(names.contains(&step), "{step}: {names:?}");
    }
    let put = found["Events"].as_array().unwrap().iter().find(|event| event["EventName"] == "PutImage").unwrap();
    let record: Value = serde_json::from_str(put["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&record["requestParameters"]["repositoryName"], &record["requestParameters"]["imageTag"]),
        (&json!("app"), &json!("1.0"))
    );
}

#[test]
fn the_end_of_credentials_is_written_as_records_write_it() {
    let mut terminal = Terminal::new();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;
    terminal.ok(&format!("aws iam create-role --role-name reader --assume-role-policy-document '{trust}'"));
    terminal.ok("aws sts assume-role --role-arn arn:aws:iam::111122223333:role/reader --role-session-name mina");
    let event = record(&mut terminal, "AssumeRole");
    let end = event["responseElements"]["credentials"]["expiration"].as_str().unwrap();
    assert!(end.starts_with("Mar 2, 2026, ") && end.ends_with(" AM"), "{end}");
}
