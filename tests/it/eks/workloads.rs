//! Deployments and their pods.

use super::scene::{HOST, Scene};

#[test]
fn a_deployment_pulls_with_the_node_role_and_runs() {
    let mut scene = Scene::new();
    assert_eq!(scene.ok(&format!("kubectl create deployment web --image={HOST}/app:1.0 --replicas=2")), "deployment.apps/web created\n");
    assert_eq!(
        scene.ok("kubectl rollout status deployment/web"),
        "Waiting for deployment \"web\" rollout to finish: 0 of 2 updated replicas are available...\n\
         Waiting for deployment \"web\" rollout to finish: 1 of 2 updated replicas are available...\n\
         deployment \"web\" successfully rolled out\n"
    );
    println!("{}", scene.ok("kubectl get pods -o wide"));
    println!("{}", scene.ok("kubectl get all"));
    println!("{}", scene.ok("kubectl get nodes -o wide"));
    println!("{}", scene.ok("kubectl describe pods"));
    println!("{}", scene.ok("kubectl get events"));
    println!("{}", scene.ok("kubectl describe deployment web"));
    println!("{}", scene.ok("cat ~/.kube/config"));
    panic!("look");
}
