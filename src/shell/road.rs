//! A connection's way through the network, in the learner's language: leg by leg, and what would mend it.

use crate::cloud::Region;
use crate::cloud::net::{Answer, Destination, Journey, Leg, PassedOver, Target, Way};
use crate::text::{Arg, Words};

/// A line for each leg, an empty one, and what it comes to.
pub(crate) fn explain(words: &Words, journey: &Journey) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, leg) in journey.legs.iter().enumerate() {
        for (line, text) in self::lines(words, journey, leg).into_iter().enumerate() {
            lines.push(if line == 0 { format!("{}. {text}", at + 1) } else { format!("     {text}") });
        }
    }
    lines.extend([String::new(), conclusion(words, journey)]);
    lines
}

/// What stopped a connection, in a line; an empty one where nothing did.
#[cfg(feature = "view")]
pub(crate) fn obstacle(words: &Words, journey: &Journey) -> String {
    journey.obstacle().map(|leg| said(words, journey, leg)).unwrap_or_default()
}

/// A leg of the way in a line, and another for an endpoint that it passes over.
pub(crate) fn lines(words: &Words, journey: &Journey, leg: &Leg) -> Vec<String> {
    let mut lines = vec![said(words, journey, leg)];
    if let Leg::Name { answer: Answer::Public { passed_over: Some((endpoint, reason)) } } = leg {
        let key = match reason {
            PassedOver::Pending => "road-unused-pending",
            PassedOver::NoPrivateDns => "road-unused-no-private-dns",
            PassedOver::NoSubnet => "road-unused-no-subnet",
        };
        lines.push(words.with(key, &[("endpoint", endpoint.as_str().into())]));
    }
    lines
}

fn said(words: &Words, journey: &Journey, leg: &Leg) -> String {
    let address = || Arg::from(journey.address.to_string());
    let host = || Arg::from(journey.host.as_str());
    let text = |text: &str| Arg::from(text);
    match leg {
        Leg::Name { answer: Answer::Endpoint(id) } => {
            words.with("road-name-endpoint", &[("host", host()), ("endpoint", text(id)), ("address", address())])
        }
        Leg::Name { answer: Answer::Public { .. } } => {
            words.with("road-name-public", &[("host", host()), ("address", address())])
        }
        Leg::Egress { passes: Some(group), .. } => words.with("road-egress-passes", &[("group", text(group))]),
        Leg::Egress { groups, passes: None } => {
            words.with("road-egress-stops", &[("groups", listed(groups)), ("address", address())])
        }
        Leg::Route { table, target } => {
            let (key, id) = match target {
                None => ("road-route-stops", ""),
                Some(Target::Local) => ("road-route-local", ""),
                Some(Target::InternetGateway(id)) => ("road-route-internet-gateway", id.as_str()),
                Some(Target::NatGateway(id)) => ("road-route-nat", id.as_str()),
                Some(Target::Endpoint(id)) => ("road-route-endpoint", id.as_str()),
            };
            words.with(key, &[("table", text(table)), ("id", text(id)), ("address", address())])
        }
        Leg::Blackhole { table, target } => {
            words.with("road-blackhole", &[("table", text(table)), ("id", text(target_id(target)))])
        }
        Leg::Acl { acl, subnet, way, answer, rule, passes } => {
            let key = match (way, answer, passes) {
                (Way::Out, false, true) => "road-acl-out-passes",
                (Way::Out, false, false) => "road-acl-out-stops",
                (Way::In, false, true) => "road-acl-in-passes",
                (Way::In, false, false) => "road-acl-in-stops",
                (Way::In, true, true) => "road-acl-answer-in-passes",
                (Way::In, true, false) => "road-acl-answer-in-stops",
                (Way::Out, true, true) => "road-acl-answer-out-passes",
                (Way::Out, true, false) => "road-acl-answer-out-stops",
            };
            let rule = rule.map_or_else(|| "*".to_owned(), |rule| rule.to_string());
            words.with(key, &[("acl", text(acl)), ("subnet", text(subnet)), ("rule", rule.into())])
        }
        Leg::PublicAddress { gateway, has } => {
            let key = if *has { "road-public-address-passes" } else { "road-public-address-stops" };
            words.with(key, &[("gateway", text(gateway))])
        }
        Leg::Nat { gateway, subnet, gets_out } => {
            let key = if *gets_out { "road-nat-passes" } else { "road-nat-stops" };
            words.with(key, &[("gateway", text(gateway)), ("subnet", text(subnet))])
        }
        Leg::Ingress { passes: Some(group), .. } => words.with("road-ingress-passes", &[("group", text(group))]),
        Leg::Ingress { groups, passes: None, .. } => words.with(
            "road-ingress-stops",
            &[("groups", listed(groups)), ("from", text(&journey.from.address)), ("own", listed(&journey.from.groups))],
        ),
        Leg::Policy { endpoint, decision } => {
            let key = if decision.is_allowed() { "road-policy-passes" } else { "road-policy-stops" };
            words.with(key, &[("endpoint", text(endpoint)), ("action", text(&decision.action))])
        }
    }
}

/// What it comes to, and what would mend it.
pub(crate) fn conclusion(words: &Words, journey: &Journey) -> String {
    let passed_over = journey.legs.iter().find_map(|leg| match leg {
        Leg::Name { answer: Answer::Public { passed_over: Some((endpoint, _)) } } => Some(endpoint.as_str()),
        _ => None,
    });
    // The endpoint that is missing is one of the game's region: that of another does not help.
    let service = journey.to.service_name(&Region::home()).unwrap_or_default();
    let mut args = vec![
        ("host", Arg::from(journey.host.as_str())),
        ("subnet", journey.from.subnet.as_str().into()),
        ("service", service.into()),
        ("groups", listed(&journey.from.groups)),
        ("from", journey.from.address.as_str().into()),
        ("endpoint", passed_over.unwrap_or_default().into()),
    ];
    let key = match journey.obstacle() {
        None => "road-so-arrives",
        Some(Leg::Egress { .. }) => "road-so-egress",
        Some(Leg::Ingress { endpoint, groups, .. }) => {
            args.retain(|(name, _)| !matches!(*name, "endpoint" | "groups"));
            args.extend([("endpoint", endpoint.as_str().into()), ("groups", listed(groups))]);
            "road-so-ingress"
        }
        Some(Leg::Blackhole { table, target }) => {
            args.extend([("table", table.as_str().into()), ("id", target_id(target).into())]);
            "road-so-blackhole"
        }
        Some(Leg::Acl { acl, answer, .. }) => {
            args.push(("acl", acl.as_str().into()));
            if *answer { "road-so-acl-answer" } else { "road-so-acl" }
        }
        Some(Leg::PublicAddress { .. }) => "road-so-public-address",
        Some(Leg::Nat { .. }) => "road-so-nat",
        Some(Leg::Policy { endpoint, decision }) => {
            args.retain(|(name, _)| *name != "endpoint");
            args.extend([
                ("endpoint", endpoint.as_str().into()),
                ("action", decision.action.as_str().into()),
                ("resource", bucket(decision.resource.as_ref().map(|arn| arn.as_str()).unwrap_or_default()).into()),
            ]);
            "road-so-policy"
        }
        Some(Leg::Name { .. } | Leg::Route { .. }) => match (passed_over, journey.to) {
            (Some(_), _) => "road-so-route-unused",
            (None, Destination::Internet) => "road-so-route-internet",
            (None, Destination::S3) => "road-so-route-s3",
            (None, _) => "road-so-route",
        },
    };
    words.with(key, &args)
}

fn target_id(target: &Target) -> &str {
    match target {
        Target::Local => "local",
        Target::InternetGateway(id) | Target::NatGateway(id) | Target::Endpoint(id) => id,
    }
}

/// All objects of the bucket that an object is in.
fn bucket(object: &str) -> String {
    object.split_once('/').map_or_else(|| object.to_owned(), |(bucket, _)| format!("{bucket}/*"))
}

fn listed(ids: &[String]) -> Arg {
    Arg::from(ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "))
}
