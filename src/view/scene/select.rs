//! From a thing in the picture to what the inspector shows.

use super::NodeId;
use crate::app::{Intent, Selection};
use crate::cloud::{AccountId, Origin, Region, Regional};
use crate::world::World;

/// What a click on `id` wants; nothing for things that have no page of their own.
pub fn intent(id: &NodeId, world: &World) -> Option<Intent> {
    selection(id, world).map(|selection| Intent::Inspect(Some(selection)))
}

/// The page of what a request came from, where that stands in the picture.
pub fn origin(origin: &Origin, world: &World) -> Option<Selection> {
    selection(&super::road::node_of(&world.cloud, origin)?, world)
}

fn selection(id: &NodeId, world: &World) -> Option<Selection> {
    let region = Region::home();
    let account = AccountId::home();
    let regional = || world.cloud.regional(&account, &region);
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
        NodeId::Instance(id) => node(regional()?, id).unwrap_or_else(|| Selection::Instance(id.clone())),
        NodeId::Clusters => Selection::EksClusters,
        NodeId::Cluster(name) | NodeId::PodFargate(name, _) => Selection::EksCluster(name.clone()),
        NodeId::Deployment(cluster, key) => Selection::Deployment { cluster: cluster.clone(), deployment: key.clone() },
        NodeId::Pod(cluster, key) => Selection::Pod { cluster: cluster.clone(), pod: key.clone() },
        NodeId::Fargate(cluster, _) => Selection::Cluster(cluster.clone()),
        NodeId::Lambda => Selection::Functions,
        NodeId::Function(name) => Selection::Function(name.clone()),
        NodeId::Vpc => Selection::Vpc(super::facts::shown_vpc(regional()?)?),
        NodeId::Acl(subnet) => Selection::NetworkAcl(regional()?.net.subnet(subnet)?.acl.clone()),
        NodeId::Subnet(id) => Selection::Subnet(id.clone()),
        NodeId::Routes(subnet) => Selection::RouteTable(regional()?.net.route_table_of(subnet)?.id.clone()),
        NodeId::InternetGateway(id) => Selection::InternetGateway(id.clone()),
        NodeId::NatGateway(id) => Selection::NatGateway(id.clone()),
        NodeId::Endpoint(id) => Selection::Endpoint(id.clone()),
        NodeId::Stop(of) => match stopped_at(of, world) {
            Some(number) => Selection::Event(number),
            None => return selection(of, world),
        },
        NodeId::Task(id) | NodeId::Step(id, _) => {
            let task = regional()?.ecs.clusters().find_map(|cluster| cluster.task(id))?;
            Selection::Task(task.arn.clone())
        }
        NodeId::More(of) => return selection(of, world),
        NodeId::Gallery => return None,
    })
}

/// The page of the Kubernetes node that an EC2 instance is.
fn node(regional: &Regional, instance: &str) -> Option<Selection> {
    regional.eks.clusters().find_map(|cluster| {
        let node = super::facts::eks_node(cluster, instance)?;
        Some(Selection::Node { cluster: cluster.name.clone(), name: node.metadata.name.clone() })
    })
}

/// The newest connection that a thing stopped.
fn stopped_at(obstacle: &NodeId, world: &World) -> Option<u64> {
    let regional = world.cloud.account(&AccountId::home())?.region(&Region::home())?;
    let roads = super::road::newest(&world.cloud, &regional.net);
    roads.iter().rev().find(|road| road.obstacle() == Some(obstacle)).map(|road| road.event)
}

/// The newest request through this gate, if IAM denied it.
fn newest_denial(world: &World, side: super::Side) -> Option<u64> {
    let here = |origin: &Origin| match side {
        super::Side::Laptop => *origin == Origin::Laptop,
        super::Side::Compute => matches!(origin, Origin::Instance(_) | Origin::Fargate(_) | Origin::Function(_)),
    };
    let asked = |request: &crate::cloud::RequestEvent| here(&request.caller.origin) && !request.decisions.is_empty();
    let (event, request) = world.cloud.trail().requests().rev().find(|(_, request)| asked(request))?;
    request.denial().map(|_| event.number)
}
