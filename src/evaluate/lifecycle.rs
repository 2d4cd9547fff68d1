//! `evaluate lifecycle`: which images a lifecycle policy expires or archives, and by which rule.

use serde_json::json;

use super::Answer;
use super::form::{self, Field, Shape};
use crate::cloud::ecr::lifecycle::{Case, CaseError};
use crate::text::{Message, Words};

const IMAGE: &[Field] = &[
    Field::needed("name", Shape::Text),
    Field::optional("tags", Shape::List(&Shape::Text)),
    Field::needed("days", Shape::Number),
    Field::optional("pulled_days", Shape::Number),
    Field::optional("archived_days", Shape::Number),
];
/// What a question about a lifecycle policy has.
const FORM: &[Field] = &[
    Field::optional("id", Shape::Anything),
    Field::needed("images", Shape::List(&Shape::Fields(IMAGE))),
    Field::needed("policy", Shape::Anything),
];

/// Answers a question with the priority of the rule that takes each image that goes.
pub fn lifecycle(question: &str, words: &Words) -> Answer {
    if let Some(misspelt) = form::misspelt(question, FORM) {
        return Answer::error(question, &misspelt, words);
    }
    match Case::parse(question) {
        Ok(case) => {
            let outcome = case.evaluate();
            Answer::of(&json!({"id": case.id, "expire": outcome.expire, "archive": outcome.archive}))
        }
        Err(why) => Answer::error(question, &reason(why, question, words), words),
    }
}

fn reason(why: CaseError, question: &str, words: &Words) -> Message {
    match why {
        CaseError::Form => form::explain(question, FORM, words),
        CaseError::Twice(image) => Message::new("evaluate-image-twice").with("image", image),
        CaseError::Negative { field, image } => {
            Message::new("evaluate-image-age").with("field", field).with("image", image)
        }
        CaseError::Policy(error) => Message::new("evaluate-policy")
            .with("policy", "policy")
            .with("code", error.code.as_ref())
            .with("message", error.message),
    }
}
