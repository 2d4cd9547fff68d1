//! The simulated AWS accounts: what they hold, the one door to them, the trail and the clock.
//!
//! Nothing here has files, threads, a wall clock or global state. Every request, whoever makes it, goes through
//! [`Cloud::call`] (or [`Cloud::call_wire`], which is the same door for requests in AWS's JSON shapes).

mod account;
mod alarms;
mod blob;
mod door;
mod error;
mod home;
mod id;
pub(crate) mod model;
mod partition;
pub(crate) mod percent;
mod principal;
mod time;
mod trail;
mod wire;

pub mod autoscaling;
pub mod cloudtrail;
pub mod costs;
pub mod ec2;
pub mod ecr;
pub mod ecr_public;
pub mod ecs;
pub mod eks;
pub mod events;
pub mod iam;
pub mod kms;
pub mod lambda;
pub mod logs;
pub mod net;
pub mod oci;
pub mod organizations;
pub mod s3;
pub mod secretsmanager;
pub mod sts;
pub mod upstream;

pub use account::{Account, Regional};
pub use blob::{Blob, Digest};
pub use door::{Authorization, NotSimulated, Operation, Service};
pub use error::ApiError;
pub use id::{AccountId, Arn, Region};
pub use partition::{Partition, REGIONS, is_region};
pub use principal::{Caller, Origin, Principal};
pub use time::{Duration, Timestamp};
pub use trail::{Event, EventKind, RequestEvent, Sender, Trail};

pub(crate) use door::operations;

use std::collections::BTreeMap;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Every simulated account, and the time they share. Cheap to clone: entities and blobs are shared until written.
#[derive(Clone, Debug)]
pub struct Cloud {
    now: Timestamp,
    rng: ChaCha8Rng,
    accounts: BTreeMap<AccountId, Arc<Account>>,
    organization: Option<Arc<organizations::Organization>>,
    outside: Arc<upstream::Outside>,
    trail: Trail,
}

impl Cloud {
    /// An empty cloud at [`Timestamp::START`]. The same seed gives the same ids and tokens, always.
    pub fn new(seed: u64) -> Self {
        Self {
            now: Timestamp::START,
            rng: ChaCha8Rng::seed_from_u64(seed),
            accounts: BTreeMap::new(),
            organization: None,
            outside: Arc::default(),
            trail: Trail::default(),
        }
    }

    /// The simulated time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What has happened, oldest first.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Writes something that was not a request (a task's state, a lifecycle run) to the trail.
    pub(crate) fn record(&mut self, kind: EventKind) {
        self.trail.push(self.now, kind);
    }

    /// The account, made empty on first sight.
    pub fn account_mut(&mut self, id: &AccountId) -> &mut Account {
        let account = self.accounts.entry(id.clone()).or_insert_with(|| Arc::new(Account::new(id.clone())));
        Arc::make_mut(account)
    }

    /// The account, if it exists.
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id).map(Arc::as_ref)
    }

    /// What an account has in a region, if anything was ever made there.
    pub fn regional(&self, account: &AccountId, region: &Region) -> Option<&Regional> {
        self.account(account)?.region(region)
    }

    /// What an account has in a region, made empty on first use.
    pub fn regional_mut(&mut self, account: &AccountId, region: &Region) -> &mut Regional {
        self.account_mut(account).region_mut(region)
    }

    /// All accounts, by id.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(Arc::as_ref)
    }

    /// What the registries outside of the accounts know of those who come.
    pub fn outside(&self) -> &upstream::Outside {
        &self.outside
    }

    /// The same, to write to.
    pub fn outside_mut(&mut self) -> &mut upstream::Outside {
        Arc::make_mut(&mut self.outside)
    }

    /// `len` bytes from the seeded generator (tokens).
    pub(crate) fn random_bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// `len` lower-case hexadecimal digits from the seeded generator (task ids, request ids).
    pub(crate) fn random_hex(&mut self, len: usize) -> String {
        (0..len).map(|_| char::from_digit(self.rng.next_u32() % 16, 16).unwrap_or('0')).collect()
    }

    /// An id of EC2's: `vpc-0` and 16 hexadecimal digits. Source: Amazon EC2 User Guide, "Resource IDs": the long ids, which
    /// begin with a zero so far.
    pub(crate) fn random_ec2_id(&mut self, kind: &str) -> String {
        let digits = self.random_hex(17);
        format!("{kind}-0{}", digits.get(1..).unwrap_or_default())
    }

    /// `len` upper-case letters and digits as AWS's unique ids use them (`AIDA…`, `AROA…`).
    pub(crate) fn random_id(&mut self, len: usize) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        (0..len)
            .map(|_| {
                let index = (self.rng.next_u32() % 32) as usize;
                ALPHABET.get(index).copied().map_or('A', char::from)
            })
            .collect()
    }

    /// A random UUID, as services name requests, revisions and attachments.
    pub(crate) fn random_uuid(&mut self) -> String {
        let parts: Vec<String> = [8, 4, 3, 3, 12].into_iter().map(|len| self.random_hex(len)).collect();
        match parts.as_slice() {
            [a, b, c, d, e] => format!("{a}-{b}-4{c}-a{d}-{e}"),
            _ => String::new(),
        }
    }

    /// A secret access key: 40 characters of base64's alphabet.
    pub(crate) fn random_secret(&mut self) -> String {
        self.random_base64(40)
    }

    /// `len` characters of base64's alphabet (secrets, session tokens).
    pub(crate) fn random_base64(&mut self, len: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..len)
            .map(|_| {
                let index = (self.rng.next_u32() % 64) as usize;
                ALPHABET.get(index).copied().map_or('A', char::from)
            })
            .collect()
    }

    /// Moves the time forward and lets everything due happen, in a fixed order: tasks and services, scans, lifecycle runs.
    ///
    /// Time moves in steps to each next due moment, so that one `advance(1 h)` and sixty `advance(1 min)` end alike.
    pub fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        while let Some(due) = self.next_due().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            ecs::tick(self);
            eks::tick(self);
            ecr::tick(self);
            lambda::tick(self);
        }
        self.now = end;
    }

    fn next_due(&self) -> Option<Timestamp> {
        [ecs::next_due(self), eks::next_due(self), ecr::next_due(self), lambda::next_due(self)]
            .into_iter()
            .flatten()
            .min()
    }
}
