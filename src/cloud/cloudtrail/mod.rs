//! CloudTrail: the trail as AWS shows it.

super::operations!();
