//! The world as a picture, before any pixel: what stands where, what it says, what can be pointed at.
//!
//! A [`Scene`] is laid out from [`Facts`], which are read from a world. It knows no colours (it names [`Tone`]s), no
//! fonts and no engine, so it is tested without a window. `game` draws it, [`ui`] lets people point at it, and
//! [`motion`] moves things over it. Units are logical pixels at zoom 1, y down.

pub mod camera;
pub mod facts;
mod layout;
pub mod measure;
pub mod motion;
pub mod paint;
pub mod road;
pub mod select;
pub mod ui;

use std::collections::BTreeMap;

use egui::{Pos2, Rect};

use crate::cloud::Digest;
use crate::cloud::eks::Key;
use crate::text::Words;

pub use facts::Facts;

/// Everything that is drawn, in painting order.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// What stands in the picture, the rearmost first.
    pub nodes: Vec<Node>,
    /// The ways that requests and layers take, drawn under all nodes.
    pub links: Vec<Link>,
    /// What is not drawn because there is too much, and what stands for it.
    pub hidden: BTreeMap<NodeId, NodeId>,
    /// What the camera must show to show everything.
    pub bounds: Rect,
}

impl Default for Scene {
    /// Nothing at all.
    fn default() -> Self {
        Self { nodes: Vec::new(), links: Vec::new(), hidden: BTreeMap::new(), bounds: Rect::ZERO }
    }
}

/// A thing in the picture. It keeps its id for as long as the thing exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// The learner's machine.
    Laptop,
    /// An image on it, by its id.
    Image(Digest),
    /// A layer of an image on it, counted from the base.
    ImageLayer(Digest, usize),
    /// IAM, on the way from somewhere to the registry.
    Gate(Side),
    /// The private registry.
    Registry,
    /// A repository, by name.
    Repository(String),
    /// A tag in a repository.
    Tag(String, String),
    /// A layer that a repository's images use.
    RepositoryLayer(String, Digest),
    /// The bucket behind the registry.
    Store,
    /// A blob in it.
    Object(Digest),
    /// ECR Public.
    Gallery,
    /// The network that the compute stands in.
    Vpc,
    /// A part of it, by id.
    Subnet(String),
    /// The routes of a subnet, by the subnet's id.
    Routes(String),
    /// The network ACL of a subnet, by the subnet's id; only where it does not let everything pass.
    Acl(String),
    /// The way to the internet, by id.
    InternetGateway(String),
    /// A way to it for those without a public address, by id.
    NatGateway(String),
    /// A VPC endpoint, by id.
    Endpoint(String),
    /// The sign on what stops the newest connection.
    Stop(Box<NodeId>),
    /// An EC2 instance, by id.
    Instance(String),
    /// Fargate, by the cluster it serves and the subnet.
    Fargate(String, String),
    /// Lambda.
    Lambda,
    /// A function, by name.
    Function(String),
    /// EKS's clusters, where there are more than are drawn.
    Clusters,
    /// A cluster of EKS, by name.
    Cluster(String),
    /// A deployment of a cluster of EKS.
    Deployment(String, Key),
    /// A pod of a cluster of EKS.
    Pod(String, Key),
    /// Fargate, by the cluster of EKS whose pods it runs, and the subnet.
    PodFargate(String, String),
    /// A task, by id.
    Task(String),
    /// A step of a task's life, by the task's id and the place in [`facts::STEPS`].
    Step(String, usize),
    /// "and so many more" of a thing's children.
    More(Box<NodeId>),
}

/// Which way a gate stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Between the laptop and the registry.
    Laptop,
    /// Between the VPC and the registry.
    Compute,
}

/// A thing, its shape and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: NodeId,
    pub rect: Rect,
    pub surface: Surface,
    pub tone: Tone,
    pub labels: Vec<Label>,
    /// What is told when someone points at it; also its accessible name. Empty for decoration.
    pub hover: String,
}

/// What kind of shape a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A raised card with a border in the node's tone.
    Card,
    /// A darker box inside a card.
    Inset,
    /// A box that is not filled yet: a dashed outline.
    Empty,
    /// A rounded label.
    Chip,
    /// A solid bar or tile in the node's tone.
    Block,
    /// A dashed frame around cards.
    Frame,
    /// A part of a frame.
    Zone,
    /// The round gate.
    Gate,
    /// A round sign over something.
    Sign,
    /// Nothing but its labels.
    Bare,
}

/// What something is about; `paint` knows the colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tone {
    Ink,
    Mute,
    Line,
    Ecr,
    S3,
    Iam,
    Ecs,
    Denied,
    Allowed,
    /// A layer: the colour comes from its digest.
    Layer(Digest),
    /// Text on a layer.
    OnLayer,
    /// A sign on a ground in the tone of what is denied.
    OnDenied,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub text: String,
    /// The baseline's left end, middle or right end, as `align` says.
    pub at: Pos2,
    pub size: f32,
    pub weight: Weight,
    pub tone: Tone,
    pub align: Align,
}

impl Label {
    /// The box around the line.
    pub fn rect(&self) -> Rect {
        if self.weight == Weight::Icon {
            return Rect::from_center_size(self.at, egui::Vec2::splat(self.size));
        }
        let width = measure::width(&self.text, self.size, self.weight);
        let left = match self.align {
            Align::Left => self.at.x,
            Align::Center => self.at.x - width / 2.0,
            Align::Right => self.at.x - width,
        };
        let top = self.at.y - measure::BASELINE * self.size;
        Rect::from_min_size(Pos2::new(left, top), egui::vec2(width, measure::LINE_HEIGHT * self.size))
    }
}

/// How thick letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    Regular,
    SemiBold,
    Bold,
    /// Not letters: one sign of the icon font, and `at` is its middle.
    Icon,
}

/// Where a label's `at` is on its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

/// A way between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// What it joins, in the order of its points.
    pub joins: (NodeId, NodeId),
    pub points: Vec<Pos2>,
    pub kind: LinkKind,
    pub traffic: Traffic,
}

/// What kind of way it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Between the large parts of the picture.
    Pipe,
    /// Within a network, in the tone of where it leads.
    Road(Tone),
}

/// What came of the newest that went along a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Traffic {
    /// Nothing that would be shown.
    Quiet,
    /// It arrived.
    Passed,
    /// It was denied, or stopped further on.
    Denied,
}

/// How the picture is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Laptop, registry, VPC from left to right, a gate on either side of the registry.
    Wide,
    /// Laptop above the VPC, one gate for both.
    Narrow,
}

impl Scene {
    /// Lays out what is there for a window of `room` logical pixels: wide, unless that would make the text too small.
    pub fn of(facts: &Facts, words: &Words, room: egui::Vec2) -> Self {
        let wide = Self::arranged(facts, words, Arrangement::Wide);
        if camera::fit_zoom(wide.bounds, room) >= camera::READABLE {
            return wide;
        }
        let narrow = Self::arranged(facts, words, Arrangement::Narrow);
        if camera::fit_zoom(narrow.bounds, room) > camera::fit_zoom(wide.bounds, room) { narrow } else { wide }
    }

    /// Lays out in the given arrangement.
    pub fn arranged(facts: &Facts, words: &Words, arrangement: Arrangement) -> Self {
        layout::layout(facts, words, arrangement)
    }

    /// The node with this id.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// Where `id` is, or what stands for it when it is not drawn itself (capped, gone, or merged).
    pub fn place(&self, id: &NodeId) -> Option<Rect> {
        if let Some(node) = self.node(id) {
            return Some(node.rect);
        }
        if let Some(shown) = self.hidden.get(id) {
            return self.node(shown).map(|node| node.rect).or_else(|| self.place(&NodeId::Vpc));
        }
        let stand_in = match id {
            NodeId::Laptop | NodeId::Registry => return None,
            NodeId::Function(_) => NodeId::Lambda,
            NodeId::Lambda => NodeId::Registry,
            NodeId::Image(_) | NodeId::ImageLayer(..) => NodeId::Laptop,
            NodeId::Gate(Side::Compute) => NodeId::Gate(Side::Laptop),
            NodeId::Gate(Side::Laptop) | NodeId::Repository(_) | NodeId::Gallery | NodeId::Vpc => NodeId::Registry,
            NodeId::Tag(name, _) | NodeId::RepositoryLayer(name, _) => NodeId::Repository(name.clone()),
            NodeId::Store => NodeId::Registry,
            NodeId::Object(_) => NodeId::Store,
            NodeId::Routes(subnet)
            | NodeId::Acl(subnet)
            | NodeId::Fargate(_, subnet)
            | NodeId::PodFargate(_, subnet) => NodeId::Subnet(subnet.clone()),
            NodeId::Deployment(cluster, _) | NodeId::Pod(cluster, _) => NodeId::Cluster(cluster.clone()),
            NodeId::Clusters | NodeId::Cluster(_) => NodeId::Vpc,
            NodeId::Step(task, _) => NodeId::Task(task.clone()),
            NodeId::Subnet(_)
            | NodeId::InternetGateway(_)
            | NodeId::NatGateway(_)
            | NodeId::Endpoint(_)
            | NodeId::Instance(_)
            | NodeId::Task(_) => NodeId::Vpc,
            NodeId::Stop(of) => of.as_ref().clone(),
            NodeId::More(of) => of.as_ref().clone(),
        };
        self.place(&stand_in)
    }

    /// The way from one place to another: along the link between what they stand in, where there is one.
    pub fn way(&self, from: &NodeId, to: &NodeId) -> Option<Vec<Pos2>> {
        let (start, end) = (self.place(from)?.center(), self.place(to)?.center());
        let (a, b) = (self.trunk(from), self.trunk(to));
        let mut way = vec![start];
        for link in &self.links {
            if link.joins == (a.clone(), b.clone()) {
                way.extend(&link.points);
            } else if link.joins == (b.clone(), a.clone()) {
                way.extend(link.points.iter().rev());
            }
        }
        way.push(end);
        way.dedup();
        Some(way)
    }

    /// What a thing stands in, as links name it.
    fn trunk(&self, id: &NodeId) -> NodeId {
        match id {
            NodeId::Laptop | NodeId::Image(_) | NodeId::ImageLayer(..) => NodeId::Laptop,
            NodeId::Gate(Side::Compute) if self.node(id).is_none() => NodeId::Gate(Side::Laptop),
            NodeId::Registry | NodeId::Repository(_) | NodeId::Tag(..) | NodeId::RepositoryLayer(..) => {
                NodeId::Registry
            }
            NodeId::Store | NodeId::Object(_) => NodeId::Store,
            NodeId::Task(_) | NodeId::Step(..) | NodeId::Pod(..) | NodeId::Deployment(..) => {
                self.card_of(id).unwrap_or_else(|| id.clone())
            }
            NodeId::Function(_) | NodeId::Lambda => NodeId::Lambda,
            NodeId::More(of) | NodeId::Stop(of) => self.trunk(of),
            NodeId::Gate(_)
            | NodeId::Gallery
            | NodeId::Vpc
            | NodeId::Subnet(_)
            | NodeId::Routes(_)
            | NodeId::Acl(_)
            | NodeId::InternetGateway(_)
            | NodeId::NatGateway(_)
            | NodeId::Endpoint(_)
            | NodeId::Clusters
            | NodeId::Cluster(_)
            | NodeId::Instance(_)
            | NodeId::PodFargate(..)
            | NodeId::Fargate(..) => id.clone(),
        }
    }

    /// The card that a thing lies on.
    fn card_of(&self, id: &NodeId) -> Option<NodeId> {
        let at = self.place(id)?.center();
        let card = self.nodes.iter().find(|node| node.surface == Surface::Card && node.rect.contains(at))?;
        Some(card.id.clone())
    }

    /// The foremost node at `at` that has something to tell.
    pub fn hit(&self, at: Pos2) -> Option<&Node> {
        self.nodes.iter().rev().find(|node| !node.hover.is_empty() && node.rect.contains(at))
    }
}

#[cfg(test)]
pub(crate) mod tests;
