//! JSONPath templates as `kubectl` takes them: paths in braces, text between them, `range` and `end`.
//! Source: Kubernetes, "JSONPath Support". Not simulated: unions, scripts and regular expressions.

use serde_json::Value;

/// The most steps a template may take: so that ranges in ranges come to an end.
const MOST: usize = 100_000;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Path(Vec<Step>),
    Range(Vec<Step>, Vec<Piece>),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Member(String),
    Index(i64),
    All,
    /// Anywhere below.
    Below(String),
    /// `[?(@.type=="Ready")]`: path, whether equal is meant, text; without a text the member must be there.
    Filter(Vec<Step>, Option<(bool, String)>),
}

/// What a template makes of a document.
///
/// # Errors
/// For a template that can't be read.
pub(super) fn evaluate(template: &str, document: &Value) -> Result<String, String> {
    // A path without braces is as good.
    let whole = if template.contains('{') { template.to_owned() } else { format!("{{{template}}}") };
    let mut rest = whole.as_str();
    let pieces = pieces(&mut rest, false, template)?;
    let mut out = String::new();
    let mut left = MOST;
    write(&pieces, document, &mut out, &mut left);
    Ok(out)
}

fn wrong(template: &str, why: &str) -> String {
    format!("error: error parsing jsonpath {template}, {why}")
}

fn pieces(rest: &mut &str, inside: bool, template: &str) -> Result<Vec<Piece>, String> {
    let mut found = Vec::new();
    loop {
        let Some((text, after)) = rest.split_once('{') else {
            if inside {
                return Err(wrong(template, "unclosed action"));
            }
            if !rest.is_empty() {
                found.push(Piece::Text((*rest).to_owned()));
            }
            *rest = "";
            return Ok(found);
        };
        if !text.is_empty() {
            found.push(Piece::Text(text.to_owned()));
        }
        let end = closing(after).ok_or_else(|| wrong(template, "unclosed action"))?;
        let (action, after) = after.split_at_checked(end).unwrap_or((after, ""));
        *rest = after.get(1..).unwrap_or_default();
        let action = action.trim();
        if action == "end" {
            if inside {
                return Ok(found);
            }
            return Err(wrong(template, "not in range, nothing to end"));
        }
        if let Some(path) = action.strip_prefix("range ") {
            let path = steps(path.trim(), template)?;
            found.push(Piece::Range(path, pieces(rest, true, template)?));
        } else if let Some(quoted) = action.strip_prefix(['"', '\'']) {
            let text = quoted.trim_end_matches(['"', '\'']);
            found.push(Piece::Text(text.replace("\\n", "\n").replace("\\t", "\t")));
        } else {
            found.push(Piece::Path(steps(action, template)?));
        }
    }
}

/// Where an action ends: at the brace outside of quotes.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('}', None) => return Some(at),
            _ => {}
        }
    }
    None
}

fn steps(path: &str, template: &str) -> Result<Vec<Step>, String> {
    let mut found = Vec::new();
    let mut rest = path.strip_prefix(['$', '@']).unwrap_or(path);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("..") {
            let (name, after) = name(after);
            found.push(Step::Below(name));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('.') {
            let (name, after) = name(after);
            match name.as_str() {
                "" => {}
                "*" => found.push(Step::All),
                _ => found.push(Step::Member(name)),
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let end = bracket(after).ok_or_else(|| wrong(template, "unterminated array"))?;
            let (inner, after) = after.split_at_checked(end).unwrap_or((after, ""));
            rest = after.get(1..).unwrap_or_default();
            found.push(subscript(inner.trim(), template)?);
        } else {
            let (name, after) = name(rest);
            if name.is_empty() {
                return Err(wrong(template, &format!("unrecognized character in action: {:?}", rest.chars().next())));
            }
            found.push(Step::Member(name));
            rest = after;
        }
    }
    Ok(found)
}

fn bracket(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            ('[', None) => depth += 1,
            (']', None) if depth == 0 => return Some(at),
            (']', None) => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A member's name, with dots that a backslash keeps in it.
fn name(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => name.extend(chars.next().map(|(_, c)| c)),
            '.' | '[' => return (name, text.get(at..).unwrap_or_default()),
            c => name.push(c),
        }
    }
    (name, "")
}

fn subscript(inner: &str, template: &str) -> Result<Step, String> {
    if inner == "*" {
        return Ok(Step::All);
    }
    if let Ok(index) = inner.parse() {
        return Ok(Step::Index(index));
    }
    if let Some(filter) = inner.strip_prefix("?(").and_then(|inner| inner.strip_suffix(')')) {
        let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
        for (sign, equal) in [("==", true), ("!=", false)] {
            if let Some((path, text)) = filter.split_once(sign) {
                return Ok(Step::Filter(steps(path.trim(), template)?, Some((equal, unquoted(text)))));
            }
        }
        return Ok(Step::Filter(steps(filter.trim(), template)?, None));
    }
    if inner.starts_with(['\'', '"']) {
        return Ok(Step::Member(inner.trim_matches(['\'', '"']).to_owned()));
    }
    Err(wrong(template, &format!("invalid array index {inner}")))
}

fn follow<'v>(steps: &[Step], value: &'v Value) -> Vec<&'v Value> {
    steps.iter().fold(vec![value], |values, step| values.into_iter().flat_map(|value| one(step, value)).collect())
}

fn one<'v>(step: &Step, value: &'v Value) -> Vec<&'v Value> {
    match step {
        Step::Member(name) => value.get(name).into_iter().collect(),
        Step::Index(index) => {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let at = if *index < 0 { items.len() as i64 + index } else { *index };
            usize::try_from(at).ok().and_then(|at| items.get(at)).into_iter().collect()
        }
        Step::All => match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(members) => members.values().collect(),
            _ => Vec::new(),
        },
        Step::Below(name) => {
            let mut found: Vec<&Value> = value.get(name).into_iter().collect();
            let below: Vec<&Value> = match value {
                Value::Array(items) => items.iter().collect(),
                Value::Object(members) => members.values().collect(),
                _ => Vec::new(),
            };
            found.extend(below.into_iter().flat_map(|value| one(step, value)));
            found
        }
        Step::Filter(path, wanted) => {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let fits = |item: &&Value| {
                let found = follow(path, item);
                match wanted {
                    None => !found.is_empty(),
                    Some((equal, text)) => found.iter().any(|value| (shown(value) == *text) == *equal),
                }
            };
            items.iter().filter(fits).collect()
        }
    }
}

fn write(pieces: &[Piece], value: &Value, out: &mut String, left: &mut usize) {
    for piece in pieces {
        if *left == 0 {
            return;
        }
        *left -= 1;
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Path(path) => {
                let found: Vec<String> = follow(path, value).into_iter().map(shown).collect();
                out.push_str(&found.join(" "));
            }
            Piece::Range(path, pieces) => {
                for item in follow(path, value) {
                    write(pieces, item, out, left);
                }
            }
        }
    }
}

/// A value as it is printed: text bare, anything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_ranges_and_filters_are_followed() {
        let list = json!({"items": [
            {"metadata": {"name": "a", "labels": {"app.kubernetes.io/name": "x"}}, "status": {"conditions": [
                {"type": "Ready", "status": "False"}, {"type": "Initialized", "status": "True"}]}},
            {"metadata": {"name": "b"}, "status": {"conditions": []}},
        ]});
        let made = |template: &str| evaluate(template, &list).unwrap();
        assert_eq!(made("{.items[*].metadata.name}"), "a b");
        assert_eq!(made("{.items[0].metadata.name}{\"\\n\"}"), "a\n");
        assert_eq!(made("{.items[-1:].metadata.name}".replace("[-1:]", "[-1]").as_str()), "b");
        assert_eq!(made("{range .items[*]}{.metadata.name}{\"\\t\"}{end}"), "a\tb\t");
        assert_eq!(made("{.items[0].status.conditions[?(@.type==\"Ready\")].status}"), "False");
        assert_eq!(made("{.items[0].metadata.labels['app.kubernetes.io/name']}"), "x");
        assert_eq!(made("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}"), "x");
        assert_eq!(made("{..name}"), "a b");
        assert!(evaluate("{.items[", &list).is_err() && evaluate("{range .items[*]}x", &list).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_template_panics(template in "[{}.\\[\\]a-c*?@()=\"' $0-9]{0,24}") {
            let _ = evaluate(&template, &json!({"a": [{"b": 1}, {"b": "c"}]}));
        }
    }
}
