//! Languages: every text that a person reads, in Korean and English, from files.

use serde::{Deserialize, Serialize};

/// A language that the game speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Ko,
    #[default]
    En,
}
