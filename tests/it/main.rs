//! The one integration binary: features, named as sentences.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for; clippy knows that only inside test functions"
)]

mod app;
mod aws;
mod bad_input;
mod cloudtrail;
mod costs;
mod docker;
mod docs;
mod ec2;
mod ecr;
mod ecs;
mod eks;
mod events;
mod exam;
#[cfg(feature = "game")]
mod game;
mod iam;
mod lambda;
mod learner;
mod lifecycle;
mod logs;
mod quest_goals;
mod quests;
mod registry;
mod s3;
mod session;
mod shell;
mod support;
mod terminal;
mod text;
mod tidy;
#[cfg(feature = "view")]
mod views;
mod wire;
