//! XML, as far as SAML's documents need it: elements with their attributes and text. Names are without their prefix.
//!
//! Documents that declare a type are not read: entities that a document makes up itself are how XML is abused.

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Without its prefix.
    pub name: String,
    /// By name, without prefix, in the order of the text.
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    /// All text directly inside, together.
    text: String,
}

/// How deep elements may lie in each other.
const DEPTH: usize = 64;

impl Element {
    /// Reads a document; none for what is not well formed.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.trim_start_matches('\u{feff}') };
        reader.skip_between()?;
        let root = reader.element(0)?;
        reader.skip_between()?;
        reader.rest.is_empty().then_some(root)
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The text, without the white space around it.
    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// The elements of this name directly inside.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of this name directly inside.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// This element or the first inside of this name, in the order of the text.
    pub fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What stands before `end`, which is taken too.
    fn until(&mut self, end: &str) -> Option<&'a str> {
        let (before, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(before)
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Skips white space, comments and processing instructions.
    fn skip_between(&mut self) -> Option<()> {
        loop {
            self.skip_space();
            if self.take("<!--") {
                self.until("-->")?;
            } else if self.take("<?") {
                self.until("?>")?;
            } else {
                return Some(());
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.');
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let local = name.rsplit(':').next().unwrap_or_default();
        (!local.is_empty()).then(|| local.to_owned())
    }

    fn element(&mut self, depth: usize) -> Option<Element> {
        if depth > DEPTH || !self.take("<") {
            return None;
        }
        let mut element = Element { name: self.name()?, ..Element::default() };
        loop {
            self.skip_space();
            if self.take("/>") {
                return Some(element);
            }
            if self.take(">") {
                break;
            }
            let name = self.name()?;
            self.skip_space();
            if !self.take("=") {
                return None;
            }
            self.skip_space();
            let quote = if self.take("\"") { "\"" } else { self.take("'").then_some("'")? };
            element.attributes.push((name, unescape(self.until(quote)?)?));
        }
        loop {
            let end = self.rest.find('<')?;
            let (text, rest) = self.rest.split_at_checked(end)?;
            element.text.push_str(&unescape(text)?);
            self.rest = rest;
            if self.take("</") {
                let name = self.name()?;
                self.skip_space();
                return (self.take(">") && name == element.name).then_some(element);
            }
            if self.take("<!--") {
                self.until("-->")?;
            } else if self.take("<![CDATA[") {
                element.text.push_str(self.until("]]>")?);
            } else if self.take("<?") {
                self.until("?>")?;
            } else {
                element.children.push(self.element(depth + 1)?);
            }
        }
    }
}

/// Text with its entities read; none for an entity that XML does not know.
fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (entity, behind) = after.split_once(';')?;
        plain.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?)?
            }
        });
        rest = behind;
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_without_prefixes() {
        let text = "<?xml version=\"1.0\"?>\n<!-- c --><a:Root xmlns:a='u' ID=\"1 &lt; 2\"><a:In>x&#x41;<b/>\
                    <![CDATA[<y>]]></a:In><In>z</In></a:Root>\n";
        let root = Element::read(text).unwrap();
        assert_eq!((root.name.as_str(), root.attribute("ID")), ("Root", Some("1 < 2")));
        assert_eq!(root.children("In").map(Element::text).collect::<Vec<_>>(), ["xA<y>", "z"]);
        assert!(root.find("b").is_some() && root.child("b").is_none());
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        for text in [
            "",
            "x",
            "<a>",
            "<a></b>",
            "<a b></a>",
            "<a b=c/>",
            "<a/><b/>",
            "<a>&nope;</a>",
            "<a>&#xd800;</a>",
            "<!DOCTYPE a><a/>",
            "<a><!-- </a>",
            &deep,
        ] {
            assert_eq!(Element::read(text), None, "{text}");
        }
    }
}
