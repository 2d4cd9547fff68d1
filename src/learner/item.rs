//! Items: what quests give to keep. Data in `assets/items.ron`.

use serde::Deserialize;

use crate::text::Bilingual;

/// An item.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Unique: `ecr-key`.
    pub id: String,
    pub name: Bilingual,
    /// What it stands for.
    pub text: Bilingual,
}
