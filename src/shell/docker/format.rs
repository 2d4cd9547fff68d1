//! `--format`: the part of Go's templates that people type: `{{.Id}}`, `{{json .Config}}`, `{{index .RepoDigests 0}}`.

use serde_json::Value;

/// Fills a template with the members of `value`.
///
/// # Errors
/// What docker says about a template that it cannot read.
pub(super) fn fill(template: &str, value: &Value) -> Result<String, String> {
    let template = template.strip_prefix("table ").unwrap_or(template).replace("\\t", "\t").replace("\\n", "\n");
    if template == "json" {
        return Ok(value.to_string());
    }
    let mut out = String::new();
    let mut rest = template.as_str();
    while let Some((head, tail)) = rest.split_once("{{") {
        out += head;
        let Some((expression, after)) = tail.split_once("}}") else {
            return Err("template parsing error: template: :1: unclosed action".to_owned());
        };
        out += &evaluate(expression.trim(), value)?;
        rest = after;
    }
    Ok(out + rest)
}

fn evaluate(expression: &str, value: &Value) -> Result<String, String> {
    let words: Vec<&str> = expression.split_whitespace().collect();
    match words.as_slice() {
        ["json", path] => Ok(look_up(path, value)?.to_string()),
        ["index", path, at] => {
            let found = look_up(path, value)?;
            let at_text = at.trim_matches('"');
            let member = match at.parse::<usize>() {
                Ok(at) => found.get(at),
                Err(_) => found.get(at_text),
            };
            member.map(show).ok_or_else(|| {
                format!("template: :1:2: executing \"\" at <index {path} {at}>: error calling index: index out of range: {at}")
            })
        }
        ["len", path] => {
            let found = look_up(path, value)?;
            Ok(found
                .as_array()
                .map(Vec::len)
                .or_else(|| found.as_object().map(|map| map.len()))
                .unwrap_or(0)
                .to_string())
        }
        ["join", path, separator] => {
            let found = look_up(path, value)?;
            let parts: Vec<String> = found.as_array().into_iter().flatten().map(show).collect();
            Ok(parts.join(separator.trim_matches('"')))
        }
        [path] if path.starts_with('.') => Ok(show(look_up(path, value)?)),
        _ => Err(format!(
            "template parsing error: template: :1: function \"{}\" not defined",
            words.first().unwrap_or(&"")
        )),
    }
}

fn look_up<'v>(path: &str, value: &'v Value) -> Result<&'v Value, String> {
    let mut found = value;
    for name in path.split('.').filter(|name| !name.is_empty()) {
        found = found.get(name).ok_or_else(|| {
            format!("template: :1:2: executing \"\" at <{path}>: map has no entry for key \"{name}\"")
        })?;
    }
    Ok(found)
}

/// As Go prints a value.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        Value::Object(members) => {
            let members: Vec<String> = members.iter().map(|(name, value)| format!("{name}:{}", show(value))).collect();
            format!("map[{}]", members.join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let value = serde_json::json!({ "Id": "x", "Tags": ["a", "b"], "Config": { "Cmd": null } });
        let check = |template: &str, expect: &str| assert_eq!(fill(template, &value).unwrap(), expect, "{template}");
        check("{{.Id}}: {{index .Tags 1}}", "x: b");
        check("{{json .Config}}", "{\"Cmd\":null}");
        check("{{.Tags}} {{ len .Tags }} {{.Config.Cmd}}", "[a b] 2 <nil>");
        assert!(
            fill("{{.Nope}}", &value).is_err() && fill("{{", &value).is_err() && fill("{{x y z}}", &value).is_err()
        );
    }
}
