//! Situations as data: how the network and the roles are, and what becomes of a task that is run then.
//!
//! Each case of `situations.json` starts from a world where everything works, changes what it names, runs a task (or makes a
//! service) and says what it expects: that the task runs, or the kind of its failure and parts of its reason, its states and
//! its containers', what the service said, and by which roads it went.

use std::collections::BTreeMap;

use ecr_quest::cloud::ecs::{
    ContainerStatus, InstanceSpec, PullFailureKind, StopCause, TaskStatus, launch_instance, reclaim,
};
use ecr_quest::cloud::net::{Leg, PullBehavior, Road};
use ecr_quest::cloud::{AccountId, Duration, Origin, Region, Service, net, upstream};
use serde::Deserialize;
use serde_json::{Value, json};

use super::scene::{PUBLIC, PULL, Scene};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    name: String,
    /// `ec2` or `fargate`.
    on: String,
    /// The subnet of a Fargate task: `public` or `private`.
    #[serde(default = "private")]
    subnet: String,
    #[serde(default)]
    public_ip: bool,
    /// What is made in the network, in order; see [`change`].
    #[serde(default)]
    network: Vec<Value>,
    /// Actions that the pulling role may do; all of a pull by default.
    actions: Option<Vec<String>>,
    /// Changes the container definition.
    #[serde(default)]
    container: serde_json::Map<String, Value>,
    /// The image's tag, or a whole image name; `1.0` by default, an image for `amd64`. `arm` is one for `arm64`.
    image: Option<String>,
    /// `amd64` by default: what a Fargate task asks for.
    processor: Option<String>,
    /// Whether the log group `/ecs/web` is there.
    #[serde(default = "yes")]
    log_group: bool,
    /// Containers beside the first one, `web`; `IMAGE` is the image.
    #[serde(default)]
    beside: Vec<Value>,
    /// Changes the task definition.
    #[serde(default)]
    definition: serde_json::Map<String, Value>,
    /// How the instance's agent is set to pull.
    pull_behavior: Option<String>,
    /// How many instances there are, one if nothing is said.
    instances: Option<usize>,
    /// What the secret `db` says that `SECRET` stands for.
    #[serde(default = "password")]
    secret: String,
    /// Access tokens of registries outside: registry, user, token, and after how many seconds it expires, if it does.
    #[serde(default)]
    tokens: Vec<(String, String, String, Option<i64>)>,
    /// A pull-through cache rule `up` for this upstream, with the secret `ecr-pullthroughcache/up` that says the same.
    upstream: Option<String>,
    /// Actions that the execution role of an instance's task may do.
    #[serde(default)]
    execution: Vec<String>,
    /// What is asked before the task is run; see [`ask`].
    #[serde(default)]
    before: Vec<Value>,
    /// Changes the request to run the task.
    #[serde(default)]
    run: serde_json::Map<String, Value>,
    /// Makes this service instead of running a task.
    service: Option<serde_json::Map<String, Value>>,
    /// What is done a while later; see [`ask`].
    #[serde(default)]
    then: Vec<Value>,
    expect: Expect,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// `RUNNING`, or the failure's kind, or `Exit` with its code in `says`.
    end: String,
    /// Parts of the stopped reason.
    #[serde(default)]
    says: Vec<String>,
    /// Which leg stopped the connection.
    leg: Option<String>,
    /// The road to the registry while the task is there.
    road: Option<String>,
    /// All states of the task, in order.
    states: Option<Vec<String>>,
    /// The state of containers by name, with their exit code or their health: `STOPPED 0`, `RUNNING HEALTHY`.
    #[serde(default)]
    containers: BTreeMap<String, String>,
    /// How many tasks of the service run.
    running: Option<usize>,
    /// Parts of what the service said.
    #[serde(default)]
    events: Vec<String>,
}

fn yes() -> bool {
    true
}

fn private() -> String {
    "private".to_owned()
}

fn password() -> String {
    "hunter2".to_owned()
}

/// What was given names, so that later steps can use it: `$acl`.
type Known = BTreeMap<String, String>;

/// The names that every scene knows.
fn known() -> Known {
    let digits = |id: &str| id.split_once('-').unwrap().1.to_owned();
    let names = [
        ("$vpc", net::VPC_ID.to_owned()),
        ("$public", net::PUBLIC_SUBNET_A.to_owned()),
        ("$private", net::PRIVATE_SUBNET_A.to_owned()),
        ("$from-public", format!("rtb-{}", digits(net::PUBLIC_SUBNET_A))),
        ("$from-private", format!("rtb-{}", digits(net::PRIVATE_SUBNET_A))),
        ("$guard-public", format!("aclassoc-{}", digits(net::PUBLIC_SUBNET_A))),
        ("$guard-private", format!("aclassoc-{}", digits(net::PRIVATE_SUBNET_A))),
        ("$nat", format!("nat-{}", digits(net::VPC_ID))),
        ("$igw", format!("igw-{}", digits(net::VPC_ID))),
    ];
    names.into_iter().map(|(name, id)| (name.to_owned(), id)).collect()
}

/// Puts what names stand for into an input.
fn filled(known: &Known, input: &Value) -> Value {
    match input {
        Value::String(text) => Value::String(known.get(text).unwrap_or(text).clone()),
        Value::Array(items) => items.iter().map(|item| filled(known, item)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), filled(known, value))).collect(),
        other => other.clone(),
    }
}

/// One step: `{"ec2": [operation, input]}`, the same with other services, and a third part, such as
/// `{"$acl": "/NetworkAcl/NetworkAclId"}`, for names; `{"wait": seconds}`; `{"push": tag}`; `{"actions": […]}` for what the
/// role may do from now on; `{"run": true}` runs another task; `{"token": […]}` as in [`Situation::tokens`], and
/// `{"revoke": token}`; `{"reclaim": name}` for Spot capacity. What is refused is told.
fn ask(scene: &mut Scene, known: &mut Known, step: &Value, ran: &mut Ran) -> Result<(), String> {
    let (verb, with) = step.as_object().unwrap().iter().next().unwrap();
    let service = match verb.as_str() {
        "ec2" => Service::Ec2,
        "ecs" => Service::Ecs,
        "iam" => Service::Iam,
        "secretsmanager" => Service::SecretsManager,
        "autoscaling" => Service::AutoScaling,
        "reclaim" => {
            let id = known.get(with.as_str().unwrap()).unwrap().clone();
            return match reclaim(&mut scene.cloud, &AccountId::home(), &Region::home(), &id) {
                true => Ok(()),
                false => Err("nothing to reclaim".to_owned()),
            };
        }
        "token" => {
            issue(scene, &serde_json::from_value(with.clone()).unwrap());
            return Ok(());
        }
        "revoke" => {
            let now = scene.cloud.now();
            assert!(scene.cloud.outside_mut().revoke(with.as_str().unwrap(), now));
            return Ok(());
        }
        "wait" => {
            scene.wait(with.as_i64().unwrap());
            return Ok(());
        }
        "push" => {
            scene.push(with.as_str().unwrap(), "amd64", &["app", "--newer"]);
            return Ok(());
        }
        "actions" => {
            let statement = json!([{"Effect": "Allow", "Action": with, "Resource": "*"}]);
            let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
            let role = if ran.ec2 { "ecsInstanceRole" } else { "ecsTaskExecutionRole" };
            scene.policy(role, "pull", &document);
            return Ok(());
        }
        "run" => {
            ran.task = Some(run(scene, known, &ran.input)?);
            return Ok(());
        }
        _ => {
            change(scene, step);
            return Ok(());
        }
    };
    let (operation, input) = (with[0].as_str().unwrap(), filled(known, &with[1]));
    let output = scene.call(service, operation, input)?;
    for (name, path) in with.get(2).and_then(Value::as_object).into_iter().flatten() {
        let found = output.pointer(path.as_str().unwrap()).and_then(Value::as_str);
        known.insert(name.clone(), found.unwrap_or_else(|| panic!("{path} in {output}")).to_owned());
    }
    Ok(())
}

/// Gives out an access token; see [`Situation::tokens`].
fn issue(scene: &mut Scene, token: &(String, String, String, Option<i64>)) {
    let (host, user, text, lasts) = token.clone();
    upstream::issue(&mut scene.cloud, &host, &user, Some(text), lasts.map(Duration::seconds));
}

/// What was run.
struct Ran {
    ec2: bool,
    input: Value,
    /// The id of the newest task; none where a service was made, or nothing at all.
    task: Option<String>,
}

fn run(scene: &mut Scene, known: &Known, input: &Value) -> Result<String, String> {
    let output = scene.call(Service::Ecs, "RunTask", filled(known, input))?;
    match output["tasks"][0]["taskArn"].as_str() {
        Some(arn) => Ok(arn.rsplit('/').next().unwrap().to_owned()),
        None => Err(format!("{}", output["failures"])),
    }
}

/// One change of the network. Names stand for ids: `endpoints` is a security group without inbound rules.
fn change(scene: &mut Scene, what: &Value) {
    let (region, table) = (Region::home(), "rtb-0a1b2c3d4e5f60a02");
    let ec2 = |scene: &mut Scene, operation: &str, input: Value| scene.ok(Service::Ec2, operation, input);
    let group = |scene: &Scene, name: &str| {
        let network = &scene.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap().net;
        let found = network.security_groups().find(|group| group.name == name);
        found.unwrap_or_else(|| panic!("no group {name}")).id.clone()
    };
    let (verb, with) = what.as_object().unwrap().iter().next().unwrap();
    match verb.as_str() {
        // The private subnet loses its way to the NAT gateway.
        "cut" => {
            ec2(scene, "DeleteRoute", json!({"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}));
        }
        "group" => {
            let input = json!({"GroupName": with, "Description": "d", "VpcId": net::VPC_ID});
            ec2(scene, "CreateSecurityGroup", input);
        }
        "let_in" | "let_out" | "not_out" => {
            let id = group(scene, with["group"].as_str().unwrap());
            let mut rule = json!({"IpProtocol": with["protocol"].as_str().unwrap_or("tcp")});
            if let Some(port) = with["port"].as_i64() {
                rule["FromPort"] = json!(port);
                rule["ToPort"] = json!(port);
            }
            match (with["cidr"].as_str(), with["from"].as_str(), with["list"].as_str()) {
                (Some(cidr), _, _) => rule["IpRanges"] = json!([{"CidrIp": cidr}]),
                (_, Some(name), _) => rule["UserIdGroupPairs"] = json!([{"GroupId": group(scene, name)}]),
                (_, _, Some(list)) => rule["PrefixListIds"] = json!([{"PrefixListId": list}]),
                _ => panic!("{with}"),
            }
            let operation = match verb.as_str() {
                "let_in" => "AuthorizeSecurityGroupIngress",
                "let_out" => "AuthorizeSecurityGroupEgress",
                _ => "RevokeSecurityGroupEgress",
            };
            ec2(scene, operation, json!({"GroupId": id, "IpPermissions": [rule]}));
        }
        "endpoint" => {
            let service = with["service"].as_str().unwrap();
            let mut input = json!({"VpcId": net::VPC_ID, "ServiceName": format!("com.amazonaws.{region}.{service}")});
            if service == "s3" {
                input["RouteTableIds"] = json!([with["table"].as_str().unwrap_or(table)]);
            } else {
                input["VpcEndpointType"] = json!("Interface");
                input["SubnetIds"] = json!([with["subnet"].as_str().unwrap_or(net::PRIVATE_SUBNET_A)]);
                if let Some(name) = with["group"].as_str() {
                    input["SecurityGroupIds"] = json!([group(scene, name)]);
                }
                if with["private_dns"] == json!(false) {
                    input["PrivateDnsEnabled"] = json!(false);
                }
            }
            if let Some(policy) = with.get("policy") {
                input["PolicyDocument"] = json!(policy.to_string());
            }
            ec2(scene, "CreateVpcEndpoint", input);
            // An interface endpoint takes a moment.
            scene.wait(10);
        }
        other => panic!("{other}"),
    }
}

/// Puts an image index of tags and their processors.
fn index(scene: &mut Scene, tag: &str, of: &[(&str, &str)]) {
    let mut manifests = Vec::new();
    for (tag, architecture) in of {
        let ask = json!({"repositoryName": "app", "imageIds": [{"imageTag": tag}]});
        let image = &scene.ok(Service::Ecr, "BatchGetImage", ask)["images"][0];
        manifests.push(json!({
            "mediaType": image["imageManifestMediaType"], "digest": image["imageId"]["imageDigest"],
            "size": image["imageManifest"].as_str().unwrap().len(),
            "platform": {"architecture": architecture, "os": "linux"},
        }));
    }
    let kind = "application/vnd.oci.image.index.v1+json";
    let manifest = json!({"schemaVersion": 2, "mediaType": kind, "manifests": manifests}).to_string();
    let put = json!({"repositoryName": "app", "imageManifest": manifest, "imageTag": tag});
    scene.ok(Service::Ecr, "PutImage", put);
}

fn play(situation: &Situation) -> (Scene, Result<Ran, String>) {
    let mut scene = Scene::new(40);
    let ec2 = situation.on == "ec2";
    let document = match &situation.actions {
        None => PULL.to_owned(),
        Some(actions) => {
            let statement = json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}]);
            json!({"Version": "2012-10-17", "Statement": statement}).to_string()
        }
    };
    let execution = if ec2 {
        let pull_behavior = situation.pull_behavior.as_deref().map(|name| PullBehavior::by_name(name).unwrap());
        scene.instance_with(pull_behavior.unwrap_or_default());
        for _ in 1..situation.instances.unwrap_or(1) {
            let spec = InstanceSpec {
                cluster: "prod".to_owned(),
                instance_profile: Some("ecsInstanceRole".to_owned()),
                subnet: net::PUBLIC_SUBNET_C.to_owned(),
                ..InstanceSpec::default()
            };
            launch_instance(&mut scene.cloud, &AccountId::home(), &Region::home(), &spec).unwrap();
        }
        scene.policy("ecsInstanceRole", "pull", &document);
        None
    } else {
        let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
        scene.policy("ecsTaskExecutionRole", "pull", &document);
        Some(role)
    };
    scene.push("1.0", "amd64", &["app"]);
    scene.push("arm", "arm64", &["app"]);
    index(&mut scene, "arm-only", &[("arm", "arm64")]);
    index(&mut scene, "both", &[("arm", "arm64"), ("1.0", "amd64")]);
    let mut known = known();
    for (number, instance) in scene.cluster().instances().enumerate() {
        known.insert(format!("$instance-{number}"), instance.arn.to_string());
        known.insert(format!("$ec2-{number}"), instance.ec2_instance_id.clone());
    }
    let mut ran = Ran { ec2, input: json!({}), task: None };
    for what in &situation.network {
        if let Err(said) = ask(&mut scene, &mut known, what, &mut ran) {
            return (scene, Err(said));
        }
    }
    if situation.log_group {
        scene.ok(Service::Logs, "CreateLogGroup", json!({"logGroupName": "/ecs/web"}));
    }
    for token in &situation.tokens {
        issue(&mut scene, token);
    }
    let registry = scene.image("").replace("/app:", "");
    let image = match situation.image.as_deref() {
        Some(name) if name.contains('/') => name.replace("REGISTRY", &registry),
        tag => scene.image(tag.unwrap_or("1.0")),
    };
    known.insert("IMAGE".to_owned(), image.clone());
    let make = |scene: &mut Scene, name: &str| {
        let input = json!({"Name": name, "SecretString": situation.secret});
        scene.ok(Service::SecretsManager, "CreateSecret", input)["ARN"].as_str().unwrap().to_owned()
    };
    let secret = make(&mut scene, "db");
    known.insert("$secret".to_owned(), secret.clone());
    if let Some(url) = &situation.upstream {
        let arn = make(&mut scene, "ecr-pullthroughcache/up");
        known.insert("$secret".to_owned(), arn.clone());
        let rule = json!({"ecrRepositoryPrefix": "up", "upstreamRegistryUrl": url, "credentialArn": arn});
        scene.ok(Service::Ecr, "CreatePullThroughCacheRule", rule);
    }
    let own = serde_json::to_string(&situation.container).unwrap().replace("SECRET", &secret);
    let mut container = json!({"name": "web", "image": image, "memory": 128});
    container.as_object_mut().unwrap().extend(serde_json::from_str::<serde_json::Map<String, Value>>(&own).unwrap());
    let containers: Vec<Value> = [container].into_iter().chain(situation.beside.iter().cloned()).collect();
    let mut definition = json!({"family": "web", "containerDefinitions": containers});
    let mut input = json!({"cluster": "prod", "taskDefinition": "web"});
    if let Some(role) = &execution {
        definition["executionRoleArn"] = json!(role);
        definition["requiresCompatibilities"] = json!(["FARGATE"]);
        definition["networkMode"] = json!("awsvpc");
        definition["cpu"] = json!("256");
        definition["memory"] = json!("512");
        let processor = if situation.processor.as_deref() == Some("arm64") { "ARM64" } else { "X86_64" };
        definition["runtimePlatform"] = json!({"cpuArchitecture": processor});
        let subnet = match situation.subnet.as_str() {
            "public" => net::PUBLIC_SUBNET_A,
            "private" => net::PRIVATE_SUBNET_A,
            other => other,
        };
        let address = if situation.public_ip { "ENABLED" } else { "DISABLED" };
        input["launchType"] = json!("FARGATE");
        input["networkConfiguration"] = json!({PUBLIC: {"subnets": [subnet], "assignPublicIp": address}});
    } else if situation.container.contains_key("secrets") || !situation.execution.is_empty() {
        let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
        definition["executionRoleArn"] = json!(role);
        if !situation.execution.is_empty() {
            let statement = json!([{"Effect": "Allow", "Action": situation.execution, "Resource": "*"}]);
            let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
            scene.policy("ecsTaskExecutionRole", "read", &document);
        }
    }
    definition.as_object_mut().unwrap().extend(situation.definition.clone());
    if situation.run.contains_key("capacityProviderStrategy") {
        input.as_object_mut().unwrap().remove("launchType");
    }
    input.as_object_mut().unwrap().extend(situation.run.clone());
    ran.input = input;
    let result = perform(&mut scene, &mut known, situation, &definition, &mut ran);
    (scene, result.map(|()| ran))
}

/// Registers the definition, runs it, and does what comes then.
fn perform(
    scene: &mut Scene,
    known: &mut Known,
    situation: &Situation,
    definition: &Value,
    ran: &mut Ran,
) -> Result<(), String> {
    let definition = filled(known, definition);
    scene.call(Service::Ecs, "RegisterTaskDefinition", definition)?;
    for step in &situation.before {
        ask(scene, known, step, ran)?;
    }
    match &situation.service {
        None => {
            let id = run(scene, known, &ran.input)?;
            known.insert("$task".to_owned(), id.clone());
            ran.task = Some(id);
        }
        Some(own) => {
            let mut input = filled(known, &ran.input);
            input["serviceName"] = json!("web");
            if own.get("schedulingStrategy").is_none() {
                input["desiredCount"] = json!(2);
            }
            input.as_object_mut().unwrap().extend(own.clone());
            scene.call(Service::Ecs, "CreateService", filled(known, &input))?;
        }
    }
    scene.wait(90);
    situation.then.iter().try_for_each(|step| ask(scene, known, step, ran))
}

/// The road to the registry of whoever pulls.
fn road(scene: &Scene, situation: &Situation, id: &str) -> String {
    let network = &scene.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap().net;
    let task = scene.task(id);
    let place = match (&task.interface, situation.on.as_str()) {
        (Some(interface), "fargate") => net::Place {
            subnet: interface.subnet.clone(),
            address: interface.private_ip.clone(),
            public_ip: interface.public_ip,
            groups: interface.security_groups.clone(),
        },
        _ => network.instances().next().unwrap().place(),
    };
    let journey = network.journey_home(&place, net::Destination::EcrDkr, &Region::home(), scene.cloud.now());
    match journey.road() {
        None => "none",
        Some(Road::InternetGateway(_)) => "internet gateway",
        Some(Road::NatGateway(_)) => "nat gateway",
        Some(Road::InterfaceEndpoint(_)) => "interface endpoint",
        Some(Road::GatewayEndpoint(_)) => "gateway endpoint",
    }
    .to_owned()
}

fn check(situation: &Situation) -> Result<(), String> {
    let (scene, ran) = play(situation);
    let id = match &ran {
        Ok(ran) => ran.task.clone(),
        Err(_) => None,
    };
    let task = id.as_deref().map(|id| scene.task(id));
    let reason = match (&ran, task) {
        (Err(said), _) => said.clone(),
        (Ok(_), task) => task.and_then(|task| task.stopped_reason.clone()).unwrap_or_default(),
    };
    let failure = match task.and_then(|task| task.cause.as_ref()) {
        Some(StopCause::Pull(failure)) => Some(failure),
        _ => None,
    };
    let end = match (&ran, task.map(|task| (&task.cause, task.status))) {
        (Err(_), _) => "Refused".to_owned(),
        (Ok(_), None) => "Service".to_owned(),
        (_, Some((None, TaskStatus::Running))) => "RUNNING".to_owned(),
        (_, Some((None, status))) => status.as_str().to_owned(),
        (_, Some((Some(StopCause::Pull(failure)), _))) => format!("{:?}", failure.kind),
        (_, Some((Some(StopCause::Exit { exit_code, .. }), _))) => format!("Exit {exit_code}"),
        (_, Some((Some(StopCause::Host { .. }), _))) => "Host".to_owned(),
        (_, Some((other, status))) => format!("{status:?} {other:?}"),
    };
    let leg = failure.and_then(|failure| failure.journey.as_ref()?.obstacle()).map(|leg| match leg {
        Leg::Name { .. } => "name",
        Leg::Egress { .. } => "egress",
        Leg::Route { .. } => "route",
        Leg::Blackhole { .. } => "blackhole",
        Leg::Acl { answer: false, .. } => "acl",
        Leg::Acl { answer: true, .. } => "acl answer",
        Leg::PublicAddress { .. } => "public address",
        Leg::Nat { .. } => "nat",
        Leg::Ingress { .. } => "ingress",
        Leg::Policy { .. } => "policy",
    });
    let expect = &situation.expect;
    let mut wrong = Vec::new();
    if end != expect.end {
        wrong.push(format!("ends {end}, not {}: {reason}", expect.end));
    }
    wrong.extend(
        expect.says.iter().filter(|part| !reason.contains(*part)).map(|part| format!("no `{part}` in: {reason}")),
    );
    if expect.leg.as_deref() != leg {
        wrong.push(format!("stopped at {leg:?}, not {:?}", expect.leg));
    }
    if let (Some(expected), Some(id)) = (&expect.road, &id)
        && *expected != road(&scene, situation, id)
    {
        wrong.push(format!("road {}, not {expected}", road(&scene, situation, id)));
    }
    if let (Some(expected), Some(id)) = (&expect.states, &id)
        && *expected != scene.states(id)
    {
        wrong.push(format!("went {:?}", scene.states(id)));
    }
    for (name, expected) in &expect.containers {
        let container = task.unwrap().containers.iter().find(|container| container.name == *name).unwrap();
        let found = match (container.status, container.exit_code) {
            (ContainerStatus::Pending, _) => "PENDING".to_owned(),
            (ContainerStatus::Running, _) => format!("RUNNING {:?}", container.health).to_uppercase(),
            (ContainerStatus::Stopped, code) => {
                format!("STOPPED {}", code.map_or("-".to_owned(), |code| code.to_string()))
            }
        };
        if found != *expected {
            wrong.push(format!("container {name} is {found}, not {expected}"));
        }
    }
    if let Some(expected) = expect.running {
        let running = scene.cluster().tasks_of("web").filter(|task| task.status == TaskStatus::Running).count();
        if running != expected {
            wrong.push(format!("{running} tasks run, not {expected}: {:#?}", scene.said()));
        }
    }
    for part in &expect.events {
        if !scene.said().iter().any(|said| said.contains(part)) {
            wrong.push(format!("no `{part}` in: {:#?}", scene.said()));
        }
    }
    // A connection that does not arrive is on the trail, and nothing else is.
    let unreached = scene.cloud.trail().last_unreached().is_some();
    if unreached != leg.is_some() && situation.service.is_none() && situation.then.is_empty() {
        wrong.push(format!("on the trail: {unreached}"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}: {}", situation.name, wrong.join("; "))) }
}

#[test]
fn every_situation_ends_as_it_says() {
    let files = [include_str!("situations.json"), include_str!("credentials.json"), include_str!("capacity.json")];
    let situations: Vec<Situation> =
        files.iter().flat_map(|text| serde_json::from_str::<Vec<Situation>>(text).unwrap()).collect();
    assert!(situations.len() >= 270, "{}", situations.len());
    let wrong: Vec<String> = situations.iter().filter_map(|situation| check(situation).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // They tell apart every kind of failure that hangs on more than the image's name.
    let ends: std::collections::BTreeSet<&str> = situations.iter().map(|one| one.expect.end.as_str()).collect();
    for kind in [
        PullFailureKind::TokenDenied,
        PullFailureKind::ManifestDenied,
        PullFailureKind::LayerDenied,
        PullFailureKind::StoreDenied,
        PullFailureKind::SecretDenied,
        PullFailureKind::LogsDenied,
        PullFailureKind::LogGroupNotFound,
        PullFailureKind::NoRoute,
        PullFailureKind::WrongPlatform,
        PullFailureKind::ImageNotFound,
        PullFailureKind::RepositoryNotFound,
        PullFailureKind::RateLimited,
        PullFailureKind::CredentialsRefused,
        PullFailureKind::CredentialsMalformed,
        PullFailureKind::UpstreamCredentials,
        PullFailureKind::UpstreamDenied,
    ] {
        assert!(ends.contains(format!("{kind:?}").as_str()), "{kind:?}");
    }
}

#[test]
fn a_request_through_an_endpoint_carries_its_vpc_and_no_public_address() {
    let mut scene = Scene::new(41);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.push("1.0", "amd64", &["app"]);
    for service in ["ecr.api", "ecr.dkr"] {
        change(&mut scene, &json!({"endpoint": {"service": service}}));
    }
    let network = &scene.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap().net;
    let api = network.endpoints().find(|endpoint| endpoint.to == net::Destination::EcrApi).unwrap().id.clone();
    let image = scene.image("1.0");
    scene.fargate_definition(&image, &role);
    let condition = |keys: Value| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "ecr:*", "Resource": "*", "Condition": keys}]})
        .to_string()
    };
    let run = |scene: &mut Scene| {
        let network = json!({PUBLIC: {"subnets": [net::PRIVATE_SUBNET_A]}});
        let id = scene.run(json!({"launchType": "FARGATE", "networkConfiguration": network}));
        scene.wait(30);
        scene.task(&id).status
    };
    for (keys, runs) in [
        (json!({"StringNotEquals": {"aws:SourceVpc": net::VPC_ID}}), true),
        (json!({"StringEquals": {"aws:SourceVpc": net::VPC_ID}}), false),
        (json!({"StringEquals": {"aws:SourceVpce": api}}), false),
        (json!({"StringNotLike": {"aws:SourceVpce": "vpce-*"}}), true),
        (json!({"Null": {"aws:SourceIp": "false"}}), true),
        (json!({"NotIpAddress": {"aws:VpcSourceIp": "10.0.16.0/24"}}), true),
        (json!({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}), false),
    ] {
        scene.policy("ecsTaskExecutionRole", "pull", &condition(keys.clone()));
        assert_eq!(run(&mut scene) == TaskStatus::Running, runs, "{keys}");
    }
    // The keys are those of the road, so the laptop's requests carry none.
    let laptop = scene.cloud.trail().requests().filter(|(_, request)| request.caller.origin == Origin::Laptop).count();
    assert!(laptop > 0);
}
