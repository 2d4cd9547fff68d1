//! An event on the bus: which rules it matches.

use serde_json::{Value, json};

use super::delivery::deliver;
use super::rule::Target;
use super::{Delivery, State};
use crate::cloud::{AccountId, Cloud, Digest, Region};

/// What somebody sends.
#[derive(Clone, Debug)]
pub(super) struct Emitted {
    pub(super) source: String,
    pub(super) detail_type: String,
    pub(super) resources: Vec<String>,
    pub(super) detail: Value,
}

fn state<'a>(cloud: &'a Cloud, account: &AccountId, region: &Region) -> Option<&'a State> {
    Some(&cloud.regional(account, region)?.events)
}

/// Whether anybody waits for events: where there are no rules, services need not even say what happened.
pub(super) fn is_heard(cloud: &Cloud, account: &AccountId, region: &Region) -> bool {
    state(cloud, account, region).is_some_and(|state| !state.rules.is_empty())
}

/// Sends an event, lets every rule that it matches deliver it, and gives its id.
pub(super) fn send(cloud: &mut Cloud, account: &AccountId, region: &Region, emitted: Emitted) -> String {
    let now = cloud.now();
    let state = &mut cloud.regional_mut(account, region).events;
    state.sent += 1;
    let hex = Digest::of(format!("{account}/{region}/{}/{}", state.sent, now.as_millis()).as_bytes()).hex();
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    let id = format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32));
    let event = json!({
        "version": "0",
        "id": id,
        "detail-type": emitted.detail_type,
        "source": emitted.source,
        "account": account,
        "time": now.civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": region,
        "resources": emitted.resources,
        "detail": emitted.detail,
    });
    let matched: Vec<(String, Vec<Target>)> = state
        .rules()
        .filter(|rule| rule.is_enabled && rule.pattern.matches(&event))
        .map(|rule| (rule.name.clone(), rule.targets.values().cloned().collect()))
        .collect();
    for (name, targets) in matched {
        let note = |cloud: &mut Cloud, delivery: Option<Delivery>| {
            let state = &mut cloud.regional_mut(account, region).events;
            let Some(rule) = state.rule_mut(&name) else { return };
            match delivery {
                Some(delivery) => rule.note(delivery),
                None => rule.triggered += 1,
            }
        };
        note(cloud, None);
        for target in targets {
            let outcome = deliver(cloud, account, region, &target, &event);
            note(cloud, Some(Delivery { time: now, event: id.clone(), target: target.id, outcome }));
        }
    }
    id
}
