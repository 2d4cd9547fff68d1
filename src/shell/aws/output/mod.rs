//! Printing a result: `--output json|text|table|yaml|yaml-stream|off`.

pub(super) mod json;
pub(super) mod shape;
pub(super) mod table;
pub(super) mod text;
pub(super) mod yaml;

/// `--output`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Json,
    Text,
    Table,
    Yaml,
    YamlStream,
    Off,
}

impl Format {
    pub(super) const NAMES: [&'static str; 6] = ["json", "text", "table", "yaml", "yaml-stream", "off"];

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "text" => Self::Text,
            "table" => Self::Table,
            "yaml" => Self::Yaml,
            "yaml-stream" => Self::YamlStream,
            "off" => Self::Off,
            _ => return None,
        })
    }
}
