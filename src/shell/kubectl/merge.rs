//! The three-way merge of `kubectl apply`: what the manifest says, without what it said before and says no more, over what
//! there is. Source: Kubernetes, "Declarative Management of Kubernetes Objects", "How apply calculates differences".

use serde_json::{Map, Value};

/// Merges a manifest into a live object, given what was applied before.
pub(super) fn merge(live: &Value, before: &Value, new: &Value) -> Value {
    match (live, new) {
        (Value::Object(live), Value::Object(new)) => {
            let empty = Map::new();
            let before = before.as_object().unwrap_or(&empty);
            let mut merged = live.clone();
            for name in before.keys().filter(|name| !new.contains_key(*name)) {
                merged.remove(name);
            }
            for (name, value) in new {
                let old = live.get(name).unwrap_or(&Value::Null);
                let earlier = before.get(name).unwrap_or(&Value::Null);
                merged.insert(name.clone(), merge(old, earlier, value));
            }
            Value::Object(merged)
        }
        (Value::Array(live), Value::Array(new)) if by_name(new) => {
            // Containers and their like are told apart by their names.
            let named =
                |items: &[Value], name: &Value| items.iter().find(|item| item.get("name") == Some(name)).cloned();
            let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
            let merged = new.iter().map(|item| {
                let name = item.get("name").unwrap_or(&Value::Null);
                let old = named(live, name).unwrap_or(Value::Null);
                merge(&old, &named(before, name).unwrap_or(Value::Null), item)
            });
            Value::Array(merged.collect())
        }
        (_, new) => new.clone(),
    }
}

fn by_name(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.get("name").is_some_and(Value::is_string))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_manifest_says_no_more_goes_and_what_others_set_stays() {
        let live =
            json!({"spec": {"replicas": 5, "paused": true, "containers": [{"name": "web", "image": "a", "x": 1}]}});
        let before = json!({"spec": {"paused": true, "containers": [{"name": "web", "image": "a"}]}});
        let new = json!({"spec": {"containers": [{"name": "web", "image": "b"}]}});
        let expect = json!({"spec": {"replicas": 5, "containers": [{"name": "web", "image": "b", "x": 1}]}});
        assert_eq!(merge(&live, &before, &new), expect);
    }
}
