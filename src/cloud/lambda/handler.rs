//! A handler in Python, read as far as it is plain: it prints, sleeps, raises and returns.
//!
//! A statement that is not read here is named in the answer; nothing is guessed. Source of the messages: the Python runtime
//! interface client, `awslambdaric`.

use serde_json::{Map, Value, json};

use super::expression::{self, Names, Trouble};
use crate::cloud::Duration;

/// What a handler is called with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Invocation<'a> {
    pub(super) request_id: &'a str,
    /// The payload.
    pub(super) event: &'a Value,
    /// `function_name`, `function_version` and so on: what `context` knows.
    pub(super) context: &'a Map<String, Value>,
    pub(super) environment: &'a Map<String, Value>,
}

/// What a handler did.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Handled {
    pub(super) answer: Result<Value, HandlerError>,
    pub(super) lines: Vec<String>,
    pub(super) slept: Duration,
}

/// What a handler raised.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct HandlerError {
    kind: String,
    text: String,
    /// Where, as a traceback says it.
    trace: Vec<String>,
}

impl HandlerError {
    fn new(kind: &str, text: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), text: text.into(), trace: Vec::new() }
    }

    /// As the invoker gets it.
    pub(super) fn payload(&self, invocation: &Invocation<'_>) -> Value {
        json!({
            "errorMessage": self.text,
            "errorType": self.kind,
            "requestId": invocation.request_id,
            "stackTrace": self.trace,
        })
    }

    /// As it stands in the log.
    pub(super) fn log(&self) -> String {
        let head = format!("[ERROR] {}: {}", self.kind, self.text);
        match self.trace.as_slice() {
            [] => head + "\nTraceback (most recent call last):",
            trace => format!("{head}\nTraceback (most recent call last):\n{}", trace.concat().trim_end()),
        }
    }
}

/// A line of a program.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    indent: usize,
    text: &'a str,
}

/// Calls the handler `MODULE.FUNCTION`. `file` gives a file's text by its path in the working directory.
pub(super) fn call(
    name: &str,
    file: &dyn Fn(&str) -> Option<String>,
    working_dir: &str,
    invocation: &Invocation<'_>,
) -> Handled {
    let refused = |error| Handled { answer: Err(error), lines: Vec::new(), slept: Duration::default() };
    let Some((module, function)) = name.rsplit_once('.') else {
        let text = format!("Bad handler '{name}': not enough values to unpack (expected 2, got 1)");
        return refused(HandlerError::new("Runtime.MalformedHandlerName", text));
    };
    let path = format!("{}.py", module.replace('.', "/"));
    let Some(source) = file(&path) else {
        if let Some(path) =
            [".js", ".mjs", ".cjs"].iter().map(|end| module.to_owned() + end).find(|path| file(path).is_some())
        {
            let text = format!("`{path}` is not simulated: only handlers in Python are read");
            return refused(HandlerError::new("Simulation.NotSimulated", text));
        }
        let text = format!("Unable to import module '{module}': No module named '{module}'");
        return refused(HandlerError::new("Runtime.ImportModuleError", text));
    };
    let logical = join_lines(&source);
    let lines: Vec<Line<'_>> = logical.iter().filter_map(|(number, text)| Line::of(*number, text)).collect();
    let mut run = Run {
        names: Names::new(),
        lines: Vec::new(),
        slept: Duration::default(),
        path: format!("{}/{path}", working_dir.trim_end_matches('/')),
        function,
    };
    run.names.insert("os.environ".to_owned(), Value::Object(invocation.environment.clone()));
    let answer = run.module(&lines, invocation);
    Handled { answer, lines: run.lines, slept: run.slept }
}

/// Physical lines joined where a bracket is open, each with its number; without comments.
fn join_lines(source: &str) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut open = 0_usize;
    for (at, line) in source.lines().enumerate() {
        let (code, opened) = code_of(line, open);
        match joined.last_mut().filter(|_| open > 0) {
            Some((_, text)) => *text = format!("{} {}", text, code.trim()),
            None => joined.push((at + 1, code)),
        }
        open = opened;
    }
    joined
}

/// A line without its comment, and how many brackets are open behind it.
fn code_of(line: &str, mut open: usize) -> (String, usize) {
    let mut quote = None;
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(own), letter) if own == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => open += 1,
            (None, ')' | ']' | '}') => open = open.saturating_sub(1),
            (None, '#') => return (line.get(..at).unwrap_or_default().trim_end().to_owned(), open),
            _ => {}
        }
    }
    (line.trim_end().to_owned(), open)
}

impl<'a> Line<'a> {
    fn of(number: usize, text: &'a str) -> Option<Self> {
        let trimmed = text.trim_start();
        (!trimmed.is_empty()).then(|| Self { number, indent: text.len() - trimmed.len(), text: trimmed })
    }
}

/// What a statement came to.
enum Flow {
    Next,
    Returned(Value),
}

struct Run<'a> {
    names: Names,
    lines: Vec<String>,
    slept: Duration,
    /// Of the file, for tracebacks.
    path: String,
    function: &'a str,
}

impl Run<'_> {
    /// The module's own statements, then the handler.
    fn module(&mut self, lines: &[Line<'_>], invocation: &Invocation<'_>) -> Result<Value, HandlerError> {
        let heads = [format!("def {}(", self.function), format!("async def {}(", self.function)];
        let mut body = None;
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.indent == 0) {
            if let Some(head) = heads.iter().find(|head| line.text.starts_with(head.as_str())) {
                let rest = lines.get(at + 1..).unwrap_or_default();
                let end = rest.iter().position(|line| line.indent == 0).unwrap_or(rest.len());
                body = Some((parameters(line.text, head), rest.get(..end).unwrap_or_default()));
            } else if !is_declaration(line.text) {
                self.statement(line, "<module>")?;
            }
        }
        let Some((parameters, body)) = body else {
            let module = self.path.rsplit('/').next().and_then(|file| file.strip_suffix(".py")).unwrap_or_default();
            let text = format!("Handler '{}' missing on module '{module}'", self.function);
            return Err(HandlerError::new("Runtime.HandlerNotFound", text));
        };
        let mut parameters = parameters.into_iter();
        if let Some(event) = parameters.next() {
            self.names.insert(event, invocation.event.clone());
        }
        if let Some(context) = parameters.next() {
            for (name, value) in invocation.context {
                self.names.insert(format!("{context}.{name}"), value.clone());
            }
        }
        let function = self.function.to_owned();
        match self.block(body, &function)? {
            Flow::Returned(value) => Ok(value),
            Flow::Next => Ok(Value::Null),
        }
    }

    /// Statements of one indentation, with `if` and `else` among them.
    fn block(&mut self, lines: &[Line<'_>], within: &str) -> Result<Flow, HandlerError> {
        let Some(indent) = lines.first().map(|line| line.indent) else { return Ok(Flow::Next) };
        let mut rest = lines;
        // Whether a branch of the `if` before was taken.
        let mut taken = None;
        while let Some((line, after)) = rest.split_first() {
            let end = after.iter().position(|line| line.indent <= indent).unwrap_or(after.len());
            let (inner, next) = after.split_at_checked(end).unwrap_or((after, &[]));
            let branch = branch(line.text);
            let flow = match branch {
                None if inner.is_empty() => self.statement(line, within)?,
                None => return Err(not_read(line)),
                Some((is_first, condition)) => {
                    let open = is_first || taken == Some(false);
                    let holds = match condition {
                        _ if !open => false,
                        Some(condition) => truth(&self.value(condition, line, within)?),
                        None => true,
                    };
                    taken = Some(holds || (!is_first && taken == Some(true)));
                    if holds { self.block(inner, within)? } else { Flow::Next }
                }
            };
            if let Flow::Returned(value) = flow {
                return Ok(Flow::Returned(value));
            }
            rest = next;
        }
        Ok(Flow::Next)
    }

    fn value(&self, text: &str, line: &Line<'_>, within: &str) -> Result<Value, HandlerError> {
        expression::value(text, &self.names).map_err(|trouble| match trouble {
            Trouble::Raised(kind, text) => self.raised(&kind, text, line, within),
            Trouble::Unknown => not_read(line),
        })
    }

    fn raised(&self, kind: &str, text: String, line: &Line<'_>, within: &str) -> HandlerError {
        let place = format!("  File \"{}\", line {}, in {within}\n    {}\n", self.path, line.number, line.text);
        HandlerError { trace: vec![place], ..HandlerError::new(kind, text) }
    }

    fn statement(&mut self, line: &Line<'_>, within: &str) -> Result<Flow, HandlerError> {
        let text = line.text;
        if let Some(rest) = text.strip_prefix("return") {
            let rest = rest.trim();
            return Ok(Flow::Returned(if rest.is_empty() { Value::Null } else { self.value(rest, line, within)? }));
        }
        if let Some(inner) = within_call(text, "print") {
            let shown =
                if inner.is_empty() { String::new() } else { expression::shown(&self.value(inner, line, within)?) };
            self.lines.push(shown);
            return Ok(Flow::Next);
        }
        if let Some(inner) = within_call(text, "time.sleep") {
            let seconds = self.value(inner, line, within)?.as_f64().filter(|seconds| *seconds >= 0.0);
            let millis = (seconds.ok_or_else(|| not_read(line))? * 1000.0).min(1e12) as i64;
            self.slept = Duration::millis(self.slept.as_millis().saturating_add(millis));
            return Ok(Flow::Next);
        }
        if let Some(raised) = text.strip_prefix("raise ") {
            let (kind, inner) = raised.split_once('(').unwrap_or((raised, ")"));
            let inner = inner.strip_suffix(')').ok_or_else(|| not_read(line))?;
            let said =
                if inner.is_empty() { String::new() } else { expression::shown(&self.value(inner, line, within)?) };
            return Err(self.raised(kind.trim(), said, line, within));
        }
        if text == "pass" || text.starts_with("\"\"\"") || text.starts_with("'''") {
            return Ok(Flow::Next);
        }
        if let Some((name, assigned)) = text.split_once('=')
            && is_name(name.trim())
            && !assigned.starts_with('=')
        {
            let value = self.value(assigned.trim(), line, within)?;
            self.names.insert(name.trim().to_owned(), value);
            return Ok(Flow::Next);
        }
        Err(not_read(line))
    }
}

/// What a module says that does nothing by itself.
fn is_declaration(text: &str) -> bool {
    ["import ", "from ", "def ", "async def ", "class ", "@", "\"\"\"", "'''", "if __name__"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Whether a line begins a branch, whether it is the first one, and its condition.
fn branch(text: &str) -> Option<(bool, Option<&str>)> {
    let head = text.strip_suffix(':')?;
    match head.split_once(' ') {
        Some(("if", condition)) => Some((true, Some(condition))),
        Some(("elif", condition)) => Some((false, Some(condition))),
        None if head == "else" => Some((false, None)),
        _ => None,
    }
}

/// What Python takes for true.
fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// The names between the brackets of a `def`.
fn parameters(text: &str, head: &str) -> Vec<String> {
    let inner = text.strip_prefix(head).and_then(|rest| rest.split_once(')')).map_or("", |(inner, _)| inner);
    let name = |parameter: &str| parameter.split([':', '=']).next().unwrap_or_default().trim().to_owned();
    inner.split(',').map(name).collect()
}

fn within_call<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    text.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')').map(str::trim)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn not_read(line: &Line<'_>) -> HandlerError {
    let text = format!("line {} is not simulated: `{}`", line.number, line.text);
    HandlerError::new("Simulation.NotSimulated", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(source: &str, event: Value) -> Handled {
        let (context, environment) = (json!({"function_name": "report"}), json!({"STAGE": "prod"}));
        let invocation = Invocation {
            request_id: "r-1",
            event: &event,
            context: context.as_object().unwrap(),
            environment: environment.as_object().unwrap(),
        };
        let file = |path: &str| (path == "app.py").then(|| source.to_owned());
        call("app.handler", &file, "/var/task", &invocation)
    }

    #[test]
    fn a_handler_returns_what_it_says() {
        let source = "import json, os\n\nGREETING = \"hello\"  # a comment\n\ndef handler(event, context):\n    \"\"\"Greets.\"\"\"\n    name = event.get(\"name\", \"you\")\n    print(f\"{context.function_name} greets {name}\")\n    return {\n        \"statusCode\": 200,\n        \"body\": GREETING + \" \" + name,  # who\n    }\n";
        let handled = run(source, json!({"name": "Kim"}));
        assert_eq!(handled.answer, Ok(json!({"statusCode": 200, "body": "hello Kim"})));
        assert_eq!(handled.lines, ["report greets Kim"]);
        assert_eq!(run("def handler(event, context):\n    pass\n", json!({})).answer, Ok(Value::Null));
    }

    #[test]
    fn branches_are_taken_as_python_takes_them() {
        let source = "def handler(event, _):\n    if event.get('a') == 1:\n        return 'one'\n    elif 'b' in event:\n        x = 'b'\n        return x\n    else:\n        print('none')\n    return 'end'\n";
        assert_eq!(run(source, json!({"a": 1})).answer, Ok(json!("one")));
        assert_eq!(run(source, json!({"b": 1})).answer, Ok(json!("b")));
        let neither = run(source, json!({}));
        assert_eq!((neither.answer, neither.lines.len()), (Ok(json!("end")), 1));
    }

    #[test]
    fn what_a_handler_raises_has_its_place() {
        let source = "import time\ndef handler(event, context):\n    time.sleep(1.5)\n    raise ValueError(\"no \" + event['what'])\n";
        let handled = run(source, json!({"what": "luck"}));
        let error = handled.answer.unwrap_err();
        assert_eq!((error.kind.as_str(), error.text.as_str()), ("ValueError", "no luck"));
        assert!(error.trace[0].contains("\"/var/task/app.py\", line 4, in handler"), "{:?}", error.trace);
        assert_eq!(handled.slept, Duration::millis(1500));
        assert_eq!(run(source, json!({})).answer.unwrap_err().kind, "KeyError");
    }

    #[test]
    fn what_is_missing_is_named_as_the_runtime_names_it() {
        let kind = |handled: Handled| handled.answer.unwrap_err().kind;
        assert_eq!(kind(run("def other(event, context):\n    pass\n", json!({}))), "Runtime.HandlerNotFound");
        assert_eq!(
            kind(run("def handler(event, context):\n    boto3.client('s3')\n", json!({}))),
            "Simulation.NotSimulated"
        );
        assert_eq!(
            kind(run("def handler(event, context):\n    for x in event:\n        pass\n", json!({}))),
            "Simulation.NotSimulated"
        );
        let event = json!({});
        let nothing = Map::new();
        let invocation = Invocation { request_id: "r", event: &event, context: &nothing, environment: &nothing };
        let none = |_: &str| None;
        assert_eq!(kind(call("app.handler", &none, "/", &invocation)), "Runtime.ImportModuleError");
        assert_eq!(kind(call("handler", &none, "/", &invocation)), "Runtime.MalformedHandlerName");
        let node = |path: &str| (path == "app.js").then(String::new);
        assert_eq!(kind(call("app.handler", &node, "/", &invocation)), "Simulation.NotSimulated");
    }
}
