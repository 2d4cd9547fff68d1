//! CloudWatch Logs: groups, streams and events, and what containers write there.

use ecr_quest::cloud::{Duration, Service};
use serde_json::{Value, json};

use crate::ecs::scene::{PUBLIC, Scene};
use crate::support::Terminal;

/// A terminal with a group and a stream in it.
fn with_stream() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.ok("aws logs create-log-group --log-group-name /app/web");
    terminal.ok("aws logs create-log-stream --log-group-name /app/web --log-stream-name one");
    terminal
}

/// Writes messages to `one`, as of now.
fn put(terminal: &mut Terminal, messages: &[&str]) {
    let now = terminal.world.cloud.now().as_millis();
    let events: Vec<Value> = messages.iter().map(|message| json!({"timestamp": now, "message": message})).collect();
    let events = serde_json::to_string(&events).unwrap();
    terminal.ok(&format!(
        "aws logs put-log-events --log-group-name /app/web --log-stream-name one --log-events '{events}'"
    ));
}

#[test]
fn what_is_written_is_read_page_by_page() {
    let mut terminal = with_stream();
    put(&mut terminal, &["a", "b", "c"]);
    let get = "aws logs get-log-events --log-group-name /app/web --log-stream-name one --limit 2 --start-from-head";
    let page: Value = serde_json::from_str(&terminal.ok(get)).unwrap();
    let messages = |page: &Value| {
        let all = page["events"].as_array().unwrap().iter();
        all.map(|event| event["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(messages(&page), ["a", "b"]);
    let token = page["nextForwardToken"].as_str().unwrap().to_owned();
    assert!(token.starts_with("f/") && token.ends_with("/s") && token.len() == 60, "{token}");
    let next: Value = serde_json::from_str(&terminal.ok(&format!("{get} --next-token {token}"))).unwrap();
    assert_eq!(messages(&next), ["c"]);
    let back = next["nextBackwardToken"].as_str().unwrap().to_owned();
    let previous: Value = serde_json::from_str(&terminal.ok(&format!("{get} --next-token {back}"))).unwrap();
    assert_eq!(messages(&previous), ["a", "b"]);
    // At the end the token that was given comes back.
    let end = next["nextForwardToken"].as_str().unwrap().to_owned();
    let last: Value = serde_json::from_str(&terminal.ok(&format!("{get} --next-token {end}"))).unwrap();
    assert_eq!((messages(&last).len(), last["nextForwardToken"].as_str()), (0, Some(end.as_str())));
    // Without a direction the newest come.
    let newest = get.replace(" --start-from-head", "");
    assert_eq!(messages(&serde_json::from_str(&terminal.ok(&newest)).unwrap()), ["b", "c"]);
}

#[test]
fn tail_shows_the_last_ten_minutes_of_all_streams() {
    let mut terminal = with_stream();
    put(&mut terminal, &["old"]);
    terminal.world.cloud.advance(Duration::minutes(11));
    put(&mut terminal, &["ERROR it broke", "fine"]);
    let shown = terminal.ok("aws logs tail /app/web");
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 2, "{shown}");
    assert!(lines[0].ends_with("+00:00 one ERROR it broke") && lines[0].starts_with("2026-03-02T09:11:"), "{shown}");
    assert_eq!(terminal.ok("aws logs tail /app/web --since 1h --format short").lines().count(), 3);
    for pattern in ["ERROR", "%ER+OR%", "[level, it, what = %^br.ke$%]", "[level = ERR*, ...]"] {
        let found = terminal.ok(&format!("aws logs tail /app/web --filter-pattern '{pattern}'"));
        assert_eq!(found.lines().count(), 1, "{pattern}: {found}");
    }
    assert_eq!(terminal.ok("aws logs tail /app/web --since 2026-03-02T09:05:00").lines().count(), 2);
    assert_eq!(terminal.ok("aws logs tail /app/web --log-stream-name-prefix two"), "");
    let refused = terminal.run("aws logs tail /app/web --follow");
    assert_eq!(refused.code, 255);
    assert!(refused.stderr().contains("aws logs tail /app/web"), "{}", refused.stderr());
    let missing = terminal.run("aws logs tail");
    assert!(missing.stderr().contains("the following arguments are required: group_name"), "{}", missing.stderr());
}

#[test]
fn events_expire_as_time_moves() {
    let mut terminal = with_stream();
    put(&mut terminal, &["gone tomorrow"]);
    terminal.ok("aws logs put-retention-policy --log-group-name /app/web --retention-in-days 1");
    let count = "aws logs filter-log-events --log-group-name /app/web --query 'length(events)'";
    let stored = "aws logs describe-log-groups --query 'logGroups[0].[storedBytes,retentionInDays]' --output text";
    assert_eq!((terminal.ok(count), terminal.ok(stored)), ("1\n".to_owned(), "39\t1\n".to_owned()));
    terminal.world.cloud.advance(Duration::hours(25));
    assert_eq!((terminal.ok(count), terminal.ok(stored)), ("0\n".to_owned(), "0\t1\n".to_owned()));
}

#[test]
fn what_is_wrong_is_told_in_awss_words() {
    let mut terminal = with_stream();
    for (line, expect) in [
        (
            "aws logs create-log-group --log-group-name /app/web",
            "(ResourceAlreadyExistsException) when calling the CreateLogGroup operation: The specified log group already \
             exists",
        ),
        (
            "aws logs create-log-group --log-group-name 'a b'",
            "(InvalidParameterException) when calling the CreateLogGroup operation: 1 validation error detected: Value 'a \
             b' at 'logGroupName'",
        ),
        ("aws logs create-log-group --log-group-name aws/x", "Log groups starting with AWS/ are reserved for AWS."),
        (
            "aws logs create-log-stream --log-group-name nope --log-stream-name one",
            "(ResourceNotFoundException) when calling the CreateLogStream operation: The specified log group does not \
             exist.",
        ),
        (
            "aws logs get-log-events --log-group-name /app/web --log-stream-name two",
            "The specified log stream does not exist.",
        ),
        (
            "aws logs put-retention-policy --log-group-name /app/web --retention-in-days 2",
            "Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5,",
        ),
        ("aws logs filter-log-events --log-group-name /app/web --filter-pattern '{ $.a'", "Invalid filter pattern"),
        (
            "aws logs put-log-events --log-group-name /app/web --log-stream-name one --log-events \
             timestamp=1772442001000,message=b timestamp=1772442000000,message=a",
            "Log events in a single PutLogEvents request must be in chronological order.",
        ),
    ] {
        let output = terminal.run(line);
        assert_eq!(output.code, 254, "{line}: {}", output.text());
        assert!(output.stderr().contains(expect), "{line}: {}", output.stderr());
    }
    let old = "aws logs put-log-events --log-group-name /app/web --log-stream-name one --log-events \
               timestamp=1000,message=old timestamp=2000,message=older --query rejectedLogEventsInfo.tooOldLogEventEndIndex";
    assert_eq!(terminal.ok(old), "2\n");
}

#[test]
fn a_group_is_asked_about_with_the_end_of_a_streams_arn() {
    let mut terminal = with_stream();
    terminal.ok("aws iam create-user --user-name reader");
    let keys = terminal.ok(
        "aws iam create-access-key --user-name reader --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text",
    );
    let (id, secret) = keys.trim().split_once('\t').unwrap();
    let as_reader = |line: &str| format!("AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret} {line}");
    let policy = |resource: &str| {
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "logs:FilterLogEvents", "Resource": resource}]});
        format!("aws iam put-user-policy --user-name reader --policy-name logs --policy-document '{document}'")
    };
    let search = as_reader("aws logs filter-log-events --log-group-name /app/web");
    terminal.ok(&policy("arn:aws:logs:ap-northeast-2:111122223333:log-group:/app/web"));
    let denied = terminal.run(&search);
    assert!(
        denied.stderr().contains(
            "is not authorized to perform: logs:FilterLogEvents on resource: \
             arn:aws:logs:ap-northeast-2:111122223333:log-group:/app/web:log-stream: because no identity-based policy"
        ),
        "{}",
        denied.stderr()
    );
    terminal.ok(&policy("arn:aws:logs:ap-northeast-2:111122223333:log-group:/app/web:*"));
    terminal.ok(&search);
}

#[test]
fn tags_of_a_group_are_kept_and_asked_about() {
    let mut terminal = with_stream();
    let arn = "arn:aws:logs:ap-northeast-2:111122223333:log-group:/app/web";
    terminal.ok(&format!("aws logs tag-resource --resource-arn {arn} --tags team=web,stage=prod"));
    terminal.ok(&format!("aws logs untag-resource --resource-arn {arn} --tag-keys stage"));
    let tags = terminal.ok(&format!("aws logs list-tags-for-resource --resource-arn {arn} --query tags"));
    assert_eq!(serde_json::from_str::<Value>(&tags).unwrap(), json!({"team": "web"}));
}

/// A Fargate task that runs `command` and logs to `/ecs/web`.
fn logging_task(scene: &mut Scene, command: &[&str], actions: &[&str]) -> String {
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    let actions: Vec<&str> = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        .iter()
        .chain(actions)
        .copied()
        .collect();
    let document =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    scene.policy("ecsTaskExecutionRole", "own", &document.to_string());
    scene.push("1.0", "amd64", command);
    let image = scene.image("1.0");
    let options =
        json!({"awslogs-group": "/ecs/web", "awslogs-region": "ap-northeast-2", "awslogs-stream-prefix": "web"});
    scene.ecs("RegisterTaskDefinition", json!({
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "executionRoleArn": role, "taskRoleArn": role,
        "containerDefinitions": [
            {"name": "app", "image": image, "logConfiguration": {"logDriver": "awslogs", "options": options}}],
    }));
    let subnets = json!([ecr_quest::cloud::net::PUBLIC_SUBNET_A]);
    scene.run(json!({"launchType": "FARGATE", "networkConfiguration": {PUBLIC: {"subnets": subnets, "assignPublicIp": "ENABLED"}}}))
}

fn messages(scene: &mut Scene) -> Vec<(String, i64)> {
    let found = scene.ok(Service::Logs, "FilterLogEvents", json!({"logGroupName": "/ecs/web"}));
    let events = found["events"].as_array().unwrap().iter();
    events.map(|e| (e["message"].as_str().unwrap().to_owned(), e["timestamp"].as_i64().unwrap())).collect()
}

#[test]
fn what_a_container_prints_appears_when_it_prints_it() {
    let mut scene = Scene::new(50);
    scene.ok(Service::Logs, "CreateLogGroup", json!({"logGroupName": "/ecs/web"}));
    let script = "echo starting; sleep 30; echo ready; sleep infinity";
    let id = logging_task(&mut scene, &["sh", "-c", script], &["logs:CreateLogStream", "logs:PutLogEvents"]);
    scene.wait(20);
    let streams = scene.ok(Service::Logs, "DescribeLogStreams", json!({"logGroupName": "/ecs/web"}));
    assert_eq!(streams["logStreams"][0]["logStreamName"], format!("web/app/{id}"));
    assert_eq!(messages(&mut scene).len(), 1);
    scene.wait(60);
    let found = messages(&mut scene);
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["starting", "ready"]);
    // A command before it takes a second, the wait thirty.
    assert_eq!(found[1].1 - found[0].1, 31_000);
}

#[test]
fn a_stopped_task_prints_nothing_more() {
    let mut scene = Scene::new(51);
    scene.ok(Service::Logs, "CreateLogGroup", json!({"logGroupName": "/ecs/web"}));
    let script = "echo starting; sleep 3600; echo never";
    let id = logging_task(&mut scene, &["sh", "-c", script], &["logs:CreateLogStream", "logs:PutLogEvents"]);
    scene.wait(60);
    scene.ecs("StopTask", json!({"cluster": "prod", "task": id}));
    scene.wait(7200);
    assert_eq!(messages(&mut scene).len(), 1);
}

#[test]
fn without_put_log_events_the_stream_stays_empty_and_the_task_runs() {
    let mut scene = Scene::new(52);
    scene.ok(Service::Logs, "CreateLogGroup", json!({"logGroupName": "/ecs/web"}));
    let id = logging_task(&mut scene, &["sh", "-c", "echo lost; sleep infinity"], &["logs:CreateLogStream"]);
    scene.wait(60);
    assert_eq!(scene.task(&id).status, ecr_quest::cloud::ecs::TaskStatus::Running);
    assert_eq!(messages(&mut scene), []);
    let (_, denied) = scene.cloud.trail().last_denial().unwrap();
    assert_eq!(denied.operation, "PutLogEvents");
}

#[test]
fn a_refused_request_of_a_container_is_in_its_log() {
    let mut scene = Scene::new(53);
    scene.ok(Service::Logs, "CreateLogGroup", json!({"logGroupName": "/ecs/web"}));
    let command = ["aws", "ecr", "describe-repositories"];
    logging_task(&mut scene, &command, &["logs:CreateLogStream", "logs:PutLogEvents"]);
    scene.wait(60);
    let found = messages(&mut scene);
    assert!(found[0].0.starts_with("An error occurred (AccessDenied"), "{found:?}");
}
