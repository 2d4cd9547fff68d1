//! A lifecycle policy of five rules over 1,000, 10,000 and 100,000 images. The goals: under 10 ms for 10,000, and a cost that
//! grows no faster than n log n: per image it may grow by about a third for each ten times as many.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ecr_quest::cloud::ecr::lifecycle::{Candidate, Policy, evaluate};
use ecr_quest::cloud::{Digest, Duration, Timestamp};

const POLICY: &str = r#"{"rules":[
    {"rulePriority":1,"selection":{"tagStatus":"tagged","tagPrefixList":["release-"],"countType":"imageCountMoreThan","countNumber":100},"action":{"type":"expire"}},
    {"rulePriority":2,"selection":{"tagStatus":"tagged","tagPatternList":["*-rc*"],"countType":"sinceImagePushed","countUnit":"days","countNumber":30},"action":{"type":"expire"}},
    {"rulePriority":3,"selection":{"tagStatus":"tagged","tagPrefixList":["pr-"],"countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}},
    {"rulePriority":4,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}},
    {"rulePriority":5,"selection":{"tagStatus":"any","countType":"sinceImagePulled","countUnit":"days","countNumber":90},"action":{"type":"transition","targetStorageClass":"archive"}}
]}"#;

fn bench(criterion: &mut Criterion) {
    let policy = match Policy::parse(POLICY) {
        Ok(policy) => policy,
        Err(error) => return eprintln!("the policy of the bench is wrong: {error}"),
    };
    let mut group = criterion.benchmark_group("lifecycle");
    for count in [1_000_u32, 10_000, 100_000] {
        let digests: Vec<Digest> = (0..count).map(|i| Digest::of(&i.to_le_bytes())).collect();
        let tags: Vec<[String; 2]> = (0..count)
            .map(|i| {
                [
                    format!("{}-{i}", ["release", "pr", "main", "v1-rc"].get(i as usize % 4).unwrap_or(&"x")),
                    format!("sha-{i:x}"),
                ]
            })
            .collect();
        let now = Timestamp::START;
        let images: Vec<Candidate<'_>> = digests
            .iter()
            .zip(&tags)
            .enumerate()
            .map(|(i, (digest, tags))| Candidate {
                digest,
                tags: if i % 5 == 0 { Vec::new() } else { tags.iter().map(String::as_str).collect() },
                // Spread over about 200 days, in no order.
                pushed_at: now - Duration::minutes((i as i64 * 7919) % 288_000),
                pulled_at: (i % 3 == 0).then_some(now - Duration::days(i as i64 % 120)),
                archived_at: None,
                activated_at: None,
                in_index: i % 50 == 0,
            })
            .collect();
        group.throughput(Throughput::Elements(u64::from(count)));
        group.bench_with_input(BenchmarkId::from_parameter(count), &images, |bencher, images| {
            bencher.iter(|| evaluate(&policy, images, now));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
