//! Lifecycle policies: what they refuse, what they do, and when.

use std::collections::{BTreeMap, BTreeSet};

use ecr_quest::cloud::ecr::lifecycle::{Action, Candidate, Case, Evaluation, Fate, Policy, evaluate};
use ecr_quest::cloud::{Digest, Duration, EventKind, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::registry::{Lab, app};

const NOW: Timestamp = Timestamp::START;

/// `A[v1,latest] 10d pulled 3d restored 2d archived 9d child`: tags, and how many days ago each thing was.
struct Image {
    name: String,
    digest: Digest,
    tags: Vec<String>,
    days: BTreeMap<String, f64>,
    in_index: bool,
}

fn ago(days: f64) -> Timestamp {
    NOW - Duration::millis((days * 86_400_000.0) as i64)
}

fn read_image(text: &str) -> Image {
    let (name, rest) = text.split_once('[').unwrap();
    let (tags, rest) = rest.split_once(']').unwrap();
    let words: Vec<&str> = rest.split_whitespace().collect();
    let number = |word: &str| word.trim_end_matches('d').parse::<f64>().unwrap();
    let mut days = BTreeMap::from([("pushed".to_owned(), number(words[0]))]);
    for pair in words[1..].windows(2).filter(|pair| pair[0] != "child") {
        if let "pulled" | "restored" | "archived" = pair[0] {
            days.insert(pair[0].to_owned(), number(pair[1]));
        }
    }
    Image {
        name: name.to_owned(),
        digest: Digest::of(name.as_bytes()),
        tags: tags.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        days,
        in_index: words.contains(&"child"),
    }
}

impl Image {
    fn candidate(&self) -> Candidate<'_> {
        let at = |what: &str| self.days.get(what).map(|days| ago(*days));
        Candidate {
            digest: &self.digest,
            tags: self.tags.iter().map(String::as_str).collect(),
            pushed_at: at("pushed").unwrap(),
            pulled_at: at("pulled"),
            archived_at: at("archived"),
            activated_at: at("restored"),
            in_index: self.in_index,
        }
    }
}

/// `untagged >14d`, `tagged(a,b) keep 1`, `pattern(v*) >30d archive`, `any pulled>90d archive`, `any archived>365d`.
fn read_rule(priority: usize, text: &str) -> Value {
    let mut words = text.split_whitespace();
    let tags = words.next().unwrap();
    let mut selection = json!({ "tagStatus": tags });
    if let Some((kind, list)) = tags.split_once('(') {
        let list: Vec<&str> = list.trim_end_matches(')').split(',').collect();
        selection = json!({ "tagStatus": "tagged" });
        selection[if kind == "tagged" { "tagPrefixList" } else { "tagPatternList" }] = json!(list);
    }
    let criterion = words.next().unwrap();
    if criterion == "keep" {
        selection["countType"] = json!("imageCountMoreThan");
        selection["countNumber"] = json!(words.next().unwrap().parse::<u64>().unwrap());
    } else {
        let (kind, days) = criterion.split_once('>').unwrap();
        let count_type = match kind {
            "" => "sinceImagePushed",
            "pulled" => "sinceImagePulled",
            _ => "sinceImageTransitioned",
        };
        if kind == "archived" {
            selection["storageClass"] = json!("archive");
        }
        selection["countType"] = json!(count_type);
        selection["countUnit"] = json!("days");
        selection["countNumber"] = json!(days.trim_end_matches('d').parse::<u64>().unwrap());
    }
    let action = match words.next() {
        Some("archive") => json!({ "type": "transition", "targetStorageClass": "archive" }),
        _ => json!({ "type": "expire" }),
    };
    json!({ "rulePriority": priority, "selection": selection, "action": action })
}

fn policy_text(rules: &[Value]) -> String {
    json!({ "rules": rules }).to_string()
}

fn read_policy(rules: &[&str]) -> Policy {
    let rules: Vec<Value> = rules.iter().enumerate().map(|(i, rule)| read_rule(i + 1, rule)).collect();
    // Short policies are refused: white space after the document is part of its length.
    Policy::parse(&format!("{:<100}", policy_text(&rules))).unwrap()
}

/// `A#1 C#2`: which rule takes which image. A `^` marks images that go to the archive.
fn show(images: &[Image], evaluation: &Evaluation) -> String {
    let acted = evaluation.acted();
    let shown = images.iter().filter_map(|image| {
        let acted = acted.get(&image.digest)?;
        let archive = if acted.action == Action::Archive { "^" } else { "" };
        Some(format!("{}#{}{archive}", image.name, acted.priority))
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(images: &[&str], rules: &[&str], expect: &str) {
    let images: Vec<Image> = images.iter().map(|text| read_image(text)).collect();
    let candidates: Vec<Candidate<'_>> = images.iter().map(Image::candidate).collect();
    let evaluation = evaluate(&read_policy(rules), &candidates, NOW);
    assert_eq!(show(&images, &evaluation), expect, "{rules:?}");
}

/// Source: Amazon ECR User Guide, "Examples of lifecycle policies", and examples worked out by its rules.
#[test]
fn the_worked_examples_come_out_as_aws_says() {
    // 1: an image exactly as old as the rule says is not older.
    check(&["A[] 20d", "B[] 14d", "C[] 13d", "D[v1] 40d"], &["untagged >14d"], "A#1");
    // 2: the newest untagged image stays.
    check(&["A[] 9d", "B[] 5d", "C[] 1d", "D[x] 30d"], &["untagged keep 1"], "A#1 B#1");
    // 3 and 4: what belongs to the first rule, the second can't take.
    let three = ["A[beta-1,prod-1] 10d", "B[beta-2,prod-2] 9d", "C[beta-3] 8d"];
    check(&three, &["tagged(prod) keep 1", "tagged(beta) keep 1"], "A#1");
    check(&three, &["tagged(beta) keep 1", "tagged(prod) keep 1"], "A#1 B#1");
    // 5: all prefixes of a list must match.
    check(
        &[
            "A[alpha-1] 12d",
            "B[beta-1] 11d",
            "C[alpha-2,beta-2] 10d",
            "D[alpha-3] 4d",
            "E[beta-3] 3d",
            "F[alpha-4,beta-4] 2d",
        ],
        &["tagged(alpha,beta) >5d"],
        "C#1",
    );
    // 6: more tags do not matter.
    check(
        &["A[alpha-1,beta-1,gamma-1] 10d", "B[alpha-2,beta-2] 9d", "C[alpha-3,beta-3,gamma-2] 8d"],
        &["tagged(alpha,beta) keep 1"],
        "A#1 B#1",
    );
    // 7: any includes untagged.
    check(&["A[alpha-1] 4d", "B[beta-1] 3d", "C[] 2d", "D[alpha-2] 1d"], &["any keep 1"], "A#1 B#1 C#1");
    // 8: three rules, each with its own.
    check(
        &["A[alpha-1,beta-1] 4d", "B[] 3d", "C[alpha-2] 2d", "D[0a1b2c3] 1d", "E[] 0.9d"],
        &["tagged(alpha) keep 1", "untagged >1d", "any keep 1"],
        "A#1 B#2 D#3",
    );
    // 9: a pattern fits the whole tag.
    check(
        &["A[prod] 50d", "B[prod1] 40d", "C[production-2] 10d", "D[staging-prod] 60d"],
        &["pattern(prod*) >30d"],
        "A#1 B#1",
    );
    // 10: all patterns of a list must match.
    check(
        &["A[release-1,eu] 9d", "B[release-2] 8d", "C[release-3,eu] 7d", "D[eu] 6d"],
        &["pattern(release-*,eu) keep 1"],
        "A#1",
    );
    // 11 and 12: a first rule that keeps much is a shield.
    let eleven = ["A[prod-1] 90d", "B[prod-2] 60d", "C[dev-1] 90d", "D[dev-2] 5d", "E[] 3d"];
    check(&eleven, &["tagged(prod) keep 100", "any >30d"], "C#2");
    check(&eleven, &["any >30d"], "A#1 B#1 C#1");
    // 13: the images of a live index stay.
    check(&["L[v1] 20d", "c1[] 20d child", "c2[] 20d child", "X[] 20d"], &["untagged >7d"], "X#1");
    // 14: a transition archives.
    check(
        &["A[prod-1] 45d", "B[prod-2] 31d", "C[prod-3] 30d", "D[dev] 99d"],
        &["pattern(prod*) >30d archive"],
        "A#1^ B#1^",
    );
    // 15: without pull the push counts, after a restore the restore.
    check(
        &["A[] 200d pulled 100d", "B[] 200d pulled 5d", "C[] 200d", "D[] 20d", "E[] 400d pulled 300d restored 10d"],
        &["any pulled>90d archive"],
        "A#1^ C#1^",
    );
    // 16: two rules may say any if they look at different storage classes.
    check(
        &["A[] 40d", "B[] 10d", "C[] 500d archived 400d", "D[] 500d archived 100d"],
        &["any >30d archive", "any archived>365d"],
        "A#1^ C#2",
    );
    // 17: keep 1 keeps the only one, however old.
    check(
        &["A[pr-1] 3d", "B[pr-2] 2d", "C[pr-3] 1d", "D[main-1] 90d"],
        &["tagged(pr-) >7d", "tagged(main) keep 1"],
        "",
    );
    // 18: an image that belongs to the first rule still counts in the second.
    check(
        &["A[latest,build-1] 30d", "B[build-2] 20d", "C[build-3] 10d"],
        &["tagged(latest) keep 1", "tagged(build) keep 1"],
        "B#2",
    );
}

#[test]
fn an_evaluation_says_for_each_rule_what_became_of_each_image() {
    let images: Vec<Image> =
        ["A[latest,build-1] 30d", "B[build-2] 20d", "C[build-3] 10d", "D[] 9d child", "E[] 9d"].map(read_image).into();
    let candidates: Vec<Candidate<'_>> = images.iter().map(Image::candidate).collect();
    let policy = read_policy(&["tagged(latest) keep 1", "tagged(build) keep 1", "untagged >7d"]);
    let evaluation = evaluate(&policy, &candidates, NOW);
    let name = |digest: &Digest| images.iter().find(|image| image.digest == *digest).unwrap().name.as_str();
    let shown: Vec<Vec<(&str, Fate)>> = evaluation
        .rules
        .iter()
        .map(|rule| {
            let mut images: Vec<_> = rule.images.iter().map(|(digest, fate)| (name(digest), *fate)).collect();
            images.sort_by_key(|(name, _)| *name);
            images
        })
        .collect();
    assert_eq!(
        shown,
        [
            vec![("A", Fate::Kept)],
            vec![("A", Fate::BelongsTo(1)), ("B", Fate::Acted), ("C", Fate::Kept)],
            vec![("D", Fate::InIndex), ("E", Fate::Acted)],
        ]
    );
}

proptest! {
    #[test]
    fn an_image_is_acted_on_by_at_most_one_rule(
        images in prop::collection::vec((0_u32..60, prop::collection::vec(prop::sample::select(vec!["a-1", "a-2", "b-1", "b-2", "c"]), 0..3)), 0..40),
        keep in 1_u64..6, days in 1_u64..40,
    ) {
        let digests: Vec<Digest> = (0..images.len()).map(|i| Digest::of(&i.to_le_bytes())).collect();
        let candidates: Vec<Candidate<'_>> = images.iter().zip(&digests).map(|((age, tags), digest)| Candidate {
            digest,
            tags: tags.clone(),
            pushed_at: ago(f64::from(*age)),
            pulled_at: None,
            archived_at: None,
            activated_at: None,
            in_index: age % 7 == 0,
        }).collect();
        let rules = [format!("tagged(a) keep {keep}"), format!("tagged(b) >{days}d"), format!("untagged keep {keep}"), format!("any >{days}d")];
        let policy = read_policy(&rules.each_ref().map(String::as_str));
        let evaluation = evaluate(&policy, &candidates, NOW);
        let acted: Vec<&Digest> = evaluation.expiring().collect();
        let unique: BTreeSet<&Digest> = acted.iter().copied().collect();
        prop_assert_eq!(acted.len(), unique.len());
        for (candidate, digest) in candidates.iter().zip(&digests) {
            prop_assert!(!(candidate.in_index && unique.contains(digest)));
        }
    }
}

/// An image as a question from outside has it: name, tags, age and perhaps when it was pulled or archived.
fn any_image() -> impl Strategy<Value = (Vec<&'static str>, u32, Option<u32>, Option<u32>)> {
    let tags = prop::collection::vec(prop::sample::select(vec!["a-1", "a-2", "b-1", "b-2", "c"]), 0..3);
    // Few different ages, so that many are the same.
    (tags, 0_u32..12, prop::option::of(0_u32..12), prop::option::weighted(0.2, 80_u32..110))
}

proptest! {
    #[test]
    fn the_order_of_images_never_matters(
        images in prop::collection::vec(any_image(), 0..24), seed in any::<u64>(), keep in 1_u64..4, days in 1_u64..10,
    ) {
        let rules = [
            format!("tagged(a) keep {keep}"), format!("tagged(b) >{days}d"), format!("untagged keep {keep}"),
            format!("any pulled>{days}d archive"),
        ];
        let mut rules: Vec<Value> = rules.iter().enumerate().map(|(at, rule)| read_rule(at + 1, rule)).collect();
        rules.push(read_rule(9, "any archived>95d"));
        let ask = |images: &[Value]| {
            let question = json!({ "id": 1, "images": images, "policy": { "rules": rules } });
            let outcome = Case::parse(&question.to_string()).unwrap().evaluate();
            (outcome.expire, outcome.archive)
        };
        let mut listed: Vec<Value> = images.iter().enumerate().map(|(at, (tags, age, pulled, archived))| {
            // A tag is on one image.
            let tags: BTreeSet<String> = tags.iter().map(|tag| format!("{tag}.{at}")).collect();
            let mut image = json!({ "name": format!("i{at}"), "tags": tags, "days": age });
            for (member, days) in [("pulled_days", pulled), ("archived_days", archived)] {
                if let Some(days) = days {
                    image[member] = json!(days);
                }
            }
            image
        }).collect();
        let before = ask(&listed);
        // Any order that the seed says.
        listed.sort_by_key(|image| Digest::of(format!("{seed}{image}").as_bytes()));
        let after = ask(&listed);
        prop_assert_eq!(&before, &after);
        // And no image is in both.
        prop_assert!(before.0.keys().all(|name| !before.1.contains_key(name)));
    }

    #[test]
    fn no_change_to_a_policy_makes_the_reader_panic(place in 0_usize..12, with in 0_usize..12) {
        let mut policy = json!({ "rules": [read_rule(1, "tagged(a,b) keep 2"), read_rule(2, "any pulled>9d archive")] });
        let pointer = [
            "", "/rules", "/rules/0", "/rules/0/rulePriority", "/rules/0/selection", "/rules/0/selection/tagStatus",
            "/rules/0/selection/tagPrefixList", "/rules/0/selection/tagPrefixList/0", "/rules/0/selection/countNumber",
            "/rules/1/selection/countUnit", "/rules/1/action", "/rules/1/action/targetStorageClass",
        ][place];
        let other = [
            json!(null), json!(0), json!(-1), json!(1.5), json!(u64::MAX), json!(1e300), json!(""), json!("한국어"), json!([]),
            json!([[]]), json!({}), json!(true),
        ][with].clone();
        *policy.pointer_mut(pointer).unwrap() = other;
        if let Ok(policy) = Policy::parse(&format!("{:<100}", policy.to_string())) {
            let digest = Digest::of(b"x");
            let image = Candidate {
                digest: &digest, tags: vec!["a", "b"], pushed_at: ago(1e9), pulled_at: None, archived_at: None,
                activated_at: None, in_index: false,
            };
            evaluate(&policy, &[image], NOW);
        }
    }
}

const P: &str = "InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: \
                 'Lifecycle policy validation failure: ";

fn rule(priority: u64, selection: Value) -> Value {
    json!({ "rulePriority": priority, "selection": selection, "action": { "type": "expire" } })
}

fn pushed(tag_status: &str) -> Value {
    json!({ "tagStatus": tag_status, "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14 })
}

#[track_caller]
fn refused(rules: &[Value], expect: &str) {
    let error = Policy::parse(&format!("{:<100}", policy_text(rules))).unwrap_err();
    assert_eq!(error.to_string(), format!("{P}{expect}'"));
}

/// A rule on untagged images with one member of its selection changed; `null` takes it away.
fn with(member: &str, value: Value) -> Value {
    let mut selection = pushed("untagged");
    selection[member] = value;
    selection.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    rule(1, selection)
}

#[test]
fn a_wrong_policy_is_refused_in_awss_words() {
    let padded = |text: &str| Policy::parse(&format!("{text:<100}")).unwrap_err().to_string();
    for text in ["{ not json", "[]", "7"] {
        assert_eq!(padded(text), format!("{P}Could not map policyString into LifecyclePolicy.'"));
    }
    for text in ["{}", r#"{"rules": {}}"#] {
        assert_eq!(padded(text), format!("{P}object has missing required properties ([\"rules\"])'"));
    }
    assert_eq!(
        Policy::parse("{}").unwrap_err().to_string(),
        "InvalidParameterException: Invalid parameter at 'lifecyclePolicyText' failed to satisfy constraint: 'Member must \
         have length greater than or equal to 100'"
    );
    assert!(Policy::parse(&" ".repeat(30_721)).unwrap_err().message.contains("less than or equal to 30720"));

    refused(
        &[json!("rule")],
        r#"instance type (string) does not match any allowed primitive type (allowed: ["object"])"#,
    );
    refused(
        &[json!({ "action": { "type": "expire" } })],
        r#"object has missing required properties (["rulePriority", "selection"])"#,
    );
    let mut unknown = rule(1, pushed("untagged"));
    unknown["unknown"] = json!(1);
    refused(&[unknown], r#"object instance has properties which are not allowed by the schema: (["unknown"])"#);
    let mut action = rule(1, pushed("untagged"));
    action["action"] = json!({});
    refused(&[action.clone()], r#"object has missing required properties (["type"])"#);
    action["action"] = json!({ "type": "keep" });
    refused(
        &[action.clone()],
        r#"instance value (keep) not found in enum :(possible values: ["expire", "transition"])"#,
    );
    const NO_SCHEMA: &str = "instance failed to match exactly one schema (matched 0 out of 2)";
    action["action"] = json!({ "type": "transition" });
    refused(&[action], NO_SCHEMA);
    refused(
        &[with("tagStatus", json!("untaged"))],
        r#"instance value (untaged) not found in enum :(possible values: ["any", "tagged", "untagged"])"#,
    );
    refused(
        &[with("countUnit", json!("weeks"))],
        r#"instance value (weeks) not found in enum :(possible values: ["days"])"#,
    );
    refused(&[with("countType", json!("imageCountMoreThan"))], NO_SCHEMA);
    refused(&[with("countType", json!("sinceAlways"))], NO_SCHEMA);
    refused(&[with("countUnit", Value::Null)], NO_SCHEMA);
    refused(
        &[with("countNumber", json!(0))],
        "numeric instance is lower than the required minimum (minimum: 1, found: 0)",
    );
    refused(
        &[with("countNumber", json!("14"))],
        r#"instance type (string) does not match any allowed primitive type (allowed: ["integer"])"#,
    );
    refused(&[with("countNumber", Value::Null)], r#"object has missing required properties (["countNumber"])"#);
}

#[test]
fn rules_that_do_not_fit_together_are_refused() {
    let with_prefix = |priority, prefix: &str| {
        let mut selection = pushed("tagged");
        selection["tagPrefixList"] = json!([prefix]);
        rule(priority, selection)
    };
    refused(
        &[rule(1, pushed("untagged")), rule(2, pushed("untagged"))],
        "Only one rule can select Untagged images per storage class.",
    );
    refused(&[rule(1, pushed("tagged"))], "Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.");
    refused(
        &[rule(1, pushed("any")), with_prefix(2, "prod")],
        "Rule for tagStatus=ANY must have the lowest priority per storage class",
    );
    refused(&[with_prefix(1, "a"), with_prefix(1, "b")], "Duplicate rulePriority 1");
    refused(&[with_prefix(1, "a"), with_prefix(2, "a")], "Rule prefixes must be unique");
    refused(&[with("tagPrefixList", json!(["a"]))], "tagPrefixList must be empty when tagStatus=UNTAGGED.");
    refused(
        &[with("countType", json!("sinceImagePulled"))],
        "countType=sinceImagePulled requires action type transition.",
    );
    let mut archived = with("countType", json!("sinceImageTransitioned"));
    archived["selection"]["storageClass"] = json!("archive");
    archived["selection"]["countNumber"] = json!(30);
    refused(&[archived], "numeric instance is lower than the required minimum (minimum: 90, found: 30)");
    let many: Vec<Value> = (1..=51).map(|i| with_prefix(i, &format!("p{i}"))).collect();
    assert!(Policy::parse(&policy_text(&many)).is_err());
    assert!(Policy::parse(&policy_text(&many[..50])).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,300}") {
        let _ = Policy::parse(&format!("{text:<100}"));
    }
}

/// Two untagged images, one of 20 days and one new, and a tagged one.
fn yard() -> Lab {
    let mut lab = Lab::with_repository("app");
    lab.push("app", "latest", &app("1"));
    lab.push("app", "latest", &app("2"));
    lab.cloud.advance(Duration::days(20));
    lab.push("app", "latest", &app("3"));
    lab
}

fn untagged(days: u64) -> String {
    format!("{:<100}", policy_text(&[read_rule(1, &format!("untagged >{days}d"))]))
}

fn count(lab: &Lab) -> usize {
    lab.repository("app").images.len()
}

#[test]
fn a_policy_runs_within_a_day_and_not_at_once() {
    let mut lab = yard();
    let text = untagged(14);
    let answer = lab.ok("PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": text }));
    assert_eq!(answer, json!({ "registryId": "111122223333", "repositoryName": "app", "lifecyclePolicyText": text }));
    let policy = |lab: &mut Lab| lab.ok("GetLifecyclePolicy", json!({ "repositoryName": "app" }));
    assert_eq!(policy(&mut lab)["lastEvaluatedAt"], json!(0.0));
    lab.cloud.advance(Duration::minutes(30));
    assert_eq!(count(&lab), 3);
    let objects = lab.store().object_count();
    let before = lab.cloud.trail().len();
    lab.cloud.advance(Duration::hours(24));
    // Both untagged images were pushed 20 days ago and more; their own layers and configs went with them.
    assert_eq!((count(&lab), lab.store().object_count()), (1, objects - 4));
    assert!(policy(&mut lab)["lastEvaluatedAt"].as_f64().unwrap() > 0.0);
    let runs: Vec<usize> = lab
        .cloud
        .trail()
        .since(before as u64)
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Lifecycle { expired, archived, .. } => Some(expired.len() + archived.len()),
            _ => None,
        })
        .collect();
    assert_eq!(runs, [2]);
}

#[test]
fn a_removed_policy_does_not_run() {
    let mut lab = yard();
    let text = untagged(14);
    lab.ok("PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": text }));
    assert_eq!(lab.ok("DeleteLifecyclePolicy", json!({ "repositoryName": "app" }))["lifecyclePolicyText"], text);
    lab.cloud.advance(Duration::days(3));
    assert_eq!(count(&lab), 3);
}

#[test]
fn one_long_wait_and_many_short_ones_end_alike() {
    let ends = |steps: i64| {
        let mut lab = yard();
        lab.ok("PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": untagged(21) }));
        for _ in 0..steps {
            lab.cloud.advance(Duration::minutes(4 * 24 * 60 / steps));
        }
        let seen: Vec<_> = lab.cloud.trail().events().iter().map(|event| (event.number, event.time)).collect();
        (count(&lab), seen)
    };
    assert_eq!(ends(1), ends(96));
    assert_eq!(ends(1).0, 1);
}

#[test]
fn an_image_archived_by_a_policy_cannot_be_pulled_until_it_is_pushed_again() {
    let mut lab = yard();
    let text = format!("{:<100}", policy_text(&[read_rule(1, "untagged >14d archive")]));
    let old =
        lab.repository("app").images.values().find(|image| lab.repository("app").tags_of(&image.digest).is_empty());
    let old = old.unwrap().digest.clone();
    lab.ok("PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": text }));
    lab.cloud.advance(Duration::days(1));
    assert_eq!(count(&lab), 3);
    assert_eq!(lab.repository("app").image(&old).unwrap().status(), "ARCHIVED");
    let admin = lab.admin.clone();
    assert!(lab.try_pull(&admin, &format!("app@{old}"), &[]).is_err());
    let shown = lab.ok("ListImages", json!({ "repositoryName": "app" }));
    assert_eq!(shown["imageIds"].as_array().unwrap().len(), 1);
    for version in ["1", "2"] {
        lab.push("app", "back", &app(version));
    }
    assert!(lab.try_pull(&admin, &format!("app@{old}"), &[]).is_ok());
}

#[test]
fn a_preview_shows_what_would_go_and_changes_nothing() {
    let mut lab = yard();
    let repository = json!({ "repositoryName": "app" });
    assert!(lab.refused("GetLifecyclePolicyPreview", repository.clone()).starts_with("LifecyclePolicyPreviewNotFound"));
    assert!(
        lab.refused("StartLifecyclePolicyPreview", repository.clone()).starts_with("LifecyclePolicyNotFoundException")
    );
    let start = json!({ "repositoryName": "app", "lifecyclePolicyText": untagged(14) });
    assert_eq!(lab.ok("StartLifecyclePolicyPreview", start.clone())["status"], "IN_PROGRESS");
    assert_eq!(lab.ok("GetLifecyclePolicyPreview", repository.clone())["status"], "IN_PROGRESS");
    assert!(lab.refused("StartLifecyclePolicyPreview", start).starts_with("LifecyclePolicyPreviewInProgressException"));
    lab.cloud.advance(Duration::minutes(1));
    let answer = lab.ok("GetLifecyclePolicyPreview", repository.clone());
    assert_eq!(
        (answer["status"].as_str(), &answer["summary"]),
        (Some("COMPLETE"), &json!({ "expiringImageTotalCount": 2 }))
    );
    let first = &answer["previewResults"][0];
    assert_eq!((&first["action"], &first["appliedRulePriority"]), (&json!({ "type": "EXPIRE" }), &json!(1)));
    assert_eq!((&first["imageTags"], &first["storageClass"]), (&json!([]), &json!("STANDARD")));
    lab.cloud.advance(Duration::days(2));
    assert_eq!(count(&lab), 3);

    // The preview is what the run then does.
    lab.ok("PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": untagged(14) }));
    lab.cloud.advance(Duration::days(1));
    for result in answer["previewResults"].as_array().unwrap() {
        let digest: Digest = result["imageDigest"].as_str().unwrap().parse().unwrap();
        assert!(lab.repository("app").image(&digest).is_none());
    }
    assert_eq!(count(&lab), 1);
}
