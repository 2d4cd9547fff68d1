//! What has happened: every request with its decision, and every change that time brought.

use std::sync::Arc;

use serde_json::Value;

use super::eks::Key;
use super::iam::Decision;
use super::net::Journey;
use super::{Arn, Caller, Digest, Origin, Service, Timestamp};

/// Everything that has happened, oldest first. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    events: Vec<Arc<Event>>,
}

/// One entry of the trail.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub time: Timestamp,
    /// What.
    pub kind: EventKind,
}

/// What an entry tells.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A request came through the door.
    Request(Box<RequestEvent>),
    /// Bytes of a layer travelled: from the caller to the store (`PUT`), or from the store to the caller (`GET` of the
    /// pre-signed S3 address that `GetDownloadUrlForLayer` gave).
    Layer { caller: Caller, repository: String, digest: Digest, bytes: u64, upload: bool },
    /// A connection that did not arrive: from where, for which task, and how far it got.
    Unreached { origin: Origin, task: Option<Arn>, journey: Arc<Journey> },
    /// Credentials for a registry outside were of no use.
    Credentials(Box<super::upstream::Useless>),
    /// An ECS task changed its state.
    Task { task: Arn, status: String, reason: Option<String> },
    /// A Lambda function, or a version of it, changed its state; `UpdateFailed` when only its last change did not go through.
    Function { function: Arn, state: String, reason: Option<String> },
    /// A request came to the API server of a Kubernetes cluster: who asked, as IAM knows him, how it ended, and which
    /// objects the answer showed.
    Kubernetes {
        caller: Caller,
        cluster: Arn,
        verb: &'static str,
        object: String,
        error: Option<String>,
        shown: Arc<[Key]>,
    },
    /// A pod of a Kubernetes cluster changed its state: as `kubectl get pods` says it, with what stands behind it.
    Pod { cluster: Arn, namespace: String, pod: String, status: String, message: Option<String> },
    /// A service said something in its event list.
    ServiceMessage { service: Arn, message: String },
    /// A lifecycle policy removed images from a repository, or moved them to the archive.
    Lifecycle { repository: Arn, expired: Vec<Digest>, archived: Vec<Digest> },
    /// An image scan ended.
    Scan { repository: Arn, image: Digest },
}

/// A machine in the network that sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The address that the service saw.
    pub address: String,
    /// Whether it is a node of a Kubernetes cluster.
    pub is_kubelet: bool,
}

/// A request, who made it, what IAM said and how it ended.
#[derive(Clone, Debug)]
pub struct RequestEvent {
    /// Who, from where.
    pub caller: Caller,
    /// Which service.
    pub service: Service,
    /// Which operation, such as `PutImage`.
    pub operation: &'static str,
    /// The resource it named, if it names one.
    pub resource: Option<Arn>,
    /// IAM's decisions in the order asked. Empty for operations that need no permission.
    pub decisions: Vec<Arc<Decision>>,
    /// The error it ended with, if it did.
    pub error: Option<super::ApiError>,
    /// Whether it came as JSON from a client, as the `aws` command's requests do.
    pub is_wire: bool,
    /// Of a machine in the network: from which address it was seen to come then.
    pub sender: Option<Sender>,
    /// What was asked for, as CloudTrail keeps it: without secrets and bytes. None where the resource says it all.
    pub parameters: Option<Arc<Value>>,
    /// What a client's request that changed something was answered, kept in the same way.
    pub response: Option<Arc<Value>>,
    /// What the answer to a client showed, where that is known: the resources that it describes.
    pub shown: Arc<[Arn]>,
    /// It was only a try: where it fails there is another way, so its failure is the cause of nothing.
    pub is_try: bool,
}

impl RequestEvent {
    /// The decision that stopped the request, if IAM did.
    pub fn denial(&self) -> Option<&Arc<Decision>> {
        self.decisions.iter().find(|decision| !decision.is_allowed())
    }
}

impl Trail {
    pub(super) fn push(&mut self, time: Timestamp, kind: EventKind) {
        let number = self.events.len() as u64 + 1;
        self.events.push(Arc::new(Event { number, time, kind }));
    }

    pub(super) fn event_mut(&mut self, slot: usize) -> Option<&mut Event> {
        self.events.get_mut(slot).map(Arc::make_mut)
    }

    /// All entries, oldest first.
    pub fn events(&self) -> &[Arc<Event>] {
        &self.events
    }

    /// How many entries there are: the number of the newest.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The entries after number `cursor`.
    pub fn since(&self, cursor: u64) -> &[Arc<Event>] {
        self.events.get(cursor as usize..).unwrap_or_default()
    }

    /// All requests, oldest first.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = (&Event, &RequestEvent)> {
        self.events.iter().filter_map(|event| match &event.kind {
            EventKind::Request(request) => Some((event.as_ref(), request.as_ref())),
            _ => None,
        })
    }

    /// The newest connection that did not arrive.
    pub fn last_unreached(&self) -> Option<&Event> {
        let unreached = |event: &&Arc<Event>| matches!(event.kind, EventKind::Unreached { .. });
        self.events.iter().rev().find(unreached).map(Arc::as_ref)
    }

    /// The newest credentials for a registry outside that were of no use.
    pub fn last_useless(&self) -> Option<(&Event, &super::upstream::Useless)> {
        self.events.iter().rev().find_map(|event| match &event.kind {
            EventKind::Credentials(useless) => Some((event.as_ref(), useless.as_ref())),
            _ => None,
        })
    }

    /// The newest request that IAM denied, and that something failed by. What was only tried comes after all others.
    pub fn last_denial(&self) -> Option<(&Event, &RequestEvent)> {
        let denied =
            |is_try| move |(_, request): &(_, &RequestEvent)| request.is_try == is_try && request.denial().is_some();
        self.requests().rev().find(denied(false)).or_else(|| self.requests().rev().find(denied(true)))
    }

    /// Notes that nobody reads what the requests since `cursor` were answered: a program asked for itself.
    pub(super) fn hide_answers(&mut self, cursor: u64) {
        self.change_requests(cursor, |request| request.shown = Arc::default());
    }

    /// Notes that the requests since `cursor` were only tries.
    pub(super) fn call_tries(&mut self, cursor: u64) {
        self.change_requests(cursor, |request| request.is_try = true);
    }

    fn change_requests(&mut self, cursor: u64, change: impl Fn(&mut RequestEvent)) {
        for event in self.events.get_mut(cursor as usize..).unwrap_or_default() {
            if let EventKind::Request(request) = &mut Arc::make_mut(event).kind {
                change(request);
            }
        }
    }
}
