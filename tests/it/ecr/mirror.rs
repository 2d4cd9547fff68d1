//! How images come without a push: replication, pull-through cache; and the templates of what ECR makes by itself.

use ecr_quest::cloud::ecr::{self, StoredRepository};
use ecr_quest::cloud::{AccountId, Caller, Cloud, Duration, Region, Service, upstream};
use serde_json::{Value, json};

use crate::registry::{Lab, app};

const OTHER: &str = "444455556666";
const SEOUL: &str = "ap-northeast-2";
const TOKYO: &str = "ap-northeast-1";

fn at<'a>(cloud: &'a Cloud, account: &str, region: &str, name: &str) -> Option<&'a StoredRepository> {
    ecr::repository(cloud, &account.parse::<AccountId>().unwrap(), &Region::new(region), name)
}

fn replicate(lab: &mut Lab, destinations: &[(&str, &str)], prefix: Option<&str>) {
    let to: Vec<Value> =
        destinations.iter().map(|(account, region)| json!({ "registryId": account, "region": region })).collect();
    let mut rule = json!({ "destinations": to });
    if let Some(prefix) = prefix {
        rule["repositoryFilters"] = json!([{ "filter": prefix, "filterType": "PREFIX_MATCH" }]);
    }
    lab.ok("PutReplicationConfiguration", json!({ "replicationConfiguration": { "rules": [rule] } }));
}

fn status(lab: &mut Lab, name: &str) -> Vec<(String, String)> {
    let input = json!({ "repositoryName": name, "imageId": { "imageTag": "v1" } });
    let answer = lab.ok("DescribeImageReplicationStatus", input);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |one: &Value| (text(&one["status"]), text(&one["failureCode"]));
    answer["replicationStatuses"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_push_arrives_in_the_other_region_as_time_passes() {
    let mut lab = Lab::with_repository("prod/api");
    lab.ok("CreateRepository", json!({ "repositoryName": "dev" }));
    lab.push("prod/api", "old", &app("0"));
    replicate(&mut lab, &[("111122223333", TOKYO)], Some("prod"));
    assert!(lab.cloud.account(&AccountId::home()).unwrap().iam.role("AWSServiceRoleForECRReplication").is_some());
    lab.push("dev", "v1", &app("1"));
    let digest = lab.push("prod/api", "v1", &app("1"));
    assert_eq!(status(&mut lab, "prod/api"), [("IN_PROGRESS".to_owned(), String::new())]);
    assert!(at(&lab.cloud, "111122223333", TOKYO, "prod/api").is_none());
    lab.cloud.advance(Duration::minutes(30));
    assert_eq!(status(&mut lab, "prod/api"), [("COMPLETE".to_owned(), String::new())]);
    assert_eq!(status(&mut lab, "dev"), []);
    // The same bytes under the same name; what was there before the rule stays behind.
    let copy = at(&lab.cloud, "111122223333", TOKYO, "prod/api").unwrap();
    assert_eq!((copy.image_by_tag("v1").unwrap().digest.clone(), copy.images.len()), (digest, 1));
    assert!(copy.uri.starts_with("111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/"));
    assert!(at(&lab.cloud, "111122223333", TOKYO, "dev").is_none());
    // Deletions stay behind as well.
    lab.ok("DeleteRepository", json!({ "repositoryName": "prod/api", "force": true }));
    lab.cloud.advance(Duration::hours(1));
    assert_eq!(at(&lab.cloud, "111122223333", TOKYO, "prod/api").unwrap().images.len(), 1);
}

fn allow_from_home(lab: &mut Lab, destination: &Caller, actions: &[&str]) {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": actions,
        "Resource": format!("arn:aws:ecr:{SEOUL}:{OTHER}:repository/*"),
    }]});
    let input = json!({ "policyText": policy.to_string() });
    lab.as_caller(destination, Service::Ecr, "PutRegistryPolicy", input).unwrap();
}

#[test]
fn another_account_must_let_replication_in_by_its_registry_policy() {
    let mut lab = Lab::with_repository("app");
    let other = lab.admin_of(OTHER, SEOUL);
    replicate(&mut lab, &[(OTHER, SEOUL)], None);
    let push = |lab: &mut Lab, version: &str| {
        lab.push("app", "v1", &app(version));
        lab.cloud.advance(Duration::minutes(30));
        status(lab, "app")
    };
    let denied = [("FAILED".to_owned(), "AccessDeniedException".to_owned())];
    assert_eq!(push(&mut lab, "1"), denied);
    allow_from_home(&mut lab, &other, &["ecr:ReplicateImage"]);
    assert_eq!(push(&mut lab, "2"), denied, "the repository must be made too");
    allow_from_home(&mut lab, &other, &["ecr:ReplicateImage", "ecr:CreateRepository"]);
    assert_eq!(push(&mut lab, "3"), [("COMPLETE".to_owned(), String::new())]);
    assert!(at(&lab.cloud, OTHER, SEOUL, "app").unwrap().image_by_tag("v1").is_some());
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let mut lab = Lab::new();
    let mut refused = |account: &str, region: &str| {
        let rules = json!([{ "destinations": [{ "registryId": account, "region": region }] }]);
        lab.refused("PutReplicationConfiguration", json!({ "replicationConfiguration": { "rules": rules } }))
    };
    assert_eq!(
        refused("111122223333", SEOUL),
        "InvalidParameterException: Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: \
         'Replication destination cannot be the same as the source registry'"
    );
    assert!(refused("111122223333", "cn-north-1").contains("Invalid region 'cn-north-1'"), "not across partitions");
    assert!(refused("12", TOKYO).contains("'registryId'"));
}

/// A template for a namespace.
fn template(lab: &mut Lab, by: &Caller, prefix: &str, scenario: &str, more: Value) {
    let mut input = json!({ "prefix": prefix, "appliedFor": [scenario], "imageTagMutability": "IMMUTABLE" });
    for (key, value) in more.as_object().into_iter().flatten() {
        input[key] = value.clone();
    }
    lab.as_caller(by, Service::Ecr, "CreateRepositoryCreationTemplate", input).unwrap();
}

#[test]
fn a_template_says_how_a_replica_begins() {
    let mut lab = Lab::with_repository("team/app");
    let tokyo = lab.admin_of("111122223333", TOKYO);
    let lifecycle = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}"#;
    template(&mut lab, &tokyo, "ROOT", "REPLICATION", json!({ "imageTagMutability": "MUTABLE" }));
    template(&mut lab, &tokyo, "team", "REPLICATION", json!({ "lifecyclePolicy": lifecycle }));
    template(&mut lab, &tokyo, "team/app", "PULL_THROUGH_CACHE", json!({ "imageTagMutability": "MUTABLE" }));
    replicate(&mut lab, &[("111122223333", TOKYO)], None);
    lab.push("team/app", "v1", &app("1"));
    lab.cloud.advance(Duration::minutes(30));
    let copy = at(&lab.cloud, "111122223333", TOKYO, "team/app").unwrap();
    assert_eq!(copy.mutability.as_str(), "IMMUTABLE");
    assert_eq!(copy.lifecycle.as_ref().unwrap().text, lifecycle);
    // A tag that is taken and immutable stays where it is: the next image arrives without it.
    let first = copy.image_by_tag("v1").unwrap().digest.clone();
    lab.push("team/app", "v1", &app("2"));
    lab.cloud.advance(Duration::minutes(30));
    let copy = at(&lab.cloud, "111122223333", TOKYO, "team/app").unwrap();
    assert_eq!((copy.images.len(), &copy.image_by_tag("v1").unwrap().digest), (2, &first));
}

#[test]
fn templates_are_kept_changed_and_removed() {
    let mut lab = Lab::new();
    let admin = lab.admin.clone();
    template(&mut lab, &admin, "team/", "CREATE_ON_PUSH", json!({ "description": "x" }));
    let input = json!({ "prefix": "team", "appliedFor": ["REPLICATION"] });
    assert!(lab.refused("CreateRepositoryCreationTemplate", input).starts_with("TemplateAlreadyExistsException: "));
    let input = json!({ "prefix": "other", "appliedFor": ["EVERYTHING"] });
    assert!(
        lab.refused("CreateRepositoryCreationTemplate", input)
            .contains("[REPLICATION, PULL_THROUGH_CACHE, CREATE_ON_PUSH]")
    );
    let tagged =
        json!({ "prefix": "other", "appliedFor": ["REPLICATION"], "resourceTags": [{ "Key": "a", "Value": "b" }] });
    assert!(lab.refused("CreateRepositoryCreationTemplate", tagged).starts_with("ValidationException: "));
    lab.ok("UpdateRepositoryCreationTemplate", json!({ "prefix": "team", "appliedFor": ["REPLICATION"] }));
    let all = lab.ok("DescribeRepositoryCreationTemplates", json!({}));
    let one = &all["repositoryCreationTemplates"][0];
    assert_eq!(
        (&one["prefix"], &one["description"], &one["appliedFor"]),
        (&json!("team"), &json!("x"), &json!(["REPLICATION"]))
    );
    lab.ok("DeleteRepositoryCreationTemplate", json!({ "prefix": "team" }));
    assert!(
        lab.refused("DeleteRepositoryCreationTemplate", json!({ "prefix": "team" }))
            .starts_with("TemplateNotFoundException")
    );
}

#[test]
fn a_push_makes_its_repository_where_a_template_is_for_that() {
    let mut lab = Lab::new();
    let admin = lab.admin.clone();
    let missing =
        "name unknown: The repository with name 'team/new' does not exist in the registry with id '111122223333'";
    let push =
        |lab: &mut Lab, by: &Caller| lab.try_push(by, "team/new", "v1", &app("1")).map_err(|f| f.error.to_string());
    assert_eq!(push(&mut lab, &admin).unwrap_err(), missing);
    template(&mut lab, &admin, "team", "CREATE_ON_PUSH", json!({}));
    let pusher = lab.user_with(
        "pusher",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:InitiateLayerUpload",
            "ecr:UploadLayerPart",
            "ecr:CompleteLayerUpload",
            "ecr:PutImage",
        ],
    );
    assert_eq!(push(&mut lab, &pusher).unwrap_err(), missing, "it takes ecr:CreateRepository");
    push(&mut lab, &admin).unwrap();
    assert_eq!(lab.repository("team/new").mutability.as_str(), "IMMUTABLE");
}

fn rule(lab: &mut Lab, prefix: &str, url: &str, more: Value) -> Result<Value, String> {
    let mut input = json!({ "ecrRepositoryPrefix": prefix, "upstreamRegistryUrl": url });
    for (key, value) in more.as_object().into_iter().flatten() {
        input[key] = value.clone();
    }
    lab.call("CreatePullThroughCacheRule", input).map_err(|error| error.to_string())
}

#[test]
fn the_first_pull_fills_the_cache_and_later_ones_are_served_from_it() {
    let mut lab = Lab::new();
    let made = rule(&mut lab, "ecr-public", "public.ecr.aws", json!({})).unwrap();
    assert_eq!((&made["upstreamRegistry"], &made["upstreamRepositoryPrefix"]), (&json!("ecr-public"), &json!("ROOT")));
    let admin = lab.admin.clone();
    let name = "ecr-public/docker/library/alpine";
    let first = lab.try_pull(&admin, &format!("{name}:3.20"), &[]).unwrap();
    assert_eq!(lab.repository(name).image_by_tag("3.20").unwrap().digest, first.digest);
    let requests = lab.requests_since(0);
    assert!(requests.contains(&"BatchImportUpstreamImage"), "{requests:?}");
    // Within a day nobody looks at the upstream again.
    let mark = lab.cloud.trail().len();
    lab.cloud.advance(Duration::hours(23));
    lab.try_pull(&admin, &format!("{name}:3.20"), &[]).unwrap();
    assert!(!lab.requests_since(mark).contains(&"BatchImportUpstreamImage"));
    lab.cloud.advance(Duration::hours(2));
    lab.try_pull(&admin, &format!("{name}:3.20"), &[]).unwrap();
    assert!(lab.requests_since(mark).contains(&"BatchImportUpstreamImage"));
    // The rule goes, the repository stays.
    lab.ok("DeletePullThroughCacheRule", json!({ "ecrRepositoryPrefix": "ecr-public" }));
    assert!(lab.try_pull(&admin, &format!("{name}:3.20"), &[]).is_ok());
    assert!(lab.try_pull(&admin, &format!("{name}:3.18"), &[]).is_err());
}

#[test]
fn a_first_pull_needs_two_permissions_and_says_so_as_ecr_does() {
    let mut lab = Lab::new();
    rule(&mut lab, "k8s", "registry.k8s.io", json!({})).unwrap();
    let pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    let mut as_user = |name: &str, more: &[&str]| {
        let by = lab.user_with(name, &[&pull, more].concat());
        lab.try_pull(&by, "k8s/pause:3.10", &[]).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(
        as_user("a", &["ecr:BatchImportUpstreamImage"]).unwrap_err(),
        "name unknown: The repository with name 'k8s/pause' does not exist in the registry with id '111122223333'"
    );
    assert_eq!(as_user("b", &["ecr:CreateRepository"]).unwrap_err(), "manifest unknown: Requested image not found");
    as_user("c", &["ecr:CreateRepository", "ecr:BatchImportUpstreamImage"]).unwrap();
    as_user("d", &[]).unwrap();
}

fn secret(lab: &mut Lab, name: &str, value: &str) -> String {
    let admin = lab.admin.clone();
    let input = json!({ "Name": name, "SecretString": value });
    let made = lab.as_caller(&admin, Service::SecretsManager, "CreateSecret", input).unwrap();
    made["ARN"].as_str().unwrap().to_owned()
}

#[test]
fn an_upstream_with_users_needs_a_secret() {
    let mut lab = Lab::new();
    assert_eq!(
        rule(&mut lab, "hub", "registry-1.docker.io", json!({})).unwrap_err(),
        "UnsupportedUpstreamRegistryException: The specified upstream registry requires authentication. Specify a valid \
         Secrets Manager ARN."
    );
    let nowhere = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:ecr-pullthroughcache/none-AbCdEf";
    assert!(
        rule(&mut lab, "hub", "registry-1.docker.io", json!({ "credentialArn": nowhere }))
            .unwrap_err()
            .starts_with("SecretNotFoundException: The ARN of the secret specified")
    );
    let plain = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:hub-AbCdEf";
    assert!(
        rule(&mut lab, "hub", "registry-1.docker.io", json!({ "credentialArn": plain }))
            .unwrap_err()
            .starts_with("InvalidParameterException: Invalid parameter at 'credentialArn'")
    );
    let arn = secret(&mut lab, "ecr-pullthroughcache/hub", r#"{"username":"dev","accessToken":"dckr_pat_x"}"#);
    rule(&mut lab, "hub", "registry-1.docker.io", json!({ "credentialArn": arn })).unwrap();
    let validate = |lab: &mut Lab| lab.ok("ValidatePullThroughCacheRule", json!({ "ecrRepositoryPrefix": "hub" }));
    assert_eq!(
        (&validate(&mut lab)["isValid"], validate(&mut lab)["failure"].as_str().unwrap()),
        (
            &json!(false),
            "The authentication to the upstream registry failed. Verify that the credentials provided in the pull through \
             cache rule are correct, and try again."
        )
    );
    upstream::issue(&mut lab.cloud, "docker.io", "dev", Some("dckr_pat_x".to_owned()), None);
    assert_eq!(validate(&mut lab)["isValid"], true);
    // The secret is read as the service-linked role.
    let reader = lab.cloud.trail().requests().rev().find(|(_, request)| request.operation == "GetSecretValue").unwrap();
    assert!(reader.1.caller.principal.arn().as_str().contains("/AWSServiceRoleForECRPullThroughCache/"));
    let admin = lab.admin.clone();
    // Docker Hub's official images are under `library/`; without, the upstream refuses.
    assert_eq!(
        lab.try_pull(&admin, "hub/alpine:3.20", &[]).unwrap_err().to_string(),
        "pulling from host 111122223333.dkr.ecr.ap-northeast-2.amazonaws.com failed with status code [manifests 3.20]: \
         403 Forbidden"
    );
    lab.try_pull(&admin, "hub/library/alpine:3.20", &[]).unwrap();
    // A broken secret: what is there is served, what is not can't be had.
    let input = json!({ "SecretId": arn, "SecretString": "{}" });
    lab.as_caller(&admin, Service::SecretsManager, "PutSecretValue", input).unwrap();
    assert_eq!(validate(&mut lab)["isValid"], false);
    lab.cloud.advance(Duration::days(2));
    assert!(lab.try_pull(&admin, "hub/library/alpine:3.20", &[]).is_ok());
    let error = lab.try_pull(&admin, "hub/library/alpine:3.18", &[]).unwrap_err();
    assert_eq!(error.cause.unwrap().code, "UnableToGetUpstreamImageException");
}

#[test]
fn rules_are_told_apart_by_prefix_and_upstream() {
    let mut lab = Lab::new();
    assert!(rule(&mut lab, "x", "quay.io", json!({})).unwrap_err().contains("'ecrRepositoryPrefix'"));
    assert_eq!(
        rule(&mut lab, "mine", "registry.example.com", json!({})).unwrap_err(),
        "UnsupportedUpstreamRegistryException: The specified upstream registry isn't supported."
    );
    rule(&mut lab, "quay", "quay.io", json!({})).unwrap();
    assert!(
        rule(&mut lab, "quay/", "quay.io", json!({})).unwrap_err().starts_with("PullThroughCacheRuleAlreadyExists")
    );
    rule(&mut lab, "ROOT", "public.ecr.aws", json!({})).unwrap();
    let admin = lab.admin.clone();
    lab.try_pull(&admin, "quay/libpod/alpine:3.20", &[]).unwrap();
    lab.try_pull(&admin, "docker/library/busybox:1.36", &[]).unwrap();
    let all = lab.ok("DescribePullThroughCacheRules", json!({}));
    assert_eq!(all["pullThroughCacheRules"].as_array().unwrap().len(), 2);
    let gone = json!({ "ecrRepositoryPrefixes": ["none"] });
    assert!(lab.refused("DescribePullThroughCacheRules", gone).starts_with("PullThroughCacheRuleNotFoundException"));
}

#[test]
fn another_private_registry_is_an_upstream_by_a_role() {
    let mut lab = Lab::new();
    let other = lab.admin_of(OTHER, SEOUL);
    lab.as_caller(&other, Service::Ecr, "CreateRepository", json!({ "repositoryName": "base" })).unwrap();
    let registry = ecr::registry::Registry { account: OTHER.parse().unwrap(), region: Region::new(SEOUL) };
    let digest = ecr::registry::push(&mut lab.cloud, &other, &registry, "base", &app("1"), Some("v1")).unwrap().digest;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "Service": "pullthroughcache.ecr.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let pull = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "Resource": "*" }] });
    let admin = lab.admin.clone();
    for (operation, input) in [
        ("CreateRole", json!({ "RoleName": "ptc", "AssumeRolePolicyDocument": trust.to_string() })),
        ("PutRolePolicy", json!({ "RoleName": "ptc", "PolicyName": "p", "PolicyDocument": pull.to_string() })),
    ] {
        lab.as_caller(&admin, Service::Iam, operation, input).unwrap();
    }
    let role = "arn:aws:iam::111122223333:role/ptc";
    rule(&mut lab, "shared", &registry.host(), json!({ "customRoleArn": role })).unwrap();
    assert!(lab.try_pull(&admin, "shared/base:v1", &[]).is_err(), "the other side has not said yes");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": role },
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] }] });
    let input = json!({ "repositoryName": "base", "policyText": policy.to_string() });
    lab.as_caller(&other, Service::Ecr, "SetRepositoryPolicy", input).unwrap();
    assert_eq!(lab.try_pull(&admin, "shared/base:v1", &[]).unwrap().digest, digest);
}

#[test]
fn an_index_comes_through_the_cache_whole() {
    let mut terminal = crate::support::Terminal::new();
    let host = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
    terminal.ok(&format!(
        "aws ecr create-pull-through-cache-rule --ecr-repository-prefix pub --upstream-registry-url public.ecr.aws; \
         aws ecr get-login-password | docker login --username AWS --password-stdin {host} 2>/dev/null"
    ));
    let name = format!("{host}/pub/docker/library/alpine:3.20");
    terminal.ok(&format!("docker pull -q --platform linux/arm64 {name}"));
    assert_eq!(terminal.ok(&format!("docker inspect {name} --format '{{{{.Architecture}}}}'")), "arm64\n");
    let kept = "aws ecr describe-images --repository-name pub/docker/library/alpine --query 'imageDetails[?imageTags].imageDigest' --output text";
    let kept = terminal.ok(kept);
    let origin = terminal.ok("docker pull public.ecr.aws/docker/library/alpine:3.20");
    assert!(origin.contains(&format!("Digest: {}", kept.trim())), "{kept} {origin}");
    let count = "aws ecr list-images --repository-name pub/docker/library/alpine --query 'length(imageIds)'";
    assert_eq!(terminal.ok(count), "3\n");
}
