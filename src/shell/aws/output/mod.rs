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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What AWS CLI 2.36.7 printed, and the same answer in its other forms.
    const REPOSITORIES: &str = include_str!("../../../../tests/it/aws/describe-repositories.json");
    const IMAGES: &str = include_str!("../../../../tests/it/aws/list-images.json");

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn json_is_printed_as_observed() {
        assert_eq!(json::format(&read(REPOSITORIES)), REPOSITORIES);
        assert_eq!(json::format(&json!({})), "");
        assert_eq!(json::format(&Value::Null), "null\n");
    }

    #[test]
    fn text_is_printed_as_observed() {
        let expect = include_str!("../../../../tests/it/aws/describe-repositories.text");
        assert_eq!(text::format(&read(REPOSITORIES)), expect);
        let expect = include_str!("../../../../tests/it/aws/list-images.text");
        assert_eq!(text::format(&read(IMAGES)), expect);
        assert_eq!(text::format(&json!(["app", "team/api", "semi"])), "app\tteam/api\tsemi\n");
        assert_eq!(text::format(&Value::Null), "None\n");
        assert_eq!(text::format(&json!([["a", 1], ["b", null]])), "a\t1\nb\tNone\n");
    }

    #[test]
    fn tables_are_printed_as_observed() {
        let expect = include_str!("../../../../tests/it/aws/describe-repositories.table");
        assert_eq!(table::format("DescribeRepositories", &read(REPOSITORIES)).unwrap(), expect);
        let expect = include_str!("../../../../tests/it/aws/list-images.table");
        assert_eq!(table::format("ListImages", &read(IMAGES)).unwrap(), expect);
        let rows = json!([["app", "MUTABLE"], ["app2", "MUTABLE"]]);
        let expect = "\
----------------------
|DescribeRepositories|
+-------+------------+
|  app  |  MUTABLE   |
|  app2 |  MUTABLE   |
+-------+------------+
";
        assert_eq!(table::format("DescribeRepositories", &rows).unwrap(), expect);
        assert_eq!(
            table::format("X", &json!([["a"], ["b", "c"]])),
            Err("Row should have 1 elements, instead it has 2".to_owned())
        );
        assert_eq!(table::format("X", &json!([])), Ok(String::new()));
    }

    #[test]
    fn yaml_is_printed_as_observed() {
        let expect = include_str!("../../../../tests/it/aws/describe-repositories.yaml");
        assert_eq!(yaml::format(&read(REPOSITORIES)), expect);
        let page = json!({"a": [{"b": 1, "c": []}, {"d": {}}], "e": null});
        assert_eq!(yaml::stream(&[page]), "- a:\n  - b: 1\n    c: []\n  - d: {}\n  e: null\n");
        assert_eq!(yaml::dump(&json!("app")), "app\n...\n");
        assert_eq!(
            yaml::dump(&json!(["123456789012", "it's", "a: b", "", "x\ny", "- z", "yes", "1.0"])),
            "- '123456789012'\n- it's\n- 'a: b'\n- ''\n- \"x\\ny\"\n- '- z'\n- yes\n- '1.0'\n"
        );
    }

    /// Documents and how ruamel.yaml 0.18, the writer of the real command, printed them.
    #[test]
    fn yaml_is_quoted_and_folded_as_the_real_writer_does_it() {
        let cases: Vec<(Value, String)> =
            serde_json::from_str(include_str!("../../../../tests/it/aws/yaml.json")).unwrap();
        for (value, expect) in cases {
            assert_eq!(yaml::dump(&value), expect, "{value}");
        }
    }

    /// Answers and how the real formatters printed them.
    #[test]
    fn text_and_tables_are_laid_out_as_the_real_formatters_do_it() {
        let cases: Vec<(Value, String, String)> =
            serde_json::from_str(include_str!("../../../../tests/it/aws/forms.json")).unwrap();
        for (value, as_text, as_table) in cases {
            assert_eq!(text::format(&value), as_text, "{value}");
            let printed = table::format("DescribeThings", &value).unwrap_or_else(|error| format!("ERR {error}"));
            assert_eq!(printed, as_table, "{value}");
        }
    }
}
