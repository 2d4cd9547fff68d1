//! Filter patterns: which events a search finds.
//!
//! Terms (`ERROR`, `"not found"`, `?either ?or`, `-without`), a regular expression (`%4\d\d%`), conditions on JSON
//! (`{ $.status = 404 && $.user IS NULL }`) and on space-delimited events (`[ip, user, ..., status = 4*]`).
//! Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax".

mod fields;
mod json;
mod wanted;

use fields::Fields;
use json::Condition;
use wanted::Expression;

/// How many regular expressions a pattern of fields or on JSON may have. Source: as above.
const EXPRESSIONS: usize = 2;

/// A pattern, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// Words of the message. Without optional ones, all required must be there; with them, any.
    Terms { required: Vec<String>, optional: Vec<String>, excluded: Vec<String> },
    /// A regular expression that is somewhere in the message.
    Expression(Expression),
    /// A condition on the message as JSON.
    Json(Condition),
    /// What is asked of the message's fields.
    Fields(Fields),
}

impl Filter {
    /// Reads a pattern; none for one that is wrong.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let pattern = pattern.trim();
        match pattern.chars().next() {
            Some('{') => {
                let condition = Condition::parse(pattern.strip_prefix('{')?.strip_suffix('}')?)?;
                (condition.expressions() <= EXPRESSIONS).then_some(Self::Json(condition))
            }
            Some('[') => {
                let fields = Fields::parse(pattern.strip_prefix('[')?.strip_suffix(']')?)?;
                (fields.expressions() <= EXPRESSIONS).then_some(Self::Fields(fields))
            }
            Some('%') => {
                let (expression, rest) = Expression::read(pattern)?;
                rest.is_empty().then_some(Self::Expression(expression))
            }
            _ => Self::terms(pattern),
        }
    }

    fn terms(pattern: &str) -> Option<Self> {
        let (mut required, mut optional, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
        let mut rest = pattern.trim_start();
        while let Some(first) = rest.chars().next() {
            let list = match first {
                '?' => &mut optional,
                '-' => &mut excluded,
                _ => &mut required,
            };
            let body = rest.strip_prefix(['?', '-']).unwrap_or(rest);
            let term = match body.strip_prefix('"') {
                Some(quoted) => {
                    let (term, after) = quoted.split_once('"')?;
                    rest = after;
                    term
                }
                None => {
                    let (term, after) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
                    // Anything but letters, digits and underscores has to be in quotes.
                    if term.is_empty() || !term.chars().all(|c| c.is_alphanumeric() || c == '_') {
                        return None;
                    }
                    rest = after;
                    term
                }
            };
            list.push(term.to_owned());
            rest = rest.trim_start();
        }
        Some(Self::Terms { required, optional, excluded })
    }

    /// Whether it finds a message.
    pub(super) fn matches(&self, message: &str) -> bool {
        match self {
            Self::Terms { required, optional, excluded } => {
                let has = |term: &String| message.contains(term.as_str());
                let found = if optional.is_empty() {
                    required.iter().all(has)
                } else {
                    // Source: as above: beside an optional term a required one is as good as optional.
                    optional.iter().chain(required).any(has)
                };
                found && !excluded.iter().any(has)
            }
            Self::Expression(expression) => expression.finds(message),
            Self::Fields(fields) => fields.matches(message),
            Self::Json(condition) => serde_json::from_str(message).is_ok_and(|event| condition.holds(&event)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(pattern: &str, message: &str) -> bool {
        Filter::parse(pattern).unwrap_or_else(|| panic!("{pattern}")).matches(message)
    }

    #[test]
    fn terms_are_found_as_the_user_guide_says() {
        let error = "[ERROR 400] BAD REQUEST";
        for (pattern, found) in [
            ("", true),
            ("ERROR", true),
            ("error", false),
            ("ERROR BAD", true),
            ("ERROR ARGUMENTS", false),
            ("?ERROR ?ARGUMENTS", true),
            ("?WARN ?ARGUMENTS", false),
            ("ERROR -BAD", false),
            ("ERROR -\"not found\"", true),
            ("\"BAD REQUEST\"", true),
            ("%ERROR.4%", true),
            ("%ERROR4%", false),
            (r"%ERROR\s4\d+%", true),
            ("[level, ...]", true),
            (r"[level=%^ERROR\s4%, ...]", true),
            ("[level, bad=BAD, request]", true),
        ] {
            assert_eq!(finds(pattern, error), found, "{pattern}");
        }
    }

    #[test]
    fn conditions_on_json_are_found_as_the_user_guide_says() {
        let event = r#"{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another"],
            "objectList": [{"name": "a", "id": 1}], "SomeObject": null, "cluster": {"on": true}}"#;
        for (pattern, found) in [
            (r#"{ $.eventType = "UpdateTrail" }"#, true),
            ("{ $.eventType = Update* }", true),
            ("{ $.eventType = %Trail% }", true),
            ("{ $.eventType != %^Trail% && $.objectList[0].id = %1|2% }", true),
            ("{ $.sourceIPAddress != 123.123.* }", true),
            (r#"{ $.arrayKey[0] = "value" }"#, true),
            (r#"{ $.arrayKey[*] = "another" }"#, true),
            ("{ $.objectList[0].id >= 1 }", true),
            ("{ $.objectList[0].id < 1 }", false),
            ("{ $.SomeObject IS NULL }", true),
            ("{ $.SomeOtherObject NOT EXISTS }", true),
            ("{ $.cluster.on IS TRUE }", true),
            ("{ ($.cluster.on IS FALSE) || ($.objectList[0].id = 1 && $.eventType = Update*) }", true),
        ] {
            assert_eq!(finds(pattern, event), found, "{pattern}");
        }
        assert!(!finds("{ $.a = 1 }", "no JSON"));
    }

    #[test]
    fn a_pattern_that_can_not_be_read_is_none() {
        for pattern in [
            "%a% b",
            "%a",
            "{ $.a > %1% }",
            "{ $.a = %1% || $.a = %2% || $.a = %3% }",
            "{ $.a = 1",
            "{ }",
            "{ a = 1 }",
            "{ $.a ~ 1 }",
            "[ip user]",
            "a.b",
            "\"open",
            "{ $.a = 1 } x",
        ] {
            assert_eq!(Filter::parse(pattern), None, "{pattern}");
        }
        assert_eq!(Filter::parse(&format!("{{{}", "(".repeat(1000))), None);
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in ".{0,60}", message in ".{0,30}") {
            if let Some(filter) = Filter::parse(&pattern) {
                filter.matches(&message);
            }
        }

        #[test]
        fn no_fields_make_it_panic(inner in "[a=%.*,!<>&|\\[\\]\\\\0 \"]{0,30}", message in "[a0 \"\\[\\]한]{0,20}") {
            if let Some(filter) = Filter::parse(&format!("[{inner}]")) {
                filter.matches(&message);
            }
        }

        #[test]
        fn no_condition_makes_it_panic(inner in "[$.a0\\[\\]*=!<>&|() \"ISNULTREOXF-]{0,40}") {
            if let Some(filter) = Filter::parse(&format!("{{{inner}}}")) {
                filter.matches("{\"a\": [1, null, {\"a\": \"0\"}]}");
            }
        }
    }
}
