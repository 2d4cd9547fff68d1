//! Which objects a list is to hold: by their labels and by fields.
//!
//! Source: apimachinery, `labels.Parse` and `fields.ParseSelector`.

use super::store::Object;

/// What a list is limited to; by itself to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListSelector {
    labels: Vec<Requirement>,
    /// Paths with a value, and whether they must have it or must not.
    fields: Vec<(String, String, bool)>,
}

/// What is wanted of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    /// The values of which it must have one; none: any.
    values: Option<Vec<String>>,
    /// Whether it must be so, or must not.
    is_so: bool,
}

impl ListSelector {
    /// Reads `-l` and `--field-selector`.
    ///
    /// # Errors
    /// With what `kubectl` says of a selector that can't be read.
    pub fn parse(labels: Option<&str>, fields: Option<&str>) -> Result<Self, String> {
        let labels = labels.map(requirements).transpose()?.unwrap_or_default();
        let fields = fields.map(|text| text.split(',').map(field).collect()).transpose()?.unwrap_or_default();
        Ok(Self { labels, fields })
    }

    /// Whether it lets an object through.
    pub(super) fn fits(&self, object: &Object) -> bool {
        let labels = &object.metadata().labels;
        let by_label = self.labels.iter().all(|wanted| {
            let found = labels.get(&wanted.key);
            let holds = match &wanted.values {
                None => found.is_some(),
                Some(values) => found.is_some_and(|found| values.contains(found)),
            };
            holds == wanted.is_so
        });
        by_label && (self.fields.is_empty() || self.fields_fit(object))
    }

    fn fields_fit(&self, object: &Object) -> bool {
        let json = object.to_json();
        self.fields.iter().all(|(path, value, is_so)| {
            let found = json.pointer(&format!("/{}", path.replace('.', "/")));
            let found = found.map(|found| found.as_str().map_or_else(|| found.to_string(), str::to_owned));
            (found.unwrap_or_default() == *value) == *is_so
        })
    }
}

fn field(text: &str) -> Result<(String, String, bool), String> {
    let (path, value, is_so) = match (text.split_once("!="), text.split_once("=")) {
        (Some((path, value)), _) => (path, value, false),
        (None, Some((path, value))) => (path, value.trim_start_matches('='), true),
        (None, None) => return Err(format!("error: invalid selector: '{text}'; can't understand '{text}'")),
    };
    Ok((path.to_owned(), value.to_owned(), is_so))
}

/// `app=web,tier in (front, back),!old`.
fn requirements(text: &str) -> Result<Vec<Requirement>, String> {
    let mut tokens = tokens(text);
    let mut found = Vec::new();
    let wrong = |found: Option<&String>, expected: &str| {
        format!(
            "error: unable to parse requirement: found '{}', expected: {expected}",
            found.map_or("", String::as_str)
        )
    };
    if tokens.is_empty() {
        return Ok(found);
    }
    tokens.reverse();
    loop {
        let without = tokens.last().is_some_and(|token| token == "!");
        if without {
            tokens.pop();
        }
        let Some(key) = tokens.pop_if(|token| is_word(token)) else {
            return Err(wrong(tokens.last(), "!, identifier, or ','"));
        };
        let (values, is_so) = match tokens.last().map(String::as_str) {
            None | Some(",") => (None, !without),
            Some("=" | "==" | "!=") if !without => {
                let is_so = tokens.pop().is_some_and(|sign| sign != "!=");
                let value = tokens.pop_if(|token| is_word(token)).unwrap_or_default();
                (Some(vec![value]), is_so)
            }
            Some("in" | "notin") if !without => {
                let is_so = tokens.pop().is_some_and(|word| word == "in");
                if tokens.pop_if(|token| token == "(").is_none() {
                    return Err(wrong(tokens.last(), "'('"));
                }
                let mut values = Vec::new();
                loop {
                    match tokens.pop() {
                        Some(token) if token == ")" => break,
                        Some(token) if token == "," => {}
                        Some(token) if is_word(&token) => values.push(token),
                        other => return Err(wrong(other.as_ref(), "',', ')' or identifier")),
                    }
                }
                (Some(values), is_so)
            }
            _ => return Err(wrong(tokens.last(), "in, notin, =, ==, !=, gt, lt")),
        };
        found.push(Requirement { key, values, is_so });
        match tokens.pop() {
            None => return Ok(found),
            Some(comma) if comma == "," => {}
            other => return Err(wrong(other.as_ref(), "',' or 'end of string'")),
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'))
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' => {}
            '=' | '!' if letters.next_if_eq(&'=').is_some() => tokens.push(format!("{letter}=")),
            '=' | '!' | '(' | ')' | ',' | '<' | '>' => tokens.push(letter.to_string()),
            other => {
                let mut word = other.to_string();
                while let Some(next) = letters.next_if(|c| !" \t=!(),<>".contains(*c)) {
                    word.push(next);
                }
                tokens.push(word);
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_wanted_in_all_of_the_ways_that_kubernetes_has() {
        let read = |text| {
            requirements(text).map(|all| {
                all.into_iter().map(|one| (one.key, one.values.unwrap_or_default(), one.is_so)).collect::<Vec<_>>()
            })
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            read("app=web, tier in (front,back),!old,x!=y,z notin (a)").unwrap(),
            [
                ("app".to_owned(), words(&["web"]), true),
                ("tier".to_owned(), words(&["front", "back"]), true),
                ("old".to_owned(), words(&[]), false),
                ("x".to_owned(), words(&["y"]), false),
                ("z".to_owned(), words(&["a"]), false),
            ]
        );
        assert_eq!(
            requirements("app in web").unwrap_err(),
            "error: unable to parse requirement: found 'web', expected: '('"
        );
        assert_eq!(
            requirements("=web").unwrap_err(),
            "error: unable to parse requirement: found '=', expected: !, identifier, or ','"
        );
    }
}
