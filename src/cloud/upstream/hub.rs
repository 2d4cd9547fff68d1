//! Docker Hub's limit of pulls: so many in six hours for each address, or for each account of those who log in.
//! Source: Docker documentation, "Docker Hub pull usage and limits".

use std::collections::{BTreeMap, VecDeque};

use crate::cloud::net::{Journey, Road};
use crate::cloud::{AccountId, Duration, Region, Timestamp};

/// As images name it.
pub(in crate::cloud) const HOST: &str = "docker.io";
/// The time in which pulls are counted.
const WINDOW: Duration = Duration::hours(6);

/// Whose pulls are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cloud) enum Puller {
    /// Whoever comes from a public address.
    Address(String),
    /// Whoever logs in, by user name.
    Account(String),
}

impl Puller {
    /// Who a connection from a network counts as: of all that go out by one NAT gateway it shows the gateway's address. One
    /// that goes out by itself has a public address of its own, which its place in the network stands for.
    pub(in crate::cloud) fn on(journey: &Journey, account: &AccountId, region: &Region) -> Option<Self> {
        let seen = match journey.road()? {
            Road::NatGateway(id) => id.to_owned(),
            _ => format!("{}/{}", journey.from.subnet, journey.from.address),
        };
        Some(Self::Address(format!("{account}/{region}/{seen}")))
    }

    fn limit(&self) -> usize {
        match self {
            Self::Address(_) => 100,
            Self::Account(_) => 200,
        }
    }
}

/// The pulls that count.
#[derive(Clone, Debug, Default)]
pub(in crate::cloud) struct DockerHub {
    pulls: BTreeMap<Puller, VecDeque<Timestamp>>,
}

impl DockerHub {
    /// Whether a pull is answered; then it counts.
    pub(in crate::cloud) fn pull(&mut self, who: Puller, now: Timestamp) -> bool {
        let limit = who.limit();
        let pulls = self.pulls.entry(who).or_default();
        while pulls.front().is_some_and(|at| *at + WINDOW <= now) {
            pulls.pop_front();
        }
        let answered = pulls.len() < limit;
        if answered {
            pulls.push_back(now);
        }
        answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_100_pulls_in_six_hours_and_an_account_200() {
        let mut hub = DockerHub::default();
        for (who, limit) in [(Puller::Address("198.51.100.20".into()), 100), (Puller::Account("kim".into()), 200)] {
            let answered = (0..300).filter(|_| hub.pull(who.clone(), Timestamp::START)).count();
            assert_eq!(answered, limit);
            assert!(!hub.pull(who.clone(), Timestamp::START + Duration::hours(5)));
            assert!(hub.pull(who, Timestamp::START + Duration::hours(6)));
        }
        assert!(hub.pull(Puller::Address("198.51.100.21".into()), Timestamp::START));
    }
}
