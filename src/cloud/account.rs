//! One AWS account: the global IAM state and, per region, the services that live there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    AccountId, Region, autoscaling, ecr, ecr_public, ecs, eks, events, iam, kms, lambda, logs, net, s3, secretsmanager,
    sts,
};

/// An account. IAM and S3 bucket names are global to it, the rest is per region.
#[derive(Clone, Debug)]
pub struct Account {
    id: AccountId,
    /// Users, roles, policies.
    pub iam: iam::State,
    /// The temporary credentials that were given out.
    pub sts: sts::State,
    /// S3 buckets: their names are one space for all accounts, and they are found from every region.
    pub s3: s3::State,
    /// The public registry: one for all regions.
    pub public: Arc<ecr_public::State>,
    regions: BTreeMap<Region, Arc<Regional>>,
}

/// What an account has in one region.
#[derive(Clone, Debug, Default)]
pub struct Regional {
    /// Auto Scaling groups.
    pub autoscaling: autoscaling::State,
    /// The private registry.
    pub ecr: ecr::State,
    /// Clusters, task definitions, tasks, services.
    pub ecs: ecs::State,
    /// Kubernetes clusters and what runs in them.
    pub eks: eks::State,
    /// EventBridge's rules.
    pub events: events::State,
    /// KMS keys.
    pub kms: kms::State,
    /// Lambda functions.
    pub lambda: lambda::State,
    /// CloudWatch Logs groups.
    pub logs: logs::State,
    /// Secrets Manager's secrets.
    pub secrets: secretsmanager::State,
    /// VPCs and the instances in them.
    pub net: net::State,
    /// The layer store that stands behind the registry. AWS owns it; the account sees it only through ECR.
    pub layers: s3::LayerStore,
}

impl Account {
    pub(super) fn new(id: AccountId) -> Self {
        let iam = iam::State::new(&id);
        Self {
            id,
            iam,
            sts: sts::State::default(),
            s3: s3::State::default(),
            public: Arc::default(),
            regions: BTreeMap::new(),
        }
    }

    /// The 12-digit id.
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// What the account has in `region`, if anything was ever made there.
    pub fn region(&self, region: &Region) -> Option<&Regional> {
        self.regions.get(region).map(Arc::as_ref)
    }

    /// What the account has in `region`, made empty on first use.
    pub fn region_mut(&mut self, region: &Region) -> &mut Regional {
        Arc::make_mut(self.regions.entry(region.clone()).or_default())
    }

    /// The regions in use, by name.
    pub fn regions(&self) -> impl Iterator<Item = (&Region, &Regional)> {
        self.regions.iter().map(|(name, regional)| (name, regional.as_ref()))
    }
}
