//! From text to policy, with ECR's words for what is wrong.
//!
//! ECR checks the text against a JSON schema first (rules, their members, actions, selections), then the rules against each
//! other. Source of the texts: observed; those marked "Inferred" are for errors that are certain but whose text is not known.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::policy::{Action, Criterion, Policy, Rule, StorageClass, TagSelection};
use crate::cloud::ApiError;
use crate::cloud::ecr::errors;

/// Source: Amazon ECR service model, `LifecyclePolicyText`.
const LENGTH: std::ops::RangeInclusive<usize> = 100..=30_720;
/// Source: Amazon ECR service quotas.
const MAX_RULES: usize = 50;
/// Source: Amazon ECR User Guide, "Lifecycle policy properties".
const MAX_WILDCARDS: usize = 4;
/// The shortest time in the archive, in days. Source: Amazon ECR User Guide, "Image storage classes".
const MIN_ARCHIVED_DAYS: u64 = 90;

impl Policy {
    /// Reads and checks a policy text.
    ///
    /// # Errors
    /// `InvalidParameterException` with ECR's text for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let length = text.chars().count();
        if length < *LENGTH.start() {
            return Err(errors::invalid(
                "lifecyclePolicyText",
                format_args!("Member must have length greater than or equal to {}", LENGTH.start()),
            ));
        }
        if length > *LENGTH.end() {
            return Err(errors::invalid(
                "lifecyclePolicyText",
                format_args!("Member must have length less than or equal to {}", LENGTH.end()),
            ));
        }
        read(text).map_err(|failure| {
            errors::invalid("LifecyclePolicyText", format_args!("Lifecycle policy validation failure: {failure}"))
        })
    }
}

type Checked<T> = Result<T, String>;
type Object = Map<String, Value>;

fn read(text: &str) -> Checked<Policy> {
    const UNREADABLE: &str = "Could not map policyString into LifecyclePolicy.";
    let value: Value = serde_json::from_str(text).map_err(|_| UNREADABLE)?;
    let policy = value.as_object().ok_or(UNREADABLE)?;
    let Some(Value::Array(values)) = policy.get("rules") else {
        return Err(missing(&["rules"]));
    };
    let rules = values.iter().map(object).collect::<Checked<Vec<_>>>()?;
    for rule in &rules {
        members(rule, &["action", "rulePriority", "selection"], &["description"])?;
    }
    let mut read: Vec<Rule> = Vec::with_capacity(rules.len());
    for rule in rules {
        read.push(read_rule(rule)?);
    }
    check_together(&read)?;
    read.sort_by_key(|rule| rule.priority);
    Ok(Policy { rules: read })
}

fn read_rule(rule: &Object) -> Checked<Rule> {
    let priority = integer(member(rule, "rulePriority"), 1)?;
    let description = match rule.get("description") {
        None => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => return Err(wrong_type(other, "string")),
    };
    let action = read_action(object(member(rule, "action"))?)?;
    let selection = object(member(rule, "selection"))?;
    let (tag_status, storage_class, criterion) = read_selection(selection)?;
    let tags = read_tags(selection, tag_status)?;
    check_archive(storage_class, criterion, action)?;
    Ok(Rule { priority, description, tags, storage_class, criterion, action })
}

fn read_action(action: &Object) -> Checked<Action> {
    members(action, &["type"], &["targetStorageClass"])?;
    let kind = one_of(member(action, "type"), &["expire", "transition"])?;
    match (kind, action.get("targetStorageClass")) {
        ("expire", None) => Ok(Action::Expire),
        ("transition", Some(class @ Value::String(_))) => one_of(class, &["archive"]).map(|_| Action::Archive),
        _ => Err(NO_SCHEMA.to_owned()),
    }
}

const NO_SCHEMA: &str = "instance failed to match exactly one schema (matched 0 out of 2)";

fn read_selection(selection: &Object) -> Checked<(&str, StorageClass, Criterion)> {
    members(
        selection,
        &["countNumber", "countType", "tagStatus"],
        &["countUnit", "storageClass", "tagPatternList", "tagPrefixList"],
    )?;
    let tag_status = one_of(member(selection, "tagStatus"), &["any", "tagged", "untagged"])?;
    let storage_class = match selection.get("storageClass") {
        None => StorageClass::Standard,
        Some(class) if one_of(class, &["archive", "standard"])? == "archive" => StorageClass::Archive,
        Some(_) => StorageClass::Standard,
    };
    let count_type = member(selection, "countType").as_str().unwrap_or_default();
    let unit = selection.get("countUnit");
    let criterion: fn(u64) -> Criterion = match (count_type, unit) {
        ("imageCountMoreThan", None) => Criterion::ImageCountMoreThan,
        ("sinceImagePushed", Some(Value::String(_))) => Criterion::SinceImagePushed,
        ("sinceImagePulled", Some(Value::String(_))) => Criterion::SinceImagePulled,
        ("sinceImageTransitioned", Some(Value::String(_))) => Criterion::SinceImageTransitioned,
        _ => return Err(NO_SCHEMA.to_owned()),
    };
    if let Some(unit) = unit {
        one_of(unit, &["days"])?;
    }
    let number = integer(member(selection, "countNumber"), 1)?;
    Ok((tag_status, storage_class, criterion(number)))
}

fn read_tags(selection: &Object, tag_status: &str) -> Checked<TagSelection> {
    let list = |name| match selection.get(name) {
        None => Ok(None),
        Some(value) => strings(value).map(Some),
    };
    let (prefixes, patterns) = (list("tagPrefixList")?, list("tagPatternList")?);
    match (tag_status, prefixes, patterns) {
        ("any", None, None) => Ok(TagSelection::Any),
        ("untagged", None, None) => Ok(TagSelection::Untagged),
        ("tagged", Some(prefixes), None) if !prefixes.is_empty() => Ok(TagSelection::Prefixes(prefixes)),
        ("tagged", None, Some(patterns)) if !patterns.is_empty() => {
            if patterns.iter().any(|pattern| pattern.matches('*').count() > MAX_WILDCARDS) {
                // Inferred.
                return Err(format!("tagPatternList entries must have at most {MAX_WILDCARDS} wildcards (*)."));
            }
            Ok(TagSelection::Patterns(patterns))
        }
        // Inferred.
        ("tagged", Some(_), Some(_)) => {
            Err("Must specify only one of tagPrefixList and tagPatternList when tagStatus=TAGGED.".to_owned())
        }
        ("tagged", _, _) => Err("Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.".to_owned()),
        // Inferred.
        (_, prefixes, _) => {
            let name = if prefixes.is_some() { "tagPrefixList" } else { "tagPatternList" };
            Err(format!("{name} must be empty when tagStatus={}.", tag_status.to_uppercase()))
        }
    }
}

/// The archive has its own count type, and pulls only lead into it.
/// Source: Amazon ECR User Guide, "Lifecycle policy properties". Inferred: the texts.
fn check_archive(class: StorageClass, criterion: Criterion, action: Action) -> Checked<()> {
    let wrong = match (criterion, class, action) {
        (Criterion::SinceImageTransitioned(_), StorageClass::Standard, _) => {
            "countType=sinceImageTransitioned requires storageClass=archive."
        }
        (Criterion::SinceImageTransitioned(_), _, Action::Archive) => {
            "countType=sinceImageTransitioned requires action type expire."
        }
        (Criterion::SinceImageTransitioned(days), _, _) if days < MIN_ARCHIVED_DAYS => {
            return Err(format!(
                "numeric instance is lower than the required minimum (minimum: {MIN_ARCHIVED_DAYS}, found: {days})"
            ));
        }
        (Criterion::SinceImageTransitioned(_), _, _) => return Ok(()),
        (_, StorageClass::Archive, _) => "storageClass=archive requires countType=sinceImageTransitioned.",
        (Criterion::SinceImagePulled(_), _, Action::Expire) => {
            "countType=sinceImagePulled requires action type transition."
        }
        _ => return Ok(()),
    };
    Err(wrong.to_owned())
}

/// The checks over all rules.
fn check_together(rules: &[Rule]) -> Checked<()> {
    if rules.is_empty() {
        // Inferred: the schema's own words for an empty list.
        return Err("array is too short: must have at least 1 elements but instance has 0 elements".to_owned());
    }
    if rules.len() > MAX_RULES {
        // Inferred: the schema's own words for a list that is too long.
        return Err(format!(
            "array is too long: must have at most {MAX_RULES} elements but instance has {} elements",
            rules.len()
        ));
    }
    let mut priorities = BTreeSet::new();
    for rule in rules {
        if !priorities.insert(rule.priority) {
            // Inferred.
            return Err(format!("Duplicate rulePriority {}", rule.priority));
        }
    }
    for class in [StorageClass::Standard, StorageClass::Archive] {
        let rules: Vec<&Rule> = rules.iter().filter(|rule| rule.storage_class == class).collect();
        if rules.iter().filter(|rule| rule.tags == TagSelection::Untagged).count() > 1 {
            return Err("Only one rule can select Untagged images per storage class.".to_owned());
        }
        let last = rules.iter().map(|rule| rule.priority).max();
        if rules.iter().any(|rule| rule.tags == TagSelection::Any && Some(rule.priority) != last) {
            return Err("Rule for tagStatus=ANY must have the lowest priority per storage class".to_owned());
        }
        let mut seen = BTreeSet::new();
        for rule in &rules {
            if let TagSelection::Prefixes(prefixes) = &rule.tags
                && prefixes.iter().any(|prefix| !seen.insert(prefix))
            {
                // Inferred.
                return Err("Rule prefixes must be unique".to_owned());
            }
        }
    }
    Ok(())
}

// The schema's checks, in the words of the library that ECR uses.

fn member<'a>(object: &'a Object, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

fn object(value: &Value) -> Checked<&Object> {
    value.as_object().ok_or_else(|| wrong_type(value, "object"))
}

fn wrong_type(value: &Value, allowed: &str) -> String {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("instance type ({kind}) does not match any allowed primitive type (allowed: [\"{allowed}\"])")
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| Value::from(*name).to_string()).collect();
    names.join(", ")
}

fn missing(names: &[&str]) -> String {
    format!("object has missing required properties ([{}])", quoted(names))
}

/// All of `required` are there, and nothing beside them but `optional`.
fn members(object: &Object, required: &[&str], optional: &[&str]) -> Checked<()> {
    let absent: Vec<&str> = required.iter().copied().filter(|name| !object.contains_key(*name)).collect();
    if !absent.is_empty() {
        return Err(missing(&absent));
    }
    let known = |name: &&str| required.contains(name) || optional.contains(name);
    let mut unknown: Vec<&str> = object.keys().map(String::as_str).filter(|name| !known(name)).collect();
    unknown.sort_unstable();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!("object instance has properties which are not allowed by the schema: ([{}])", quoted(&unknown)))
}

fn one_of<'a>(value: &'a Value, allowed: &[&str]) -> Checked<&'a str> {
    let text = value.as_str().ok_or_else(|| wrong_type(value, "string"))?;
    if allowed.contains(&text) {
        return Ok(text);
    }
    Err(format!("instance value ({text}) not found in enum :(possible values: [{}])", quoted(allowed)))
}

fn integer(value: &Value, minimum: u64) -> Checked<u64> {
    let Value::Number(number) = value else { return Err(wrong_type(value, "integer")) };
    match (number.as_u64(), number.as_i64()) {
        (Some(number), _) if number >= minimum => Ok(number),
        (None, None) => Err(wrong_type(value, "integer")),
        _ => Err(format!("numeric instance is lower than the required minimum (minimum: {minimum}, found: {number})")),
    }
}

fn strings(value: &Value) -> Checked<Vec<String>> {
    let Value::Array(values) = value else { return Err(wrong_type(value, "array")) };
    values.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(|| wrong_type(value, "string"))).collect()
}
