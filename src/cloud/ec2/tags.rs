//! Tags of what is in the network.

use serde::Deserialize;

use super::{Nothing, Tag, change};
use crate::cloud::ApiError;

/// Sets tags of resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateTags {
    resources: Vec<String>,
    tags: Vec<Tag>,
    dry_run: bool,
}

/// Takes tags from resources; those with another value than the one given stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteTags {
    resources: Vec<String>,
    tags: Vec<Wanted>,
    dry_run: bool,
}

/// A tag to be taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Wanted {
    key: String,
    value: Option<String>,
}

/// What IAM is asked about resources that are named by their ids.
fn named(ids: &[String]) -> Vec<String> {
    let kind = |id: &str| match id.rsplit_once('-').map_or("", |(prefix, _)| prefix) {
        "rtb" => "route-table",
        "acl" => "network-acl",
        "igw" => "internet-gateway",
        "nat" => "natgateway",
        "eipalloc" => "elastic-ip",
        "sg" => "security-group",
        "vpce" => "vpc-endpoint",
        "i" => "instance",
        "subnet" => "subnet",
        _ => "vpc",
    };
    ids.iter().map(|id| format!("{}/{id}", kind(id))).collect()
}

/// Source: observed.
fn no_id(id: &str) -> ApiError {
    ApiError::new("InvalidID", format!("The ID '{id}' is not valid"))
}

change!(CreateTags -> Nothing, on |request| named(&request.resources), |this, cloud, home| {
    let network = home.network(cloud);
    if let Some(missing) = this.resources.iter().find(|id| network.tags_mut(id).is_none()) {
        return Err(no_id(missing));
    }
    for id in &this.resources {
        let Some(tags) = network.tags_mut(id) else { continue };
        for Tag { key, value } in &this.tags {
            tags.retain(|(known, _)| known != key);
            tags.push((key.clone(), value.clone()));
        }
    }
    Ok(Nothing {})
});

change!(DeleteTags -> Nothing, on |request| named(&request.resources), |this, cloud, home| {
    let network = home.network(cloud);
    if let Some(missing) = this.resources.iter().find(|id| network.tags_mut(id).is_none()) {
        return Err(no_id(missing));
    }
    for id in &this.resources {
        let Some(tags) = network.tags_mut(id) else { continue };
        let goes = |key: &str, value: &str| {
            let wanted = |tag: &Wanted| tag.key == key && tag.value.as_deref().is_none_or(|wanted| wanted == value);
            this.tags.is_empty() || this.tags.iter().any(wanted)
        };
        tags.retain(|(key, value)| !goes(key, value));
    }
    Ok(Nothing {})
});
