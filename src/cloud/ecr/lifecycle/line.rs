//! The evaluation asked from outside: one line of JSON with images and a policy in, one line with what goes out.
//!
//! It is the evaluation that a repository's policy runs with and a preview shows, over images told by name and age.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::evaluate::{Candidate, evaluate};
use super::policy::{Action, Policy};
use crate::cloud::{Digest, Timestamp};

/// The moment that all ages are counted back from. Any will do: only differences matter.
const NOW: Timestamp = Timestamp::START;
const DAY_MILLIS: f64 = 86_400_000.0;

#[derive(Deserialize)]
struct Question {
    images: Vec<Image>,
    policy: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Image {
    name: String,
    #[serde(default)]
    tags: Vec<String>,
    /// Since it was pushed.
    days: f64,
    /// Since it was last pulled.
    #[serde(default)]
    pulled_days: Option<f64>,
    /// Since it was archived; without, it is in the standard class.
    #[serde(default)]
    archived_days: Option<f64>,
}

/// Answers a line: `{"id", "expire": {name: rule priority}, "archive": {…}}`.
///
/// Of images of the same age, the one whose name comes later counts as younger: AWS does not say, and so the order of the
/// images never matters. Members beside the known ones are left to the caller; an image may have no others.
///
/// # Errors
/// `{"id", "error"}`, without `id` where none can be read: the line is no such question, or ECR would not take the policy.
pub fn answer(line: &str) -> Result<Value, Value> {
    let failed = |id: Option<&Value>, reason: String| {
        let mut answer = Map::new();
        answer.extend(id.map(|id| ("id".to_owned(), id.clone())));
        answer.insert("error".to_owned(), reason.into());
        Value::Object(answer)
    };
    let value: Value = serde_json::from_str(line).map_err(|error| failed(None, error.to_string()))?;
    let id = value.get("id").cloned();
    let (expire, archive) = evaluate_question(&value).map_err(|reason| failed(id.as_ref(), reason))?;
    let mut answer = Map::new();
    answer.extend(id.map(|id| ("id".to_owned(), id)));
    answer.insert("expire".to_owned(), json!(expire));
    answer.insert("archive".to_owned(), json!(archive));
    Ok(Value::Object(answer))
}

type ByName = BTreeMap<String, u64>;

fn evaluate_question(value: &Value) -> Result<(ByName, ByName), String> {
    if !value.is_object() {
        return Err("expected an object with `images` and `policy`".to_owned());
    }
    let question = Question::deserialize(value).map_err(|error| error.to_string())?;
    let policy = Policy::parse(&policy_text(&question.policy)).map_err(|error| error.message)?;
    let mut names = BTreeSet::new();
    for image in &question.images {
        if !names.insert(image.name.as_str()) {
            return Err(format!("the image `{}` is there twice", image.name));
        }
        for (field, days) in
            [("days", Some(image.days)), ("pulled_days", image.pulled_days), ("archived_days", image.archived_days)]
        {
            if days.is_some_and(|days| days < 0.0) {
                return Err(format!("`{field}` of the image `{}` is negative", image.name));
            }
        }
    }
    // In the order of their names, so that of two images of one age the later name is the younger.
    let digests: BTreeMap<&str, Digest> =
        (0_u64..).zip(&names).map(|(rank, name)| (*name, Digest::ranked(rank))).collect();
    let candidates: Vec<Candidate<'_>> = question
        .images
        .iter()
        .filter_map(|image| {
            Some(Candidate {
                digest: digests.get(image.name.as_str())?,
                tags: image.tags.iter().map(String::as_str).collect(),
                pushed_at: ago(image.days),
                pulled_at: image.pulled_days.map(ago),
                archived_at: image.archived_days.map(ago),
                activated_at: None,
                in_index: false,
            })
        })
        .collect();
    let evaluation = evaluate(&policy, &candidates, NOW);
    let acted = evaluation.acted();
    let of = |action: Action| {
        let acted = |(name, digest): (&&str, &Digest)| Some(((*name).to_owned(), *acted.get(digest)?));
        let named = digests.iter().filter_map(acted).filter(|(_, acted)| acted.action == action);
        named.map(|(name, acted)| (name, acted.priority)).collect()
    };
    Ok((of(Action::Expire), of(Action::Archive)))
}

/// The policy as a text of a length that ECR takes: white space is not what is asked about here.
fn policy_text(policy: &Value) -> String {
    match policy {
        Value::String(text) => text.clone(),
        other => format!("{:<100}", other.to_string()),
    }
}

/// So many days before now. A fraction below a millisecond counts as one, so that it is never lost.
fn ago(days: f64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis().saturating_sub((days * DAY_MILLIS).ceil() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: &str) {
        let (Ok(answer) | Err(answer)) = answer(line);
        assert_eq!(answer.to_string(), expect);
    }

    const UNTAGGED: &str = r#"{"rules":[{"rulePriority":7,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}}]}"#;

    #[test]
    fn ages_are_compared_with_their_fractions() {
        let images = r#"[{"name":"b","tags":[],"days":14.0000000001},{"name":"a","days":14},{"name":"c","days":1e300},
            {"name":"d","tags":["v1"],"days":99}]"#
            .replace('\n', "");
        check(
            &format!(r#"{{"id":1,"images":{images},"policy":{UNTAGGED},"note":"free"}}"#),
            r#"{"id":1,"expire":{"b":7,"c":7},"archive":{}}"#,
        );
    }

    #[test]
    fn a_line_that_cannot_be_answered_says_why() {
        check("{", r#"{"error":"EOF while parsing an object at line 1 column 1"}"#);
        check("[]", r#"{"error":"expected an object with `images` and `policy`"}"#);
        check(r#"{"id":"x"}"#, r#"{"id":"x","error":"missing field `images`"}"#);
        let with = |image: &str, policy: &str| format!(r#"{{"id":"x","images":[{image}],"policy":{policy}}}"#);
        check(
            &with(r#"{"name":"a","days":1,"pulled":2}"#, UNTAGGED),
            r#"{"id":"x","error":"unknown field `pulled`, expected one of `name`, `tags`, `days`, `pulled_days`, `archived_days`"}"#,
        );
        check(
            &with(r#"{"name":"a","days":1},{"name":"a","days":2}"#, UNTAGGED),
            r#"{"id":"x","error":"the image `a` is there twice"}"#,
        );
        check(
            &with(r#"{"name":"a","days":-1}"#, UNTAGGED),
            r#"{"id":"x","error":"`days` of the image `a` is negative"}"#,
        );
        check(
            &with("", "{}"),
            r#"{"id":"x","error":"Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: object has missing required properties ([\"rules\"])'"}"#,
        );
    }
}
