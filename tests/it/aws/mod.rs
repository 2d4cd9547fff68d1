//! The simulated `aws` against what AWS CLI 2.36.7 was seen to do.

mod cli;
mod masks;
mod replay;
mod transcript;
