//! EKS and kubectl: clusters, nodes, pods that pull, and what is said about them.

mod commands;
mod kubectl;
mod nodes;
mod scene;
mod situations;
mod workloads;
