//! Versions, aliases, permissions, tags, concurrency, logs and events of functions.

use ecr_quest::cloud::iam::decide_as;
use ecr_quest::cloud::lambda::FunctionState;
use ecr_quest::cloud::{EventKind, Origin, Region, Service};
use serde_json::{Value, json};

use super::scene::{Scene, administrator, decoded, encoded, handler, other_account};

const ARN: &str = "arn:aws:lambda:ap-northeast-2:111122223333:function:report";

/// A scene with the active function `report`.
fn active() -> Scene {
    let mut scene = Scene::new(60);
    scene.push("1", &handler(1));
    scene.push("2", &handler(2));
    scene.create("1");
    scene
}

fn version_of(answer: &(Value, Value)) -> (String, u64) {
    (answer.0["ExecutedVersion"].as_str().unwrap().to_owned(), answer.1["version"].as_u64().unwrap())
}

#[test]
fn lambda_pulls_as_its_own_service_on_behalf_of_the_function() {
    let scene = active();
    let asked: Vec<(&str, String)> = scene
        .cloud
        .trail()
        .requests()
        .filter(|(_, request)| request.caller.origin == Origin::Function("report".to_owned()))
        .map(|(_, request)| (request.operation, request.caller.principal.arn().to_string()))
        .collect();
    let service = "arn:aws:iam::111122223333:service/lambda.amazonaws.com".to_owned();
    // Denied, then again with its statement; then the pull while the function is pending.
    let expected = [
        "BatchGetImage",
        "BatchGetImage",
        "GetDownloadUrlForLayer",
        "BatchGetImage",
        "GetDownloadUrlForLayer",
        "GetDownloadUrlForLayer",
    ];
    assert_eq!(asked, expected.map(|operation| (operation, service.clone())));
    let states: Vec<&str> = scene
        .cloud
        .trail()
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Function { function, state, .. } if function.as_str() == ARN => Some(state.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(states, ["Pending", "Active"]);
}

#[test]
fn what_is_shown_of_a_function_is_what_aws_shows() {
    let mut scene = active();
    let digest = scene.digest("1");
    let shown = scene.lambda("GetFunction", json!({"FunctionName": "report"}));
    let repository = scene.image("1").trim_end_matches(":1").to_owned();
    assert_eq!(
        shown["Code"],
        json!({"RepositoryType": "ECR", "ImageUri": scene.image("1"), "ResolvedImageUri": format!("{repository}@{digest}")})
    );
    let configuration = &shown["Configuration"];
    let expected = json!({
        "FunctionName": "report", "FunctionArn": ARN, "Role": "arn:aws:iam::111122223333:role/function",
        "CodeSize": 0, "Description": "", "Timeout": 3, "MemorySize": 128, "Version": "$LATEST",
        "CodeSha256": digest.hex(), "TracingConfig": {"Mode": "PassThrough"}, "State": "Active",
        "LastUpdateStatus": "Successful", "PackageType": "Image", "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512}, "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/report"},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(configuration[name], *value, "{name}");
    }
    assert_eq!(configuration["LastModified"], "2026-03-02T09:00:00.000+0000");
    // A list says nothing of states.
    let listed = scene.lambda("ListFunctions", json!({}));
    assert_eq!(listed["Functions"][0]["FunctionName"], "report");
    assert_eq!(listed["Functions"][0].get("State"), None);
    scene.refused(
        "GetFunction",
        json!({"FunctionName": "nope"}),
        "ResourceNotFoundException: Function not found: arn:aws:lambda:ap-northeast-2:111122223333:function:nope",
    );
    scene.refused(
        "CreateFunction",
        scene.request(&scene.image("1")),
        "ResourceConflictException: Function already exist: report",
    );
}

#[test]
fn a_published_version_keeps_its_image() {
    let mut scene = active();
    assert_eq!(scene.lambda("PublishVersion", json!({"FunctionName": "report"}))["Version"], "1");
    // Nothing has changed since.
    assert_eq!(scene.lambda("PublishVersion", json!({"FunctionName": "report"}))["Version"], "1");
    let image = scene.image("2");
    scene.lambda("UpdateFunctionCode", json!({"FunctionName": "report", "ImageUri": image}));
    scene.wait(20);
    assert_eq!(version_of(&scene.invoke(json!({}))), ("$LATEST".to_owned(), 2));
    assert_eq!(version_of(&scene.invoke(json!({"Qualifier": "1"}))), ("1".to_owned(), 1));
    let published = scene.lambda("PublishVersion", json!({"FunctionName": "report", "Description": "second"}));
    assert_eq!((published["Version"].as_str(), published["Description"].as_str()), (Some("2"), Some("second")));
    let listed = scene.lambda("ListVersionsByFunction", json!({"FunctionName": "report"}));
    let versions: Vec<&str> =
        listed["Versions"].as_array().unwrap().iter().map(|version| version["Version"].as_str().unwrap()).collect();
    assert_eq!(versions, ["$LATEST", "1", "2"]);
    scene.refused(
        "Invoke",
        json!({"FunctionName": "report", "Qualifier": "9"}),
        &format!("ResourceNotFoundException: Function not found: {ARN}:9"),
    );
    scene.refused(
        "PublishVersion",
        json!({"FunctionName": "report", "RevisionId": "old"}),
        "PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the \
         GetFunction/GetAlias API to retrieve the latest Revision Id",
    );
}

#[test]
fn a_version_can_be_published_together_with_its_function() {
    let mut scene = Scene::new(61);
    scene.push("1", &handler(1));
    let mut request = scene.request(&scene.image("1"));
    request["Publish"] = json!(true);
    let made = scene.lambda("CreateFunction", request);
    assert_eq!(
        (made["Version"].as_str(), made["FunctionArn"].as_str()),
        (Some("1"), Some(format!("{ARN}:1").as_str()))
    );
    scene.wait(20);
    assert_eq!(scene.function().version("1").unwrap().state, FunctionState::Active);
    // Both run one image, and Lambda pulled it once.
    let layers = scene.cloud.trail().events().iter().filter(|event| {
        matches!(&event.kind, EventKind::Layer { caller, .. } if caller.origin == Origin::Function("report".to_owned()))
    });
    assert_eq!(layers.count(), 2);
    assert_eq!(version_of(&scene.invoke(json!({"Qualifier": "1"}))), ("1".to_owned(), 1));
}

#[test]
fn an_alias_leads_to_its_version_and_some_of_the_way_to_another() {
    let mut scene = active();
    scene.lambda("PublishVersion", json!({"FunctionName": "report"}));
    let image = scene.image("2");
    let update = json!({"FunctionName": "report", "ImageUri": image, "Publish": true});
    assert_eq!(scene.lambda("UpdateFunctionCode", update)["State"], "Pending");
    scene.refused(
        "Invoke",
        json!({"FunctionName": "report", "Qualifier": "2"}),
        "ResourceConflictException: The operation cannot be performed at this time. The function is currently in the \
         following state: Pending",
    );
    scene.wait(20);
    let alias = |more: Value| {
        let mut input = json!({"FunctionName": "report", "Name": "live"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let made = scene.lambda("CreateAlias", alias(json!({"FunctionVersion": "1"})));
    assert_eq!(made["AliasArn"], format!("{ARN}:live"));
    assert_eq!(version_of(&scene.invoke(json!({"Qualifier": "live"}))), ("1".to_owned(), 1));
    scene.refused(
        "CreateAlias",
        alias(json!({"FunctionVersion": "1"})),
        &format!("ResourceConflictException: Alias already exists: {ARN}:live"),
    );
    scene.refused(
        "UpdateAlias",
        alias(json!({"FunctionVersion": "7"})),
        &format!("ResourceNotFoundException: Function not found: {ARN}:7"),
    );
    scene.refused(
        "GetAlias",
        json!({"FunctionName": "report", "Name": "no"}),
        &format!("ResourceNotFoundException: Cannot find alias arn: {ARN}:no"),
    );
    let routing = json!({"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}});
    scene.lambda("UpdateAlias", alias(routing));
    let mut seen: Vec<u64> = (0..40).map(|_| version_of(&scene.invoke(json!({"Qualifier": "live"}))).1).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [1, 2]);
    scene.lambda(
        "UpdateAlias",
        alias(json!({"FunctionVersion": "2", "RoutingConfig": {"AdditionalVersionWeights": {}}})),
    );
    assert_eq!(version_of(&scene.invoke(json!({"Qualifier": "live"}))), ("2".to_owned(), 2));
    // A version that an alias leads to stays.
    let delete = json!({"FunctionName": "report", "Qualifier": "2"});
    let refused = scene.call(Service::Lambda, "DeleteFunction", delete.clone()).unwrap_err();
    assert!(refused.contains(&format!("the following aliases reference it: [{ARN}:live]")), "{refused}");
    scene.lambda("DeleteAlias", json!({"FunctionName": "report", "Name": "live"}));
    scene.lambda("DeleteFunction", delete);
    assert!(scene.function().version("2").is_none());
}

#[test]
fn another_account_invokes_only_what_the_resource_policy_lets_it() {
    let mut scene = active();
    let other = administrator(other_account(), Region::home());
    let invoke = json!({"FunctionName": ARN});
    let denied = scene.call_as(&other, Service::Lambda, "Invoke", invoke.clone()).unwrap_err();
    assert!(denied.contains("is not authorized to perform: lambda:InvokeFunction"), "{denied}");
    let add = json!({
        "FunctionName": "report", "StatementId": "partner", "Action": "lambda:InvokeFunction",
        "Principal": other_account().as_str(),
    });
    let added = scene.lambda("AddPermission", add.clone());
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["Principal"], json!({"AWS": format!("arn:aws:iam::{}:root", other_account())}));
    assert_eq!(statement["Resource"], ARN);
    scene.call_as(&other, Service::Lambda, "Invoke", invoke.clone()).unwrap();
    // Not the rest of it, and not by another name of it.
    assert!(scene.call_as(&other, Service::Lambda, "GetFunction", invoke.clone()).is_err());
    scene.refused(
        "AddPermission",
        add,
        "ResourceConflictException: The statement id (partner) provided already exists. Please provide a new statement id, \
         or remove the existing statement.",
    );
    let policy = scene.lambda("GetPolicy", json!({"FunctionName": "report"}));
    let policy: Value = serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
    assert_eq!((policy["Id"].as_str(), policy["Statement"].as_array().map(Vec::len)), (Some("default"), Some(1)));
    scene.lambda("RemovePermission", json!({"FunctionName": "report", "StatementId": "partner"}));
    assert!(scene.call_as(&other, Service::Lambda, "Invoke", invoke).is_err());
    let nothing = "ResourceNotFoundException: The resource you requested does not exist.";
    scene.refused("GetPolicy", json!({"FunctionName": "report"}), nothing);
}

#[test]
fn a_permission_for_a_service_has_the_conditions_that_were_asked_for() {
    let mut scene = active();
    let added = scene.lambda(
        "AddPermission",
        json!({
            "FunctionName": "report", "StatementId": "bucket", "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::reports", "SourceAccount": "111122223333",
        }),
    );
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["Principal"], json!({"Service": "s3.amazonaws.com"}));
    assert_eq!(
        statement["Condition"],
        json!({"StringEquals": {"AWS:SourceAccount": "111122223333"}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::reports"}})
    );
    let wrong =
        json!({"FunctionName": "report", "StatementId": "a b", "Action": "lambda:InvokeFunction", "Principal": "*"});
    assert!(scene.call(Service::Lambda, "AddPermission", wrong).unwrap_err().starts_with("ValidationException"));
}

#[test]
fn the_action_of_an_invocation_is_invoke_function() {
    let scene = active();
    let user = "arn:aws:iam::111122223333:user/dev".parse().unwrap();
    let function = ARN.parse().unwrap();
    assert!(decide_as(&scene.cloud, &user, "lambda:InvokeFunction", Some(&function)).is_allowed());
    assert!(ecr_quest::cloud::iam::takes_resource("lambda:InvokeFunction", Some(&function)));
    assert!(!ecr_quest::cloud::iam::takes_resource("lambda:Invoke", Some(&function)));
    assert!(!ecr_quest::cloud::iam::takes_resource("lambda:ListFunctions", Some(&function)));
}

#[test]
fn a_function_writes_its_log_as_its_execution_role() {
    let mut scene = active();
    scene.invoke(json!({}));
    // The role may not, and the function answered all the same.
    assert_eq!(scene.log("/aws/lambda/report"), Vec::<String>::new());
    let (event, _) = scene.cloud.trail().last_denial().unwrap();
    let EventKind::Request(request) = &event.kind else { panic!() };
    assert_eq!(request.caller.principal.arn().as_str(), "arn:aws:sts::111122223333:assumed-role/function/report");
    scene.allow("function", &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]);
    let (answer, _) = scene.invoke(json!({"LogType": "Tail"}));
    let log = scene.log("/aws/lambda/report");
    assert_eq!(log.len(), 4, "{log:?}");
    assert!(log[0].starts_with("START RequestId: ") && log[0].ends_with(" Version: $LATEST"), "{log:?}");
    assert_eq!(log[1], "version 1");
    assert!(log[3].contains("\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"), "{log:?}");
    assert_eq!(decoded(answer["LogResult"].as_str().unwrap()), log.join("\n") + "\n");
    // A sandbox keeps its stream while it is warm, and a new one has its own.
    scene.invoke(json!({}));
    let streams = |scene: &Scene| {
        let region =
            scene.cloud.account(&ecr_quest::cloud::AccountId::home()).unwrap().region(&Region::home()).unwrap();
        region.logs.group("/aws/lambda/report").unwrap().streams().map(|stream| stream.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(streams(&scene).len(), 1);
    assert!(streams(&scene)[0].starts_with("2026/03/02/[$LATEST]"), "{:?}", streams(&scene));
    scene.wait(3600);
    scene.invoke(json!({}));
    assert_eq!(streams(&scene).len(), 2);
}

#[test]
fn an_event_is_delivered_later_and_again_when_it_fails() {
    let mut scene = Scene::new(62);
    scene.push("1", "def handler(event, context):\n    print('tried')\n    raise ValueError('no')\n");
    scene.allow("function", &["logs:*"]);
    scene.create("1");
    let (answer, _) = scene.invoke(json!({"InvocationType": "Event", "Payload": encoded("{}")}));
    assert_eq!(answer, json!({"StatusCode": 202}));
    let tries = |scene: &Scene| scene.log("/aws/lambda/report").iter().filter(|line| *line == "tried").count();
    assert_eq!(tries(&scene), 0);
    for (seconds, expected) in [(1, 1), (58, 1), (3, 2), (120, 3), (3600, 3)] {
        scene.wait(seconds);
        assert_eq!(tries(&scene), expected, "after {seconds} s more");
    }
}

#[test]
fn a_dry_run_asks_and_runs_nothing() {
    let mut scene = active();
    let (answer, _) = scene.invoke(json!({"InvocationType": "DryRun"}));
    assert_eq!(answer, json!({"StatusCode": 204}));
    assert!(scene.function().latest().state == FunctionState::Active);
}

#[test]
fn payloads_are_read_as_json() {
    let mut scene = active();
    assert_eq!(scene.invoke(json!({})).1["got"], json!({}));
    let input = json!({"FunctionName": "report", "Payload": encoded("{a")});
    let error = scene.call(Service::Lambda, "Invoke", input).unwrap_err();
    assert!(error.starts_with("InvalidRequestContentException: Could not parse request body into json:"), "{error}");
    let long = encoded(&format!("\"{}\"", "x".repeat(1_048_576)));
    let input = json!({"FunctionName": "report", "InvocationType": "Event", "Payload": long});
    scene.refused(
        "Invoke",
        input,
        "RequestTooLargeException: 1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    );
}

#[test]
fn code_asks_aws_as_the_execution_role() {
    let mut scene = Scene::new(63);
    let admin = administrator(ecr_quest::cloud::AccountId::home(), Region::home());
    scene.push_as(&admin, "app", "asks", "amd64", (&[], &["aws", "ecr", "describe-repositories"]), "");
    scene.create("asks");
    scene.invoke(json!({}));
    let requests: Vec<_> =
        scene.cloud.trail().requests().filter(|(_, request)| request.operation == "DescribeRepositories").collect();
    let [(_, request)] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.caller.principal.arn().as_str(), "arn:aws:sts::111122223333:assumed-role/function/report");
    assert!(request.denial().is_some());
}

#[test]
fn concurrency_is_reserved_within_the_accounts_limit() {
    let mut scene = active();
    let put = |count: i64| json!({"FunctionName": "report", "ReservedConcurrentExecutions": count});
    scene.refused(
        "PutFunctionConcurrency",
        put(901),
        "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's \
         UnreservedConcurrentExecution below its minimum value of [100].",
    );
    scene.lambda("PutFunctionConcurrency", put(900));
    let settings = scene.lambda("GetAccountSettings", json!({}));
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 100);
    assert_eq!(settings["AccountUsage"], json!({"TotalCodeSize": 0, "FunctionCount": 1}));
    scene.lambda("PutFunctionConcurrency", put(0));
    scene.refused("Invoke", json!({"FunctionName": "report"}), "TooManyRequestsException: Rate Exceeded.");
    scene.lambda("DeleteFunctionConcurrency", json!({"FunctionName": "report"}));
    assert_eq!(scene.lambda("GetFunctionConcurrency", json!({"FunctionName": "report"})), json!({}));
    scene.invoke(json!({}));
}

#[test]
fn tags_are_conditions_of_what_may_be_done_with_a_function() {
    let mut scene = active();
    scene.lambda("TagResource", json!({"Resource": ARN, "Tags": {"team": "a", "stage": "prod"}}));
    scene.lambda("UntagResource", json!({"Resource": ARN, "TagKeys": ["stage"]}));
    assert_eq!(scene.lambda("ListTags", json!({"Resource": ARN})), json!({"Tags": {"team": "a"}}));
    scene.role("clerk", "ec2.amazonaws.com");
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}]});
    let input = json!({"RoleName": "clerk", "PolicyName": "own", "PolicyDocument": document.to_string()});
    scene.ok(Service::Iam, "PutRolePolicy", input);
    scene.ok(Service::Iam, "TagRole", json!({"RoleName": "clerk", "Tags": [{"Key": "team", "Value": "a"}]}));
    scene.act_as("clerk");
    scene.invoke(json!({}));
    scene.caller = administrator(ecr_quest::cloud::AccountId::home(), Region::home());
    scene.lambda("TagResource", json!({"Resource": ARN, "Tags": {"team": "b"}}));
    scene.act_as("clerk");
    assert!(scene.call(Service::Lambda, "Invoke", json!({"FunctionName": "report"})).is_err());
}

#[test]
fn a_deleted_function_leaves_nothing_behind() {
    let mut scene = active();
    let (answer, _) = scene.invoke(json!({"InvocationType": "Event"}));
    assert_eq!(answer["StatusCode"], 202);
    scene.lambda("DeleteFunction", json!({"FunctionName": "report"}));
    let events = scene.cloud.trail().len();
    scene.wait(60 * 86_400);
    assert_eq!(scene.cloud.trail().len(), events);
    scene.create("2");
    assert_eq!(scene.invoke(json!({})).1["version"], 2);
}

#[test]
fn one_leap_and_many_steps_end_alike() {
    let play = |steps: &[i64]| {
        let mut scene = Scene::new(64);
        scene.push("1", "def handler(event, context):\n    raise ValueError('no')\n");
        scene.create("1");
        scene.invoke(json!({"InvocationType": "Event"}));
        steps.iter().for_each(|seconds| scene.wait(*seconds));
        let events: Vec<String> = scene.cloud.trail().events().iter().map(|event| format!("{event:?}")).collect();
        (events, scene.function().latest().state)
    };
    let day = 86_400;
    assert_eq!(play(&[25 * day]), play(&[1, 59, 3600, day, 20 * day, 4 * day - 3660]));
    assert_eq!(play(&[25 * day]).1, FunctionState::Inactive);
}
