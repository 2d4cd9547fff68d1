//! What a person types of `kubectl`, and what it answers.

use super::scene::{HOST, Scene};

/// A cluster in which `web` runs twice.
fn running() -> Scene {
    let mut scene = Scene::new();
    scene.ok(&format!("kubectl create deploy web --image={HOST}/app:1.0 --replicas=2"));
    scene.ok("kubectl rollout status deployment/web");
    scene
}

#[test]
fn a_beginning_of_a_name_describes_all_that_begin_so() {
    let mut scene = running();
    let said = scene.ok("kubectl describe pod web");
    assert_eq!(said.matches("Name:             web-").count(), 2, "{said}");
    assert_eq!(scene.fails("kubectl describe pod wub"), "Error from server (NotFound): pods \"wub\" not found\n");
}

#[test]
fn labels_are_asked_for_in_kubernetess_ways() {
    let mut scene = running();
    for (selector, found) in
        [("app in (web, x)", 2), ("app notin (web)", 0), ("app=web,pod-template-hash", 2), ("!app", 0)]
    {
        let said = scene.ok(&format!("kubectl get pods -l '{selector}' -o name"));
        assert_eq!(said.lines().count(), found, "{selector}: {said}");
    }
    let wrong = "error: unable to parse requirement: found 'web', expected: '('\n";
    assert_eq!(scene.fails("kubectl get pods -l 'app in web'"), wrong);
    let nodes = scene.ok("kubectl get nodes -L eks.amazonaws.com/nodegroup");
    assert!(nodes.lines().next().unwrap().ends_with("NODEGROUP"), "{nodes}");
    assert_eq!(nodes.matches("main\n").count(), 2, "{nodes}");
    assert_eq!(scene.run("kubectl logs -l app=nobody").text(), "No resources found in default namespace.\n");
    scene.ok("kubectl logs -l app=web --tail=-1");
}

#[test]
fn a_patch_changes_a_part_in_each_of_its_ways() {
    let mut scene = running();
    scene.ok("kubectl patch deployment web -p '{\"spec\":{\"template\":{\"spec\":{\"imagePullSecrets\":[{\"name\":\"x\"}]}}}}'");
    let secrets = "kubectl get deployment web -o jsonpath='{.spec.template.spec.imagePullSecrets}'";
    assert_eq!(scene.ok(secrets), "[{\"name\":\"x\"}]");
    let json = "kubectl patch deploy/web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/template/spec/imagePullSecrets\"}]'";
    assert_eq!(scene.ok(json), "deployment.apps/web patched\n");
    assert_eq!(scene.ok(secrets), "");
    let rejected = "The request is invalid: the server rejected our request due to an error in our request\n";
    assert_eq!(scene.fails(json), rejected);
    let same = "kubectl patch deployment web --type=merge -p '{\"spec\":{\"replicas\":2}}'";
    assert_eq!(scene.ok(same), "deployment.apps/web patched (no change)\n");
    // Containers are told apart by their names.
    let image = format!("{HOST}/app:2.0");
    scene.ok(&format!(
        "kubectl patch deployment web -p '{{\"spec\":{{\"template\":{{\"spec\":{{\"containers\":[{{\"name\":\"app\",\"image\":\"{image}\"}}]}}}}}}}}'"
    ));
    assert_eq!(scene.ok("kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[*].image}'"), image);
    let said = scene.fails("kubectl patch deployment web");
    assert_eq!(said, "error: must specify --patch or --patch-file containing the contents of the patch\n");
    assert!(scene.fails("kubectl edit deployment web").contains("kubectl apply -f web.yaml"));
}

#[test]
fn a_difference_is_shown_and_what_there_is_can_be_replaced() {
    let mut scene = running();
    scene.ok("kubectl get deployment web -o yaml > web.yaml");
    assert_eq!(scene.ok("kubectl replace -f web.yaml"), "deployment.apps/web replaced\n");
    scene.ok("sed -i 's/replicas: 2/replicas: 3/' web.yaml");
    let output = scene.run("kubectl diff -f web.yaml");
    let said = output.text();
    assert_eq!(output.code, 1, "{said}");
    assert!(said.contains("\n-  replicas: 2\n+  replicas: 3\n"), "{said}");
    assert!(said.starts_with("diff -u -N /tmp/LIVE-1/apps.v1.Deployment.default.web "), "{said}");
    // What the server fills in is no difference, and nothing was changed.
    assert!(!said.contains("protocol") && said.matches("\n-").count() == 3, "{said}");
    assert_eq!(scene.ok("kubectl get deployment web -o jsonpath='{.spec.replicas}'"), "2");
    scene.ok("sed -i 's/name: web$/name: other/' web.yaml");
    let said = scene.fails("kubectl replace -f web.yaml");
    assert!(said.starts_with("Error from server (NotFound): error when replacing \"web.yaml\""), "{said}");
}

#[test]
fn events_are_told_oldest_first_and_only_about_what_was_asked() {
    let mut scene = running();
    let name = scene.pods()[0].metadata.name.clone();
    let said = scene.ok(&format!("kubectl events --for pod/{name}"));
    assert!(said.starts_with("LAST SEEN") && said.contains(&format!("Pod/{name}")), "{said}");
    assert!(!said.contains("ReplicaSet/") && said.find("Scheduled") < said.find("Started"), "{said}");
    assert_eq!(scene.run("kubectl events --types=Warning").text(), "No events found in default namespace.\n");
}

#[test]
fn a_rollout_that_is_paused_says_so() {
    let mut scene = running();
    scene.ok("kubectl rollout pause deployment/web");
    let error = |why: &str| format!("error: deployments.apps \"web\" {why}\n");
    assert_eq!(scene.fails("kubectl rollout pause deployment/web"), error("is already paused"));
    let why = "can't restart paused deployment (run rollout resume first)";
    assert_eq!(scene.fails("kubectl rollout restart deployment/web"), error(why));
    scene.ok("kubectl rollout resume deployment/web");
    assert_eq!(scene.fails("kubectl rollout resume deployment/web"), error("is not paused"));
}

#[test]
fn yaml_has_double_quotes_where_a_word_would_be_something_else() {
    let mut scene = running();
    let text = scene.ok("kubectl get deployment web -o yaml");
    assert!(text.contains("deployment.kubernetes.io/revision: \"1\"\n"), "{text}");
    assert!(text.contains("creationTimestamp: \"2026-03-02T") && text.contains("status: \"True\"\n"), "{text}");
    assert!(!text.contains(": '"), "{text}");
}

#[test]
fn what_does_not_exist_is_not_called_not_simulated() {
    let mut scene = running();
    let unknown =
        |group: &str| format!("error: unknown command \"foo\"\nSee 'kubectl {group} -h' for help and examples\n");
    assert_eq!(scene.fails("kubectl rollout foo"), unknown("rollout"));
    assert_eq!(scene.fails("kubectl create secret foo"), unknown("create secret"));
    assert!(scene.fails("kubectl create configmap x").contains("not simulated"));
    assert!(scene.fails("kubectl create secret tls x").contains("not simulated"));
    assert_eq!(scene.fails("kubectl get pods --as=bob"), "kubectl: `kubectl --as` is not simulated\n");
    assert_eq!(scene.fails("kubectl --as bob get pods"), "kubectl: `kubectl --as` is not simulated\n");
    assert_eq!(scene.fails("kubectl get svc"), "kubectl: `svc` is not simulated\n");
    assert!(scene.fails("kubectl get pods -w").contains("not simulated"));
}

#[test]
fn aliases_files_and_counts_are_taken() {
    let mut scene = running();
    assert_eq!(scene.ok("kubectl create ns team"), "namespace/team created\n");
    scene.ok("printf secret > key.txt");
    scene.ok("kubectl create secret generic keys --from-file=key.txt --from-file=other=key.txt");
    assert_eq!(
        scene.ok("kubectl get secret keys -o jsonpath='{.data}'"),
        "{\"key.txt\":\"c2VjcmV0\",\"other\":\"c2VjcmV0\"}"
    );
    scene.ok("kubectl get deployment web -o yaml > web.yaml");
    assert_eq!(scene.ok("kubectl scale -f web.yaml --replicas=1"), "deployment.apps/web scaled\n");
    let said = scene.fails("kubectl scale deployment web --replicas=99999999999999");
    let why = "error: invalid argument \"99999999999999\" for \"--replicas\" flag: strconv.ParseInt: parsing \
               \"99999999999999\": value out of range\n";
    assert!(said.starts_with(why), "{said}");
    let said = scene.fails("kubectl logs deployment/web --tail=abc");
    assert!(said.contains("strconv.ParseInt: parsing \"abc\": invalid syntax"), "{said}");
    let version = scene.ok("kubectl version -o json");
    let version: serde_json::Value = serde_json::from_str(&version).unwrap();
    assert_eq!(version["clientVersion"]["major"], "1");
    assert!(version["serverVersion"]["gitVersion"].as_str().unwrap().contains("-eks-"), "{version}");
}

#[test]
fn every_namespace_has_the_servers_certificate() {
    let mut scene = Scene::new();
    scene.ok("kubectl create namespace team");
    let said = scene.ok("kubectl get configmaps -A");
    assert_eq!(said.matches("kube-root-ca.crt").count(), 5, "{said}");
    let text = scene.ok("kubectl get configmap kube-root-ca.crt -o jsonpath='{.data.ca\\.crt}'");
    let known = scene
        .ok("aws eks describe-cluster --name prod --query cluster.certificateAuthority.data --output text | base64 -d");
    assert_eq!(text.trim(), known.trim());
    assert!(
        scene
            .fails(
                "kubectl create -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kube-root-ca.crt\nEOF"
            )
            .contains("already exists")
    );
}

#[test]
fn kubectls_own_words_are_kept() {
    let mut scene = running();
    scene.ok(&format!("kubectl run q --image={HOST}/app:1.0"));
    let twice = scene.fails(&format!("kubectl run q --image={HOST}/app:1.0"));
    assert_eq!(twice, "Error from server (AlreadyExists): pods \"q\" already exists\n");
    let output = scene.run("kubectl delete pod q --force");
    assert!(output.stderr().starts_with("Warning: Immediate deletion does not wait for confirmation"), "{output:?}");
    assert!(output.text().contains("pod \"q\" force deleted from default namespace\n"), "{output:?}");
    scene.ok("kubectl get deployment web -o yaml > web.yaml");
    scene.ok("sed -i 's/replicas: 2/replicas: 3/' web.yaml");
    let said = scene.run("kubectl apply -f web.yaml --dry-run=server").text();
    assert!(said.ends_with("deployment.apps/web configured (server dry run)\n"), "{said}");
    scene.ok("sed -i 's/app: web/app: other/' web.yaml");
    let said = scene.fails("kubectl apply -f web.yaml");
    let value = "v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"other\"}";
    assert!(said.contains("spec.selector: Invalid value: ") && said.contains(value), "{said}");
    // Go's parser's words, and never another's.
    scene.ok("printf 'apiVersion: v1\\nkind: Pod: x\\n' > bad.yaml");
    let said = scene.fails("kubectl apply -f bad.yaml");
    let wrong = "error: error parsing bad.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context\n";
    assert_eq!(said, wrong);
}

#[test]
fn a_pod_that_finds_no_room_is_told_who_could_go() {
    let mut scene = Scene::new();
    let pod = |name: &str, cpu: &str| {
        format!(
            "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  containers:\n  - name: a\n    \
             image: {HOST}/app:1.0\n    resources:\n      requests:\n        cpu: \"{cpu}\"\nEOF"
        )
    };
    for name in ["a", "b", "c"] {
        scene.ok(&pod(name, "1500m"));
    }
    scene.ok(&pod("huge", "64"));
    let events = scene.ok("kubectl get events");
    let tight = "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
    let huge = "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
    assert!(events.contains(tight) && events.contains(huge), "{events}");
}

#[test]
fn a_pull_secret_that_is_not_there_is_missed() {
    let mut scene = Scene::new();
    scene.detach("node", "AmazonEC2ContainerRegistryPullOnly");
    scene.ok(&format!("kubectl create deployment web --image={HOST}/app:1.0"));
    scene.ok("kubectl patch deployment web -p '{\"spec\":{\"template\":{\"spec\":{\"imagePullSecrets\":[{\"name\":\"regcred\"}]}}}}'");
    scene.wait(30);
    let told = scene.ok("kubectl get events");
    let missed = "FailedToRetrieveImagePullSecret   pod/web-";
    let why = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.";
    assert!(told.contains(missed) && told.contains(why), "{told}");
}
