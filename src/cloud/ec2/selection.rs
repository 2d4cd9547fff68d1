//! Which resources a Describe operation gives: by id, by filters, page by page.

use serde::Deserialize;

use crate::cloud::ApiError;

/// The parameters that all the Describe operations share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Selection {
    #[serde(
        alias = "SubnetIds",
        alias = "VpcIds",
        alias = "GroupIds",
        alias = "InstanceIds",
        alias = "RouteTableIds",
        alias = "VpcEndpointIds",
        alias = "NatGatewayIds",
        alias = "InternetGatewayIds",
        alias = "PrefixListIds",
        alias = "NetworkAclIds",
        alias = "AllocationIds"
    )]
    pub(super) ids: Vec<String>,
    /// One operation names them in the singular.
    #[serde(alias = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
    dry_run: bool,
}

/// A filter: any of its values must fit; of several filters all must.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Filter {
    name: String,
    values: Vec<String>,
}

/// A resource that can be selected.
pub(super) trait Resource {
    /// What its ids start with: `subnet-`.
    const PREFIX: &'static str;
    /// How errors call its ids: `SubnetID` in `InvalidSubnetID.NotFound`.
    const ERROR: &'static str;
    /// How messages call it: `subnet ID`.
    const NOUN: &'static str;
    /// The parameter with its ids: `subnetIds`.
    const PARAMETER: &'static str;

    fn id(&self) -> &str;

    /// The values that a filter looks at; none for a filter that there is not.
    fn values(&self, filter: &str) -> Option<Vec<String>>;

    /// What is said where nothing has an id.
    fn missing(id: &str) -> ApiError {
        ApiError::new(format!("Invalid{}.NotFound", Self::ERROR), format!("The {} '{id}' does not exist", Self::NOUN))
    }

    /// Its tags.
    fn tags(&self) -> &[super::Tag];
}

/// The fewest and the most that one page may be asked to hold.
const PAGE: std::ops::RangeInclusive<i64> = 5..=1000;

impl Selection {
    /// The selected ones of `all`, in their order, and the token for what is left.
    ///
    /// # Errors
    /// With EC2's codes: for a dry run, an id that is none or that nothing has, an unknown filter, a size of pages that is
    /// not to be had.
    pub(super) fn of<R: Resource>(&self, all: Vec<R>) -> Result<(Vec<R>, Option<String>), ApiError> {
        super::dry_run(self.dry_run)?;
        if !self.ids.is_empty() && self.max_results.is_some() {
            let message = format!("The parameter {} cannot be used with the parameter maxResults", R::PARAMETER);
            return Err(ApiError::new("InvalidParameterCombination", message));
        }
        for id in &self.ids {
            self.check_id(id, &all)?;
        }
        let mut selected = Vec::new();
        for resource in all {
            if (self.ids.is_empty() || self.ids.iter().any(|id| id == resource.id())) && self.fits(&resource)? {
                selected.push(resource);
            }
        }
        self.page(selected)
    }

    fn check_id<R: Resource>(&self, id: &str, all: &[R]) -> Result<(), ApiError> {
        super::known::<R>(id, all.iter().any(|resource| resource.id() == id))
    }

    fn fits<R: Resource>(&self, resource: &R) -> Result<bool, ApiError> {
        for filter in &self.filters {
            let tags = resource.tags().iter();
            let found = match filter.name.as_str() {
                "tag-key" => tags.map(|tag| tag.key.clone()).collect(),
                name => match name.strip_prefix("tag:") {
                    Some(key) => tags.filter(|tag| tag.key == key).map(|tag| tag.value.clone()).collect(),
                    None => resource.values(name).ok_or_else(|| {
                        ApiError::new("InvalidParameterValue", format!("The filter '{name}' is invalid"))
                    })?,
                },
            };
            if !filter.values.iter().any(|wanted| found.iter().any(|value| matches(wanted, value))) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn page<R>(&self, selected: Vec<R>) -> Result<(Vec<R>, Option<String>), ApiError> {
        let Some(size) = self.max_results else { return Ok((selected, None)) };
        if !PAGE.contains(&size) {
            let (than, bound) = if size < *PAGE.start() { ("greater", PAGE.start()) } else { ("less", PAGE.end()) };
            let message =
                format!("Value ( {size} ) for parameter maxResults is invalid. Expecting a value {than} than {bound}.");
            return Err(ApiError::new("InvalidParameterValue", message));
        }
        let start: usize = match self.next_token.as_deref() {
            None | Some("") => 0,
            // Inferred: the wording.
            Some(token) => token
                .parse()
                .map_err(|_| ApiError::new("InvalidNextToken", format!("The token '{token}' is invalid")))?,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = selected.len() > start.saturating_add(size);
        let page = selected.into_iter().skip(start).take(size).collect();
        Ok((page, more.then(|| start.saturating_add(size).to_string())))
    }
}

/// Whether an id has the form of such a resource's.
///
/// # Errors
/// `Invalid….Malformed`.
pub(super) fn check_form<R: Resource>(id: &str) -> Result<(), ApiError> {
    let hex = id.strip_prefix(R::PREFIX).unwrap_or_default();
    if matches!(hex.len(), 8 | 17) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    let message = format!("Invalid id: \"{id}\" (expecting \"{}...\")", R::PREFIX);
    Err(ApiError::new(format!("Invalid{}.Malformed", R::ERROR), message))
}

/// No such resource has this id.
pub(super) fn not_found<R: Resource>(id: &str) -> ApiError {
    R::missing(id)
}

/// Whether a filter's value fits: `*` stands for any text, `?` for one character, a backslash takes their meaning away.
fn matches(wanted: &str, value: &str) -> bool {
    let wanted: Vec<char> = wanted.chars().collect();
    let value: Vec<char> = value.chars().collect();
    // For each prefix of the pattern: which prefixes of the value it fits.
    let mut fits: Vec<bool> = (0..=value.len()).map(|len| len == 0).collect();
    let mut pattern = wanted.into_iter();
    while let Some(c) = pattern.next() {
        let (c, literal) = if c == '\\' { (pattern.next().unwrap_or(c), true) } else { (c, false) };
        let mut next = vec![false; fits.len()];
        if c == '*' && !literal {
            let mut any = false;
            for (slot, fitted) in next.iter_mut().zip(&fits) {
                any |= fitted;
                *slot = any;
            }
        } else {
            let any = c == '?' && !literal;
            for ((slot, fitted), found) in next.iter_mut().skip(1).zip(&fits).zip(&value) {
                *slot = *fitted && (any || *found == c);
            }
        }
        fits = next;
    }
    fits.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filters_value_may_hold_wildcards() {
        for (wanted, value, fits) in [
            ("public-a", "public-a", true),
            ("public-*", "public-a", true),
            ("*a", "public-a", true),
            ("p?blic-?", "public-a", true),
            ("*", "", true),
            ("", "", true),
            ("public", "public-a", false),
            ("?", "", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
        ] {
            assert_eq!(matches(wanted, value), fits, "{wanted} {value}");
        }
    }
}
