//! The way from whoever pulls to the layer store behind a registry.

use std::sync::Arc;

use super::Registry;
use crate::cloud::net::{self, Destination, Journey, Leg, Place, Question};
use crate::cloud::oci::Reference;
use crate::cloud::s3::LayerStore;
use crate::cloud::{Arn, Cloud, Digest, Region, iam};

/// The way to the layer bucket from a place in a network; where it leads through an endpoint, with what the endpoint's
/// policy says of reading layers. The addresses are signed by ECR, so it is ECR that the policy is asked about.
/// Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints", minimum Amazon S3 bucket permissions.
pub(in crate::cloud) fn way_to_store(
    cloud: &Cloud,
    network: &net::State,
    from: &Place,
    here: &Region,
    registry: &Registry,
    reference: &Reference,
) -> Option<Journey> {
    let bucket = LayerStore::bucket(&registry.region);
    let host = format!("{bucket}.s3.{}.amazonaws.com", registry.region);
    let there = &registry.region;
    let question = Question { from, to: Destination::S3, host: &host, here, there, now: cloud.now() };
    let mut journey = network.journey(&question);
    let endpoint = journey.endpoint().and_then(|id| network.endpoint(id));
    if let Some(endpoint) = endpoint {
        let key = Digest::of(reference.name().as_bytes());
        let object = Arn::new("s3", "", "", &format!("{bucket}/{}", key.hex()));
        let owns = LayerStore::bucket_policy(there)?;
        let decision =
            iam::decide_at_endpoint(cloud, endpoint, LayerStore::SIGNER, "s3:GetObject", &object, Arc::new(owns));
        journey.legs.push(Leg::Policy { endpoint: endpoint.id.clone(), decision: Arc::new(decision) });
    }
    Some(journey)
}
