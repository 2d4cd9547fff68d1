//! Docker as it meets ECR: other accounts and regions, mounts, upstreams.

use ecr_quest::cloud::ecr::registry::LayerProgress;
use serde_json::json;

use crate::registry::{Lab, app};
use crate::support::Terminal;

const HOST: &str = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";

fn login(region: &str) -> String {
    format!(
        "aws ecr get-login-password --region {region} | docker login --username AWS --password-stdin \
         111122223333.dkr.ecr.{region}.amazonaws.com 2> /dev/null"
    )
}

#[test]
fn a_login_is_for_one_region() {
    let mut terminal = Terminal::new();
    assert_eq!(terminal.ok(&login("us-west-2")), "Login Succeeded\n");
    terminal.ok("aws ecr create-repository --repository-name web; docker pull -q alpine:3.20");
    terminal.ok(&format!("docker tag alpine:3.20 {HOST}/web:v1"));
    assert!(terminal.run(&format!("docker push {HOST}/web:v1")).stderr().ends_with("no basic auth credentials\n"));
    // A token of another region is none here.
    let crossed =
        format!("aws ecr get-login-password --region us-west-2 | docker login --username AWS --password-stdin {HOST}");
    assert_eq!(
        terminal.run(&crossed).stderr(),
        format!(
            "Error response from daemon: login attempt to https://{HOST}/v2/ failed with status: 400 Bad Request\n"
        )
    );
    assert_eq!(
        terminal.run("docker login -u AWS -p x 111122223333.dkr.ecr.us-east-9.amazonaws.com").stderr(),
        "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\nError response from daemon: Get \
         \"https://111122223333.dkr.ecr.us-east-9.amazonaws.com/v2/\": dial tcp: lookup \
         111122223333.dkr.ecr.us-east-9.amazonaws.com: no such host\n"
    );
}

#[test]
fn another_accounts_repository_takes_its_own_word_and_the_callers() {
    let mut lab = Lab::new();
    let other = lab.admin_of("444455556666", "ap-northeast-2");
    let repository = json!({ "repositoryName": "shared" });
    lab.as_caller(&other, ecr_quest::cloud::Service::Ecr, "CreateRepository", repository).unwrap();
    let registry = ecr_quest::cloud::ecr::registry::Registry {
        account: "444455556666".parse().unwrap(),
        region: ecr_quest::cloud::Region::home(),
    };
    let push = |lab: &mut Lab, by: &ecr_quest::cloud::Caller| {
        ecr_quest::cloud::ecr::registry::push(&mut lab.cloud, by, &registry, "shared", &app("1"), Some("v1"))
            .map_err(|failure| failure.error.to_string())
    };
    let admin = lab.admin.clone();
    let refused = push(&mut lab, &admin).unwrap_err();
    assert_eq!(
        refused,
        "denied: User: arn:aws:iam::111122223333:user/admin is not authorized to perform: ecr:InitiateLayerUpload on \
         resource: arn:aws:ecr:ap-northeast-2:444455556666:repository/shared because no resource-based policy allows the \
         ecr:InitiateLayerUpload action"
    );
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "ecr:*" }] });
    let input = json!({ "repositoryName": "shared", "policyText": policy.to_string() });
    lab.as_caller(&other, ecr_quest::cloud::Service::Ecr, "SetRepositoryPolicy", input).unwrap();
    push(&mut lab, &admin).unwrap();
    let weak = lab.user_with("weak", &["sts:GetCallerIdentity"]);
    assert!(push(&mut lab, &weak).unwrap_err().contains("no identity-based policy allows"));
}

#[test]
fn a_layer_of_another_repository_is_mounted_where_the_account_allows_it() {
    let mut lab = Lab::with_repository("base");
    lab.ok("CreateRepository", json!({ "repositoryName": "app" }));
    lab.push("base", "v1", &app("1"));
    let admin = lab.admin.clone();
    let progress = |lab: &mut Lab, version: &str, repository: &str| {
        let report = lab.try_push(&admin, repository, "v1", &app(version)).unwrap();
        report.layers.into_iter().map(|layer| (layer.progress, layer.mounted_from)).collect::<Vec<_>>()
    };
    let pushed = (LayerProgress::Pushed, None);
    assert_eq!(progress(&mut lab, "1", "app"), [pushed.clone(), pushed.clone()]);
    lab.ok("PutAccountSetting", json!({ "name": "BLOB_MOUNTING", "value": "ENABLED" }));
    lab.ok("CreateRepository", json!({ "repositoryName": "web" }));
    let mounted = (LayerProgress::Mounted, Some("app".to_owned()));
    assert_eq!(progress(&mut lab, "2", "web"), [mounted, pushed]);
    assert!(lab.try_pull(&admin, "web:v1", &[]).is_ok());
}

#[test]
fn an_upstream_that_refuses_is_told_in_containerds_words() {
    let mut terminal = Terminal::new();
    terminal.ok("token create docker.io --user=a --text=b --expires=1h");
    terminal.ok(
        r#"aws secretsmanager create-secret --name ecr-pullthroughcache/hub --secret-string '{"username":"a","accessToken":"b"}'"#,
    );
    terminal.ok(
        "aws ecr create-pull-through-cache-rule --ecr-repository-prefix hub --upstream-registry-url registry-1.docker.io \
         --credential-arn $(aws secretsmanager describe-secret --secret-id ecr-pullthroughcache/hub --query ARN --output text)",
    );
    terminal.ok(&login("ap-northeast-2"));
    assert_eq!(
        terminal.run(&format!("docker pull {HOST}/hub/alpine:3.20")).stderr(),
        format!(
            "Error response from daemon: failed to resolve reference \"{HOST}/hub/alpine:3.20\": pulling from host {HOST} \
             failed with status code [manifests 3.20]: 403 Forbidden\n"
        )
    );
    assert!(terminal.ok(&format!("docker pull {HOST}/hub/library/alpine:3.20")).contains("Downloaded newer image"));
    // What the token could fetch while it was good is served on; what is new can't be fetched.
    terminal.ok("clock advance 2h");
    terminal.ok(&format!("docker pull {HOST}/hub/library/alpine:3.20"));
    let refused = format!(
        "Error response from daemon: pull access denied for {HOST}/hub/library/busybox, repository does not exist or may \
         require 'docker login': denied: The authentication to the upstream registry failed. Verify that the credentials \
         provided in the pull through cache rule are correct, and try again.\n"
    );
    let busybox = format!("docker pull {HOST}/hub/library/busybox:1.36");
    assert_eq!(terminal.run(&busybox).stderr(), refused);
    let told = terminal.ok("why");
    assert!(told.starts_with("`docker.io` did not let `a` in (2026-03-02T11:00:"), "{told}");
    assert_eq!(
        told.lines().skip(1).take(2).collect::<Vec<_>>(),
        [
            "the access token expired 2026-03-02T10:00:00+00:00.",
            "The pull-through cache rule `hub` signs in with it. What the cache holds already is still served; what is new \
             can't be fetched.",
        ]
    );
    // A new token in the secret mends it.
    let write = r#"aws secretsmanager put-secret-value --secret-id ecr-pullthroughcache/hub --secret-string "{\"username\":\"a\",\"accessToken\":\"$(token create docker.io --user=a)\"}""#;
    terminal.ok(write);
    terminal.ok(&busybox);
    terminal.ok("aws secretsmanager delete-secret --secret-id ecr-pullthroughcache/hub");
    assert!(terminal.run(&format!("docker pull {HOST}/hub/library/debian:12")).stderr().contains("was not found"));
    assert!(terminal.ok("why").contains("is marked for deletion"));
}

#[test]
fn a_private_image_outside_needs_a_login_that_is_good() {
    let mut terminal = Terminal::new();
    let pull = "docker pull learner/base:1.0";
    assert!(terminal.run(pull).stderr().contains("pull access denied for learner/base"));
    let login = "docker login -u learner -p dckr_pat_1";
    assert_eq!(
        terminal.run(login).stderr().lines().last().unwrap(),
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password"
    );
    assert!(terminal.ok("why").contains("it never gave out such an access token"));
    terminal.ok("token create docker.io --text=dckr_pat_1 --expires=1h");
    terminal.ok(login);
    terminal.ok(pull);
    terminal.ok("clock advance 2h");
    assert!(terminal.ok("token").contains("docker.io  learner  dckr_pat_1  expired 2026-03-02T10:00:"));
    // A login that is of no use stops the pull of what is public, too.
    for image in ["learner/base:1.0", "alpine:3.20"] {
        let said = terminal.run(&format!("docker pull {image}")).stderr();
        assert!(said.ends_with("unauthorized: incorrect username or password\n"), "{said}");
    }
    terminal.ok("docker logout; docker pull alpine:3.20");
    for (host, says) in [("ghcr.io", "denied: denied"), ("registry.gitlab.com", "HTTP Basic: Access denied.")] {
        assert!(terminal.run(&format!("docker login {host} -u x -p y")).stderr().contains(says), "{host}");
        terminal.ok(&format!("docker login {host} -u x -p $(token create {host})"));
        terminal.ok(&format!("docker pull {host}/learner/base"));
    }
}

#[test]
fn regions_of_other_partitions_have_their_own_names() {
    let mut lab = Lab::new();
    let china = lab.admin_of("111122223333", "cn-north-1");
    let made =
        lab.as_caller(&china, ecr_quest::cloud::Service::Ecr, "CreateRepository", json!({ "repositoryName": "app" }));
    let made = made.unwrap();
    assert_eq!(made["repository"]["repositoryArn"], "arn:aws-cn:ecr:cn-north-1:111122223333:repository/app");
    assert_eq!(made["repository"]["repositoryUri"], "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/app");
}
