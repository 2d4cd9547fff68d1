//! IAM's decisions: in the world over ten policies, and the decision corpus's median question by time.
//!
//! The goals on one thread: a decision in the world in under 5 µs; of the corpus 3 million decisions a second without a
//! trace, 1 million with one, 570 thousand with the policies read anew each time.

use std::hint::black_box;
use std::time::{Duration, Instant};

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
        b.iter(|| iam::decide(&cloud, &dev, black_box(&allowed)));
    });
    c.bench_function("iam: a decision over ten policies, denied", |b| {
        b.iter(|| iam::decide(&cloud, &dev, black_box(&denied)));
    });
}

/// A question of the corpus: its line, what was read from it, and the texts of its policies.
struct Question {
    line: String,
    case: Case,
    identity: Vec<String>,
    resource: Option<String>,
}

impl Question {
    /// None for a line that is refused, as some of the corpus are to be.
    fn read(line: &str) -> Option<Self> {
        let case = Case::parse(line).ok()?;
        let question: Value = serde_json::from_str(line).ok()?;
        let mut identity = Vec::new();
        for policies in ["identity", "boundary", "session", "scp"].into_iter().filter_map(|name| question.get(name)) {
            collect(policies, &mut identity);
        }
        let resource = question.get("resource_policy").filter(|policy| policy.is_object()).map(Value::to_string);
        Some(Self { line: line.to_owned(), case, identity, resource })
    }

    fn decide_reading_policies(&self) {
        for text in &self.identity {
            let _ = black_box(Policy::identity(black_box(text)));
        }
        if let Some(text) = &self.resource {
            let _ = black_box(Policy::parse_resource_policy(black_box(text)));
        }
        black_box(black_box(&self.case).outcome());
    }
}

/// The documents in lists, however deep.
fn collect(value: &Value, documents: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, documents)),
        Value::Object(_) => documents.push(value.to_string()),
        _ => {}
    }
}

fn questions() -> Vec<Question> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/iam/corpus");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    texts.flat_map(|text| text.lines().filter_map(Question::read).collect::<Vec<_>>()).collect()
}

/// A way to answer a question.
type Way = fn(&Question);

fn corpus(c: &mut Criterion) {
    let questions = questions();
    let ways: [(&str, Way); 4] = [
        ("without trace", |question| _ = black_box(black_box(&question.case).outcome())),
        ("with trace", |question| _ = black_box(black_box(&question.case).decide())),
        ("its policies read each time", Question::decide_reading_policies),
        ("the whole line read each time", |question| {
            let _ = black_box(Case::parse(black_box(&question.line)).map(|case| case.outcome()));
        }),
    ];
    for (name, way) in ways {
        // The question that takes longer than one half of them and less than the other.
        let mut times: Vec<_> = questions.iter().map(|question| (time(question, way), question)).collect();
        times.sort_by_key(|(time, _)| *time);
        let Some((_, median)) = times.get(times.len() / 2) else { return };
        println!("the median question {name}: {}", median.line);
        c.bench_function(&format!("iam: the corpus's median question, {name}"), |b| b.iter(|| way(median)));
    }
}

/// How long a question takes, about.
fn time(question: &Question, way: Way) -> Duration {
    let round = || {
        let start = Instant::now();
        (0..500).for_each(|_| way(question));
        start.elapsed()
    };
    (0..5).map(|_| round()).min().unwrap_or_default()
}

criterion_group!(benches, decisions, corpus);
criterion_main!(benches);
