//! A question from outside: images, told by name and age, and a policy. Without a cloud.
//!
//! It is evaluated as a repository's policy is when it runs, and as a preview shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::evaluate::{Candidate, evaluate};
use super::policy::{Action, Policy};
use crate::cloud::{ApiError, Digest, Timestamp};

/// The moment that all ages are counted back from. Any will do: only differences matter.
const NOW: Timestamp = Timestamp::START;
const DAY_MILLIS: f64 = 86_400_000.0;

/// A question that could be read.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the answer is told apart by, whatever it is.
    pub id: Value,
    images: Vec<CaseImage>,
    policy: Policy,
}

/// What a policy does, as priorities of rules by the names of images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseOutcome {
    pub expire: BTreeMap<String, u64>,
    pub archive: BTreeMap<String, u64>,
}

/// Why a text is no question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseError {
    /// It is no JSON, or not of the form.
    Form,
    /// Two images have this name.
    Twice(String),
    /// An age of this image is below zero.
    Negative { field: &'static str, image: String },
    /// ECR would not take the policy.
    Policy(ApiError),
}

/// Other fields are the asker's own.
#[derive(Deserialize)]
struct Form<'a> {
    #[serde(default)]
    id: Value,
    images: Vec<CaseImage>,
    #[serde(borrow)]
    policy: &'a RawValue,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseImage {
    name: String,
    #[serde(default)]
    tags: Option<Vec<String>>,
    /// Since it was pushed.
    days: f64,
    /// Since it was last pulled.
    pulled_days: Option<f64>,
    /// Since it was archived; without, it is in the standard class.
    archived_days: Option<f64>,
}

impl Case {
    /// Reads `{"id", "images": [{"name", "tags", "days", "pulled_days"?, "archived_days"?}], "policy"}`.
    ///
    /// # Errors
    /// With what is wrong about it, the first thing only.
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        let form: Form<'_> = serde_json::from_str(text).map_err(|_| CaseError::Form)?;
        let mut names = BTreeSet::new();
        for image in &form.images {
            if !names.insert(&image.name) {
                return Err(CaseError::Twice(image.name.clone()));
            }
            let ages = [
                ("days", Some(image.days)),
                ("pulled_days", image.pulled_days),
                ("archived_days", image.archived_days),
            ];
            if let Some((field, _)) = ages.into_iter().find(|(_, days)| days.is_some_and(|days| days < 0.0)) {
                return Err(CaseError::Negative { field, image: image.name.clone() });
            }
        }
        // White space is not what is asked about here: what is too short for ECR by that alone is taken.
        let policy = Policy::parse(&format!("{:<100}", form.policy.get())).map_err(CaseError::Policy)?;
        Ok(Self { id: form.id, images: form.images, policy })
    }

    /// What the policy does.
    ///
    /// Of images of the same age, the one whose name comes later counts as younger: AWS does not say, and so their order
    /// never matters.
    pub fn evaluate(&self) -> CaseOutcome {
        let names: BTreeSet<&str> = self.images.iter().map(|image| image.name.as_str()).collect();
        let digests: BTreeMap<&str, Digest> =
            (0..).zip(names).map(|(rank, name)| (name, Digest::ranked(rank))).collect();
        let images = self.images.iter();
        let candidates: Vec<Candidate<'_>> =
            images.filter_map(|image| Some(image.candidate(digests.get(image.name.as_str())?))).collect();
        let evaluation = evaluate(&self.policy, &candidates, NOW);
        let acted = evaluation.acted();
        let mut outcome = CaseOutcome::default();
        for (name, digest) in &digests {
            let Some(acted) = acted.get(digest) else { continue };
            let named = match acted.action {
                Action::Expire => &mut outcome.expire,
                Action::Archive => &mut outcome.archive,
            };
            named.insert((*name).to_owned(), acted.priority);
        }
        outcome
    }
}

impl CaseImage {
    fn candidate<'a>(&'a self, digest: &'a Digest) -> Candidate<'a> {
        Candidate {
            digest,
            tags: self.tags.iter().flatten().map(String::as_str).collect(),
            pushed_at: ago(self.days),
            pulled_at: self.pulled_days.map(ago),
            archived_at: self.archived_days.map(ago),
            activated_at: None,
            in_index: false,
        }
    }
}

/// So many days before now. A fraction below a millisecond counts as one, so that it is never lost.
fn ago(days: f64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis().saturating_sub((days * DAY_MILLIS).ceil() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_compared_with_their_fractions() {
        let text = r#"{"id":1,"note":"free","images":[{"name":"b","tags":[],"days":14.0000000001},{"name":"a","days":14},
            {"name":"c","days":1e300},{"name":"d","tags":["v1"],"days":99}],"policy":{"rules":[{"rulePriority":7,
            "selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},
            "action":{"type":"expire"}}]}}"#;
        let outcome = Case::parse(text).unwrap().evaluate();
        assert_eq!(outcome.expire, BTreeMap::from([("b".to_owned(), 7), ("c".to_owned(), 7)]));
        assert!(outcome.archive.is_empty());
    }

    #[test]
    fn an_odd_question_is_refused() {
        let read = |images: &str| Case::parse(&format!(r#"{{"images":[{images}],"policy":{{}}}}"#)).unwrap_err();
        assert_eq!(read(r#"{"name":"a","days":1},{"name":"a","days":2}"#), CaseError::Twice("a".to_owned()));
        assert_eq!(
            read(r#"{"name":"a","days":1,"pulled_days":-1}"#),
            CaseError::Negative { field: "pulled_days", image: "a".to_owned() }
        );
        assert!(matches!(read(r#"{"name":"a","days":1,"pulled":2}"#), CaseError::Form));
        assert!(matches!(read(""), CaseError::Policy(error) if error.message.contains("required properties")));
    }
}
