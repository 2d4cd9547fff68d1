//! Functions as a person at a terminal meets them.

use crate::support::Terminal;

const HOST: &str = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";

/// A terminal with an image `report:1` in the registry, and a role for functions.
fn terminal() -> Terminal {
    let mut terminal = Terminal::new();
    for line in [
        "aws ecr create-repository --repository-name report",
        &format!("aws ecr get-login-password | docker login --username AWS --password-stdin {HOST}"),
        "mkdir -p report",
        "printf 'def handler(event, context):\\n    print(event)\\n    return {\"version\": 1, \"name\": event[\"name\"]}\\n' > report/app.py",
        "printf 'FROM public.ecr.aws/lambda/python:3.12\\nCOPY app.py ${LAMBDA_TASK_ROOT}/\\nCMD [\"app.handler\"]\\n' > report/Dockerfile",
        &format!("docker build --provenance=false -t {HOST}/report:1 report"),
        &format!("docker push {HOST}/report:1"),
        r#"echo '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}' > trust.json"#,
        "aws iam create-role --role-name report --assume-role-policy-document file://trust.json",
    ] {
        terminal.ok(line);
    }
    terminal
}

fn create() -> String {
    format!(
        "aws lambda create-function --function-name report --package-type Image --code ImageUri={HOST}/report:1 --role \
         arn:aws:iam::111122223333:role/report"
    )
}

#[test]
fn a_function_is_made_becomes_active_and_answers() {
    let mut terminal = terminal();
    let made = terminal.ok(&create());
    assert!(made.contains("\"State\": \"Pending\"") && made.contains("\"StateReasonCode\": \"Creating\""), "{made}");
    terminal.ok("aws lambda wait function-active-v2 --function-name report");
    let shown = terminal.ok("aws lambda get-function --function-name report");
    assert!(shown.contains("\"State\": \"Active\"") && shown.contains("\"ResolvedImageUri\": \""), "{shown}");
    let answer = terminal.ok(
        r#"aws lambda invoke --function-name report --cli-binary-format raw-in-base64-out --payload '{"name":"Kim"}' out.json"#,
    );
    assert_eq!(answer, "{\n    \"StatusCode\": 200,\n    \"ExecutedVersion\": \"$LATEST\"\n}\n");
    assert_eq!(terminal.ok("cat out.json"), r#"{"version": 1, "name": "Kim"}"#);
}

const POLICY: &str = r#"echo '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ACTION"}]}' > policy.json && aws ecr set-repository-policy --repository-name report --policy-text file://policy.json"#;

/// The same with an administrator who may not touch repository policies any more.
fn without_repository_policies() -> Terminal {
    let mut terminal = terminal();
    terminal.ok(r#"echo '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ecr:GetRepositoryPolicy","Resource":"*"}]}' > deny.json"#);
    terminal
        .ok("aws iam put-user-policy --user-name learner --policy-name no-policies --policy-document file://deny.json");
    terminal
}

#[test]
fn why_explains_who_was_not_let_in() {
    let mut terminal = without_repository_policies();
    let refused = terminal.run(&create());
    assert_eq!(
        refused.text(),
        "\naws: [ERROR]: An error occurred (AccessDeniedException) when calling the CreateFunction operation: Lambda does \
         not have permission to access the ECR image. Check the ECR permissions.\n"
    );
    // The newest denial is the learner's own, as Lambda tried to read the policy for him; what it failed by is Lambda's.
    let why = terminal.ok("why");
    assert!(why.contains("service/lambda.amazonaws.com asked for `ecr:BatchGetImage`"), "{why}");
    terminal.ok(&POLICY.replace("ACTION", "ecr:GetDownloadUrlForLayer"));
}

#[test]
fn why_explains_a_function_that_could_not_be_made() {
    let mut terminal = without_repository_policies();
    terminal.ok(&POLICY.replace("ACTION", "ecr:BatchGetImage"));
    terminal.ok(&create());
    let waited = terminal.run("aws lambda wait function-active-v2 --function-name report");
    assert_eq!(waited.code, 255);
    assert!(
        waited.text().contains("For expression \"Configuration.State\" matched expected path: \"Failed\""),
        "{}",
        waited.text()
    );
    let why = terminal.ok("why");
    for part in [
        "arn:aws:lambda:ap-northeast-2:111122223333:function:report could not be made",
        "`ImageAccessDenied`, The function does not have permission to access the specified image.",
        "arn:aws:iam::111122223333:service/lambda.amazonaws.com asked for `ecr:GetDownloadUrlForLayer`",
        "So: a service asks in its own name and has no policies of its own.",
        "delete the function and make it again",
    ] {
        assert!(why.contains(part), "no `{part}` in:\n{why}");
    }
    // Mended, there is nothing more to explain of it.
    terminal.ok(&POLICY.replace("ACTION", "ecr:*"));
    terminal.ok("aws lambda delete-function --function-name report");
    terminal.ok(&create());
    terminal.ok("aws lambda wait function-active-v2 --function-name report");
    assert!(!terminal.ok("why").contains("could not be made"));
}

#[test]
fn why_explains_a_function_whose_image_is_gone() {
    let mut terminal = terminal();
    terminal.ok(&create());
    terminal.ok("aws lambda wait function-active-v2 --function-name report");
    terminal.ok("aws ecr batch-delete-image --repository-name report --image-ids imageTag=1");
    terminal.ok("clock advance 25d");
    let refused = terminal.run("aws lambda invoke --function-name report out.json");
    assert!(refused.text().contains("(CodeArtifactUserPendingException)"), "{}", refused.text());
    terminal.ok("clock advance 1m");
    let why = terminal.ok("why");
    assert!(why.contains("could not be woken") && why.contains("`ImageDeleted`"), "{why}");
    assert!(why.contains("ecr:BatchGetImage on arn:aws:ecr:ap-northeast-2:111122223333:repository/report"), "{why}");
}

#[test]
fn an_invocation_needs_a_file_for_what_it_answers() {
    let mut terminal = terminal();
    terminal.ok(&create());
    terminal.ok("clock advance 1m");
    let missing = terminal.run("aws lambda invoke --function-name report");
    assert!(missing.text().contains("the following arguments are required: outfile"), "{}", missing.text());
    let both = terminal.run("aws lambda invoke");
    assert!(both.text().contains("the following arguments are required: --function-name, outfile"), "{}", both.text());
    // The payload is base64 unless said otherwise.
    let raw = terminal.run(r#"aws lambda invoke --function-name report --payload '{"name":"Kim"}' out.json"#);
    assert!(raw.text().contains("Invalid base64: \"{\"name\":\"Kim\"}\""), "{}", raw.text());
    let shown = terminal.ok(
        r#"aws lambda invoke --function-name report --payload eyJuYW1lIjoiS2ltIn0= --query StatusCode /dev/stdout"#,
    );
    assert_eq!(shown, "{\"version\": 1, \"name\": \"Kim\"}200\n");
    // An error of the function is an answer too.
    let failed = terminal.ok("aws lambda invoke --function-name report --query FunctionError out.json && cat out.json");
    assert!(
        failed.starts_with("\"Unhandled\"\n{\"errorMessage\": \"'name'\", \"errorType\": \"KeyError\""),
        "{failed}"
    );
    let nowhere = terminal.run("aws lambda invoke --function-name report no/such/out.json");
    assert!(nowhere.text().contains("[Errno 2]") && nowhere.code == 255, "{}", nowhere.text());
    assert_eq!(terminal.run("aws lambda invoke --function-name report out.json extra").code, 252);
}

#[test]
fn the_end_of_the_log_comes_with_the_answer() {
    let mut terminal = terminal();
    terminal.ok(&create());
    terminal.ok("aws lambda wait function-active-v2 --function-name report");
    let log = terminal.ok(
        r#"aws lambda invoke --function-name report --payload eyJuYW1lIjoiS2ltIn0= --log-type Tail --query LogResult --output text out.json | base64 -d"#,
    );
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines[0].starts_with("START RequestId: ") && lines[1] == "{'name': 'Kim'}", "{log}");
    assert!(lines[3].contains("\tInit Duration: 180.00 ms"), "{log}");
}

#[test]
fn records_carry_lambdas_dated_names_and_what_it_asks_for_its_caller() {
    let mut terminal = terminal();
    terminal.ok(&create());
    let mut record = |name: &str| -> serde_json::Value {
        let found = terminal.ok(&format!(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue={name} --query \
             'Events[0].CloudTrailEvent' --output text"
        ));
        serde_json::from_str(&found).unwrap()
    };
    assert_eq!(record("CreateFunction20150331")["eventName"], "CreateFunction20150331");
    let asked = record("GetRepositoryPolicy");
    for said in [&asked["sourceIPAddress"], &asked["userAgent"], &asked["userIdentity"]["invokedBy"]] {
        assert_eq!(said, "lambda.amazonaws.com", "{asked}");
    }
    assert_eq!(asked["userIdentity"]["userName"], "learner");
}

#[test]
fn an_inactive_function_whose_image_was_deleted_says_so_each_time() {
    let mut terminal = terminal();
    terminal.ok(&create());
    terminal.ok("aws lambda wait function-active-v2 --function-name report");
    terminal.ok("aws ecr batch-delete-image --repository-name report --image-ids imageTag=1");
    terminal.ok("clock advance 30d");
    terminal.run("aws lambda invoke --function-name report out.json");
    terminal.ok("clock advance 1m");
    for _ in 0..2 {
        let refused = terminal.run("aws lambda invoke --function-name report out.json").text();
        assert!(refused.contains("(CodeArtifactUserFailedException)"), "{refused}");
        let state = "aws lambda get-function-configuration --function-name report --query '[State,StateReasonCode]' --output text";
        assert_eq!(terminal.ok(state), "Inactive\tImageDeleted\n");
    }
}
