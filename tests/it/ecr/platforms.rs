//! Images for more than one platform: built, pushed, looked at, and run where they fit.

use serde_json::{Value, json};

use crate::support::Terminal;

const HOST: &str = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";

fn ready() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.ok(&format!(
        "aws ecr create-repository --repository-name web; aws ecr get-login-password | docker login --username AWS \
         --password-stdin {HOST} 2>/dev/null; mkdir -p app; cd app; printf '{}' > Dockerfile",
        "FROM alpine:3.20\\nARG TARGETARCH\\nRUN echo $TARGETARCH > /arch\\nCMD cat /arch\\n"
    ));
    terminal
}

fn json_of(terminal: &mut Terminal, line: &str) -> Value {
    serde_json::from_str(&terminal.ok(line)).unwrap()
}

#[test]
fn an_image_can_be_built_for_another_processor() {
    let mut terminal = ready();
    terminal.ok("docker build --platform linux/arm64 -t web . 2>/dev/null");
    assert_eq!(terminal.ok("docker inspect web --format '{{.Os}}/{{.Architecture}}'"), "linux/arm64\n");
    let run = terminal.run("docker run --name web web");
    assert_eq!((run.stdout().as_str(), run.code), ("", 255));
    assert!(
        run.stderr().starts_with("WARNING: The requested image's platform (linux/arm64) does not match"),
        "{}",
        run.text()
    );
    assert!(run.stderr().ends_with("exec /bin/sh: exec format error\n"), "{}", run.text());
    assert_eq!(terminal.ok("docker logs web; docker rm web"), "exec /bin/sh: exec format error\nweb\n");
    assert_eq!(
        terminal.run("docker run --rm --platform linux/arm64 web /srv/app").text(),
        "exec /srv/app: exec format error\n"
    );
    // The engine keeps one image under a name.
    terminal.ok("docker build -t web . 2>/dev/null");
    assert_eq!(terminal.ok("docker run --rm web"), "amd64\n");
    let other = terminal.run("docker build --platform linux/s390x .");
    assert!(other.stderr().contains("no match for platform in manifest: not found"), "{}", other.text());
    let pulled = terminal.ok(
        "docker pull -q --platform linux/arm64 alpine:3.20; docker inspect alpine:3.20 --format '{{.Architecture}}'",
    );
    assert!(pulled.ends_with("arm64\n"), "{pulled}");
}

#[test]
fn several_platforms_take_a_builder_in_a_container_and_make_an_index() {
    let mut terminal = ready();
    let line = format!("docker buildx build --platform linux/amd64,linux/arm64 -t {HOST}/web:v1 --push .");
    let refused = terminal.run(&line);
    assert!(refused.stderr().starts_with("ERROR: Multi-platform build is not supported for the docker driver."));
    terminal.ok("docker buildx create --name multi --use");
    assert!(terminal.ok("docker buildx ls").contains("multi*"));
    let log = terminal.run(&line);
    assert_eq!(log.code, 0, "{}", log.text());
    assert!(log.stderr().contains("[linux/arm64 2/2] RUN echo $TARGETARCH > /arch"), "{}", log.stderr());
    let index = json_of(&mut terminal, &format!("docker manifest inspect {HOST}/web:v1"));
    assert_eq!(index["mediaType"], "application/vnd.oci.image.index.v1+json");
    let platforms: Vec<String> = index["manifests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| {
            format!("{}/{}", of["platform"]["os"].as_str().unwrap(), of["platform"]["architecture"].as_str().unwrap())
        })
        .collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64", "unknown/unknown", "unknown/unknown"]);
    assert_eq!(
        index["manifests"][3]["annotations"]["vnd.docker.reference.digest"], index["manifests"][1]["digest"],
        "an attestation names its image"
    );
    let details =
        json_of(&mut terminal, "aws ecr describe-images --repository-name web --query 'imageDetails[].imageTags'");
    assert_eq!(details, json!([["v1"]]), "the index alone has the tag");
    assert_eq!(
        json_of(&mut terminal, "aws ecr list-images --repository-name web --query 'length(imageIds)'"),
        json!(5)
    );
    // Each machine takes its own; the laptop is one of them.
    terminal.ok(&format!("docker pull -q {HOST}/web:v1"));
    assert_eq!(terminal.ok(&format!("docker run --rm {HOST}/web:v1")), "amd64\n");
    let foreign = terminal.run(&format!("docker run --rm --platform linux/arm64 {HOST}/web:v1"));
    assert!(foreign.stderr().ends_with("exec /bin/sh: exec format error\n"), "{}", foreign.text());
    let shown = terminal.ok(&format!("docker buildx imagetools inspect {HOST}/web:v1"));
    assert!(
        shown.contains("  Platform:  linux/arm64\n")
            && shown.contains("vnd.docker.reference.type:   attestation-manifest\n"),
        "{shown}"
    );
}

#[test]
fn without_attestations_the_media_types_are_dockers() {
    let mut terminal = ready();
    terminal.ok("docker buildx create --use");
    let build = |platform: &str, tag: &str| {
        format!("docker buildx build --provenance=false --platform {platform} -t {HOST}/web:{tag} --push . 2>/dev/null")
    };
    terminal.ok(&build("linux/amd64,linux/arm64", "both"));
    terminal.ok(&build("linux/arm64", "one"));
    let kind = |terminal: &mut Terminal, tag: &str| {
        json_of(terminal, &format!("docker manifest inspect {HOST}/web:{tag}"))["mediaType"].clone()
    };
    assert_eq!(kind(&mut terminal, "both"), "application/vnd.docker.distribution.manifest.list.v2+json");
    assert_eq!(kind(&mut terminal, "one"), "application/vnd.docker.distribution.manifest.v2+json");
    // A lone image is pulled whatever it is made for, unless a platform is asked for.
    terminal.ok(&format!("docker pull -q {HOST}/web:one"));
    let refused = terminal.run(&format!("docker pull --platform linux/amd64 {HOST}/web:one"));
    assert!(refused.stderr().contains("does not match the specified platform (linux/amd64)"), "{}", refused.text());
    let none = terminal.run(&format!("docker pull --platform linux/s390x {HOST}/web:both"));
    assert_eq!(
        none.stderr(),
        "Error response from daemon: no matching manifest for linux/s390x in the manifest list entries\n"
    );
}

#[test]
fn a_push_of_a_builder_is_refused_in_its_own_words() {
    let mut terminal = ready();
    terminal.ok("docker buildx create --use");
    let push = |terminal: &mut Terminal, name: &str| {
        let done = terminal.run(&format!("docker buildx build -t {HOST}/{name} --push ."));
        (done.code, done.stderr())
    };
    let (code, log) = push(&mut terminal, "none:v1");
    assert!(
        code == 1
            && log.ends_with(&format!(
                "ERROR: failed to solve: failed to push {HOST}/none:v1: unexpected status from POST request to \
         https://{HOST}/v2/none/blobs/uploads/: 404 Not Found\n"
            )),
        "{log}"
    );
    terminal.ok("aws ecr put-image-tag-mutability --repository-name web --image-tag-mutability IMMUTABLE");
    assert_eq!(push(&mut terminal, "web:v1").0, 0);
    terminal.ok("echo RUN echo more >> Dockerfile");
    let (code, log) = push(&mut terminal, "web:v1");
    assert!(code == 1 && log.contains("failed commit on ref \"manifest-sha256:"), "{log}");
    assert!(log.ends_with(&format!("PUT request to https://{HOST}/v2/web/manifests/v1: 400 Bad Request\n")), "{log}");
    terminal.ok(&format!("docker logout {HOST}"));
    assert!(push(&mut terminal, "web:v2").1.ends_with("authorization failed: no basic auth credentials\n"));
}

#[test]
fn a_layer_is_tried_five_times_where_the_registry_may_yet_change_its_mind() {
    let mut terminal = ready();
    terminal.ok(
        "KEY=$(aws kms create-key --query KeyMetadata.Arn --output text); aws ecr create-repository --repository-name kept \
         --encryption-configuration encryptionType=KMS,kmsKey=$KEY; aws kms disable-key --key-id $KEY",
    );
    terminal.ok(&format!("docker pull -q alpine:3.20; docker tag alpine:3.20 {HOST}/kept:v1"));
    let before = terminal.world.cloud.now();
    let push = terminal.run(&format!("docker push {HOST}/kept:v1"));
    let waits: Vec<String> =
        push.stdout().lines().filter_map(|line| Some(line.split_once("Retrying in ")?.1.to_owned())).collect();
    assert_eq!(waits, ["5 seconds", "10 seconds", "15 seconds", "20 seconds"], "{}", push.text());
    assert!(push.code == 1 && push.stderr().starts_with("unknown: arn:aws:kms:"), "{}", push.text());
    // And a second for the command itself.
    assert_eq!((terminal.world.cloud.now() - before).as_millis(), 51_000);
    // What is denied is not tried again.
    let denied = terminal.run(&format!("docker tag alpine:3.20 {HOST}/none:v1; docker push {HOST}/none:v1"));
    assert!(!denied.stdout().contains("Retrying"), "{}", denied.text());
}

#[test]
fn a_manifest_list_is_made_of_images_in_the_registry_and_pushed() {
    let mut terminal = ready();
    for platform in ["amd64", "arm64"] {
        terminal.ok(&format!(
            "docker build --platform linux/{platform} -t {HOST}/web:{platform} . 2>/dev/null; docker push -q {HOST}/web:{platform}"
        ));
    }
    let create = format!("docker manifest create {HOST}/web:all {HOST}/web:amd64 {HOST}/web:arm64");
    assert_eq!(terminal.ok(&create), format!("Created manifest list {HOST}/web:all\n"));
    let again = terminal.run(&create);
    assert_eq!(again.text(), "refusing to amend an existing manifest list with no --amend flag\n");
    let missing = terminal.run(&format!("docker manifest create {HOST}/web:more {HOST}/web:none"));
    assert_eq!(missing.text(), format!("no such manifest: {HOST}/web:none\n"));
    terminal.ok(&format!("docker manifest annotate {HOST}/web:all {HOST}/web:arm64 --arch arm64 --variant v8"));
    let local = json_of(&mut terminal, &format!("docker manifest inspect {HOST}/web:all"));
    assert_eq!(local["manifests"][1]["platform"], json!({"architecture": "arm64", "os": "linux", "variant": "v8"}));
    let pushed = terminal.ok(&format!("docker manifest push --purge {HOST}/web:all"));
    assert_eq!(pushed.matches("Pushed ref ").count(), 2, "{pushed}");
    let digest = pushed.lines().last().unwrap();
    let there = terminal.ok(
        "aws ecr describe-images --repository-name web --image-ids imageTag=all --query 'imageDetails[0].imageDigest' --output text",
    );
    assert_eq!(there.trim_end(), digest);
    assert_eq!(json_of(&mut terminal, &format!("docker manifest inspect {HOST}/web:all")), local);
    assert_eq!(terminal.ok(&format!("docker run --rm {HOST}/web:all 2>/dev/null | tail -1")), "amd64\n");
    assert_eq!(terminal.run(&format!("docker manifest push {HOST}/web:all")).code, 1, "it was purged");
}
