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
