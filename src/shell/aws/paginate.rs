//! Results that come in pages: all of them fetched and joined, `--max-items` and its token.
//!
//! Source: botocore's paginator.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::error::Failure;
use super::model::{Operation, Pagination};
use super::query::Query;
use super::{json, python};
use crate::world::World;

/// The member of a token that says how many items of its page were already given.
const TRUNCATED: &str = "boto_truncate_amount";

/// What the command line says about pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Paging {
    pub(super) max_items: Option<i64>,
    pub(super) page_size: Option<i64>,
    pub(super) starting_token: Option<String>,
}

/// The pages fetched, cut to size.
#[derive(Clone, Debug)]
pub(super) struct Pages {
    /// The answers, with only their paginated members.
    pages: Vec<Value>,
    /// The members that are the same on every page.
    rest: Map<String, Value>,
    /// The token for what was cut off.
    resume: Option<String>,
    result_keys: Vec<String>,
}

/// A path of member names: `imageScanFindings.findings`.
fn get<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

fn set(value: &mut Value, path: &str, new: Value) {
    let mut at = value;
    for name in path.split('.') {
        if !at.is_object() {
            *at = json!({});
        }
        let Value::Object(members) = at else { return };
        at = members.entry(name.to_owned()).or_insert(Value::Null);
    }
    *at = new;
}

/// A token: the service's own tokens by input member, and how much of the page was given already.
#[derive(Clone, Debug, Default, PartialEq)]
struct Token {
    inputs: Vec<(String, Option<String>)>,
    skip: usize,
}

impl Token {
    fn none(names: &[String]) -> Self {
        Self { inputs: names.iter().map(|name| (name.clone(), None)).collect(), skip: 0 }
    }

    fn encode(&self, truncated: Option<usize>) -> String {
        // Python writes a blank after each comma and colon.
        let mut members: Vec<String> = self
            .inputs
            .iter()
            .map(|(name, token)| {
                format!("{}: {}", Value::from(name.as_str()), token.as_deref().map_or(Value::Null, Value::from))
            })
            .collect();
        members.extend(truncated.map(|amount| format!("\"{TRUNCATED}\": {amount}")));
        base64::engine::general_purpose::STANDARD.encode(format!("{{{}}}", members.join(", ")))
    }

    /// Reads a token; text that is none is the service's own token.
    fn decode(text: &str, names: &[String]) -> Self {
        let decoded = base64::engine::general_purpose::STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| json::loads(&text).ok());
        match decoded {
            Some(Value::Object(members)) => Self {
                skip: members.get(TRUNCATED).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
                inputs: names
                    .iter()
                    .map(|name| (name.clone(), members.get(name).and_then(Value::as_str).map(str::to_owned)))
                    .collect(),
            },
            _ => {
                let mut token = Self::none(names);
                if let Some((_, first)) = token.inputs.first_mut() {
                    *first = Some(text.to_owned());
                }
                token
            }
        }
    }

    fn put_into(&self, request: &mut Value) {
        let Value::Object(members) = request else { return };
        for (name, token) in &self.inputs {
            match token {
                Some(token) => members.insert(name.clone(), Value::from(token.as_str())),
                None => members.shift_remove(name),
            };
        }
    }
}

/// Fetches the pages of an operation.
///
/// # Errors
/// As the client's, and for a service that gives the same token twice.
pub(super) fn fetch(
    world: &mut World,
    client: &Client,
    name: &str,
    operation: &Operation,
    pagination: &Pagination,
    mut request: Value,
    paging: &Paging,
) -> Result<Pages, Failure> {
    let inputs = pagination.input_token.names();
    let result_keys = pagination.result_key.names().to_vec();
    let primary = result_keys.first().cloned().unwrap_or_default();
    let start = paging.starting_token.as_deref().map(|token| Token::decode(token, inputs));
    let mut next = start.clone().unwrap_or_else(|| Token::none(inputs));
    if start.is_some() {
        next.put_into(&mut request);
    }
    if let (Some(size), Some(key), Value::Object(members)) = (paging.page_size, &pagination.limit_key, &mut request) {
        members.insert(key.clone(), size.into());
    }
    let mut pages = Pages { pages: Vec::new(), rest: Map::new(), resume: None, result_keys };
    let mut total: i64 = 0;
    let mut previous: Option<Token> = None;
    loop {
        let mut answer = client.call(world, name, operation, request.clone())?;
        let mut skipped = 0;
        if pages.pages.is_empty() {
            if let Some(start) = &start {
                skipped = start.skip;
                pages.skip_given(&mut answer, skipped);
            }
            pages.record_rest(&answer, pagination);
        }
        let items = get(&answer, &primary).and_then(Value::as_array).map_or(0, Vec::len);
        let count = i64::try_from(items).unwrap_or(i64::MAX);
        let excess = paging.max_items.map_or(0, |max| total.saturating_add(count).saturating_sub(max));
        if excess > 0 {
            let keep = items.saturating_sub(usize::try_from(excess).unwrap_or(items));
            let kept = get(&answer, &primary)
                .and_then(Value::as_array)
                .map(|items| items.iter().take(keep).cloned().collect());
            set(&mut answer, &primary, Value::Array(kept.unwrap_or_default()));
            pages.pages.push(answer);
            pages.resume = Some(next.encode(Some(keep + skipped)));
            return Ok(pages);
        }
        let token = next_token(&answer, pagination)?;
        pages.pages.push(answer);
        total = total.saturating_add(count);
        let Some(token) = token else { return Ok(pages) };
        if paging.max_items == Some(total) {
            pages.resume = Some(token.encode(None));
            return Ok(pages);
        }
        if previous.as_ref() == Some(&token) {
            let shown: Map<String, Value> =
                token.inputs.iter().map(|(name, token)| (name.clone(), token.clone().into())).collect();
            return Err(Failure::Other(format!(
                "Error during pagination: The same next token was received twice: {}",
                python::repr(&Value::Object(shown))
            )));
        }
        token.put_into(&mut request);
        next = token.clone();
        previous = Some(token);
    }
}

/// The token for the page after `answer`; none after the last.
fn next_token(answer: &Value, pagination: &Pagination) -> Result<Option<Token>, Failure> {
    let search =
        |expression: &str| Query::compile(expression).and_then(|query| query.search(answer)).map_err(Failure::Other);
    if let Some(more) = &pagination.more_results
        && search(more)? != Value::Bool(true)
    {
        return Ok(None);
    }
    let mut inputs = Vec::new();
    for (output, input) in pagination.output_token.names().iter().zip(pagination.input_token.names()) {
        let token = search(output)?;
        inputs.push((input.clone(), token.as_str().filter(|token| !token.is_empty()).map(str::to_owned)));
    }
    Ok(inputs.iter().any(|(_, token)| token.is_some()).then_some(Token { inputs, skip: 0 }))
}

impl Pages {
    /// Leaves out of the first page what an earlier command already gave.
    fn skip_given(&self, answer: &mut Value, skip: usize) {
        for (number, key) in self.result_keys.iter().enumerate() {
            if let Some(Value::Array(items)) = get(answer, key).cloned() {
                let left = if number == 0 { items.into_iter().skip(skip).collect() } else { Vec::new() };
                set(answer, key, Value::Array(left));
            }
        }
    }

    fn record_rest(&mut self, answer: &Value, pagination: &Pagination) {
        let mut rest = json!({});
        for key in &pagination.non_aggregate_keys {
            // What is not in the answer is null, as the real command has it. Source: observed, for S3's lists; and that nothing
            // is told of what has paginated members in it.
            let value = get(answer, key).cloned();
            let holds_results = self.result_keys.iter().any(|result| result.starts_with(&format!("{key}.")));
            if value.is_some() || !holds_results {
                set(&mut rest, key, value.unwrap_or_default());
            }
        }
        if let Value::Object(rest) = rest {
            self.rest = rest;
        }
    }

    /// One answer made of all pages: paginated members first, then the rest, then `NextToken`.
    pub(super) fn joined(&self) -> Value {
        let mut whole = json!({});
        for page in &self.pages {
            for key in &self.result_keys {
                let Some(found) = get(page, key) else { continue };
                let joined = match (get(&whole, key), found) {
                    (Some(Value::Array(before)), Value::Array(more)) => before.iter().chain(more).cloned().collect(),
                    (Some(before), _) => before.clone(),
                    (None, found) => found.clone(),
                };
                set(&mut whole, key, joined);
            }
        }
        merge(&mut whole, &Value::Object(self.rest.clone()));
        if let (Some(token), Value::Object(members)) = (&self.resume, &mut whole) {
            members.insert("NextToken".to_owned(), Value::from(token.as_str()));
        }
        whole
    }

    /// The pages as `--output text` prints them, each for itself: the first one has the rest too.
    pub(super) fn each(&self) -> Vec<Value> {
        let mut out: Vec<Value> = Vec::new();
        for (number, page) in self.pages.iter().enumerate() {
            let mut shown = if number == 0 { Value::Object(self.rest.clone()) } else { json!({}) };
            for key in &self.result_keys {
                set(&mut shown, key, get(page, key).cloned().unwrap_or_default());
            }
            out.push(shown);
        }
        out.extend(self.resume.as_ref().map(|token| json!({"NextToken": {"NextToken": token}})));
        out
    }
}

/// Adds the members of `from` that `into` lacks.
fn merge(into: &mut Value, from: &Value) {
    let (Value::Object(into), Value::Object(from)) = (into, from) else { return };
    for (key, value) in from {
        match into.get_mut(key) {
            Some(there) => merge(there, value),
            None => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_where_to_go_on() {
        let names = ["nextToken".to_owned()];
        let token = Token::none(&names).encode(Some(1));
        assert_eq!(token, "eyJuZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==");
        assert_eq!(Token::decode(&token, &names), Token { skip: 1, ..Token::none(&names) });
        let own = Token::decode("page-2", &names);
        assert_eq!(own.inputs, [("nextToken".to_owned(), Some("page-2".to_owned()))]);
    }

    #[test]
    fn paginated_members_come_first_in_what_is_joined() {
        let page = |name: &str| json!({"imageScanFindings": {"findings": [{"name": name}]}});
        let Value::Object(rest) =
            json!({"registryId": "1", "imageScanFindings": {"findingSeverityCounts": {"HIGH": 2}}})
        else {
            panic!()
        };
        let pages = Pages {
            pages: vec![page("a"), page("b")],
            rest,
            resume: None,
            result_keys: vec!["imageScanFindings.findings".to_owned(), "imageScanFindings.enhancedFindings".to_owned()],
        };
        let expect = r#"{"imageScanFindings":{"findings":[{"name":"a"},{"name":"b"}],"findingSeverityCounts":{"HIGH":2}},"registryId":"1"}"#;
        assert_eq!(pages.joined().to_string(), expect);
    }
}
