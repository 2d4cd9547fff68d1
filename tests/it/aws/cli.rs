//! What the simulated `aws` does beyond the captured sessions.

use ecr_quest::shell;
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;
use proptest::prelude::*;

fn run(world: &mut World, line: &str) -> (String, String, i32) {
    let output = shell::run(world, &Words::new(Lang::En), line);
    (output.stdout(), output.stderr(), output.code)
}

/// Runs `line` in a fresh world and compares all that can be seen.
#[track_caller]
fn check(line: &str, stdout: &str, stderr: &str, code: i32) {
    let mut world = World::new(1);
    assert_eq!(run(&mut world, line), (stdout.to_owned(), stderr.to_owned(), code), "{line}");
}

/// Runs `line` after `before` and gives its standard output. Everything must succeed.
#[track_caller]
fn succeeds(world: &mut World, line: &str) -> String {
    let (stdout, stderr, code) = run(world, line);
    assert_eq!((stderr.as_str(), code), ("", 0), "{line}");
    stdout
}

#[test]
fn without_region_keys_or_profile_the_real_errors_come() {
    for (line, message, code) in [
        (
            "AWS_CONFIG_FILE=/none aws ecr describe-repositories",
            "An error occurred (NoRegion): You must specify a region. You can also configure your region by running \"aws configure\".",
            253,
        ),
        (
            "AWS_SHARED_CREDENTIALS_FILE=/none aws ecr describe-repositories",
            "An error occurred (NoCredentials): Unable to locate credentials. You can configure credentials by running \"aws login\".",
            253,
        ),
        (
            "AWS_ACCESS_KEY_ID=testing aws ecr describe-repositories",
            "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
            255,
        ),
        ("AWS_PROFILE=nope aws ecr describe-repositories", "The config profile (nope) could not be found", 255),
        (
            "AWS_REGION='us east' aws ecr describe-repositories",
            "Provided region_name 'us east' doesn't match a supported format.",
            255,
        ),
        (
            "aws ecr describe-repositories --region us-esat-1",
            "Could not connect to the endpoint URL: \"https://api.ecr.us-esat-1.amazonaws.com/\"",
            255,
        ),
        (
            "aws ecr describe-repositories --endpoint-url http://127.0.0.1:5998",
            "Could not connect to the endpoint URL: \"http://127.0.0.1:5998/\"",
            255,
        ),
        (
            "AWS_ACCESS_KEY_ID=AKIANOBODY AWS_SECRET_ACCESS_KEY=x aws ecr get-authorization-token",
            "An error occurred (UnrecognizedClientException) when calling the GetAuthorizationToken operation: The security token included in the request is invalid.",
            254,
        ),
        // Both checks fail: the client's comes before the keys are looked for.
        (
            "AWS_SHARED_CREDENTIALS_FILE=/none aws ecr create-repository --repository-name a",
            "An error occurred (ParamValidation): Parameter validation failed:\nInvalid length for parameter repositoryName, value: 1, valid min length: 2",
            252,
        ),
    ] {
        check(line, "", &format!("\naws: [ERROR]: {message}\n"), code);
    }
}

#[test]
fn what_is_not_simulated_is_said_by_name_in_both_languages() {
    for line in [
        "aws sqs list-queues",
        "aws secretsmanager rotate-secret --secret-id a",
        "aws ecs describe-task-sets --cluster a --service b",
    ] {
        for lang in Lang::ALL {
            let output = shell::run(&mut World::new(1), &Words::new(lang), line);
            assert_eq!((output.stdout().as_str(), output.code), ("", 255), "{line}");
            let text = output.stderr();
            assert!(text.starts_with("aws: `aws ") && text.contains("help`") && !text.contains('‹'), "{text}");
        }
    }
}

#[test]
fn configure_shows_and_writes_the_learners_files() {
    let mut world = World::new(1);
    check(
        "AWS_SHARED_CREDENTIALS_FILE=/none AWS_CONFIG_FILE=/none AWS_ACCESS_KEY_ID=testing \
         AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1 aws configure list",
        "NAME       : VALUE                    : TYPE             : LOCATION\n\
         profile    : <not set>                : None             : None\n\
         access_key : ****************ting     : env              : \n\
         secret_key : ****************ting     : env              : \n\
         region     : us-east-1                : env              : ['AWS_REGION', 'AWS_DEFAULT_REGION']\n",
        "",
        0,
    );
    succeeds(&mut world, "aws configure set region eu-west-1");
    assert_eq!(succeeds(&mut world, "aws configure get region"), "eu-west-1\n");
    succeeds(&mut world, "aws configure set role_arn arn:aws:iam::123456789012:role/x --profile ci");
    assert_eq!(succeeds(&mut world, "aws configure get profile.ci.role_arn"), "arn:aws:iam::123456789012:role/x\n");
    assert_eq!(succeeds(&mut world, "aws configure list-profiles"), "default\nci\n");
    assert_eq!(run(&mut world, "aws configure get output --profile ci").2, 1);
    succeeds(&mut world, "printf 'AKIAX\\nsecret\\n\\nyaml\\n' | aws configure --profile third");
    assert_eq!(succeeds(&mut world, "aws configure get aws_access_key_id --profile third"), "AKIAX\n");
    assert_eq!(succeeds(&mut world, "aws configure get output --profile third"), "yaml\n");
    assert_eq!(run(&mut world, "aws configure").2, 255);
}

#[test]
fn configure_reaches_settings_inside_of_others_and_profiles_by_a_pattern() {
    let mut world = World::new(1);
    succeeds(&mut world, "aws configure set s3.addressing_style path");
    succeeds(&mut world, "aws configure set profile.ci-1.region us-east-1");
    succeeds(&mut world, "aws configure set profile.ci-2.region us-east-1");
    assert_eq!(succeeds(&mut world, "aws configure get s3.addressing_style"), "path\n");
    assert_eq!(succeeds(&mut world, "aws configure get default.s3.addressing_style"), "path\n");
    let section = "varname (s3) must reference a value, not a section or sub-section.";
    assert_eq!(run(&mut world, "aws configure get s3"), (String::new(), section.to_owned(), 1));
    succeeds(&mut world, "aws configure set region eu-west-1 --profile-pattern 'ci-.*'");
    assert_eq!(succeeds(&mut world, "aws configure get ci-2.region"), "eu-west-1\n");
    // What `get` takes for a profile, `set` takes for a setting with another inside.
    succeeds(&mut world, "aws configure set ci-2.region x");
    assert_eq!(succeeds(&mut world, "aws configure get profile.ci-2.region"), "eu-west-1\n");
    let wrong = run(&mut world, "aws configure set profile.ci-2 x");
    assert_eq!(wrong, (String::new(), "\naws: [ERROR]: list index out of range\n".to_owned(), 255));
}

#[test]
fn keys_from_the_console_become_profiles() {
    let mut world = World::new(1);
    let rows = "User name,Access key ID,Secret access key\\ndev,AKIADEV,one\\nnobody,,\\n";
    succeeds(&mut world, &format!("printf '{rows}' > keys.csv"));
    let wrong = "Failed to parse entry #2: Row missing value for header \"Access Key ID\"";
    let refused = run(&mut world, "aws configure import --csv file://keys.csv");
    assert_eq!(refused, (String::new(), format!("\naws: [ERROR]: {wrong}\n"), 255));
    let imported =
        succeeds(&mut world, "aws configure import --csv file://keys.csv --skip-invalid --profile-prefix my-");
    assert_eq!(imported, "Successfully imported 1 profile(s)\n");
    assert_eq!(succeeds(&mut world, "aws configure get aws_access_key_id --profile my-dev"), "AKIADEV\n");
    let none = run(&mut world, "aws configure import --csv file://none.csv");
    assert_eq!(none.2, 252);
    assert!(
        none.1.contains("Error parsing parameter '--csv': Unable to load paramfile file://none.csv: [Errno 2]"),
        "{none:?}"
    );
    assert!(run(&mut world, "aws configure import").1.contains("the following arguments are required: --csv"));
}

#[test]
fn keys_are_exported_in_every_form() {
    let keys = "AWS_ACCESS_KEY_ID=AKIAX AWS_SECRET_ACCESS_KEY=s AWS_SESSION_TOKEN=t";
    let export = |format: &str| {
        succeeds(&mut World::new(1), &format!("{keys} aws configure export-credentials --format {format}"))
    };
    assert_eq!(
        export("env"),
        "export AWS_ACCESS_KEY_ID=AKIAX\nexport AWS_SECRET_ACCESS_KEY=s\nexport AWS_SESSION_TOKEN=t\n"
    );
    assert_eq!(export("env-no-export"), "AWS_ACCESS_KEY_ID=AKIAX\nAWS_SECRET_ACCESS_KEY=s\nAWS_SESSION_TOKEN=t\n");
    assert!(export("powershell").starts_with("$Env:AWS_ACCESS_KEY_ID=\"AKIAX\"\n"));
    assert!(export("windows-cmd").starts_with("set AWS_ACCESS_KEY_ID=AKIAX\n"));
    assert!(export("fish").ends_with("set -gx AWS_SESSION_TOKEN \"t\"\n"));
    assert_eq!(
        export("process"),
        "{\n  \"Version\": 1,\n  \"AccessKeyId\": \"AKIAX\",\n  \"SecretAccessKey\": \"s\",\n  \"SessionToken\": \"t\"\n}\n"
    );
    let mut world = World::new(1);
    let none = run(&mut world, "AWS_SHARED_CREDENTIALS_FILE=/none aws configure export-credentials");
    let text =
        "\naws: [ERROR]: An error occurred (Configuration): Unable to retrieve credentials: no credentials found\n";
    assert_eq!(none, (String::new(), text.to_owned(), 253));
    assert_eq!(run(&mut world, "aws configure export-credentials --format yaml").2, 252);
    let line = "eval \"$(aws configure export-credentials --format env)\"; test -n \"$AWS_SECRET_ACCESS_KEY\"";
    assert_eq!(run(&mut world, line).2, 0);
}

#[test]
fn identity_is_printed_in_every_form() {
    let mut world = World::new(1);
    let account = succeeds(&mut world, "aws sts get-caller-identity --query Account --output text");
    let account = account.trim();
    let text = succeeds(&mut world, "aws sts get-caller-identity --output yaml");
    assert!(text.starts_with(&format!("Account: '{account}'\nArn: arn:aws:iam::{account}:user/learner\nUserId: AIDA")));
    assert_eq!(
        succeeds(&mut world, "aws sts get-caller-identity --query '{Who:Arn,Where:Account}'"),
        format!("{{\n    \"Who\": \"arn:aws:iam::{account}:user/learner\",\n    \"Where\": \"{account}\"\n}}\n")
    );
    assert_eq!(succeeds(&mut world, "aws sts get-caller-identity --output off"), "");
    assert_eq!(
        run(&mut world, "aws sts get-caller-identity --query 'nosuch(@)'"),
        (String::new(), "\naws: [ERROR]: Unknown function: nosuch()\n".to_owned(), 255)
    );
}

#[test]
fn a_role_profile_assumes_its_role_first() {
    let mut world = World::new(1);
    let account = succeeds(&mut world, "aws sts get-caller-identity --query Account --output text").trim().to_owned();
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    let created =
        succeeds(&mut world, &format!("aws iam create-role --role-name ci --assume-role-policy-document '{trust}'"));
    // IAM sends the document encoded; it is shown as the object it is.
    assert!(created.contains("\"AssumeRolePolicyDocument\": {\n"), "{created}");
    for (key, value) in [
        ("role_arn", format!("arn:aws:iam::{account}:role/ci")),
        ("source_profile", "default".to_owned()),
        ("role_session_name", "me".to_owned()),
    ] {
        succeeds(&mut world, &format!("aws configure set {key} {value} --profile ci"));
    }
    assert_eq!(
        succeeds(&mut world, "aws sts get-caller-identity --profile ci --query Arn --output text"),
        format!("arn:aws:sts::{account}:assumed-role/ci/me\n")
    );
    // The role's own keys are shown and exported, and until when they hold.
    let exported = succeeds(&mut world, "aws configure export-credentials --profile ci --format env-no-export");
    assert!(exported.starts_with("AWS_ACCESS_KEY_ID=ASIA") && exported.contains("\nAWS_SESSION_TOKEN="), "{exported}");
    let expires = exported.lines().find_map(|line| line.strip_prefix("AWS_CREDENTIAL_EXPIRATION=")).unwrap();
    assert!(expires.starts_with("2026-03-02T1") && expires.ends_with("+00:00"), "{expires}");
    assert!(succeeds(&mut world, "aws configure list --profile ci").contains(" : assume-role      : \n"));
}

#[test]
fn help_lists_what_is_simulated() {
    let mut world = World::new(1);
    assert!(succeeds(&mut world, "aws help").contains("\n  iam "));
    let iam = succeeds(&mut world, "aws iam help");
    assert!(iam.contains("\n    create-role\n") && iam.contains("\n  * create-virtual-mfa-device\n"), "{iam}");
    let help = |line: &str| succeeds(&mut World::new(1), line);
    let parameters = help("aws ecr create-repository help");
    for form in ["Key=string,Value=string ...", " scanOnPush=boolean\n", " MUTABLE | IMMUTABLE | "] {
        assert!(parameters.contains(form), "{form} in {parameters}");
    }
    let rules = help("aws ecr put-replication-configuration help");
    assert!(rules.contains(" rules=[{destinations=[{region=string,registryId=string},"), "{rules}");
    assert!(
        help("aws ecr wait help")
            .contains("    image-scan-complete\n      asks describe-image-scan-findings every 5 s, 60 times")
    );
    assert!(succeeds(&mut world, "aws iam create-role help").contains("  * --assume-role-policy-document "));
    assert!(succeeds(&mut world, "aws --version").starts_with("aws-cli/2."));
}

#[test]
fn completion_knows_commands_options_values_and_names() {
    let mut world = World::new(1);
    // A candidate that ends its word ends in a blank.
    let complete = |world: &World, line: &str| -> Vec<String> {
        let found = shell::complete(world, line, line.len()).candidates;
        found.iter().map(|word| word.trim_end().to_owned()).collect()
    };
    assert_eq!(complete(&world, "aws ia"), ["iam"]);
    assert!(complete(&world, "aws ecr describe-rep").contains(&"describe-repositories".to_owned()));
    assert_eq!(complete(&world, "aws ecr create-repository --repository-n"), ["--repository-name"]);
    assert!(complete(&world, "aws ecr create-repository --image-tag-mutability IMM").contains(&"IMMUTABLE".to_owned()));
    assert_eq!(complete(&world, "aws iam list-users --output t"), ["table", "text"]);
    let before = world.cloud.trail().len();
    assert_eq!(complete(&world, "aws iam get-user --user-name l"), ["learner"]);
    assert_eq!(world.cloud.trail().len(), before, "looking leaves no trace");
    succeeds(&mut world, "aws iam create-user --user-name lena");
    assert_eq!(complete(&world, "aws iam get-user --user-name le"), ["learner", "lena"]);
}

#[test]
fn a_repository_is_created_listed_and_printed_as_observed() {
    let mut world = World::new(1);
    let create = "aws ecr create-repository --repository-name team/api --image-tag-mutability IMMUTABLE \
                  --image-scanning-configuration scanOnPush=true --tags Key=env,Value=prod Key=team,Value=core";
    assert_eq!(
        succeeds(&mut world, create),
        r#"{
    "repository": {
        "repositoryArn": "arn:aws:ecr:ap-northeast-2:111122223333:repository/team/api",
        "registryId": "111122223333",
        "repositoryName": "team/api",
        "repositoryUri": "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/team/api",
        "createdAt": "2026-03-02T09:00:00.052000+00:00",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {
            "scanOnPush": true
        },
        "encryptionConfiguration": {
            "encryptionType": "AES256"
        }
    }
}
"#
    );
    let arn = "arn:aws:ecr:ap-northeast-2:111122223333:repository/team/api";
    assert_eq!(
        succeeds(
            &mut world,
            &format!("aws ecr list-tags-for-resource --resource-arn {arn} --query 'tags[].[Key,Value]' --output text")
        ),
        "env\tprod\nteam\tcore\n"
    );
    assert_eq!(succeeds(&mut world, &format!("aws ecr untag-resource --resource-arn {arn} --tag-keys env team")), "");
    let already = "The repository with name 'team/api' already exists in the registry with id '111122223333'";
    assert_eq!(
        run(&mut world, create),
        (
            String::new(),
            format!(
                "\naws: [ERROR]: An error occurred (RepositoryAlreadyExistsException) when calling the CreateRepository operation: {already}\n"
            ),
            254
        )
    );
    assert_eq!(
        run(&mut world, &format!("{create} --cli-error-format json")).1,
        format!(
            "{{\n    \"Message\": \"{already}\",\n    \"Code\": \"RepositoryAlreadyExistsException\",\n    \"message\": \"{already}\"\n}}\n"
        )
    );
    assert_eq!(
        succeeds(
            &mut world,
            "aws ecr delete-repository --repository-name team/api --no-force --query repository.repositoryName"
        ),
        "\"team/api\"\n"
    );
}

#[test]
fn results_come_in_pages_and_can_be_cut() {
    let mut world = World::new(1);
    for name in ["a1", "b2", "c3"] {
        succeeds(&mut world, &format!("aws ecr create-repository --repository-name {name} --output off"));
    }
    let names = "--query 'repositories[].repositoryName' --output text";
    let list = "aws ecr describe-repositories";
    assert_eq!(succeeds(&mut world, &format!("{list} {names}")), "a1\tb2\tc3\n");
    // Text is printed page by page.
    assert_eq!(succeeds(&mut world, &format!("{list} --page-size 2 {names}")), "a1\tb2\nc3\n");
    assert_eq!(succeeds(&mut world, &format!("{list} --page-size 1 --query 'length(repositories)'")), "3\n");
    let token = succeeds(&mut world, &format!("{list} --max-items 2 --query NextToken"));
    assert_eq!(token, "\"eyJuZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAyfQ==\"\n");
    assert_eq!(succeeds(&mut world, &format!("{list} --starting-token {} {names}", token.trim())), "c3\n");
    assert_eq!(succeeds(&mut world, &format!("{list} --max-results 2 {names}")), "a1\tb2\n");
    assert_eq!(
        run(&mut world, &format!("{list} --no-paginate --max-items 1")).1,
        "\naws: [ERROR]: Error during pagination: Cannot specify --no-paginate along with pagination arguments: --max-items\n"
    );
    // IAM's operations have a `MaxItems` of their own, which comes back when paging is off.
    assert_eq!(succeeds(&mut world, "aws iam list-users --no-paginate --max-items 1 --query 'length(Users)'"), "1\n");
}

/// Puts an image with one layer into `app` with nothing but `aws`.
fn put_image(world: &mut World, tag: &str) {
    succeeds(world, "aws ecr create-repository --repository-name app --output off");
    let (layer, config) =
        ("hello", r#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#);
    let digest = |text: &str| ecr_quest::cloud::Digest::of(text.as_bytes());
    for text in [layer, config] {
        succeeds(world, &format!("printf '%s' '{text}' > part"));
        let start = "aws ecr initiate-layer-upload --repository-name app --query uploadId --output text";
        let upload = succeeds(world, start).trim().to_owned();
        let last = text.len() - 1;
        let part = format!("--part-first-byte 0 --part-last-byte {last} --layer-part-blob fileb://part");
        succeeds(
            world,
            &format!("aws ecr upload-layer-part --repository-name app --upload-id {upload} {part} --output off"),
        );
        let digests = format!("--layer-digests {}", digest(text));
        succeeds(
            world,
            &format!("aws ecr complete-layer-upload --repository-name app --upload-id {upload} {digests} --output off"),
        );
    }
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{{"mediaType":"application/vnd.docker.container.image.v1+json","size":{},"digest":"{}"}},"layers":[{{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":5,"digest":"{}"}}]}}"#,
        config.len(),
        digest(config),
        digest(layer)
    );
    succeeds(world, &format!("printf '%s' '{manifest}' > manifest.json"));
    succeeds(
        world,
        &format!(
            "aws ecr put-image --repository-name app --image-tag {tag} --image-manifest file://manifest.json --output off"
        ),
    );
}

#[test]
fn an_image_can_be_put_scanned_and_deleted_with_aws_alone() {
    let mut world = World::new(1);
    put_image(&mut world, "1.0");
    let digest = succeeds(
        &mut world,
        "aws ecr describe-images --repository-name app --query 'sort_by(imageDetails,&imagePushedAt)[-1].imageDigest' --output text",
    );
    assert_eq!(
        succeeds(&mut world, "aws ecr list-images --repository-name app --output text"),
        format!("IMAGEIDS\t{}\t1.0\n", digest.trim())
    );
    // A manifest is a string in the answer, not an object.
    assert!(
        succeeds(&mut world, "aws ecr batch-get-image --repository-name app --image-ids imageTag=1.0 imageTag=no")
            .contains(r#""imageManifest": "{\"schemaVersion\":2,"#)
    );
    let scan = "aws ecr start-image-scan --repository-name app --image-id imageTag=1.0";
    succeeds(&mut world, scan);
    let requests = world.cloud.trail().requests().count();
    assert_eq!(
        run(&mut world, scan).1,
        "\naws: [ERROR]: An error occurred (LimitExceededException) when calling the StartImageScan operation (reached max retries: 2): The scan quota per image has been exceeded. Wait and try again.\n"
    );
    assert_eq!(world.cloud.trail().requests().count(), requests + 3, "it was tried again twice");
    // Nothing in this image says which packages it holds.
    let before = world.cloud.now();
    assert_eq!(
        run(&mut world, "aws ecr wait image-scan-complete --repository-name app --image-id imageTag=1.0"),
        (
            String::new(),
            "\naws: [ERROR]: Waiter ImageScanComplete failed: Waiter encountered a terminal failure state: For expression \"imageScanStatus.status\" matched expected path: \"FAILED\"\n".to_owned(),
            255
        )
    );
    assert!(world.cloud.now() > before, "waiting takes time");
    let deleted = succeeds(
        &mut world,
        "aws ecr batch-delete-image --repository-name app --image-ids imageTag=1.0 imageTag=nope --query '[imageIds[].imageTag,failures[].failureCode]' --output text",
    );
    assert_eq!(deleted, "1.0\nImageNotFound\n");
    assert_eq!(succeeds(&mut world, "aws ecr list-images --repository-name app"), "{\n    \"imageIds\": []\n}\n");
}

#[test]
fn a_waiter_is_silent_or_says_why_it_failed() {
    let mut world = World::new(1);
    succeeds(&mut world, "aws ecr create-repository --repository-name app --output off");
    let rule = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":9},"action":{"type":"expire"}}]}"#;
    succeeds(
        &mut world,
        &format!(
            "aws ecr start-lifecycle-policy-preview --repository-name app --lifecycle-policy-text '{rule}' --output off"
        ),
    );
    assert_eq!(succeeds(&mut world, "aws ecr wait lifecycle-policy-preview-complete --repository-name app"), "");
    for (line, message) in [
        (
            "aws ecr wait image-scan-complete --repository-name app --image-id imageTag=none",
            "ImageScanComplete failed: An error occurred (ImageNotFoundException): The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'app' in the registry with id '111122223333'",
        ),
        (
            "aws ecs wait services-stable --cluster nosuch --services web",
            "ServicesStable failed: An error occurred (ClusterNotFoundException): Cluster not found.",
        ),
        (
            "aws iam wait role-exists --role-name nosuch",
            "RoleExists failed: Max attempts exceeded. Previously accepted state: Matched expected service error code: NoSuchEntity",
        ),
    ] {
        let expect = format!("\naws: [ERROR]: Waiter {message}\n");
        assert_eq!(run(&mut world, line), (String::new(), expect, 255), "{line}");
    }
}

#[test]
fn the_login_password_is_that_of_the_token() {
    let mut world = World::new(1);
    let password = succeeds(&mut world, "aws ecr get-login-password");
    assert!(password.len() > 1000 && password.ends_with('\n') && password.lines().count() == 1);
    assert_eq!(run(&mut world, "aws ecr get-login-password --bogus").2, 252);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed, the command ends with an answer.
    #[test]
    fn no_arguments_make_it_panic(words in proptest::collection::vec(
        prop_oneof![
            Just("ecr".to_owned()), Just("iam".to_owned()), Just("create-repository".to_owned()),
            Just("batch-delete-image".to_owned()), Just("--repository-name".to_owned()), Just("--image-ids".to_owned()),
            Just("--query".to_owned()), Just("--output".to_owned()), Just("table".to_owned()), Just("list-users".to_owned()),
            Just("--cli-input-json".to_owned()), Just("--tags".to_owned()), Just("configure".to_owned()), Just("wait".to_owned()),
            "[a-z@=,\\[\\]{}`'\"?&|.*: 0-9-]{0,20}", "\\PC{0,12}"
        ], 0..9)
    ) {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
        let line = format!("aws {}", quoted.join(" "));
        let (_, stderr, code) = run(&mut World::new(1), &line);
        prop_assert!(code == 0 || !stderr.is_empty() || code == 1, "{line}");
    }
}
