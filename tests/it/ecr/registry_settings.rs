//! What is set for a registry as a whole: its policy, scanning, account settings, quotas.

use ecr_quest::cloud::ecr::{self, Quotas};
use ecr_quest::cloud::{AccountId, Duration, Region};
use serde_json::{Value, json};

use crate::registry::{Lab, app, image, layer, user};

#[test]
fn a_registry_policy_lets_others_in_as_a_repositorys_own_does() {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "v1", &app("1"));
    lab.user_with("dev", &["sts:GetCallerIdentity"]);
    let dev = user("dev");
    assert!(lab.try_pull(&dev, "app:v1", &[]).is_err());
    let policy = |effect: &str| {
        let statement = json!({ "Effect": effect, "Principal": { "AWS": "arn:aws:iam::111122223333:user/dev" },
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": "arn:aws:ecr:ap-northeast-2:111122223333:repository/*" });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    };
    lab.ok("PutRegistryPolicy", json!({ "policyText": policy("Allow") }));
    assert!(lab.try_pull(&dev, "app:v1", &[]).is_ok());
    lab.ok("PutRegistryPolicy", json!({ "policyText": policy("Deny") }));
    lab.user_with("dev2", &["ecr:*"]);
    assert!(lab.try_pull(&dev, "app:v1", &[]).unwrap_err().to_string().contains("explicit deny"));
    lab.ok("DeleteRegistryPolicy", json!({}));
    assert!(lab.try_pull(&dev, "app:v1", &[]).unwrap_err().to_string().contains("no identity-based policy"));
}

#[test]
fn account_settings_have_names_and_values() {
    let mut lab = Lab::new();
    let mut get = |name: &str| lab.ok("GetAccountSetting", json!({ "name": name }))["value"].clone();
    assert_eq!(get("BASIC_SCAN_TYPE_VERSION"), "AWS_NATIVE");
    assert_eq!(get("REGISTRY_POLICY_SCOPE"), "V2");
    assert_eq!(get("BLOB_MOUNTING"), "DISABLED");
    let on = json!({ "name": "BLOB_MOUNTING", "value": "ENABLED" });
    assert_eq!(lab.ok("PutAccountSetting", on.clone()), on);
    assert_eq!(lab.ok("GetAccountSetting", json!({ "name": "BLOB_MOUNTING" })), on);
    let error = lab.refused("PutAccountSetting", json!({ "name": "BLOB_MOUNTING", "value": "YES" }));
    assert!(error.ends_with("'Member must satisfy enum value set: [ENABLED, DISABLED]'"), "{error}");
}

#[test]
fn a_full_registry_says_so() {
    let mut lab = Lab::with_repository("app");
    let quotas = Quotas { repositories: 2, images_per_repository: 2, tags_per_image: 2 };
    ecr::set_quotas(&mut lab.cloud, &AccountId::home(), &Region::home(), quotas);
    lab.ok("CreateRepository", json!({ "repositoryName": "web" }));
    assert!(
        lab.refused("CreateRepository", json!({ "repositoryName": "third" })).starts_with("LimitExceededException: ")
    );
    for (tag, version) in [("a", "1"), ("b", "2"), ("c", "2")] {
        lab.push("app", tag, &app(version));
    }
    let admin = lab.admin.clone();
    let push = |lab: &mut Lab, tag: &str, version: &str| {
        lab.try_push(&admin, "app", tag, &app(version)).map(|_| ()).map_err(|failure| failure.error.to_string())
    };
    assert!(push(&mut lab, "d", "2").unwrap_err().contains("the limit of 2 tags"));
    assert!(push(&mut lab, "d", "3").unwrap_err().contains("the limit of 2 images"));
    // The archive does not count.
    let id = json!({ "imageTag": "a" });
    lab.ok(
        "UpdateImageStorageClass",
        json!({ "repositoryName": "app", "imageId": id, "targetStorageClass": "ARCHIVE" }),
    );
    push(&mut lab, "d", "3").unwrap();
}

fn rules(frequency: &str, filter: &str) -> Value {
    json!([{ "scanFrequency": frequency, "repositoryFilters": [{ "filter": filter, "filterType": "WILDCARD" }] }])
}

#[test]
fn enhanced_scanning_is_continuous_and_shows_inspectors_findings() {
    let mut lab = Lab::with_repository("prod/api");
    lab.ok("CreateRepository", json!({ "repositoryName": "dev" }));
    let input = json!({ "scanType": "ENHANCED", "rules": rules("CONTINUOUS_SCAN", "prod") });
    let answer = lab.ok("PutRegistryScanningConfiguration", input.clone());
    assert_eq!(answer["registryScanningConfiguration"], input);
    let old = image(&[layer("lib/apk/db/installed", "P:zlib\nV:1.2.12-r1\no:zlib\n\n")]);
    lab.push("prod/api", "v1", &old);
    lab.push("dev", "v1", &old);
    let id = json!({ "imageTag": "v1" });
    let findings =
        |lab: &mut Lab| lab.ok("DescribeImageScanFindings", json!({ "repositoryName": "prod/api", "imageId": id }));
    assert_eq!(findings(&mut lab)["imageScanStatus"]["status"], "PENDING");
    lab.cloud.advance(Duration::minutes(1));
    let found = findings(&mut lab);
    assert_eq!(
        found["imageScanStatus"],
        json!({ "status": "ACTIVE", "description": "Continuous scan is selected for image." })
    );
    let scan = &found["imageScanFindings"];
    assert!(scan.get("findings").is_none());
    let first = &scan["enhancedFindings"][0];
    assert_eq!((&first["status"], &first["type"]), (&json!("ACTIVE"), &json!("PACKAGE_VULNERABILITY")));
    let package = &first["packageVulnerabilityDetails"]["vulnerablePackages"][0];
    assert_eq!(
        (&package["name"], &package["version"], &package["release"]),
        (&json!("zlib"), &json!("1.2.12"), &json!("r1"))
    );
    assert_eq!(first["resources"][0]["details"]["awsEcrContainerImage"]["repositoryName"], "prod/api");
    assert_eq!(first["resources"][0]["details"]["awsEcrContainerImage"]["imageTags"], json!(["v1"]));
    let dev = json!({ "repositoryName": "dev", "imageId": id });
    assert!(lab.refused("DescribeImageScanFindings", dev.clone()).starts_with("ScanNotFoundException"));
    assert_eq!(lab.refused("StartImageScan", dev), "ValidationException: This feature is disabled");
    lab.cloud.advance(Duration::days(31));
    assert_eq!(findings(&mut lab)["imageScanStatus"]["status"], "SCAN_ELIGIBILITY_EXPIRED");
}

#[test]
fn an_enhanced_scan_knows_the_packages_of_languages_and_how_bad_each_is() {
    let mut lab = Lab::with_repository("prod/api");
    lab.ok(
        "PutRegistryScanningConfiguration",
        json!({ "scanType": "ENHANCED", "rules": rules("SCAN_ON_PUSH", "prod") }),
    );
    let pom = "<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>\
               <version>2.14.1</version></dependency>";
    lab.push(
        "prod/api",
        "v1",
        &image(&[
            layer("etc/os-release", "ID=debian\nVERSION_ID=\"11\"\n"),
            layer("var/lib/dpkg/status", "Package: zlib1g\nSource: zlib\nVersion: 1:1.2.11.dfsg-2\n"),
            layer("app/pom.xml", pom),
        ]),
    );
    // No distribution at all: Inspector scans that too, a basic scan would not.
    lab.push("prod/api", "scratch", &image(&[layer("requirements.txt", "PyYAML==5.3.1\n")]));
    lab.push("prod/api", "empty", &image(&[layer("app", "1")]));
    lab.cloud.advance(Duration::minutes(1));
    let findings = |lab: &mut Lab, tag: &str| {
        lab.ok("DescribeImageScanFindings", json!({ "repositoryName": "prod/api", "imageId": { "imageTag": tag } }))
    };
    let found = findings(&mut lab, "v1")["imageScanFindings"].clone();
    assert_eq!(found["findingSeverityCounts"], json!({ "CRITICAL": 3, "HIGH": 1 }));
    let first = &found["enhancedFindings"][0];
    assert_eq!(first["title"], "CVE-2021-44228 - org.apache.logging.log4j:log4j-core");
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H";
    let score = json!({
        "adjustments": [], "score": 10.0, "scoreSource": "NVD", "scoringVector": vector, "version": "3.1"
    });
    assert_eq!((&first["score"], &first["scoreDetails"]["cvss"]), (&json!(10.0), &score));
    assert_eq!((&first["exploitAvailable"], &first["fixAvailable"]), (&json!("YES"), &json!("YES")));
    let details = &first["packageVulnerabilityDetails"];
    let cvss = json!([{ "baseScore": 10.0, "scoringVector": vector, "source": "NVD", "version": "3.1" }]);
    assert_eq!((&details["cvss"], &details["relatedVulnerabilities"]), (&cvss, &json!(["GHSA-jfh8-c2jp-5v3q"])));
    let package = &details["vulnerablePackages"][0];
    assert_eq!((&package["packageManager"], &package["filePath"]), (&json!("POM"), &json!("app/pom.xml")));
    assert_eq!((&package["version"], &package["fixedInVersion"]), (&json!("2.14.1"), &json!("2.15.0")));
    let zlib =
        found["enhancedFindings"].as_array().unwrap().iter().find(|one| one["title"] == "CVE-2022-37434 - zlib1g");
    let zlib = &zlib.unwrap()["packageVulnerabilityDetails"];
    assert_eq!(zlib["source"], "DEBIAN_CVE");
    assert_eq!(zlib["vulnerablePackages"][0]["fixedInVersion"], "1:1.2.11.dfsg-2+deb11u2");
    let details = &first["resources"][0]["details"]["awsEcrContainerImage"];
    assert_eq!(details["platform"], "DEBIAN_11");

    let scratch = findings(&mut lab, "scratch")["imageScanFindings"]["enhancedFindings"][0].clone();
    assert_eq!(scratch["title"], "CVE-2020-14343 - PyYAML");
    assert!(scratch["resources"][0]["details"]["awsEcrContainerImage"].get("platform").is_none());
    assert_eq!(findings(&mut lab, "empty")["imageScanStatus"]["status"], "UNSUPPORTED_IMAGE");
}

#[test]
fn one_finding_names_all_packages_that_have_the_vulnerability() {
    let mut lab = Lab::with_repository("app");
    lab.ok("PutRegistryScanningConfiguration", json!({ "scanType": "ENHANCED", "rules": rules("SCAN_ON_PUSH", "*") }));
    let apk = "P:libcrypto3\nV:3.1.2-r0\no:openssl\n\nP:libssl3\nV:3.1.2-r0\no:openssl\n\n";
    lab.push("app", "v1", &image(&[layer("lib/apk/db/installed", apk)]));
    lab.cloud.advance(Duration::minutes(1));
    let input = json!({ "repositoryName": "app", "imageId": { "imageTag": "v1" } });
    let found = lab.ok("DescribeImageScanFindings", input)["imageScanFindings"].clone();
    assert_eq!(found["findingSeverityCounts"], json!({ "HIGH": 1 }));
    assert_eq!(found["enhancedFindings"][0]["title"], "CVE-2023-5363 - libcrypto3, libssl3");
    let packages = found["enhancedFindings"][0]["packageVulnerabilityDetails"]["vulnerablePackages"].clone();
    assert_eq!(packages.as_array().unwrap().len(), 2);
}

#[test]
fn what_the_rules_mean_for_a_repository_can_be_asked() {
    let mut lab = Lab::with_repository("repo-prod-repo");
    lab.ok("CreateRepository", json!({ "repositoryName": "dev" }));
    let frequency = |lab: &mut Lab, name: &str| {
        let input = json!({ "repositoryNames": [name, "nosuch"] });
        let answer = lab.ok("BatchGetRepositoryScanningConfiguration", input);
        assert_eq!(answer["failures"][0]["failureCode"], "REPOSITORY_NOT_FOUND");
        answer["scanningConfigurations"][0]["scanFrequency"].clone()
    };
    assert_eq!(frequency(&mut lab, "dev"), "MANUAL");
    let put = |lab: &mut Lab, kind: &str, rules: Value| {
        lab.call("PutRegistryScanningConfiguration", json!({ "scanType": kind, "rules": rules }))
    };
    // Without star a filter need only be part of the name; with one, the whole name must fit.
    put(&mut lab, "BASIC", rules("SCAN_ON_PUSH", "prod")).unwrap();
    assert_eq!(frequency(&mut lab, "repo-prod-repo"), "SCAN_ON_PUSH");
    put(&mut lab, "BASIC", rules("SCAN_ON_PUSH", "prod*")).unwrap();
    assert_eq!(frequency(&mut lab, "repo-prod-repo"), "MANUAL");
    // Where two rules fit, the continuous one wins.
    let mut both = rules("SCAN_ON_PUSH", "*").as_array().unwrap().clone();
    both.extend(rules("CONTINUOUS_SCAN", "*prod*").as_array().unwrap().clone());
    put(&mut lab, "ENHANCED", json!(both)).unwrap();
    assert_eq!(frequency(&mut lab, "repo-prod-repo"), "CONTINUOUS_SCAN");
    assert_eq!(frequency(&mut lab, "dev"), "SCAN_ON_PUSH");
    for (kind, wrong) in [
        ("BASIC", rules("CONTINUOUS_SCAN", "*")),
        ("ENHANCED", rules("MANUAL", "*")),
        ("BASIC", rules("SCAN_ON_PUSH", "Prod")),
        ("SOME", json!([])),
        ("BASIC", json!([rules("MANUAL", "a")[0], rules("MANUAL", "b")[0]])),
    ] {
        assert!(put(&mut lab, kind, wrong.clone()).is_err(), "{kind} {wrong}");
    }
}
