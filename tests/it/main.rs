//! The one integration binary: features, named as sentences.

mod ecr;
mod iam;
mod lifecycle;
mod registry;
mod tidy;
