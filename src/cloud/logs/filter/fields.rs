//! Patterns of space-delimited events: `[ip, user, ..., status = 4*, bytes > 1000]`.
//!
//! Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax for … space-delimited log events".

use super::wanted::{Test, read_operator};

/// A place in a pattern.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// One field, with what is asked of it: all of one of these.
    Field(Vec<Vec<Test>>),
    /// `...`: any number of fields.
    Some,
}

/// A pattern, place by place.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud::logs) struct Fields {
    places: Vec<Place>,
}

impl Fields {
    /// Reads what stands between the brackets; none for what is wrong.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut places = Vec::new();
        let mut rest = text;
        loop {
            let (place, after) = place(rest.trim_start())?;
            places.push(place);
            rest = after.trim_start();
            if rest.is_empty() {
                break;
            }
            rest = rest.strip_prefix(',')?;
        }
        // Where two `...` stand, it would not be clear which fields are which.
        let open = places.iter().filter(|place| **place == Place::Some).count();
        (open <= 1).then_some(Self { places })
    }

    /// How many regular expressions it has.
    pub(super) fn expressions(&self) -> usize {
        let tests = self.places.iter().flat_map(|place| match place {
            Place::Field(any) => any.as_slice(),
            Place::Some => &[],
        });
        tests.flatten().filter(|test| test.is_expression()).count()
    }

    /// Whether an event has these fields.
    pub(super) fn matches(&self, message: &str) -> bool {
        let fields = split(message);
        let open = self.places.iter().position(|place| *place == Place::Some);
        let (first, last) = match open {
            None if fields.len() != self.places.len() => return false,
            None => (self.places.as_slice(), [].as_slice()),
            Some(at) => {
                let (first, last) = self.places.split_at(at);
                (first, last.get(1..).unwrap_or_default())
            }
        };
        let Some(skipped) = fields.len().checked_sub(first.len() + last.len()) else { return false };
        let behind = fields.iter().skip(first.len() + skipped);
        first.iter().zip(&fields).chain(last.iter().zip(behind)).all(|(place, field)| match place {
            Place::Field(any) => {
                any.is_empty() || any.iter().any(|all| all.iter().all(|test| test.holds(field, false)))
            }
            Place::Some => true,
        })
    }
}

/// A place and what follows it: `...`, `name`, or `name = 4* && name != 404`.
fn place(text: &str) -> Option<(Place, &str)> {
    if let Some(rest) = text.strip_prefix("...") {
        return Some((Place::Some, rest));
    }
    let (name, mut rest) = name(text)?;
    let mut any: Vec<Vec<Test>> = Vec::new();
    let mut joins = false;
    loop {
        let Some((operator, after)) = read_operator(rest) else {
            // Behind `&&` and `||` there has to be a comparison.
            return (any.is_empty() && !joins).then_some((Place::Field(any), rest));
        };
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '&' | '|' | '"' | '%');
        let (test, after) = Test::read(operator, after, ends)?;
        match any.last_mut().filter(|_| joins) {
            Some(all) => all.push(test),
            None => any.push(vec![test]),
        }
        let after = after.trim_start();
        let (further, is_and) = match (after.strip_prefix("&&"), after.strip_prefix("||")) {
            (Some(further), _) => (further, true),
            (None, Some(further)) => (further, false),
            (None, None) => return Some((Place::Field(any), after)),
        };
        joins = is_and;
        // It is asked of the field that it stands at.
        let (again, after) = self::name(further.trim_start())?;
        if again != name {
            return None;
        }
        rest = after;
    }
}

/// The name of a field and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$')));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    (!name.is_empty()).then(|| (name, rest.trim_start()))
}

/// The fields of an event: between blanks; what is in brackets or in quotes is one.
fn split(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim();
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let inside = close.and_then(|close| rest.get(1..)?.split_once(close));
        let (field, after) =
            inside.unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_as_the_user_guide_says() {
        let event = "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
        for (pattern, found) in [
            ("ip, user, username, timestamp, request, status_code, bytes", true),
            ("ip, user, username, timestamp, request, status_code", false),
            ("ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes", true),
            ("..., status_code = 4*, bytes > 1000", true),
            ("..., status_code = 4*, bytes > 2000", false),
            ("ip, ..., bytes", true),
            ("ip=127.0.0.1, ...", true),
            ("ip!=127.0.0.1, ...", false),
            (r"ip=%127\.0\.0\.[1-9]%, ...", true),
            (r"ip!=%127\.0\.0\.[1-9]%, ...", false),
            ("..., status_code=404||status_code=410, bytes", true),
            ("..., status_code!=404&&status_code!=410, bytes", false),
            ("..., request=\"GET /index.html HTTP/1.0\", status_code, bytes", true),
            ("timestamp, ...", true),
            ("a, b, c, d, e, f, g, ..., h", false),
        ] {
            let fields = Fields::parse(pattern).unwrap_or_else(|| panic!("{pattern}"));
            assert_eq!(fields.matches(event), found, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_such_pattern_is_none() {
        for pattern in
            ["", "a,", "a b", "a =", "a = 1 &&", "a = 1 && b = 2", "..., a, ...", "a = %(%", "a < %b%", "a && a = 1"]
        {
            assert_eq!(Fields::parse(pattern), None, "{pattern}");
        }
    }
}
