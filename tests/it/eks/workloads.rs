//! Deployments and their pods: who pulls, and what is said when it fails.

use super::scene::{HOST, Scene};

#[test]
fn a_deployment_pulls_with_the_node_role_and_runs() {
    let mut scene = Scene::new();
    let made = scene.ok(&format!("kubectl create deployment web --image={HOST}/app:1.0 --replicas=2"));
    assert_eq!(made, "deployment.apps/web created\n");
    let said = scene.ok("kubectl rollout status deployment/web");
    assert!(said.ends_with("deployment \"web\" successfully rolled out\n"), "{said}");
    assert_eq!(scene.reasons(), ["Running", "Running"]);
    let pods = scene.ok("kubectl get pods");
    assert!(pods.starts_with("NAME") && pods.contains("1/1") && pods.contains("Running"), "{pods}");
    let nodes = scene.ok("kubectl get nodes");
    assert_eq!(nodes.matches(" Ready ").count(), 2, "{nodes}");
}

#[test]
fn without_permission_a_pod_backs_off_until_the_role_may_pull() {
    let mut scene = Scene::new();
    scene.detach("node", "AmazonEC2ContainerRegistryPullOnly");
    scene.ok(&format!("kubectl create deployment web --image={HOST}/app:1.0"));
    scene.wait(8);
    assert_eq!(scene.reasons(), ["ImagePullBackOff"]);
    let told = scene.ok("kubectl describe pods");
    assert!(told.contains("Failed to pull image") && told.contains("no basic auth credentials"), "{told}");
    let why = scene.ok(&format!("why pod {}", scene.pods()[0].metadata.name.clone()));
    assert!(why.contains("ecr:GetAuthorizationToken") && why.contains("assumed-role/node/"), "{why}");
    scene.attach("node", "AmazonEC2ContainerRegistryPullOnly");
    scene.ok("kubectl rollout status deployment/web");
    assert_eq!(scene.reasons(), ["Running"]);
}

#[test]
fn each_failure_of_a_pull_is_told_in_containerds_words() {
    for (image, reason, says) in [
        ("HOST/app:9", "ImagePullBackOff", "rpc error: code = NotFound desc = failed to pull and unpack image"),
        ("HOST/gone:1", "ImagePullBackOff", ": not found"),
        ("registry.example.com/app:1", "ImagePullBackOff", "no such host"),
        ("nginx:0.0.1", "ImagePullBackOff", "docker.io/library/nginx:0.0.1: not found"),
        ("someone/app", "ImagePullBackOff", "insufficient_scope: authorization failed"),
    ] {
        let mut scene = Scene::new();
        scene.ok(&format!("kubectl create deployment web --image='{}'", image.replace("HOST", HOST)));
        scene.wait(9);
        assert_eq!(scene.reasons(), [reason], "{image}");
        let message = scene.pods()[0].message().unwrap_or_default().to_owned();
        assert!(message.contains(says), "{image}: {message}");
    }
}
