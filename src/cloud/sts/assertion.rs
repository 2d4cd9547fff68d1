//! SAML assertions: what an identity provider says of somebody in a `Response`.
//!
//! Signatures are not simulated: what a response says is read, and its issuer and its time are checked against what IAM
//! knows of the provider; that the provider wrote it is believed.
//!
//! Source: IAM User Guide, "Configure SAML assertions for the authentication response" and "Available keys for SAML-based
//! AWS STS federation".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use sha1::{Digest as _, Sha1};

use super::Filled;
use crate::cloud::Timestamp;
use crate::cloud::iam::Tag;

const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";

/// The attributes that are condition keys, by the name that a response gives them.
const KEYS: [(&str, &str); 36] = [
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "edupersonaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "edupersonnickname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "edupersonorgdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "edupersonorgunitdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "edupersonprimaryaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "edupersonprincipalname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "edupersonentitlement"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "edupersonprimaryorgunitdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "edupersonscopedaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "edupersontargetedid"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "edupersonassurance"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.2", "eduorghomepageuri"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.3", "eduorgidentityauthnpolicyuri"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.4", "eduorglegalname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.5", "eduorgsuperioruri"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.6", "eduorgwhitepagesuri"),
    ("urn:oid:2.5.4.3", "cn"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "name"),
    ("http://schemas.xmlsoap.org/claims/CommonName", "commonName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "givenName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "surname"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "mail"),
    ("http://schemas.xmlsoap.org/claims/UID", "uid"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "primaryGroupSID"),
    ("urn:oid:2.5.4.4", "surname"),
    ("urn:oid:2.5.4.41", "name"),
    ("urn:oid:2.5.4.42", "givenName"),
    ("urn:oid:2.5.4.45", "x500UniqueIdentifier"),
    ("urn:oid:0.9.2342.19200300.100.1.1", "uid"),
    ("urn:oid:0.9.2342.19200300.100.1.3", "mail"),
    ("urn:oid:0.9.2342.19200300.100.1.45", "organizationStatus"),
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.45", "x500UniqueIdentifier"),
];

/// A response, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assertion {
    pub issuer: String,
    /// When it was written.
    pub issued: Option<Timestamp>,
    /// Until when the provider lets it be used.
    pub ends: Option<Timestamp>,
    /// Until when the provider lets the session last.
    pub session_ends: Option<Timestamp>,
    /// `NameID`: who it is about.
    pub subject: Option<String>,
    /// `persistent`, `transient`, or the whole format of the subject.
    pub subject_type: String,
    /// The address it was sent to.
    pub recipient: String,
    attributes: Vec<(String, Vec<String>)>,
}

/// The elements of this name directly inside, whatever their prefix.
fn children<'a, 'input>(node: Node<'a, 'input>, name: &'a str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &'a str) -> Option<Node<'a, 'input>> {
    children(node, name).next()
}

/// This element or the first inside of this name, in the order of the text.
fn find<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.descendants().find(|inside| inside.has_tag_name(name))
}

/// All text directly inside, also around comments, without the white space around it.
fn text_of(node: Node<'_, '_>) -> String {
    let text: String = node.children().filter(Node::is_text).filter_map(|part| part.text()).collect();
    text.trim().to_owned()
}

impl Assertion {
    /// Reads a response in base64; none for what is not one.
    pub fn read(base64: &str) -> Option<Self> {
        let packed: String = base64.chars().filter(|c| !c.is_whitespace()).collect();
        let text = String::from_utf8(STANDARD.decode(packed).ok()?).ok()?;
        let document = Document::parse(&text).ok()?;
        let root = document.root_element();
        let assertion = find(root, "Assertion")?;
        let time = |text: &str| {
            let time = text.parse::<jiff::Timestamp>().ok()?;
            Some(Timestamp::from_millis(time.as_millisecond()))
        };
        let name_id = find(assertion, "Subject").and_then(|subject| child(subject, "NameID"));
        let confirmed = find(assertion, "SubjectConfirmationData");
        let format = name_id.and_then(|id| id.attribute("Format")).unwrap_or_default();
        let short = ["persistent", "transient"].into_iter().find(|short| {
            format.strip_prefix("urn:oasis:names:tc:SAML:2.0:nameid-format:").is_some_and(|rest| rest == *short)
        });
        let attributes = children(assertion, "AttributeStatement").flat_map(|list| children(list, "Attribute"));
        let attributes = attributes.map(|attribute| {
            let values = children(attribute, "AttributeValue").map(text_of);
            (attribute.attribute("Name").unwrap_or_default().to_owned(), values.collect())
        });
        Some(Self {
            issuer: child(assertion, "Issuer").or_else(|| child(root, "Issuer")).map(text_of)?,
            issued: assertion.attribute("IssueInstant").and_then(time),
            ends: confirmed.and_then(|data| data.attribute("NotOnOrAfter")).and_then(time),
            session_ends: child(assertion, "AuthnStatement")
                .and_then(|statement| statement.attribute("SessionNotOnOrAfter"))
                .and_then(time),
            subject: name_id.map(text_of).filter(|id| !id.is_empty()),
            subject_type: short.unwrap_or(format).to_owned(),
            recipient: confirmed.and_then(|data| data.attribute("Recipient")).unwrap_or_default().to_owned(),
            attributes: attributes.collect(),
        })
    }

    /// The values of one of AWS's own attributes, such as `Role`.
    fn values(&self, name: &str) -> &[String] {
        let found = self.attributes.iter().find(|(own, _)| own.strip_prefix(ATTRIBUTES) == Some(name));
        found.map_or(&[], |(_, values)| values.as_slice())
    }

    /// Whether it lets this role be taken on by way of this provider: both ARNs in one value, in either order.
    pub fn offers(&self, role: &str, provider: &str) -> bool {
        self.values("Role").iter().any(|pair| {
            let mut arns = pair.split(',').map(str::trim);
            match (arns.next(), arns.next(), arns.next()) {
                (Some(a), Some(b), None) => (a == role && b == provider) || (a == provider && b == role),
                _ => false,
            }
        })
    }

    pub fn session_name(&self) -> Option<&str> {
        self.values("RoleSessionName").first().map(String::as_str)
    }

    pub fn source_identity(&self) -> Option<&str> {
        self.values("SourceIdentity").first().map(String::as_str)
    }

    /// The session tags that it carries, and which of them are handed on.
    /// Source: IAM User Guide, "Pass session tags using AssumeRoleWithSAML".
    pub fn tags(&self) -> (Vec<Tag>, Vec<String>) {
        let tag = |(name, values): &(String, Vec<String>)| {
            let key = name.strip_prefix(ATTRIBUTES)?.strip_prefix("PrincipalTag:")?;
            Some(Tag { key: key.to_owned(), value: values.first().cloned().unwrap_or_default() })
        };
        (self.attributes.iter().filter_map(tag).collect(), self.values("TransitiveTagKeys").to_vec())
    }

    /// What tells subjects of the same name apart: a digest of the issuer, the account and the provider.
    /// Source: STS API Reference, `NameQualifier`.
    pub fn name_qualifier(&self, account: &str, provider: &str) -> String {
        STANDARD.encode(Sha1::digest(format!("{}{account}/{provider}", self.issuer)))
    }

    /// The condition keys that it fills: those that stay with the session, and those of the request alone.
    pub fn keys(&self, account: &str, provider: &str) -> (Filled, Filled) {
        let one = |key: &str, value: &str| (format!("saml:{key}"), vec![value.to_owned()]);
        let mut lasting = vec![one("namequalifier", &self.name_qualifier(account, provider))];
        lasting.extend(self.subject.iter().map(|subject| one("sub", subject)));
        lasting.push(one("sub_type", &self.subject_type));
        let mut passing =
            vec![one("aud", &self.recipient), one("doc", &format!("{account}/{provider}")), one("iss", &self.issuer)];
        let named = self.attributes.iter().filter_map(|(name, values)| {
            let (_, key) = KEYS.iter().find(|(own, _)| own == name)?;
            Some((format!("saml:{key}"), values.clone()))
        });
        passing.extend(named);
        (lasting, passing)
    }
}
