//! From a thing in the picture to what the inspector shows.

use super::NodeId;
use crate::app::{Intent, Selection};
use crate::cloud::{AccountId, Origin, Region};
use crate::world::World;

/// What a click on `id` wants; nothing for things that have no page of their own.
pub fn intent(id: &NodeId, world: &World) -> Option<Intent> {
    selection(id, world).map(|selection| Intent::Inspect(Some(selection)))
}

fn selection(id: &NodeId, world: &World) -> Option<Selection> {
    let region = Region::home();
    let account = AccountId::home();
    let regional = || world.cloud.account(&account)?.region(&region);
    Some(match id {
        NodeId::Laptop => Selection::Laptop,
        NodeId::Image(id) | NodeId::ImageLayer(id, _) => Selection::LocalImage(id.clone()),
        NodeId::Gate(side) => match newest_denial(world, *side) {
            Some(number) => Selection::Event(number),
            None => Selection::Gate,
        },
        NodeId::Registry => Selection::Registry,
        NodeId::Store => Selection::Store,
        NodeId::Object(digest) | NodeId::RepositoryLayer(_, digest) => Selection::Layer(digest.clone()),
        NodeId::Repository(name) => Selection::Repository(name.clone()),
        NodeId::Tag(name, tag) => {
            let digest = regional()?.ecr.repository(name)?.tags.get(tag)?.clone();
            Selection::Image { repository: name.clone(), digest }
        }
        NodeId::Instance(id) => Selection::Instance(id.clone()),
        NodeId::Fargate(cluster) => Selection::Cluster(cluster.clone()),
        NodeId::Task(id) => {
            let task = regional()?.ecs.clusters().find_map(|cluster| cluster.task(id))?;
            Selection::Task(task.arn.clone())
        }
        NodeId::More(of) => return selection(of, world),
        NodeId::Gallery | NodeId::Vpc => return None,
    })
}

/// The newest request through this gate, if IAM denied it.
fn newest_denial(world: &World, side: super::Side) -> Option<u64> {
    let here = |origin: &Origin| match side {
        super::Side::Laptop => *origin == Origin::Laptop,
        super::Side::Compute => matches!(origin, Origin::Instance(_) | Origin::Fargate(_)),
    };
    let asked = |request: &crate::cloud::RequestEvent| here(&request.caller.origin) && !request.decisions.is_empty();
    let (event, request) = world.cloud.trail().requests().rev().find(|(_, request)| asked(request))?;
    request.denial().map(|_| event.number)
}
