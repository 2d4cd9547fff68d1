//! A lifecycle policy, read and checked.

/// The rules, by priority: the lowest number is the highest priority and comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub priority: u64,
    pub description: Option<String>,
    pub tags: TagSelection,
    /// The images that the rule looks at: those in this class.
    pub storage_class: StorageClass,
    pub criterion: Criterion,
    pub action: Action,
}

/// Which images a rule selects by their tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagSelection {
    /// Tagged or not.
    Any,
    Untagged,
    /// Each prefix must begin one of the image's tags.
    Prefixes(Vec<String>),
    /// Each pattern must fit one of the image's tags as a whole.
    Patterns(Vec<String>),
}

/// Where an image is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StorageClass {
    #[default]
    Standard,
    Archive,
}

impl StorageClass {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::Archive => "ARCHIVE",
        }
    }
}

/// Which of the selected images a rule acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// All but the youngest so many.
    ImageCountMoreThan(u64),
    /// Those pushed longer than so many days ago.
    SinceImagePushed(u64),
    /// Those last pulled longer than so many days ago.
    SinceImagePulled(u64),
    /// Those archived longer than so many days ago.
    SinceImageTransitioned(u64),
}

/// What a rule does to an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Deletes it, with all its tags.
    Expire,
    /// Moves it to the archive.
    Archive,
}

impl Action {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expire => "EXPIRE",
            Self::Archive => "TRANSITION",
        }
    }
}

impl TagSelection {
    /// Whether an image with these tags is selected.
    /// Source: Amazon ECR User Guide, "Lifecycle policy properties": all entries of a list must match.
    pub fn matches(&self, tags: &[&str]) -> bool {
        match self {
            Self::Any => true,
            Self::Untagged => tags.is_empty(),
            Self::Prefixes(prefixes) => {
                prefixes.iter().all(|prefix| tags.iter().any(|tag| tag.starts_with(prefix.as_str())))
            }
            Self::Patterns(patterns) => patterns
                .iter()
                .all(|pattern| tags.iter().any(|tag| crate::cloud::ecr::state::matches_wildcard(pattern, tag))),
        }
    }
}
