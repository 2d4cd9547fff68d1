//! `evaluate lifecycle`: which images a lifecycle policy expires or archives, and by which rule.

use serde_json::json;

use super::Answer;
use crate::cloud::ecr::lifecycle::{Case, CaseError};
use crate::text::{Message, Words};

/// Answers a question with the priority of the rule that takes each image that goes.
pub fn lifecycle(question: &str, words: &Words) -> Answer {
    match Case::parse(question) {
        Ok(case) => {
            let outcome = case.evaluate();
            Answer::of(&json!({"id": case.id, "expire": outcome.expire, "archive": outcome.archive}))
        }
        Err(why) => Answer::error(question, &reason(why), words),
    }
}

fn reason(why: CaseError) -> Message {
    match why {
        CaseError::Json(reason) => Message::new("evaluate-json").with("reason", reason),
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
