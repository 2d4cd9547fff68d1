//! What the subcommands take.

use crate::shell::aws::args::{Check, Opt, Takes};

const SSE: [&str; 2] = ["AES256", "aws:kms"];
const ACL: [&str; 8] = [
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
    "log-delivery-write",
];
const STORAGE_CLASSES: [&str; 8] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];

/// The words that are no options.
pub(super) struct Paths {
    /// How the message calls them that misses them.
    pub(super) name: &'static str,
    pub(super) least: usize,
    pub(super) most: usize,
}

pub(super) fn paths(subcommand: &str) -> Paths {
    let (name, least, most) = match subcommand {
        "ls" => ("paths", 0, 1),
        "mb" | "rb" | "presign" => ("path", 1, 1),
        "rm" => ("paths", 1, 1),
        _ => ("paths", 2, 2),
    };
    Paths { name, least, most }
}

pub(super) fn of(subcommand: &str) -> Vec<Opt> {
    let none = |flag: &str| Opt::new(flag, Takes::Nothing);
    let one = |flag: &str| Opt::new(flag, Takes::One);
    match subcommand {
        "ls" => vec![
            none("--recursive"),
            one("--page-size").check(Check::Int),
            none("--human-readable"),
            none("--summarize"),
        ],
        "mb" => Vec::new(),
        "rb" => vec![none("--force")],
        "presign" => vec![one("--expires-in").check(Check::Int)],
        _ => {
            let mut options = vec![
                none("--dryrun"),
                none("--quiet"),
                // Each may come often, and their order counts: they are read from the words.
                one("--include"),
                one("--exclude"),
                none("--only-show-errors"),
                one("--page-size").check(Check::Int),
            ];
            if subcommand != "sync" {
                options.push(none("--recursive"));
            }
            if subcommand == "rm" {
                return options;
            }
            if subcommand == "sync" {
                options.extend([none("--delete"), none("--size-only"), none("--exact-timestamps")]);
            }
            options.extend([
                none("--no-progress"),
                none("--no-guess-mime-type"),
                none("--follow-symlinks"),
                none("--no-follow-symlinks"),
                one("--acl").check(Check::Choice(&ACL)),
                Opt::new("--sse", Takes::Optional("AES256")).check(Check::Choice(&SSE)),
                one("--sse-kms-key-id"),
                one("--storage-class").check(Check::Choice(&STORAGE_CLASSES)),
                one("--content-type"),
                one("--metadata"),
                one("--metadata-directive").check(Check::Choice(&["COPY", "REPLACE"])),
                one("--source-region"),
            ]);
            options
        }
    }
}
