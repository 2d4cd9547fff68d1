//! What the simulation's own operations ask IAM agrees with the table of which actions take which resources.

use ecr_quest::cloud::{Service, iam};
use ecr_quest::quest::{Catalogue, make_world};
use ecr_quest::text::{Lang, Words};

#[test]
fn every_question_of_the_quests_is_asked_on_a_resource_that_its_action_takes() {
    let words = Words::new(Lang::En);
    let catalogue = Catalogue::embedded();
    let mut seen = std::collections::BTreeSet::new();
    for quest in catalogue.quests() {
        let world = make_world(quest.seed, &quest.start, &words).unwrap();
        for decision in world.cloud.trail().requests().flat_map(|(_, request)| &request.decisions) {
            let resource = decision.resource.as_ref();
            assert!(iam::takes_resource(&decision.action, resource), "{} on {resource:?}", decision.action);
            seen.insert(decision.action.clone());
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn every_simulated_operation_of_these_services_is_a_known_action_or_needs_none() {
    let known = iam::known_actions();
    let is_known = |action: String| known.contains(&action);
    for (service, operations) in [
        (Service::Ecr, ecr_quest::cloud::ecr::SIMULATED),
        (Service::Ecs, ecr_quest::cloud::ecs::SIMULATED),
        (Service::Iam, iam::SIMULATED),
        (Service::Sts, ecr_quest::cloud::sts::SIMULATED),
    ] {
        for operation in operations {
            // It is allowed by `ecr:BatchGetImage`. Source: Service Authorization Reference.
            if *operation == "ListImageReferrers" {
                continue;
            }
            assert!(is_known(format!("{}:{operation}", service.name())), "{} {operation}", service.name());
        }
    }
}
