//! The one integration binary: features, named as sentences.

mod iam;
mod shell;
mod support;
mod tidy;
