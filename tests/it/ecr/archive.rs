//! The archive, referrers, pull times.

use ecr_quest::cloud::oci::{Descriptor, Manifest, media_type};
use ecr_quest::cloud::{Blob, Digest, Duration};
use serde_json::{Value, json};

use crate::registry::{Lab, app};

fn move_to(lab: &mut Lab, class: &str) -> Value {
    let id = json!({ "imageTag": "v1" });
    let input = json!({ "repositoryName": "app", "imageId": id, "targetStorageClass": class });
    lab.ok("UpdateImageStorageClass", input)["imageStatus"].clone()
}

fn describe(lab: &mut Lab, status: &str) -> Vec<Value> {
    let input = json!({ "repositoryName": "app", "filter": { "imageStatus": status } });
    lab.ok("DescribeImages", input)["imageDetails"].as_array().unwrap().clone()
}

#[test]
fn an_archived_image_cannot_be_pulled_and_takes_minutes_to_come_back() {
    let mut lab = Lab::with_repository("app");
    let digest = lab.push("app", "v1", &app("1"));
    let admin = lab.admin.clone();
    assert_eq!(move_to(&mut lab, "ARCHIVE"), "ARCHIVED");
    assert_eq!(move_to(&mut lab, "ARCHIVE"), "ARCHIVED");
    assert!(lab.try_pull(&admin, "app:v1", &[]).unwrap_err().to_string().starts_with("manifest unknown: "));
    assert_eq!((describe(&mut lab, "ACTIVE").len(), describe(&mut lab, "ARCHIVED").len()), (0, 1));
    assert_eq!(
        lab.refused("StartImageScan", json!({ "repositoryName": "app", "imageId": { "imageTag": "v1" } })),
        "ImageArchivedException: The specified image is archived and cannot be scanned."
    );
    let layer = app("1").layers[0].0.to_string();
    let check = json!({ "repositoryName": "app", "layerDigests": [layer] });
    let availability =
        |lab: &mut Lab| lab.ok("BatchCheckLayerAvailability", check.clone())["layers"][0]["layerAvailability"].clone();
    assert_eq!(availability(&mut lab), "ARCHIVED");
    assert_eq!(move_to(&mut lab, "STANDARD"), "ACTIVATING");
    lab.cloud.advance(Duration::minutes(19));
    assert_eq!(describe(&mut lab, "ACTIVATING").len(), 1);
    assert!(lab.try_pull(&admin, "app:v1", &[]).is_err());
    lab.cloud.advance(Duration::minutes(1));
    let image = describe(&mut lab, "ACTIVE").remove(0);
    assert_eq!(image["imageDigest"], digest.to_string());
    let seconds = |member: &str| image[member].as_f64().unwrap();
    assert_eq!(seconds("lastActivatedAt") - seconds("lastArchivedAt"), 20.0 * 60.0);
    assert!(lab.try_pull(&admin, "app:v1", &[]).is_ok());
    assert_eq!(availability(&mut lab), "AVAILABLE");
}

#[test]
fn what_a_live_index_names_stays_where_it_is() {
    let mut lab = Lab::with_repository("app");
    let child = lab.push("app", "v1", &app("1"));
    let size = lab.repository("app").image(&child).unwrap().manifest().len() as u64;
    let descriptor = Descriptor::new(media_type::OCI_MANIFEST, child, size);
    let index = ecr_quest::cloud::oci::Index::new(media_type::OCI_INDEX, vec![descriptor]).to_blob();
    put(&mut lab, &index, Some("all"));
    let input = json!({ "repositoryName": "app", "imageId": { "imageTag": "v1" }, "targetStorageClass": "ARCHIVE" });
    assert_eq!(
        lab.refused("UpdateImageStorageClass", input),
        "ImageStorageClassUpdateNotSupportedException: The requested image storage class update is not supported."
    );
}

fn put(lab: &mut Lab, manifest: &Blob, tag: Option<&str>) -> Digest {
    let text = String::from_utf8(manifest.as_bytes().to_vec()).unwrap();
    let mut input = json!({ "repositoryName": "app", "imageManifest": text });
    if let Some(tag) = tag {
        input["imageTag"] = json!(tag);
    }
    let image = lab.ok("PutImage", input);
    image["image"]["imageId"]["imageDigest"].as_str().unwrap().parse().unwrap()
}

/// An SBOM about an image: an artifact that refers to it.
fn attach(lab: &mut Lab, subject: &Digest, kind: &str) -> Digest {
    let config = Blob::from(*b"{}");
    let mut parts = app("unused");
    parts.config = (config.digest(), config.clone());
    parts.layers.clear();
    let mut manifest = Manifest::new(
        media_type::OCI_MANIFEST,
        Descriptor::of("application/vnd.oci.empty.v1+json", &config),
        Vec::new(),
    );
    manifest.artifact_type = Some(kind.to_owned());
    manifest.subject = Some(Descriptor::new(media_type::OCI_MANIFEST, subject.clone(), 1));
    manifest.annotations.insert("note".to_owned(), kind.to_owned());
    parts.manifest = manifest.to_blob();
    let admin = lab.admin.clone();
    lab.push_untagged(&admin, "app", &parts)
}

#[test]
fn what_refers_to_an_image_is_listed_and_goes_with_it() {
    let mut lab = Lab::with_repository("app");
    let subject = lab.push("app", "v1", &app("1"));
    let sbom = attach(&mut lab, &subject, "application/spdx+json");
    let signature = attach(&mut lab, &subject, "application/vnd.example.signature");
    // What refers to what refers.
    let note = attach(&mut lab, &sbom, "application/vnd.example.note");
    let mut list = |filter: Value| {
        let subject = json!({ "imageDigest": subject.to_string() });
        let input = json!({ "repositoryName": "app", "subjectId": subject, "filter": filter });
        lab.ok("ListImageReferrers", input)["referrers"].as_array().unwrap().clone()
    };
    let all = list(json!({}));
    let mut digests: Vec<&str> = all.iter().map(|one| one["digest"].as_str().unwrap()).collect();
    digests.sort_unstable();
    let mut expect = [sbom.to_string(), signature.to_string()];
    expect.sort();
    assert_eq!(digests, expect);
    let spdx = list(json!({ "artifactTypes": ["application/spdx+json"] }));
    assert_eq!(
        (spdx.len(), &spdx[0]["digest"], &spdx[0]["artifactStatus"]),
        (1, &json!(sbom.to_string()), &json!("ACTIVE"))
    );
    assert_eq!(spdx[0]["annotations"], json!({ "note": "application/spdx+json" }));
    assert_eq!(list(json!({ "artifactStatus": "ARCHIVED" })), Vec::<Value>::new());
    let described = describe(&mut lab, "ACTIVE");
    let of = |digest: &Digest| described.iter().find(|one| one["imageDigest"] == digest.to_string()).unwrap();
    assert_eq!(of(&sbom)["subjectManifestDigest"], subject.to_string());
    assert_eq!(of(&sbom)["artifactMediaType"], "application/spdx+json");

    lab.ok("BatchDeleteImage", json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }] }));
    assert_eq!(lab.repository("app").images.len(), 3);
    lab.cloud.advance(Duration::hours(24));
    assert!(lab.repository("app").image(&sbom).is_none() && lab.repository("app").image(&signature).is_none());
    lab.cloud.advance(Duration::hours(24));
    assert!(lab.repository("app").image(&note).is_none());
    assert_eq!(lab.store().object_count(), 0);
}

#[test]
fn an_excluded_principals_pulls_leave_no_trace() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    let arn = "arn:aws:iam::111122223333:user/scanner";
    let scanner = lab.user_with("scanner", &["ecr:*"]);
    assert_eq!(lab.ok("RegisterPullTimeUpdateExclusion", json!({ "principalArn": arn }))["principalArn"], arn);
    assert_eq!(
        lab.refused("RegisterPullTimeUpdateExclusion", json!({ "principalArn": arn })),
        "ExclusionAlreadyExistsException: The specified pull time update exclusion already exists for the registry."
    );
    assert!(
        lab.refused("RegisterPullTimeUpdateExclusion", json!({ "principalArn": "arn:aws:iam::111122223333:group/x" }))
            .starts_with("InvalidParameterException: Invalid parameter at 'principalArn'")
    );
    lab.try_pull(&scanner, "app:v1", &[]).unwrap();
    assert!(describe(&mut lab, "ACTIVE")[0].get("lastRecordedPullTime").is_none());
    let admin = lab.admin.clone();
    lab.try_pull(&admin, "app:v1", &[]).unwrap();
    assert!(describe(&mut lab, "ACTIVE")[0].get("lastRecordedPullTime").is_some());
    assert_eq!(lab.ok("ListPullTimeUpdateExclusions", json!({}))["pullTimeUpdateExclusions"], json!([arn]));
    lab.ok("DeregisterPullTimeUpdateExclusion", json!({ "principalArn": arn }));
    assert_eq!(
        lab.refused("DeregisterPullTimeUpdateExclusion", json!({ "principalArn": arn })),
        "ExclusionNotFoundException: The specified pull time update exclusion was not found."
    );
}
