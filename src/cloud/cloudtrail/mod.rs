//! CloudTrail: the trail as AWS shows it, event by event.
//!
//! The event history alone: management events of the last 90 days, looked up in the region where they happened, IAM's in
//! us-east-1. They can be looked up at once, where AWS takes some minutes. Nobody here has made a trail of their own.

mod identity;
mod kept;
mod lookup;
mod names;
mod record;
mod resources;
mod trails;

pub use lookup::{LookupAttribute, LookupEvent, LookupEvents, LookupEventsOutput};
pub use trails::{DescribeTrails, GetTrail, GetTrailStatus, ListTrails};

pub(in crate::cloud) use kept::{answer, request};

super::operations!(DescribeTrails, GetTrail, GetTrailStatus, ListTrails, LookupEvents);
