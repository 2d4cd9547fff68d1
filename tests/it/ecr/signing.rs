//! Managed signing.

use ecr_quest::cloud::Duration;
use serde_json::json;

use crate::registry::{Lab, app};

const PROFILE: &str = "arn:aws:signer:ap-northeast-2:111122223333:/signing-profiles/release";

#[test]
fn what_is_pushed_is_signed_where_a_rule_says_so() {
    let mut lab = Lab::with_repository("prod/api");
    lab.ok("CreateRepository", json!({ "repositoryName": "dev" }));
    assert_eq!(
        lab.refused("GetSigningConfiguration", json!({})),
        "SigningConfigurationNotFoundException: The specified signing configuration was not found."
    );
    let filters = json!([{ "filter": "prod/*", "filterType": "WILDCARD_MATCH" }]);
    let rules = json!({ "rules": [{ "signingProfileArn": PROFILE, "repositoryFilters": filters }] });
    lab.ok("PutSigningConfiguration", json!({ "signingConfiguration": rules }));
    assert_eq!(lab.ok("GetSigningConfiguration", json!({}))["signingConfiguration"], rules);
    lab.push("dev", "v1", &app("1"));
    let digest = lab.push("prod/api", "v1", &app("1"));
    let status = |lab: &mut Lab, name: &str| {
        let input = json!({ "repositoryName": name, "imageId": { "imageTag": "v1" } });
        lab.ok("DescribeImageSigningStatus", input)["signingStatuses"].clone()
    };
    assert_eq!(status(&mut lab, "prod/api"), json!([{ "signingProfileArn": PROFILE, "status": "IN_PROGRESS" }]));
    lab.cloud.advance(Duration::minutes(1));
    assert_eq!(status(&mut lab, "prod/api"), json!([{ "signingProfileArn": PROFILE, "status": "COMPLETE" }]));
    assert_eq!(status(&mut lab, "dev"), json!([]));
    // The signature is beside the image, and about it.
    let subject = json!({ "imageDigest": digest.to_string() });
    let list = lab.ok("ListImageReferrers", json!({ "repositoryName": "prod/api", "subjectId": subject }));
    assert_eq!(list["referrers"][0]["artifactType"], "application/vnd.cncf.notary.signature");
    assert_eq!(list["referrers"].as_array().unwrap().len(), 1);
    // It goes with the configuration as little as the images do.
    lab.ok("DeleteSigningConfiguration", json!({}));
    assert_eq!(lab.repository("prod/api").images.len(), 2);
}

#[test]
fn who_may_not_sign_pushes_all_the_same_without_signature() {
    let mut lab = Lab::with_repository("app");
    let rules = json!({ "rules": [{ "signingProfileArn": PROFILE }] });
    lab.ok("PutSigningConfiguration", json!({ "signingConfiguration": rules }));
    let pusher = lab.user_with("pusher", &["ecr:*"]);
    lab.try_push(&pusher, "app", "v1", &app("1")).unwrap();
    lab.cloud.advance(Duration::minutes(1));
    let input = json!({ "repositoryName": "app", "imageId": { "imageTag": "v1" } });
    let status = lab.ok("DescribeImageSigningStatus", input)["signingStatuses"][0].clone();
    assert_eq!((&status["status"], &status["failureCode"]), (&json!("FAILED"), &json!("AccessDeniedException")));
    assert!(status["failureReason"].as_str().unwrap().contains("signer:SignPayload"), "{status}");
    assert_eq!(lab.repository("app").images.len(), 1);
    let wrong = json!({ "rules": [{ "signingProfileArn": "arn:aws:signer:ap-northeast-2:111122223333:/x" }] });
    let error = lab.refused("PutSigningConfiguration", json!({ "signingConfiguration": wrong }));
    assert!(error.contains("'signingProfileArn'"), "{error}");
}
