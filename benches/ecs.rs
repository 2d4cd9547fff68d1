//! Services and their tasks advancing an hour: the cost must grow with their number, not faster.
//!
//! Each service keeps ten tasks; each task ends after twenty minutes and is replaced, so that in the hour every task is
//! placed, pulled, started, ended and stopped several times. 250 to 2,000 services show the growth.

#![allow(clippy::panic, clippy::indexing_slicing, reason = "a benchmark that can't be set up says so and stops")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ecr_quest::cloud::ecs::{InstanceSpec, launch_instance};
use ecr_quest::cloud::{AccountId, Caller, Cloud, Duration, Origin, Principal, Region, Service, iam, net};
use serde_json::{Value, json};

/// The tasks of each service.
const TASKS: u32 = 10;

fn call(cloud: &mut Cloud, caller: &Caller, service: Service, operation: &str, input: Value) -> Value {
    match cloud.call_wire(caller, service, operation, input) {
        Ok(Ok(output)) => output,
        other => panic!("{operation}: {other:?}"),
    }
}

/// A cluster whose services wait to start their tasks, on Fargate or on as many instances as they need.
fn scene(services: u32, fargate: bool) -> Cloud {
    let mut cloud = Cloud::new(1);
    let account = AccountId::home();
    iam::create_administrator(&mut cloud, &account, "admin");
    let principal = Principal::User { account: account.clone(), name: "admin".to_owned() };
    let caller = Caller { principal, region: Region::home(), origin: Origin::Laptop };
    let ask = |cloud: &mut Cloud, service, operation: &str, input| call(cloud, &caller, service, operation, input);
    ask(&mut cloud, Service::Ecs, "CreateCluster", json!({"clusterName": "prod"}));
    let container = json!({"name": "job", "image": "public.ecr.aws/docker/library/busybox", "memory": 64, "command": ["sleep", "1200"]});
    let mut definition = json!({"family": "job", "containerDefinitions": [container]});
    let mut service = json!({"cluster": "prod", "taskDefinition": "job", "desiredCount": TASKS});
    // A subnet that is large enough for an address for each task.
    let subnet = json!({"VpcId": net::VPC_ID, "CidrBlock": "10.0.128.0/17"});
    let subnet = ask(&mut cloud, Service::Ec2, "CreateSubnet", subnet)["Subnet"]["SubnetId"].clone();
    let table = json!({"RouteTableId": "rtb-0a1b2c3d4e5f60a01", "SubnetId": subnet});
    ask(&mut cloud, Service::Ec2, "AssociateRouteTable", table);
    if fargate {
        definition["networkMode"] = json!("awsvpc");
        definition["requiresCompatibilities"] = json!(["FARGATE"]);
        definition["cpu"] = json!("256");
        definition["memory"] = json!("512");
        service["launchType"] = json!("FARGATE");
        let network = json!({"subnets": [subnet], "assignPublicIp": "ENABLED"});
        service["networkConfiguration"] = json!({"awsvpcConfiguration": network});
    } else {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let agent = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;
        let role = "ecsInstanceRole";
        for (operation, input) in [
            ("CreateRole", json!({"RoleName": role, "AssumeRolePolicyDocument": trust})),
            ("PutRolePolicy", json!({"RoleName": role, "PolicyName": "agent", "PolicyDocument": agent})),
            ("CreateInstanceProfile", json!({"InstanceProfileName": role})),
            ("AddRoleToInstanceProfile", json!({"InstanceProfileName": role, "RoleName": role})),
        ] {
            ask(&mut cloud, Service::Iam, operation, input);
        }
        let spec = InstanceSpec {
            cluster: "prod".to_owned(),
            instance_profile: Some(role.to_owned()),
            instance_type: "m5.large".to_owned(),
            subnet: subnet.as_str().unwrap_or_default().to_owned(),
            ..InstanceSpec::default()
        };
        // An m5.large has room for 120 such tasks; half of it is for those that still stop.
        for _ in 0..(services * TASKS).div_ceil(60) {
            let launched = launch_instance(&mut cloud, &account, &Region::home(), &spec);
            assert!(launched.is_ok(), "{launched:?}");
        }
    }
    ask(&mut cloud, Service::Ecs, "RegisterTaskDefinition", definition);
    for number in 0..services {
        service["serviceName"] = json!(format!("service-{number}"));
        ask(&mut cloud, Service::Ecs, "CreateService", service.clone());
    }
    cloud
}

fn bench(criterion: &mut Criterion) {
    for (name, fargate) in [("an hour on Fargate", true), ("an hour on EC2", false)] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for services in [250_u32, 500, 1000, 2000] {
            let cloud = scene(services, fargate);
            group.throughput(Throughput::Elements(u64::from(services * TASKS)));
            let label = format!("{services} services, {} tasks", services * TASKS);
            group.bench_function(BenchmarkId::from_parameter(label), |bencher| {
                bencher.iter_batched_ref(
                    || cloud.clone(),
                    |cloud| cloud.advance(Duration::hours(1)),
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
