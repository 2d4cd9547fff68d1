//! Node groups: what their role must allow, and what is told when it does not.

use super::scene::{HOST, Scene};

fn group(scene: &mut Scene, query: &str) -> String {
    let query = format!("--query '{query}' --output text");
    scene.ok(&format!("aws eks describe-nodegroup --cluster-name prod --nodegroup-name main {query}")).trim().to_owned()
}

#[test]
fn a_node_that_may_not_ask_ec2_never_joins() {
    let mut scene = Scene::bare();
    scene.detach("node", "AmazonEKSWorkerNodePolicy");
    // The network plugin's policy would allow that one question too.
    scene.detach("node", "AmazonEKS_CNI_Policy");
    scene.cluster("--access-config authenticationMode=API");
    scene.nodegroup("");
    scene.wait(25 * 60);
    assert_eq!(group(&mut scene, "nodegroup.status"), "CREATE_FAILED");
    let issue = group(&mut scene, "nodegroup.health.issues[0].[code,message]");
    assert_eq!(issue, "NodeCreationFailure\tInstances failed to join the kubernetes cluster");
}

#[test]
fn a_node_without_its_network_plugin_is_not_ready() {
    let mut scene = Scene::bare();
    scene.detach("node", "AmazonEKS_CNI_Policy");
    scene.cluster("--access-config authenticationMode=API");
    scene.nodegroup("");
    scene.wait(5 * 60);
    assert!(scene.ok("kubectl get nodes").contains("NotReady"));
    assert!(scene.ok("kubectl describe nodes").contains("cni plugin not initialized"));
    scene.wait(20 * 60);
    let issue = group(&mut scene, "nodegroup.health.issues[0].message");
    assert_eq!(issue, "Unhealthy nodes in the kubernetes cluster");
}

#[test]
fn pods_of_a_fargate_profile_pull_with_its_role() {
    let mut scene = Scene::bare();
    scene.cluster("--access-config authenticationMode=API");
    scene.ok("aws eks create-fargate-profile --cluster-name prod --fargate-profile-name all --pod-execution-role-arn \
         arn:aws:iam::111122223333:role/pods --subnets subnet-0a1b2c3d4e5f60a02 --selectors namespace=default");
    scene.wait(90);
    scene.ok(&format!("kubectl create deployment web --image={HOST}/app:1.0"));
    scene.ok("kubectl rollout status deployment/web");
    assert_eq!(scene.reasons(), ["Running"]);
    assert!(scene.ok("kubectl get nodes").contains("fargate-ip-10-0-16-"));
}

#[test]
fn a_cluster_wants_two_zones_and_a_role_that_trusts_eks() {
    let mut scene = Scene::bare();
    let make = |role: &str, subnets: &str| {
        format!(
            "aws eks create-cluster --name prod --role-arn arn:aws:iam::111122223333:role/{role} --resources-vpc-config \
             subnetIds={subnets}"
        )
    };
    let said = scene.fails(&make("cluster", "subnet-0a1b2c3d4e5f60a01,subnet-0a1b2c3d4e5f60a02"));
    assert!(said.contains("Subnets specified must be in at least two different AZs"), "{said}");
    let said = scene.fails(&make("node", "subnet-0a1b2c3d4e5f60a01,subnet-0a1b2c3d4e5f60c01"));
    assert!(
        said.contains("could not be assumed because it does not exist or the trusted entity is not correct"),
        "{said}"
    );
}

#[test]
fn what_a_node_asks_the_registry_is_on_record_as_the_nodes() {
    let mut scene = Scene::new();
    scene.ok(&format!("kubectl create deployment web --image={HOST}/app:1.0"));
    scene.ok("kubectl rollout status deployment/web");
    let mut record = |name: &str| -> serde_json::Value {
        let found = scene.ok(&format!(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue={name} --query \
             'Events[].CloudTrailEvent'"
        ));
        let records: Vec<String> = serde_json::from_str(&found).unwrap();
        let mut records = records.iter().map(|record| serde_json::from_str::<serde_json::Value>(record).unwrap());
        records
            .find(|record| record["userIdentity"]["arn"].as_str().unwrap().contains("assumed-role/node/i-0"))
            .unwrap()
    };
    let token = record("GetAuthorizationToken");
    assert!(token["userAgent"].as_str().unwrap().starts_with("ecr-credential-provider/"), "{token}");
    let pull = record("BatchGetImage");
    assert!(pull["userAgent"].as_str().unwrap().starts_with("containerd/"), "{pull}");
    // The node has a public address of its own in this subnet.
    let addresses = scene.ok("aws ec2 describe-instances --query 'Reservations[].Instances[].PublicIpAddress'");
    assert!(addresses.contains(pull["sourceIPAddress"].as_str().unwrap()), "{addresses}: {pull}");
}

#[test]
fn a_cluster_is_made_with_the_version_that_is_asked_for() {
    let mut scene = Scene::bare();
    scene.cluster("--kubernetes-version 1.33");
    assert_eq!(scene.ok("aws eks describe-cluster --name prod --query cluster.version --output text"), "1.33\n");
}
