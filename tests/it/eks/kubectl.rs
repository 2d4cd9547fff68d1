//! What `kubectl` says, and that nothing typed or written makes it fall over.

use proptest::prelude::*;

use super::scene::Scene;

#[test]
fn without_a_kubeconfig_there_is_no_server() {
    let mut scene = Scene::bare();
    let said = scene.fails("kubectl get pods");
    assert_eq!(
        said,
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n"
    );
}

#[test]
fn what_is_not_there_is_told_in_kubernetess_words() {
    let mut scene = Scene::new();
    assert_eq!(scene.fails("kubectl get pod web"), "Error from server (NotFound): pods \"web\" not found\n");
    assert_eq!(scene.fails("kubectl get frogs"), "error: the server doesn't have a resource type \"frogs\"\n");
    assert_eq!(scene.run("kubectl get pods").text(), "No resources found in default namespace.\n");
    assert!(scene.fails("kubectl get services").contains("not simulated"));
    assert!(scene.fails("kubectl exec -it web -- sh").contains("not simulated"));
    assert_eq!(scene.fails("kubectl apply -f x.yaml"), "error: the path \"x.yaml\" does not exist\n");
}

#[test]
fn somebody_without_an_access_entry_is_not_let_in() {
    let mut scene = Scene::new();
    scene.ok("aws iam create-user --user-name mina");
    scene.ok("aws iam attach-user-policy --user-name mina --policy-arn arn:aws:iam::aws:policy/AdministratorAccess");
    let key = scene.ok(
        "aws iam create-access-key --user-name mina --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text",
    );
    let (id, secret) = key.trim().split_once('\t').unwrap();
    scene.ok(&format!("export AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}"));
    assert!(scene.fails("kubectl get pods").contains("You must be logged in to the server"));
    let mina = "arn:aws:iam::111122223333:user/mina";
    scene.ok(&format!("aws eks create-access-entry --cluster-name prod --principal-arn {mina}"));
    assert_eq!(
        scene.fails("kubectl get pods"),
        format!(
            "Error from server (Forbidden): pods is forbidden: User \"{mina}\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"\n"
        )
    );
    scene.ok(&format!(
        "aws eks associate-access-policy --cluster-name prod --principal-arn {mina} --policy-arn \
         arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy --access-scope type=namespace,namespaces=default"
    ));
    scene.ok("kubectl get pods");
    assert!(scene.fails("kubectl get secrets").contains("Forbidden"));
    assert_eq!(scene.run("kubectl auth can-i delete pods").text(), "no\n");
}

#[test]
fn a_slip_in_a_manifest_is_told_with_its_path() {
    let mut scene = Scene::new();
    let manifest =
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    imagee: nginx\n";
    let said = scene.fails(&format!("kubectl apply -f - <<'EOF'\n{manifest}EOF"));
    assert_eq!(
        said,
        "Error from server (BadRequest): error when creating \"STDIN\": Pod in version \"v1\" cannot be handled as a Pod: \
         strict decoding error: unknown field \"spec.containers[0].imagee\"\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_manifest_makes_it_panic(lines in proptest::collection::vec(proptest::sample::select(vec![
        "apiVersion: v1", "apiVersion: apps/v1", "kind: Pod", "kind: Deployment", "kind: List", "metadata:", "  name: a",
        "  name: [", "spec:", "  containers:", "  - name: web", "    image: nginx", "  replicas: -1", "  template: {}",
        "---", "- a", "&a [*a]", "items: 3", "  selector: null", "\t", "? x", "  strategy: {rollingUpdate: {maxSurge: x}}",
    ]), 0..12)) {
        let mut scene = Scene::new();
        scene.run(&format!("kubectl apply -f - <<'EOF'\n{}\nEOF", lines.join("\n")));
        scene.wait(60);
    }
}
