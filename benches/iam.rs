//! One IAM decision over ten policies, with its trace. The goal: under 5 µs.

use criterion::{Criterion, criterion_group, criterion_main};
use ecr_quest::cloud::iam;
use ecr_quest::cloud::{AccountId, Arn, Authorization, Caller, Cloud, Origin, Principal, Region, Service};
use serde_json::{Value, json};

/// A user with five managed and five inline policies, which names its own repository among others in the last one.
fn cloud() -> (Cloud, Caller) {
    let mut cloud = Cloud::new(1);
    let home = AccountId::home();
    iam::create_administrator(&mut cloud, &home, "admin");
    let caller = |name: &str| Caller {
        principal: Principal::User { account: home.clone(), name: name.to_owned() },
        region: Region::home(),
        origin: Origin::Laptop,
    };
    let mut call = |operation: &str, input: Value| {
        let answer = cloud.call_wire(&caller("admin"), Service::Iam, operation, input);
        assert!(matches!(answer, Ok(Ok(_))), "{operation}: {answer:?}");
    };
    call("CreateUser", json!({"UserName": "dev"}));
    for name in [
        "IAMReadOnlyAccess",
        "AmazonECS_FullAccess",
        "AmazonEKSWorkerNodePolicy",
        "service-role/AWSLambdaBasicExecutionRole",
        "AmazonElasticContainerRegistryPublicReadOnly",
    ] {
        call("AttachUserPolicy", json!({"UserName": "dev", "PolicyArn": format!("arn:aws:iam::aws:policy/{name}")}));
    }
    for number in 1..=5 {
        let document = json!({
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
                {
                    "Sid": "Pull",
                    "Effect": "Allow",
                    "Action": ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
                    "Resource": format!("arn:aws:ecr:*:111122223333:repository/team{number}/*"),
                },
            ],
        });
        let (name, document) = (format!("p{number}"), document.to_string());
        call("PutUserPolicy", json!({"UserName": "dev", "PolicyName": name, "PolicyDocument": document}));
    }
    let dev = caller("dev");
    (cloud, dev)
}

fn decisions(c: &mut Criterion) {
    let (cloud, dev) = cloud();
    let repository = |name: &str| Arn::new("ecr", "ap-northeast-2", "111122223333", &format!("repository/{name}"));
    let allowed = Authorization::on("ecr:BatchGetImage", repository("team5/app"));
    let denied = Authorization::on("ecr:BatchGetImage", repository("other/app"));
    assert!(iam::decide(&cloud, &dev, &allowed).is_allowed());
    assert!(!iam::decide(&cloud, &dev, &denied).is_allowed());
    c.bench_function("iam: a decision over ten policies, allowed", |b| {
        b.iter(|| iam::decide(&cloud, &dev, std::hint::black_box(&allowed)));
    });
    c.bench_function("iam: a decision over ten policies, denied", |b| {
        b.iter(|| iam::decide(&cloud, &dev, std::hint::black_box(&denied)));
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
