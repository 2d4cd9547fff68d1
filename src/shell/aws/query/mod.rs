//! `--query`: JMESPath over JSON, with the order of members kept and the messages of the real `aws`.
//!
//! Written here, and not taken from a crate, because the crates sort the members of `{Name: …, Uri: …}` and word their
//! errors differently. Source: the JMESPath specification and its Python implementation.

mod eval;
mod functions;
mod lexer;
mod parser;

use serde_json::Value;

/// A compiled expression.
#[derive(Clone, Debug)]
pub(super) struct Query {
    node: parser::Node,
}

impl Query {
    /// Compiles `expression`.
    ///
    /// # Errors
    /// The text that the real command prints after `Bad value for --query …: `.
    pub(super) fn compile(expression: &str) -> Result<Self, String> {
        parser::parse(expression).map(|node| Self { node })
    }

    /// What the expression finds in `value`; `null` where it finds nothing.
    ///
    /// # Errors
    /// The text for an unknown function, a wrong number of arguments or an argument of the wrong type.
    pub(super) fn search(&self, value: &Value) -> Result<Value, String> {
        eval::eval(&self.node, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn data() -> Value {
        json!({
            "repositories": [
                {"repositoryName": "app", "size": 3, "tags": ["a", "b"], "scan": {"on": true}},
                {"repositoryName": "team/api", "size": 1, "tags": [], "scan": {"on": false}},
                {"repositoryName": "web", "size": 2, "tags": ["c"]}
            ],
            "count": 3, "empty": "", "none": null
        })
    }

    #[track_caller]
    fn check(expression: &str, expect: Value) {
        let found = Query::compile(expression).and_then(|query| query.search(&data()));
        // Compared as text: the order of members counts.
        assert_eq!(found.map(|value| value.to_string()), Ok(expect.to_string()), "{expression}");
    }

    #[track_caller]
    fn fails(expression: &str, message: &str) {
        let found = Query::compile(expression).and_then(|query| query.search(&json!({"a": [1, "x"], "s": "t"})));
        assert_eq!(found, Err(message.to_owned()), "{expression}");
    }

    #[test]
    fn fields_indexes_slices_and_projections_are_found() {
        check("repositories[].repositoryName", json!(["app", "team/api", "web"]));
        check("repositories[*].scan.on", json!([true, false]));
        check("repositories[-1].tags[0]", json!("c"));
        check("repositories[0].nosuch", Value::Null);
        check("repositories[::-1].size", json!([2, 1, 3]));
        check("repositories[:2].size", json!([3, 1]));
        check("repositories[].tags[]", json!(["a", "b", "c"]));
        check("repositories[].tags | [0]", json!(["a", "b"]));
        check("repositories[0].scan.*", json!([true]));
        check("@.count", json!(3));
        check("\"count\"", json!(3));
    }

    #[test]
    fn filters_compare_and_combine() {
        check("repositories[?repositoryName=='app'].size", json!([3]));
        check("repositories[?size > `1` && contains(repositoryName, 'e')].repositoryName", json!(["web"]));
        check("repositories[?!scan].repositoryName", json!(["web"]));
        check("repositories[?scan.on==`true` || size==`2`] | length(@)", json!(2));
        check("repositories[?starts_with(repositoryName, 'team/')].size | [0]", json!(1));
        check("none || 'other'", json!("other"));
        check("empty && count", json!(""));
        check("repositories[?size < repositoryName]", json!([]));
    }

    #[test]
    fn a_multiselect_keeps_the_order_in_which_it_is_written() {
        check("repositories[0].{Z:size,A:repositoryName}", json!({"Z": 3, "A": "app"}));
        check("repositories[].[repositoryName,tags[0]]", json!([["app", "a"], ["team/api", null], ["web", "c"]]));
        check("none.{a:b}", Value::Null);
    }

    #[test]
    fn functions_work_as_specified() {
        check("sort_by(repositories,&size)[-1].repositoryName", json!("app"));
        check("max_by(repositories, &size).size", json!(3));
        check("min_by(repositories, &repositoryName).size", json!(3));
        check("length(repositories)", json!(3));
        check("sum(repositories[].size)", json!(6));
        check("avg(repositories[].size)", json!(2.0));
        check("join(', ', sort(repositories[].repositoryName))", json!("app, team/api, web"));
        check("map(&size, repositories)", json!([3, 1, 2]));
        check("keys(repositories[0])", json!(["repositoryName", "size", "tags", "scan"]));
        check("not_null(none, count)", json!(3));
        check("to_string(repositories[0].tags)", json!("[\"a\",\"b\"]"));
        check("to_number('12')", json!(12));
        check("type(count)", json!("number"));
        check("reverse('abc')", json!("cba"));
        check("merge(repositories[0].scan, {x: count})", json!({"on": true, "x": 3}));
        check("ceil(`1.2`)", json!(2));
        check("to_array(count)", json!([3]));
    }

    #[test]
    fn errors_use_the_words_of_the_real_command() {
        fails(
            "repositories[?",
            "Invalid jmespath expression: Incomplete expression:\n\"repositories[?\"\n               ^",
        );
        fails("a[", "Invalid jmespath expression: Incomplete expression:\n\"a[\"\n   ^");
        fails(
            "a..b",
            "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: dot: Parse error at column 2, token \".\" (DOT), for expression:\n\"a..b\"\n   ^",
        );
        fails(
            "a]",
            "Unexpected token: ]: Parse error at column 1, token \"]\" (RBRACKET), for expression:\n\"a]\"\n  ^",
        );
        fails("a=b", "Bad jmespath expression: Unknown token '=':\na=b\n ^");
        fails("a#", "Bad jmespath expression: Unknown token #:\na#\n ^");
        fails("'abc", "Bad jmespath expression: Unclosed ' delimiter:\n'abc\n^");
        fails("nosuch(a)", "Unknown function: nosuch()");
        fails("length()", "Expected 1 argument for function length(), received 0");
        fails("not_null()", "Expected at least 1 argument for function not_null(), received 0");
        fails(
            "length(b)",
            "In function length(), invalid type for value: None, expected one of: ['string', 'array', 'object'], received: \"null\"",
        );
        fails(
            "sum(a)",
            "In function sum(), invalid type for value: x, expected one of: ['array-number'], received: \"str\"",
        );
        fails("", "Invalid JMESPath expression: cannot be empty.");
        assert!(Query::compile(&"(".repeat(100_000)).is_err());
        assert!(Query::compile(&"a.".repeat(100_000)).is_err());
    }

    /// Expressions and what the Python implementation, which the real command uses, made of them.
    #[test]
    fn expressions_give_what_the_real_implementation_gives() {
        let cases = super::super::json::loads(include_str!("../../../../tests/it/aws/queries.json")).unwrap();
        let (data, cases) = cases.as_array().unwrap().split_first().unwrap();
        for case in cases {
            let expression = case[0].as_str().unwrap();
            let found = match Query::compile(expression).and_then(|query| query.search(data)) {
                Ok(value) => json!({"ok": value}),
                Err(error) => json!({"err": error}),
            };
            assert_eq!(found.to_string(), case[1].to_string(), "{expression}");
        }
    }

    /// Pieces that expressions are made of, so that random ones often mean something.
    fn expressions() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "repositories",
            "[]",
            "[*]",
            "[0]",
            "[-1]",
            "[::2]",
            ".",
            "*",
            "size",
            "tags",
            "scan.on",
            "@",
            "|",
            "||",
            "&&",
            "!",
            "==",
            "<",
            "`1`",
            "'app'",
            "\"size\"",
            "[?",
            "]",
            "(",
            ")",
            "{a:",
            "}",
            ",",
            "[",
            "&",
            "sort_by(",
            "length(",
            "join('-', ",
            "keys(",
            "max_by(",
            "to_string(",
            "not_null(",
            "map(&",
            "`[1,",
            "'",
            "`",
            "\"",
            " ",
            "é",
        ]);
        prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
    }

    fn answer(expression: &str) -> Result<Value, String> {
        Query::compile(expression)?.search(&data())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_expression_is_answered_or_refused_in_words(expression in prop_oneof![expressions(), "\\PC{0,24}"]) {
            if let Err(message) = answer(&expression) {
                prop_assert!(!message.is_empty());
            }
        }

        #[test]
        fn wrapping_an_expression_changes_nothing(expression in expressions()) {
            if let Ok(value) = answer(&expression) {
                for wrapped in ["({})", "{} | @", "@ | ({})", "{a: {}}.a", "[({})] | [0]", "not_null({}, `null`)"] {
                    let wrapped = wrapped.replacen("{}", &expression, 1);
                    prop_assert_eq!(answer(&wrapped), Ok(value.clone()), "{}", wrapped);
                }
            }
        }
    }
}
