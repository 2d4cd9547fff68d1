//! IAM's decisions: in the world over ten policies, and the median question of the decision corpus.
//!
//! The goals on one thread: a decision in the world in under 5 µs; of the corpus 3 million decisions a second without a
//! trace, 1 million with one, 570 thousand with the policies read anew each time.

use criterion::{Criterion, criterion_group, criterion_main};
use ecr_quest::cloud::iam::{self, Case, Policy};
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

/// The question in the middle of the corpus, by length; refused ones are left out.
fn median() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/iam/corpus");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut lines: Vec<String> = lines.filter(|line| Case::parse(line).is_ok()).collect();
    lines.sort_by_key(|line| (line.len(), line.clone()));
    let middle = lines.len() / 2;
    lines.swap_remove(middle)
}

fn corpus(c: &mut Criterion) {
    let line = median();
    let Ok(case) = Case::parse(&line) else { return };
    let question: Value = serde_json::from_str(&line).unwrap_or_default();
    println!("the median question: {line}");
    c.bench_function("iam: the corpus's median question, without trace", |b| {
        b.iter(|| std::hint::black_box(&case).outcome());
    });
    c.bench_function("iam: the corpus's median question, with trace", |b| {
        b.iter(|| std::hint::black_box(&case).decide());
    });
    let identity = question.get("identity").and_then(Value::as_array);
    let texts: Vec<String> = identity.into_iter().flatten().map(Value::to_string).collect();
    let resource_policy = question.get("resource_policy").filter(|policy| policy.is_object()).map(Value::to_string);
    c.bench_function("iam: the corpus's median question, its policies read each time", |b| {
        b.iter(|| {
            for text in &texts {
                let _ = std::hint::black_box(Policy::identity(std::hint::black_box(text)));
            }
            if let Some(text) = &resource_policy {
                let _ = std::hint::black_box(Policy::parse_resource_policy(std::hint::black_box(text)));
            }
            std::hint::black_box(&case).outcome()
        });
    });
    c.bench_function("iam: the corpus's median question, the whole line read each time", |b| {
        b.iter(|| Case::parse(std::hint::black_box(&line)).map(|case| case.outcome()));
    });
}

criterion_group!(benches, decisions, corpus);
criterion_main!(benches);
