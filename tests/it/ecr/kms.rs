//! Repositories that are encrypted with a key of KMS, and what becomes of them when the key does not play along.

use serde_json::{Value, json};

use crate::registry::Lab;
use crate::support::Terminal;

const HOST: &str = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";

/// A terminal with a key `alias/images`, a repository `web` that is encrypted with it, and an image ready to push.
fn ready() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.ok(
        "KEY=$(aws kms create-key --description images --query KeyMetadata.Arn --output text); \
         aws kms create-alias --alias-name alias/images --target-key-id $KEY; \
         aws ecr create-repository --repository-name web --encryption-configuration encryptionType=KMS,kmsKey=alias/images",
    );
    terminal.ok(&format!(
        "aws ecr get-login-password | docker login --username AWS --password-stdin {HOST} 2>/dev/null; \
         docker pull -q alpine:3.20; docker tag alpine:3.20 {HOST}/web:v1"
    ));
    terminal
}

fn json_of(terminal: &mut Terminal, line: &str) -> Value {
    serde_json::from_str(&terminal.ok(line)).unwrap()
}

#[test]
fn a_key_is_made_described_and_listed() {
    let mut terminal = Terminal::new();
    let key = json_of(&mut terminal, "aws kms create-key --description images")["KeyMetadata"].clone();
    assert_eq!(
        (&key["KeyState"], &key["Enabled"], &key["KeyManager"]),
        (&json!("Enabled"), &json!(true), &json!("CUSTOMER"))
    );
    let id = key["KeyId"].as_str().unwrap();
    terminal.ok(&format!("aws kms create-alias --alias-name alias/images --target-key-id {id}"));
    for name in [id, "alias/images", key["Arn"].as_str().unwrap()] {
        let described = json_of(&mut terminal, &format!("aws kms describe-key --key-id {name}"));
        assert_eq!(described["KeyMetadata"], key, "{name}");
    }
    let aliases = json_of(&mut terminal, "aws kms list-aliases --query 'Aliases[].[AliasName,TargetKeyId]'");
    assert_eq!(aliases, json!([["alias/images", id]]));
    assert_eq!(json_of(&mut terminal, "aws kms list-keys")["Keys"][0]["KeyId"], id);
    let policy = json_of(&mut terminal, "aws kms get-key-policy --key-id alias/images --query Policy --output text");
    assert_eq!(policy["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::111122223333:root");
    for (line, error) in [
        (
            "describe-key --key-id alias/none",
            "(NotFoundException) when calling the DescribeKey operation: Alias \
             arn:aws:kms:ap-northeast-2:111122223333:alias/none is not found.",
        ),
        ("describe-key --key-id x", "(NotFoundException) when calling the DescribeKey operation: Invalid keyId 'x'"),
        (
            "create-alias --alias-name alias/images --target-key-id alias/images",
            "(AlreadyExistsException) when calling the CreateAlias operation: An alias with the name \
             arn:aws:kms:ap-northeast-2:111122223333:alias/images already exists",
        ),
    ] {
        let refused = terminal.run(&format!("aws kms {line}"));
        assert_eq!(refused.code, 254);
        assert!(refused.stderr().contains(error), "{}", refused.stderr());
    }
}

#[test]
fn a_key_can_be_switched_off_and_deleted_with_a_way_back() {
    let mut terminal = Terminal::new();
    terminal.ok("KEY=$(aws kms create-key --query KeyMetadata.KeyId --output text); \
         aws kms create-alias --alias-name alias/k --target-key-id $KEY");
    let state = |terminal: &mut Terminal| {
        let line = "aws kms describe-key --key-id alias/k --query KeyMetadata.KeyState --output text";
        terminal.ok(line).trim().to_owned()
    };
    terminal.ok("aws kms disable-key --key-id alias/k");
    assert_eq!(state(&mut terminal), "Disabled");
    terminal.ok("aws kms enable-key --key-id alias/k; aws kms schedule-key-deletion --key-id alias/k --pending-window-in-days 7");
    assert_eq!(state(&mut terminal), "PendingDeletion");
    let refused = terminal.run("aws kms enable-key --key-id alias/k");
    assert!(refused.stderr().contains("is pending deletion."), "{}", refused.stderr());
    terminal.ok("aws kms cancel-key-deletion --key-id alias/k");
    assert_eq!(state(&mut terminal), "Disabled");
    terminal.ok("aws kms schedule-key-deletion --key-id alias/k --pending-window-in-days 7; clock advance 7d");
    assert!(terminal.run("aws kms describe-key --key-id alias/k").stderr().contains("does not exist"));
    assert_eq!(json_of(&mut terminal, "aws kms list-keys")["Keys"], json!([]));
}

#[test]
fn a_repository_brings_two_grants_and_takes_them_along() {
    let mut terminal = ready();
    let key = terminal.ok("aws kms describe-key --key-id alias/images --query KeyMetadata.Arn --output text");
    let encryption =
        json_of(&mut terminal, "aws ecr describe-repositories --query 'repositories[0].encryptionConfiguration'");
    assert_eq!(encryption, json!({ "encryptionType": "KMS", "kmsKey": key.trim() }));
    let grants = json_of(&mut terminal, "aws kms list-grants --key-id alias/images")["Grants"].clone();
    let operations: Vec<&Value> = grants.as_array().unwrap().iter().map(|grant| &grant["Operations"]).collect();
    assert_eq!(operations.len(), 2);
    assert!(operations.contains(&&json!(["GenerateDataKey", "Decrypt"])), "{operations:?}");
    assert_eq!(
        grants[0]["Constraints"]["EncryptionContextSubset"]["aws:ecr:arn"],
        "arn:aws:ecr:ap-northeast-2:111122223333:repository/web"
    );
    terminal.ok("aws ecr delete-repository --repository-name web");
    assert_eq!(json_of(&mut terminal, "aws kms list-grants --key-id alias/images")["Grants"], json!([]));
    // Without a key the account's own for ECR stands in.
    terminal.ok("aws ecr create-repository --repository-name own --encryption-configuration encryptionType=KMS");
    let own = json_of(&mut terminal, "aws kms describe-key --key-id alias/aws/ecr")["KeyMetadata"].clone();
    assert_eq!((&own["KeyManager"], &own["KeyState"]), (&json!("AWS"), &json!("Enabled")));
    let refused = terminal.run("aws kms disable-key --key-id alias/aws/ecr");
    assert!(refused.stderr().contains("AccessDeniedException"), "{}", refused.stderr());
}

#[test]
fn without_its_key_a_repository_neither_takes_nor_gives_an_image() {
    let mut terminal = ready();
    terminal.ok(&format!("docker push -q {HOST}/web:v1"));
    terminal.ok("aws kms disable-key --key-id alias/images; docker rmi -f alpine:3.20");
    let failures = json_of(
        &mut terminal,
        "aws ecr batch-get-image --repository-name web --image-ids imageTag=v1 --query 'failures[0]'",
    );
    assert_eq!(failures["failureCode"], "KmsError");
    assert!(failures["failureReason"].as_str().unwrap().ends_with(" is disabled."), "{failures}");
    let pull = terminal.run(&format!("docker pull {HOST}/web:v1"));
    assert!(pull.code == 1 && pull.stderr().contains(" is disabled."), "{}", pull.text());
    terminal.ok(&format!("docker pull -q alpine:3.18; docker tag alpine:3.18 {HOST}/web:v2"));
    let push = terminal.run(&format!("docker push {HOST}/web:v2"));
    assert!(push.code == 1 && push.stderr().contains(" is disabled."), "{}", push.text());
    terminal.ok(&format!("aws kms enable-key --key-id alias/images; docker push -q {HOST}/web:v2"));
    // Who takes the grant away makes the images unreadable at once.
    terminal.ok("for id in $(aws kms list-grants --key-id alias/images --query 'Grants[].GrantId' --output text); do \
         aws kms revoke-grant --key-id alias/images --grant-id $id; done");
    let pull = terminal.run(&format!("docker pull {HOST}/web:v2"));
    assert!(pull.stderr().contains("or you are not allowed to access."), "{}", pull.text());
}

#[test]
fn whoever_makes_the_repository_must_be_allowed_to_give_the_grants() {
    let mut lab = Lab::new();
    let admin = lab.admin.clone();
    let kms = ecr_quest::cloud::Service::Kms;
    let key = lab.as_caller(&admin, kms, "CreateKey", json!({})).unwrap()["KeyMetadata"]["Arn"].clone();
    let dev = lab.user_with("dev", &["ecr:*", "kms:DescribeKey"]);
    let ecr = ecr_quest::cloud::Service::Ecr;
    let input = json!({
        "repositoryName": "web", "encryptionConfiguration": { "encryptionType": "KMS", "kmsKey": key },
    });
    let refused = lab.as_caller(&dev, ecr, "CreateRepository", input.clone()).unwrap_err();
    assert_eq!(refused.code, "KmsException");
    assert!(
        refused.message.contains("is not authorized to perform: kms:CreateGrant on resource: arn:aws:kms:"),
        "{refused}"
    );
    assert!(lab.ok("DescribeRepositories", json!({}))["repositories"].as_array().unwrap().is_empty());
    // The key's policy can let ECR's callers in, and nobody else.
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/dev" }, "Action": "kms:CreateGrant",
          "Resource": "*", "Condition": { "StringEquals": { "kms:ViaService": "ecr.ap-northeast-2.amazonaws.com" },
          "Bool": { "kms:GrantIsForAWSResource": "true" } } },
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*" },
    ] });
    let put = json!({ "KeyId": key, "Policy": policy.to_string() });
    lab.as_caller(&admin, kms, "PutKeyPolicy", put).unwrap();
    lab.as_caller(&dev, ecr, "CreateRepository", input).unwrap();
    let grant =
        json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/dev", "Operations": ["Decrypt"] });
    assert!(lab.as_caller(&dev, kms, "CreateGrant", grant).unwrap_err().is_access_denied());
    // Nor may somebody without a word on the key at all; the account's own key asks for nothing but ECR.
    let other = lab.user_with("other", &["ecr:*"]);
    let own = json!({ "repositoryName": "own", "encryptionConfiguration": { "encryptionType": "KMS" } });
    lab.as_caller(&other, ecr, "CreateRepository", own).unwrap();
    let locked = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/dev" }, "Action": "kms:*", "Resource": "*" },
    ] });
    let put = json!({ "KeyId": key, "Policy": locked.to_string() });
    assert_eq!(
        lab.as_caller(&admin, kms, "PutKeyPolicy", put).unwrap_err().message,
        "The new key policy will not allow you to update the key policy in the future."
    );
}

#[test]
fn a_key_that_is_not_there_makes_no_repository() {
    let mut terminal = Terminal::new();
    let line = "aws ecr create-repository --repository-name web --encryption-configuration encryptionType=KMS,kmsKey=alias/none";
    let refused = terminal.run(line);
    assert_eq!(
        refused.stderr(),
        "\naws: [ERROR]: An error occurred (KmsException) when calling the CreateRepository operation: Alias \
         arn:aws:kms:ap-northeast-2:111122223333:alias/none is not found.\n"
    );
}
