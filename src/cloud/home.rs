//! Where a regional service keeps what it has: an account, a region in it, and the service that is spoken of.

use std::marker::PhantomData;

use super::{AccountId, Arn, Caller, Cloud, Region, Regional, net};

/// A service that keeps its state per account and region, as a name for types: see [`Home`].
pub(in crate::cloud) trait InRegion {
    /// What it keeps there.
    type State;

    /// Its name in an ARN, such as `ecs`.
    const NAME: &'static str;

    /// Its part of a region.
    fn of(regional: &Regional) -> &Self::State;

    /// Its part of a region, to be changed.
    fn of_mut(regional: &mut Regional) -> &mut Self::State;
}

/// An account and a region in it, as service `S` sees them: each service adds its own ways to its state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cloud) struct Home<S> {
    pub(in crate::cloud) account: AccountId,
    pub(in crate::cloud) region: Region,
    service: PhantomData<S>,
}

impl<S: InRegion> Home<S> {
    pub(in crate::cloud) fn new(account: AccountId, region: Region) -> Self {
        Self { account, region, service: PhantomData }
    }

    /// Where a caller's requests go.
    pub(in crate::cloud) fn of(caller: &Caller) -> Self {
        Self::new(caller.principal.account().clone(), caller.region.clone())
    }

    /// Every account's every region that is in use.
    pub(in crate::cloud) fn all(cloud: &Cloud) -> impl Iterator<Item = Self> {
        cloud
            .accounts()
            .flat_map(|account| account.regions().map(|(region, _)| Self::new(account.id().clone(), region.clone())))
    }

    /// `arn:PARTITION:SERVICE:REGION:ACCOUNT:{resource}`.
    pub(in crate::cloud) fn arn(&self, resource: &str) -> Arn {
        Arn::new(S::NAME, self.region.as_str(), self.account.as_str(), resource)
    }

    /// The service's state, if anything was ever made here.
    pub(in crate::cloud) fn state<'a>(&self, cloud: &'a Cloud) -> Option<&'a S::State> {
        cloud.regional(&self.account, &self.region).map(S::of)
    }

    pub(in crate::cloud) fn state_mut<'a>(&self, cloud: &'a mut Cloud) -> &'a mut S::State {
        S::of_mut(cloud.regional_mut(&self.account, &self.region))
    }

    /// The network, if anything was ever made here.
    pub(in crate::cloud) fn net<'a>(&self, cloud: &'a Cloud) -> Option<&'a net::State> {
        cloud.regional(&self.account, &self.region).map(|regional| &regional.net)
    }

    pub(in crate::cloud) fn net_mut<'a>(&self, cloud: &'a mut Cloud) -> &'a mut net::State {
        &mut cloud.regional_mut(&self.account, &self.region).net
    }
}
