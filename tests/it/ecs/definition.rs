//! What requests must fulfil, in the words of AWS.

use ecr_quest::cloud::{AccountId, Principal, Region, Service};
use serde_json::{Value, json};

use super::scene::{ECS_AGENT, PUBLIC, Scene, public_network};

#[test]
fn fargate_needs_an_execution_role_for_an_ecr_image_and_tasks_must_be_able_to_assume_it() {
    let mut scene = Scene::new(7);
    let image = scene.image("1.0");
    let mut input = json!({
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "containerDefinitions": [{"name": "web", "image": image}],
    });
    let no_role = "ClientException: Fargate requires task definition to have execution role ARN to support ECR images.";
    scene.refused("RegisterTaskDefinition", input.clone(), no_role);
    let wrong = scene.role("forInstances", "ec2.amazonaws.com");
    input["executionRoleArn"] = json!(wrong);
    scene.ecs("RegisterTaskDefinition", input);
    let run = json!({"cluster": "prod", "taskDefinition": "web", "launchType": "FARGATE",
        "networkConfiguration": public_network()});
    let expect = format!(
        "ClientException: ECS was unable to assume the role '{wrong}' that was provided for this task. Please verify that \
         the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to \
         pass this role."
    );
    scene.refused("RunTask", run, &expect);
    assert_eq!(scene.cluster().tasks().count(), 0);
}

#[test]
fn whoever_hands_a_role_to_ecs_must_be_allowed_to_pass_it() {
    let mut scene = Scene::new(22);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.ok(Service::Iam, "CreateUser", json!({"UserName": "intern"}));
    let input = json!({"UserName": "intern", "PolicyName": "ecs", "PolicyDocument": ECS_AGENT});
    scene.ok(Service::Iam, "PutUserPolicy", input);
    let account = AccountId::home();
    scene.admin.principal = Principal::User { account: account.clone(), name: "intern".to_owned() };
    let input = json!({"family": "web", "executionRoleArn": role, "containerDefinitions": [
        {"name": "web", "image": "nginx", "memory": 128}]});
    let expect = format!(
        "AccessDeniedException: User: arn:aws:iam::{account}:user/intern is not authorized to perform: iam:PassRole on \
         resource: {role} because no identity-based policy allows the iam:PassRole action"
    );
    scene.refused("RegisterTaskDefinition", input, &expect);
}

#[test]
fn a_task_definition_must_hold_to_the_rules() {
    let mut scene = Scene::new(23);
    let container = |extra: Value| {
        let mut container = json!({"name": "web", "image": "nginx", "memory": 128});
        container.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"family": "web", "containerDefinitions": [container]})
    };
    let fargate = |extra: Value| {
        let mut input = json!({"family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx"}]});
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        input
    };
    for (input, expect) in [
        (json!({"family": "web", "containerDefinitions": []}), "Container list cannot be empty."),
        (container(json!({"name": ""})), "Container.name should not be null or empty."),
        (container(json!({"image": ""})), "Container.image should not be null or empty."),
        (
            container(json!({"memory": null})),
            "Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must be specified.",
        ),
        (
            container(json!({"secrets": [{"name": "A", "valueFrom": "b"}]})),
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ),
        (fargate(json!({"networkMode": "bridge"})), "Fargate only supports network mode ‘awsvpc’."),
        (fargate(json!({"cpu": null})), "Fargate requires that 'cpu' be defined at the task level."),
        (fargate(json!({"memory": null})), "Fargate requires that 'memory' be defined at the task level."),
        (
            fargate(json!({"cpu": "4096", "memory": "4096"})),
            "No Fargate configuration exists for given values: 4096 CPU, 4096 memory",
        ),
        (fargate(json!({"executionRoleArn": "arn:aws:iam::1:role/x"})), "Role is not valid"),
    ] {
        scene.refused("RegisterTaskDefinition", input, &format!("ClientException: {expect}"));
    }
    let first = scene.ecs("RegisterTaskDefinition", fargate(json!({"cpu": ".25 vCPU", "memory": "1 GB"})));
    assert_eq!(first["taskDefinition"]["compatibilities"], json!(["EC2", "FARGATE"]));
    assert_eq!((&first["taskDefinition"]["cpu"], &first["taskDefinition"]["memory"]), (&json!("256"), &json!("1024")));
    let second = scene.ecs("RegisterTaskDefinition", container(json!({})));
    assert_eq!(second["taskDefinition"]["revision"], 2);
    scene.refused(
        "DeregisterTaskDefinition",
        json!({"taskDefinition": "web"}),
        "ClientException: Revision is missing.",
    );
    scene.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "web:2"}));
    let latest = scene.ecs("DescribeTaskDefinition", json!({"taskDefinition": "web"}));
    assert_eq!(latest["taskDefinition"]["revision"], 1);
    let third = scene.ecs("RegisterTaskDefinition", container(json!({})));
    assert_eq!(third["taskDefinition"]["revision"], 3, "a revision is never used again");
}

#[test]
fn wrong_requests_get_the_words_of_aws() {
    let mut scene = Scene::new(24);
    scene.fargate_definition("nginx", "ecsTaskExecutionRole");
    let run = |cluster: &str, network: Value| json!({"cluster": cluster, "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network});
    scene.refused("RunTask", run("nosuch", json!(null)), "ClusterNotFoundException: Cluster not found.");
    scene.refused(
        "RunTask",
        run("prod", json!(null)),
        "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
    scene.refused(
        "RunTask",
        run("prod", json!({PUBLIC: {"subnets": ["subnet-1"]}})),
        "InvalidParameterException: Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not \
         exist (ErrorCode: InvalidSubnetID.NotFound)",
    );
    scene.refused(
        "UpdateService",
        json!({"cluster": "prod", "service": "nosuch"}),
        "ServiceNotFoundException: Service not found.",
    );
    scene.refused(
        "DescribeTaskDefinition",
        json!({"taskDefinition": "nosuch"}),
        "ClientException: Unable to describe task definition.",
    );
    scene.refused(
        "StopTask",
        json!({"cluster": "prod", "task": "nosuch"}),
        "InvalidParameterException: The referenced task was not found.",
    );
    let described = scene.ecs("DescribeClusters", json!({"clusters": ["nosuch"]}));
    let arn = format!("arn:aws:ecs:{}:{}:cluster/nosuch", Region::home(), AccountId::home());
    assert_eq!(described, json!({"clusters": [], "failures": [{"arn": arn, "reason": "MISSING"}]}));
    scene.instance();
    let full = "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container Instances are \
                active or draining.";
    scene.refused("DeleteCluster", json!({"cluster": "prod"}), full);
}

#[test]
fn a_definition_says_what_an_instance_must_be_able_to_do() {
    let mut scene = Scene::new(31);
    let image = scene.image("1.0");
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    let input = json!({
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "executionRoleArn": role, "taskRoleArn": role,
        "containerDefinitions": [{"name": "web", "image": image, "logConfiguration": {"logDriver": "awslogs",
            "options": {"awslogs-group": "web", "awslogs-region": "ap-northeast-2"}}}],
    });
    let answer = scene.ecs("RegisterTaskDefinition", input);
    let names = |answer: &Value| -> Vec<String> {
        let all = answer["taskDefinition"]["requiresAttributes"].as_array().cloned().unwrap_or_default();
        all.iter().map(|attribute| attribute["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        names(&answer),
        [
            "com.amazonaws.ecs.capability.docker-remote-api.1.17",
            "com.amazonaws.ecs.capability.docker-remote-api.1.18",
            "com.amazonaws.ecs.capability.docker-remote-api.1.19",
            "com.amazonaws.ecs.capability.ecr-auth",
            "com.amazonaws.ecs.capability.logging-driver.awslogs",
            "com.amazonaws.ecs.capability.task-iam-role",
            "ecs.capability.execution-role-awslogs",
            "ecs.capability.execution-role-ecr-pull",
            "ecs.capability.task-eni",
        ]
    );
    let plain = json!({"family": "plain", "containerDefinitions": [{"name": "web", "image": "nginx", "memory": 128}]});
    assert_eq!(names(&scene.ecs("RegisterTaskDefinition", plain)), Vec::<String>::new());
}

#[test]
fn deregistered_definitions_can_be_deleted() {
    let mut scene = Scene::new(25);
    scene.ec2_definition("nginx");
    let delete = json!({"taskDefinitions": ["web:1", "web:9"]});
    let answer = scene.ecs("DeleteTaskDefinitions", delete.clone());
    let reasons: Vec<&str> =
        answer["failures"].as_array().unwrap().iter().map(|failure| failure["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["The specified task definition is still in ACTIVE status.", "MISSING"]);
    scene.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "web:1"}));
    let answer = scene.ecs("DeleteTaskDefinitions", delete);
    assert_eq!(answer["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
    scene.refused(
        "DeleteTaskDefinitions",
        json!({"taskDefinitions": vec!["web:1"; 11]}),
        "InvalidParameterException: Size of TaskDefinition references list cannot exceed 10",
    );
}
