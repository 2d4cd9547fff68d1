//! The commands with rooms of their own: `aws`, `docker` and `kubectl`.

use super::{Command, Example};
use crate::shell::{aws, docker, kubectl};

pub(super) const AWS: Command = Command {
    name: "aws",
    usage: "aws [options] <command> <subcommand> [parameters]",
    run: aws::run,
    examples: &[Example {
        line: "aws sts get-caller-identity --query Arn --output text",
        shows: "arn:aws:iam::111122223333:user/learner\n",
    }],
};

pub(super) const DOCKER: Command = Command {
    name: "docker",
    usage: "docker [OPTIONS] COMMAND",
    run: docker::run,
    examples: &[
        Example { line: "docker images", shows: "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n" },
        Example {
            line: "docker frobnicate",
            shows: "docker: unknown command: docker frobnicate\n\nRun 'docker --help' for more information\n",
        },
    ],
};

pub(super) const KUBECTL: Command = Command {
    name: "kubectl",
    usage: "kubectl [command] [TYPE] [NAME] [flags]",
    run: kubectl::run,
    examples: &[
        Example {
            line: "kubectl get pods",
            shows: "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
        },
        Example { line: "kubectl version --client", shows: "Client Version: v1.34.4\nKustomize Version: v5.7.1\n" },
    ],
};

/// Whether the command answers `--help` itself.
pub(super) fn has_own_help(name: &str) -> bool {
    matches!(name, "aws" | "docker" | "kubectl" | "echo" | "printf" | "test" | "xargs" | "env")
}
