//! `--format`: the part of Go's templates that people type, with docker's functions.
//!
//! `{{.Id}}`, `{{json .Config}}`, `{{range .RepoTags}}{{println .}}{{end}}`, `{{.Size | json}}`.
//! Limits: no definitions, no `break`, no assignments outside `range`; `printf` knows `%s`, `%d`, `%v` and `%q`.
//! Source: Go's text/template; docker/cli's templates package.

mod functions;
mod parse;

use std::collections::BTreeMap;

use serde_json::Value;

use parse::{Node, Operand, OperandKind, Pipeline};

/// More steps than this no one types by hand.
const STEPS_MAX: usize = 100_000;

/// A template that was read.
pub(super) struct Template {
    nodes: Vec<Node>,
    /// How docker calls what the members are looked up in; none where they are those of a map.
    kind: Option<&'static str>,
}

impl Template {
    /// Reads a template: `json` stands for all there is. `kind`: how docker calls the type that it is filled with.
    ///
    /// # Errors
    /// What docker says about a template that it cannot read.
    pub(super) fn new(text: &str, kind: Option<&'static str>) -> Result<Self, String> {
        let text = if text == "json" { "{{json .}}" } else { text };
        let nodes =
            parse::parse(&unescaped(text)).map_err(|error| format!("template parsing error: template: :1: {error}"))?;
        Ok(Self { nodes, kind })
    }

    /// Fills it with the members of `value`.
    ///
    /// # Errors
    /// What docker says when there is no such member or a function cannot be carried out.
    pub(super) fn fill(&self, value: &Value) -> Result<String, String> {
        let mut run = Run { root: value, kind: self.kind, variables: BTreeMap::new(), steps: 0, out: String::new() };
        run.nodes(&self.nodes, value).map_err(|error| format!("template parsing error: template: {error}"))?;
        Ok(run.out)
    }

    /// The members that are printed at its top, for a header; each with where it stands in the text between.
    pub(super) fn headed(&self, header: impl Fn(&str) -> Option<&'static str>) -> String {
        let mut out = String::new();
        for node in &self.nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Print(pipeline) => {
                    let operands = pipeline.commands.iter().flatten();
                    let member =
                        operands.filter(|operand| operand.kind == OperandKind::Dot).find_map(|o| o.path.first());
                    out.push_str(member.and_then(|name| header(name)).unwrap_or("<no value>"));
                }
                Node::If { then, .. } | Node::With { then, .. } | Node::Range { body: then, .. } => {
                    let inner = Self { nodes: then.clone(), kind: self.kind };
                    out.push_str(&inner.headed(&header as &dyn Fn(&str) -> Option<&'static str>));
                }
            }
        }
        out
    }
}

/// What is typed as `\t` and `\n` means a tab and a line.
fn unescaped(text: &str) -> String {
    text.replace("\\t", "\t").replace("\\n", "\n")
}

struct Run<'v> {
    root: &'v Value,
    kind: Option<&'static str>,
    variables: BTreeMap<String, Value>,
    steps: usize,
    out: String,
}

impl Run<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), String> {
        for node in nodes {
            self.steps += 1;
            if self.steps > STEPS_MAX || self.out.len() > STEPS_MAX * 100 {
                return Err(":1: the template does not come to an end".to_owned());
            }
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Print(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    self.out.push_str(&functions::show(&value));
                }
                Node::If { condition, then, otherwise } => {
                    let value = self.pipeline(condition, dot)?;
                    self.nodes(if functions::is_true(&value) { then } else { otherwise }, dot)?;
                }
                Node::With { value, then, otherwise } => {
                    let value = self.pipeline(value, dot)?;
                    if functions::is_true(&value) {
                        self.nodes(then, &value)?;
                    } else {
                        self.nodes(otherwise, dot)?;
                    }
                }
                Node::Range { names, over, body, otherwise } => {
                    let items: Vec<(Value, Value)> = match self.pipeline(over, dot)? {
                        Value::Array(items) => {
                            items.into_iter().enumerate().map(|(number, item)| (number.into(), item)).collect()
                        }
                        Value::Object(members) => {
                            let sorted: BTreeMap<String, Value> = members.into_iter().collect();
                            sorted.into_iter().map(|(name, member)| (name.into(), member)).collect()
                        }
                        Value::Null => Vec::new(),
                        other => return Err(format!(":1: range can't iterate over {}", functions::show(&other))),
                    };
                    if items.is_empty() {
                        self.nodes(otherwise, dot)?;
                    }
                    for (key, item) in items {
                        match names.as_slice() {
                            [element] => drop(self.variables.insert(element.clone(), item.clone())),
                            [index, element] => {
                                self.variables.insert(index.clone(), key);
                                self.variables.insert(element.clone(), item.clone());
                            }
                            _ => {}
                        }
                        self.nodes(body, &item)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, String> {
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, dot, last)?);
        }
        Ok(last.unwrap_or_default())
    }

    fn command(&mut self, command: &[Operand], dot: &Value, piped: Option<Value>) -> Result<Value, String> {
        self.steps += 1;
        let Some((first, rest)) = command.split_first() else { return Ok(Value::Null) };
        if let OperandKind::Function(name) = &first.kind {
            let mut arguments = Vec::new();
            for operand in rest {
                arguments.push(self.operand(operand, dot)?);
            }
            arguments.extend(piped);
            return functions::call(name, &arguments).map_err(|why| {
                let shown: Vec<&str> = command.iter().map(|operand| operand.text.as_str()).collect();
                format!(":1:{}: executing \"\" at <{}>: error calling {name}: {why}", first.at, shown.join(" "))
            });
        }
        if !rest.is_empty() || piped.is_some() {
            let text = &first.text;
            return Err(format!(
                ":1:{}: executing \"\" at <{text}>: can't give argument to non-function {text}",
                first.at
            ));
        }
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Result<Value, String> {
        let start = match &operand.kind {
            OperandKind::Dot => dot.clone(),
            OperandKind::Variable(name) if name.is_empty() => self.root.clone(),
            OperandKind::Variable(name) => {
                self.variables.get(name).cloned().ok_or_else(|| format!(":1: undefined variable \"${name}\""))?
            }
            OperandKind::Text(text) => Value::from(text.as_str()),
            OperandKind::Number(number) => Value::from(*number),
            OperandKind::Bracket(inner) => self.pipeline(inner, dot)?,
            OperandKind::Function(_) => self.command(std::slice::from_ref(operand), dot, None)?,
        };
        let mut found = &start;
        for name in &operand.path {
            found = found.get(name).ok_or_else(|| {
                let place = format!(":1:{}: executing \"\" at <{}>", operand.at, operand.text);
                match self.kind {
                    Some(kind) => format!("{place}: can't evaluate field {name} in type {kind}"),
                    None => format!("{place}: map has no entry for key \"{name}\""),
                }
            })?;
        }
        Ok(found.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str, value: &Value) -> Result<String, String> {
        Template::new(template, None)?.fill(value)
    }

    #[test]
    fn templates_are_filled() {
        let value = serde_json::json!({
            "Id": "x", "Tags": ["a", "b"], "Config": { "Cmd": null, "Labels": {"k": "v"} }, "Size": 12, "None": "<none>",
        });
        for (template, expect) in [
            ("{{.Id}}: {{index .Tags 1}}", "x: b"),
            ("{{json .Config}}", r#"{"Cmd":null,"Labels":{"k":"v"}}"#),
            ("{{.Tags}} {{ len .Tags }} {{.Config.Cmd}}", "[a b] 2 <nil>"),
            ("{{range .Tags}}{{println .}}{{end}}", "a\nb\n"),
            ("{{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$i}}={{$t}}{{end}}", "0=a, 1=b"),
            ("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{$.Id}}{{end}}", "k=v x"),
            ("{{if eq .Id \"y\"}}1{{else if eq .Id \"x\"}}2{{else}}3{{end}}", "2"),
            ("{{with .Config.Cmd}}{{.}}{{else}}none{{end}}", "none"),
            ("{{.Tags | json}} {{join .Tags \"+\" | upper}}", r#"["a","b"] A+B"#),
            ("{{index .Config.Labels \"k\"}}\\t{{slice .Id 0 1}}", "v\tx"),
            ("a {{- .Id -}} b{{/* not said */}}", "axb"),
            ("{{printf \"%s-%d %q\" .Id .Size .Id}}", "x-12 \"x\""),
            ("{{len (split \"a:b:c\" \":\")}}", "3"),
            ("{{json .None}}", "\"<none>\""),
            ("", ""),
        ] {
            assert_eq!(fill(template, &value).as_deref(), Ok(expect), "{template}");
        }
        for (template, error) in [
            ("{{", "template: :1: unclosed action"),
            ("{{.Nope}}", "template: :1:2: executing \"\" at <.Nope>: map has no entry for key \"Nope\""),
            ("{{x y}}", "template: :1: function \"x\" not defined"),
            ("{{if .Id}}", "template: :1: unexpected EOF"),
            ("{{end}}", "template: :1: unexpected {{end}}"),
            (
                "{{index .Tags 9}}",
                "template: :1:2: executing \"\" at <index .Tags 9>: error calling index: index out of range: 9",
            ),
            ("{{(}}", "template: :1: unclosed left paren"),
        ] {
            let said = fill(template, &value).unwrap_err();
            assert!(said.ends_with(error), "{template}: {said}");
        }
    }

    #[test]
    fn nothing_typed_makes_it_panic_or_run_for_ever() {
        let value = serde_json::json!({ "Tags": vec!["x"; 60] });
        let deep = "{{range $.Tags}}".repeat(6) + "x" + &"{{end}}".repeat(6);
        assert!(fill(&deep, &value).is_err());
        for text in ["{{(".repeat(500), "{{if .}}".repeat(500), "{{else}}".repeat(9), "{{.한글}}".to_owned()] {
            assert!(fill(&text, &value).is_err(), "{text}");
        }
    }
}
