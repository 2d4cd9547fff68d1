//! ECR's operations, in AWS's shapes and words.

mod archive;
mod docker;
mod invariants;
mod kms;
mod mirror;
mod platforms;
mod public;
mod registry_settings;
mod signing;
mod surface;

use ecr_quest::cloud::{Digest, Duration, Service};
use serde_json::{Value, json};

use crate::registry::{Lab, app, image, layer, user};

#[test]
fn a_new_repository_is_described_as_aws_does() {
    let mut lab = Lab::new();
    let made = lab.ok("CreateRepository", json!({ "repositoryName": "team/api" }));
    let expect = json!({
        "repositoryArn": "arn:aws:ecr:ap-northeast-2:111122223333:repository/team/api",
        "registryId": "111122223333",
        "repositoryName": "team/api",
        "repositoryUri": "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/team/api",
        "createdAt": 1_772_442_000.0,
        "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": { "scanOnPush": false },
        "encryptionConfiguration": { "encryptionType": "AES256" },
    });
    assert_eq!(made["repository"].to_string(), expect.to_string(), "also the order of members");
    assert_eq!(lab.ok("DescribeRepositories", json!({})), json!({ "repositories": [expect] }));
}

#[test]
fn a_wrong_repository_gets_awss_words() {
    let mut lab = Lab::with_repository("app");
    let mut check = |input: Value, expect: &str| assert_eq!(lab.refused("CreateRepository", input), expect);
    check(
        json!({ "repositoryName": "app" }),
        "RepositoryAlreadyExistsException: The repository with name 'app' already exists in the registry with id \
         '111122223333'",
    );
    check(
        json!({ "repositoryName": "App" }),
        "InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy \
         regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
    );
    check(
        json!({ "repositoryName": "bad", "imageTagMutability": "FROZEN" }),
        "InvalidParameterException: Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must \
         satisfy enum value set: [IMMUTABLE, MUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION]'",
    );
    for mutability in ["IMMUTABLE_WITH_EXCLUSION", "MUTABLE"] {
        let mut input = json!({ "repositoryName": "bad", "imageTagMutability": mutability });
        if mutability == "MUTABLE" {
            input["imageTagMutabilityExclusionFilters"] = json!([{ "filterType": "WILDCARD", "filter": "a" }]);
        }
        check(
            input,
            &format!(
                "InvalidParameterException: Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy \
                 constraint: 'ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as \
                 {mutability}'"
            ),
        );
    }
    for name in ["a", "a//b", "/a", "a/", "a..b", "a___b", "-a", "", "한국"] {
        assert!(lab.call("CreateRepository", json!({ "repositoryName": name })).is_err(), "{name}");
    }
    for name in ["a__b", "a--b", "0a", "a.b/c_d"] {
        lab.ok("CreateRepository", json!({ "repositoryName": name }));
    }
}

#[test]
fn what_is_not_there_is_named() {
    let mut lab = Lab::with_repository("app");
    let repository = "RepositoryNotFoundException: The repository with name 'none' does not exist in the registry with id \
                      '111122223333'";
    for operation in [
        "DeleteRepository",
        "ListImages",
        "DescribeImages",
        "GetLifecyclePolicy",
        "GetRepositoryPolicy",
        "InitiateLayerUpload",
        "StartLifecyclePolicyPreview",
    ] {
        assert_eq!(lab.refused(operation, json!({ "repositoryName": "none" })), repository, "{operation}");
    }
    assert_eq!(lab.refused("DescribeRepositories", json!({ "repositoryNames": ["app", "none"] })), repository);
    let mut check = |operation: &str, input: Value, expect: &str| assert_eq!(lab.refused(operation, input), expect);
    check(
        "DescribeImages",
        json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "nope" }] }),
        "ImageNotFoundException: The image with imageId {imageDigest:'null', imageTag:'nope'} does not exist within the \
         repository with name 'app' in the registry with id '111122223333'",
    );
    check(
        "GetLifecyclePolicy",
        json!({ "repositoryName": "app" }),
        "LifecyclePolicyNotFoundException: Lifecycle policy does not exist for the repository with name 'app' in the \
         registry with id '111122223333'",
    );
    check(
        "GetRepositoryPolicy",
        json!({ "repositoryName": "app" }),
        "RepositoryPolicyNotFoundException: Repository policy does not exist for the repository with name 'app' in the \
         registry with id '111122223333'",
    );
    check(
        "GetRegistryPolicy",
        json!({}),
        "RegistryPolicyNotFoundException: Registry policy does not exist in the registry with id '111122223333'",
    );
    check(
        "ListTagsForResource",
        json!({ "resourceArn": "notanarn" }),
        "InvalidParameterException: Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
    );
}

#[test]
fn a_repository_with_images_goes_only_by_force() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    assert_eq!(
        lab.refused("DeleteRepository", json!({ "repositoryName": "app" })),
        "RepositoryNotEmptyException: The repository with name 'app' in registry with id '111122223333' cannot be deleted \
         because it still contains images"
    );
    let gone = lab.ok("DeleteRepository", json!({ "repositoryName": "app", "force": true }));
    assert_eq!(gone["repository"]["repositoryName"], "app");
    assert_eq!(lab.store().object_count(), 0);
}

fn ids(lab: &mut Lab, filter: &str) -> Vec<(String, Option<String>)> {
    let answer = lab.ok("ListImages", json!({ "repositoryName": "app", "filter": { "tagStatus": filter } }));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let ids = answer["imageIds"].as_array().unwrap().iter();
    ids.map(|id| (text(&id["imageDigest"]).unwrap(), text(&id["imageTag"]))).collect()
}

#[test]
fn a_tag_that_moves_leaves_the_old_image_untagged() {
    let mut lab = Lab::with_repository("app");
    let old = lab.push("app", "latest", &app("1")).to_string();
    let new = lab.push("app", "latest", &app("2")).to_string();
    assert_eq!(ids(&mut lab, "TAGGED"), [(new, Some("latest".to_owned()))]);
    assert_eq!(ids(&mut lab, "UNTAGGED"), [(old.clone(), None)]);
    let details = lab.ok("DescribeImages", json!({ "repositoryName": "app", "imageIds": [{ "imageDigest": old }] }));
    assert_eq!(details["imageDetails"][0].get("imageTags"), None);
}

#[test]
fn an_image_is_described_with_its_true_size_and_types() {
    let mut lab = Lab::with_repository("app");
    let parts = app("1");
    let digest = lab.push("app", "v1", &parts);
    lab.push("app", "latest", &parts);
    let size: usize = parts.layers.iter().chain([&parts.config]).map(|(_, blob)| blob.len()).sum();
    let expect = json!({ "imageDetails": [{
        "registryId": "111122223333",
        "repositoryName": "app",
        "imageDigest": digest.to_string(),
        "imageTags": ["latest", "v1"],
        "imageSizeInBytes": size,
        "imagePushedAt": 1_772_442_000.0,
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactMediaType": "application/vnd.oci.image.config.v1+json",
        "imageStatus": "ACTIVE",
    }] });
    assert_eq!(lab.ok("DescribeImages", json!({ "repositoryName": "app" })).to_string(), expect.to_string());
    assert_eq!(digest, Digest::of(parts.manifest.as_bytes()));
}

fn put(repository: &str, tag: &str, manifest: &ecr_quest::cloud::Blob) -> Value {
    let manifest = String::from_utf8(manifest.as_bytes().to_vec()).unwrap();
    json!({ "repositoryName": repository, "imageTag": tag, "imageManifest": manifest })
}

#[test]
fn an_immutable_tag_is_refused_even_for_the_same_image() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateRepository",
        json!({
            "repositoryName": "app",
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{ "filterType": "WILDCARD", "filter": "dev-*" }],
        }),
    );
    let (one, two) = (app("1"), app("2"));
    for tag in ["v1", "dev-a"] {
        lab.push("app", tag, &one);
    }
    lab.push("app", "dev-a", &two);
    for manifest in [&one.manifest, &two.manifest] {
        assert_eq!(
            lab.refused("PutImage", put("app", "v1", manifest)),
            "ImageTagAlreadyExistsException: The image tag 'v1' already exists in the 'app' repository and cannot be \
             overwritten because the tag is immutable."
        );
    }
    assert_eq!(lab.repository("app").image_by_tag("v1").unwrap().digest, one.manifest.digest());
    // Immutability does not protect from deletion, and a deleted tag is free again.
    lab.ok("BatchDeleteImage", json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }] }));
    lab.push("app", "v1", &two);
}

#[test]
fn put_image_checks_the_manifest_and_what_it_names() {
    let mut lab = Lab::with_repository("app");
    let parts = app("1");
    let missing: Vec<String> =
        parts.layers.iter().chain([&parts.config]).map(|(digest, _)| digest.to_string()).collect();
    assert_eq!(
        lab.refused("PutImage", put("app", "v1", &parts.manifest)),
        format!(
            "LayersNotFoundException: Layers with digests '[{}]' required for pushing image into repository with name \
             'app' in the registry with id '111122223333' do not exist",
            missing.join(", ")
        )
    );
    let digest = lab.push("app", "v1", &parts);
    assert_eq!(
        lab.refused("PutImage", put("app", "v1", &parts.manifest)),
        format!(
            "ImageAlreadyExistsException: Image with digest '{digest}' and tag 'v1' already exists in the repository with \
             name 'app' in registry with id '111122223333'"
        )
    );
    assert_eq!(
        lab.refused("PutImage", json!({ "repositoryName": "app", "imageManifest": "{" })),
        "InvalidParameterException: Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"
    );
    for manifest in
        ["{}", "[]", r#"{"schemaVersion":1}"#, r#"{"mediaType":"application/vnd.oci.image.manifest.v1+json"}"#]
    {
        let error = lab.call("PutImage", json!({ "repositoryName": "app", "imageManifest": manifest })).unwrap_err();
        assert_eq!(error.code, "InvalidParameterException", "{manifest}");
    }
    let mut wrong = put("app", "v2", &parts.manifest);
    wrong["imageDigest"] = json!(Digest::of(b"other").to_string());
    assert!(lab.refused("PutImage", wrong).starts_with("ImageDigestDoesNotMatchException: "));
    assert_eq!(lab.repository("app").tags.len(), 1);
    // One byte more is another image.
    let longer = [parts.manifest.as_bytes(), b"\n"].concat();
    lab.ok("PutImage", put("app", "v2", &longer.into()));
    assert_eq!(lab.repository("app").images.len(), 2);
}

#[test]
fn a_layer_is_taken_only_under_its_own_digest_and_in_order() {
    let mut lab = Lab::with_repository("app");
    let blob = layer("a", "content").blob;
    let start = |lab: &mut Lab| {
        lab.ok("InitiateLayerUpload", json!({ "repositoryName": "app" }))["uploadId"].as_str().unwrap().to_owned()
    };
    let part = |id: &str, first: usize| {
        json!({
            "repositoryName": "app", "uploadId": id, "partFirstByte": first, "partLastByte": first + blob.len() - 1,
            "layerPartBlob": serde_json::to_value(&blob).unwrap(),
        })
    };
    let end = |id: &str, digest: &Digest| json!({ "repositoryName": "app", "uploadId": id, "layerDigests": [digest.to_string()] });
    let code = |lab: &mut Lab, operation: &str, input: Value| lab.call(operation, input).unwrap_err().code.into_owned();

    let id = start(&mut lab);
    assert_eq!(code(&mut lab, "CompleteLayerUpload", end(&id, &blob.digest())), "EmptyUploadException");
    assert_eq!(code(&mut lab, "UploadLayerPart", part(&id, 1)), "InvalidLayerPartException");
    let mut short = part(&id, 0);
    short["partLastByte"] = json!(0);
    assert_eq!(code(&mut lab, "UploadLayerPart", short), "InvalidLayerPartException");
    assert_eq!(code(&mut lab, "UploadLayerPart", part("none", 0)), "UploadNotFoundException");
    assert_eq!(lab.ok("UploadLayerPart", part(&id, 0))["lastByteReceived"], blob.len() - 1);
    assert_eq!(code(&mut lab, "CompleteLayerUpload", end(&id, &Digest::of(b"other"))), "InvalidLayerException");
    assert_eq!(lab.store().object_count(), 0);
    assert_eq!(lab.ok("CompleteLayerUpload", end(&id, &blob.digest()))["layerDigest"], blob.digest().to_string());
    assert_eq!(code(&mut lab, "CompleteLayerUpload", end(&id, &blob.digest())), "UploadNotFoundException");

    let id = start(&mut lab);
    lab.ok("UploadLayerPart", part(&id, 0));
    assert_eq!(code(&mut lab, "CompleteLayerUpload", end(&id, &blob.digest())), "LayerAlreadyExistsException");
    // Parts before the last must have 5 MiB.
    let id = start(&mut lab);
    lab.ok("UploadLayerPart", part(&id, 0));
    lab.ok("UploadLayerPart", part(&id, blob.len()));
    assert_eq!(code(&mut lab, "CompleteLayerUpload", end(&id, &blob.digest())), "LayerPartTooSmallException");
    // No image refers to the layer.
    let url = json!({ "repositoryName": "app", "layerDigest": blob.digest().to_string() });
    assert_eq!(code(&mut lab, "GetDownloadUrlForLayer", url), "LayerInaccessibleException");
    let answer = lab.ok(
        "BatchCheckLayerAvailability",
        json!({
            "repositoryName": "app", "layerDigests": [blob.digest().to_string(), "sha256:abc", "nonsense"],
        }),
    );
    assert_eq!(answer["layers"][0]["layerAvailability"], "AVAILABLE");
    assert_eq!(answer["layers"][0]["layerSize"], blob.len());
    assert_eq!(answer["layers"][1]["layerAvailability"], "UNAVAILABLE");
    assert_eq!(answer["failures"][0]["failureCode"], "InvalidLayerDigest");
}

#[test]
fn a_large_layer_goes_in_parts() {
    let mut lab = Lab::with_repository("app");
    // Two parts of 10 MiB and a rest. ECR does not look into layers, so that any bytes will do.
    let blob = ecr_quest::cloud::Blob::from(vec![7; 21 * 1024 * 1024]);
    let big = ecr_quest::cloud::oci::Layer {
        digest: blob.digest(),
        diff_id: blob.digest(),
        tar_bytes: blob.len() as u64,
        blob,
    };
    let before = lab.cloud.trail().len();
    lab.push("app", "big", &image(&[big]));
    let parts = lab.requests_since(before).into_iter().filter(|name| *name == "UploadLayerPart").count();
    assert_eq!(parts, 3 + 1, "three for the layer, one for the config");
}

#[test]
fn deleting_by_tag_takes_the_tag_and_by_digest_the_image() {
    let mut lab = Lab::with_repository("app");
    let parts = app("1");
    for tag in ["v1", "v1.0", "latest"] {
        lab.push("app", tag, &parts);
    }
    let digest = parts.manifest.digest().to_string();
    let delete =
        |lab: &mut Lab, id: Value| lab.ok("BatchDeleteImage", json!({ "repositoryName": "app", "imageIds": [id] }));
    assert_eq!(
        delete(&mut lab, json!({ "imageTag": "v1.0" })),
        json!({ "imageIds": [{ "imageDigest": digest, "imageTag": "v1.0" }], "failures": [] })
    );
    assert_eq!(
        delete(&mut lab, json!({ "imageDigest": digest })),
        json!({
            "imageIds": [
                { "imageDigest": digest, "imageTag": "latest" },
                { "imageDigest": digest, "imageTag": "v1" },
            ],
            "failures": [],
        })
    );
    assert_eq!(lab.store().object_count(), 0, "no image needs the layers");
    lab.push("app", "only", &parts);
    delete(&mut lab, json!({ "imageTag": "only" }));
    assert!(lab.repository("app").is_empty(), "the last tag takes the image with it");
}

#[test]
fn deleting_an_image_keeps_the_layers_that_others_need() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    lab.push("app", "v2", &app("2"));
    lab.ok("BatchDeleteImage", json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }] }));
    assert_eq!(lab.store().object_count(), 3);
    let admin = lab.admin.clone();
    assert!(lab.try_pull(&admin, "app:v2", &[]).is_ok());
}

#[test]
fn batches_report_what_failed_and_do_the_rest() {
    let mut lab = Lab::with_repository("app");
    let digest = lab.push("app", "v1", &app("1")).to_string();
    let answer = lab.ok(
        "BatchGetImage",
        json!({ "repositoryName": "app", "imageIds": [
        { "imageTag": "v1" }, { "imageTag": "nope" }, {}, { "imageDigest": "what" },
        { "imageTag": "v1", "imageDigest": Digest::of(b"other").to_string() },
    ] }),
    );
    assert_eq!(answer["images"][0]["imageId"], json!({ "imageDigest": digest, "imageTag": "v1" }));
    let failures: Vec<_> = answer["failures"].as_array().unwrap().iter().map(|f| &f["failureCode"]).collect();
    assert_eq!(failures, ["ImageNotFound", "MissingDigestAndTag", "InvalidImageDigest", "ImageTagDoesNotMatchDigest"]);
    assert_eq!(
        answer["failures"][0],
        json!({
            "imageId": { "imageTag": "nope" },
            "failureCode": "ImageNotFound",
            "failureReason": "Requested image not found",
        })
    );
}

#[test]
fn a_tag_has_a_form_wherever_it_is_given() {
    let mut terminal = crate::support::Terminal::new();
    terminal.ok("aws ecr create-repository --repository-name app");
    let pattern = "Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression \
                   '[a-zA-Z0-9-_.]+''";
    let put = "aws ecr put-image --repository-name app --image-manifest '{}' --image-tag";
    for line in [
        format!("{put} 'a b'"),
        format!("{put} 태그"),
        "aws ecr describe-images --repository-name app --image-ids imageTag=a/b".to_owned(),
        "aws ecr start-image-scan --repository-name app --image-id imageTag=a:b".to_owned(),
    ] {
        let run = terminal.run(&line);
        assert!(run.text().contains("(InvalidParameterException)") && run.text().contains(pattern), "{}", run.text());
    }
    let long = terminal.run(&format!("{put} {}", "a".repeat(301)));
    assert!(long.text().contains("'Member must have length less than or equal to 300'"), "{}", long.text());
    let batch = terminal.ok("aws ecr batch-get-image --repository-name app --image-ids imageTag='a b'");
    assert!(batch.contains("\"failureCode\": \"InvalidImageTag\""), "{batch}");
    let digest = terminal.run("aws ecr describe-images --repository-name app --image-ids imageDigest=what");
    assert!(digest.text().contains("Invalid parameter at 'imageDigest' failed to satisfy"), "{}", digest.text());
}

#[test]
fn long_lists_come_in_pages() {
    let mut lab = Lab::new();
    for name in ["a1", "b1", "c1"] {
        lab.ok("CreateRepository", json!({ "repositoryName": name }));
    }
    let first = lab.ok("DescribeRepositories", json!({ "maxResults": 2 }));
    assert_eq!(first["repositories"].as_array().unwrap().len(), 2);
    let rest = lab.ok("DescribeRepositories", json!({ "maxResults": 2, "nextToken": first["nextToken"] }));
    assert_eq!((rest["repositories"][0]["repositoryName"].as_str(), rest.get("nextToken")), (Some("c1"), None));
    assert!(lab.call("DescribeRepositories", json!({ "maxResults": 2, "repositoryNames": ["a1"] })).is_err());
}

#[test]
fn repository_tags_are_set_listed_and_removed() {
    let mut lab = Lab::with_repository("app");
    let arn = "arn:aws:ecr:ap-northeast-2:111122223333:repository/app";
    lab.ok(
        "TagResource",
        json!({ "resourceArn": arn, "tags": [
        { "Key": "team", "Value": "core" }, { "Key": "env", "Value": "dev" },
    ] }),
    );
    lab.ok("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["team", "none"] }));
    let tags = lab.ok("ListTagsForResource", json!({ "resourceArn": arn }));
    assert_eq!(tags, json!({ "tags": [{ "Key": "env", "Value": "dev" }] }));
    let many: Vec<Value> = (0..50).map(|i| json!({ "Key": format!("k{i}"), "Value": "" })).collect();
    assert!(
        lab.refused("TagResource", json!({ "resourceArn": arn, "tags": many })).starts_with("TooManyTagsException")
    );
}

#[test]
fn a_repository_policy_lets_a_user_in_and_comes_back_byte_for_byte() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    let dev = lab.user_with("dev", &["sts:GetCallerIdentity"]);
    assert!(lab.try_pull(&dev, "app:v1", &[]).is_err());
    let policy = r#"{ "Version": "2012-10-17", "Statement": [{ "Sid": "Let dev pull", "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::111122223333:user/dev" },
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] }] }"#;
    lab.ok("SetRepositoryPolicy", json!({ "repositoryName": "app", "policyText": policy }));
    assert!(lab.try_pull(&dev, "app:v1", &[]).is_ok());
    assert_eq!(lab.ok("GetRepositoryPolicy", json!({ "repositoryName": "app" }))["policyText"], policy);
    lab.ok("DeleteRepositoryPolicy", json!({ "repositoryName": "app" }));
    assert!(lab.try_pull(&dev, "app:v1", &[]).is_err());
}

#[test]
fn a_repository_policy_that_is_wrong_or_names_nobody_is_refused() {
    let mut lab = Lab::with_repository("app");
    let unknown = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/none" }, "Action": "ecr:*",
    }] });
    for text in [r#"{"Version":"2012-10-17"}"#.to_owned(), "{".to_owned(), unknown.to_string()] {
        assert_eq!(
            lab.refused("SetRepositoryPolicy", json!({ "repositoryName": "app", "policyText": text })),
            "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid \
             repository policy provided'"
        );
    }
}

#[test]
fn a_repository_policy_that_locks_the_caller_out_needs_force() {
    let mut lab = Lab::with_repository("app");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "ecr:SetRepositoryPolicy",
    }] })
    .to_string();
    assert!(lab.call("SetRepositoryPolicy", json!({ "repositoryName": "app", "policyText": policy })).is_err());
    assert!(lab.repository("app").policy.is_none());
    lab.ok("SetRepositoryPolicy", json!({ "repositoryName": "app", "policyText": policy, "force": true }));
    let again = lab.call("SetRepositoryPolicy", json!({ "repositoryName": "app", "policyText": policy }));
    assert!(again.unwrap_err().is_access_denied());
}

#[test]
fn actions_on_the_registry_take_no_resource() {
    let mut lab = Lab::new();
    let nobody = {
        lab.user_with("nobody", &["sts:GetCallerIdentity"]);
        user("nobody")
    };
    for operation in
        ["GetAuthorizationToken", "DescribeRegistry", "GetRegistryPolicy", "GetRegistryScanningConfiguration"]
    {
        let error = lab.cloud.call_wire(&nobody, Service::Ecr, operation, json!({})).unwrap().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "AccessDeniedException: User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: \
                 ecr:{operation} on resource: * because no identity-based policy allows the ecr:{operation} action"
            )
        );
    }
}

const APK: &str = "P:zlib\nV:1.2.12-r1\n\nP:libcrypto3\nV:3.1.3-r0\no:openssl\n\nP:musl\nV:1.2.4-r1\n\n";

fn alpine(apk: &str) -> ecr_quest::cloud::ecr::registry::ImageParts {
    image(&[layer("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"), layer("lib/apk/db/installed", apk)])
}

#[test]
fn a_scan_on_push_finds_the_vulnerable_packages_of_the_image() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateRepository",
        json!({
            "repositoryName": "app", "imageScanningConfiguration": { "scanOnPush": true },
        }),
    );
    lab.push("app", "v1", &alpine(APK));
    let id = json!({ "repositoryName": "app", "imageId": { "imageTag": "v1" } });
    assert_eq!(lab.ok("DescribeImageScanFindings", id.clone())["imageScanStatus"], json!({ "status": "IN_PROGRESS" }));
    lab.cloud.advance(Duration::minutes(1));
    let answer = lab.ok("DescribeImageScanFindings", id.clone());
    assert_eq!(
        answer["imageScanStatus"],
        json!({ "status": "COMPLETE", "description": "The scan was completed successfully." })
    );
    let findings = &answer["imageScanFindings"];
    assert_eq!(findings["findingSeverityCounts"], json!({ "CRITICAL": 1, "HIGH": 1 }));
    let first = &findings["findings"][0];
    assert_eq!((first["name"].as_str(), first["severity"].as_str()), (Some("CVE-2022-37434"), Some("CRITICAL")));
    assert_eq!(
        first["attributes"],
        json!([{ "key": "package_version", "value": "1.2.12-r1" }, { "key": "package_name", "value": "zlib" }])
    );
    assert_eq!(findings["findings"][1]["attributes"][1]["value"], "libcrypto3");
    assert_eq!(
        lab.refused("StartImageScan", id),
        "LimitExceededException: The scan quota per image has been exceeded. Wait and try again."
    );
}

#[test]
fn an_image_without_packages_in_the_list_is_clean_and_one_without_database_cannot_be_scanned() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "clean", &alpine("P:musl\nV:1.2.5-r0\n\n"));
    lab.push("app", "scratch", &app("1"));
    let id = |tag: &str| json!({ "repositoryName": "app", "imageId": { "imageTag": tag } });
    assert_eq!(
        lab.refused("DescribeImageScanFindings", id("clean")),
        "ScanNotFoundException: Image scan does not exist for the image with '{imageDigest:'null', imageTag:'clean'}' in \
         the repository with name 'app' in the registry with id '111122223333'"
    );
    for tag in ["clean", "scratch"] {
        assert_eq!(lab.ok("StartImageScan", id(tag))["imageScanStatus"]["status"], "IN_PROGRESS");
    }
    lab.cloud.advance(Duration::minutes(1));
    let clean = lab.ok("DescribeImageScanFindings", id("clean"));
    assert_eq!(clean["imageScanFindings"]["findings"], json!([]));
    assert_eq!(lab.ok("DescribeImageScanFindings", id("scratch"))["imageScanStatus"]["status"], "FAILED");
    lab.cloud.advance(Duration::hours(24));
    lab.ok("StartImageScan", id("clean"));
}

#[test]
fn a_registry_rule_scans_on_push_where_the_repository_does_not() {
    let mut lab = Lab::with_repository("app");
    lab.ok("CreateRepository", json!({ "repositoryName": "prod/app" }));
    let rules = json!([{
        "scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{ "filter": "prod*", "filterType": "WILDCARD" }],
    }]);
    lab.ok("PutRegistryScanningConfiguration", json!({ "scanType": "BASIC", "rules": rules }));
    assert_eq!(lab.ok("GetRegistryScanningConfiguration", json!({}))["scanningConfiguration"]["rules"], rules);
    for name in ["app", "prod/app"] {
        lab.push(name, "v1", &alpine(APK));
    }
    let scanned = |name: &str| lab.repository(name).image_by_tag("v1").unwrap().scan.is_some();
    assert_eq!((scanned("app"), scanned("prod/app")), (false, true));
}

#[test]
fn a_tag_is_given_in_the_media_type_that_the_client_takes_and_a_digest_as_it_is() {
    const DOCKER: &str = "application/vnd.docker.distribution.manifest.v2+json";
    const OCI: &str = "application/vnd.oci.image.manifest.v1+json";
    let mut lab = Lab::with_repository("app");
    let digest = lab.push("app", "v1", &app("1"));
    let get = |lab: &mut Lab, id: Value, types: &[&str]| {
        let input = json!({ "repositoryName": "app", "imageIds": [id], "acceptedMediaTypes": types });
        lab.ok("BatchGetImage", input)["images"][0].clone()
    };
    let pushed = get(&mut lab, json!({ "imageTag": "v1" }), &[DOCKER, OCI]);
    let kind = pushed["imageManifestMediaType"].as_str().unwrap().to_owned();
    let other = if kind == OCI { DOCKER } else { OCI };
    let converted = get(&mut lab, json!({ "imageTag": "v1" }), &[other]);
    assert_eq!(converted["imageManifestMediaType"], other);
    let manifest: Value = serde_json::from_str(converted["imageManifest"].as_str().unwrap()).unwrap();
    let before: Value = serde_json::from_str(pushed["imageManifest"].as_str().unwrap()).unwrap();
    assert_eq!(manifest["mediaType"], other);
    assert_ne!(manifest["layers"][0]["mediaType"], before["layers"][0]["mediaType"]);
    assert_eq!(manifest["layers"][0]["digest"], before["layers"][0]["digest"]);
    let by_digest = get(&mut lab, json!({ "imageDigest": digest.to_string() }), &[other]);
    assert_eq!(
        (&by_digest["imageManifest"], &by_digest["imageManifestMediaType"]),
        (&pushed["imageManifest"], &json!(kind))
    );
}
