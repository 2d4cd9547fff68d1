//! The stages of a Dockerfile, and which of them a target needs.

use std::collections::{BTreeMap, BTreeSet};

use super::build::BuildRequest;
use super::dockerfile::substitute;
use super::{Instruction, Statement};
use crate::cloud::oci::Platform;

/// The statements of one stage.
pub(super) struct Plan<'a> {
    pub(super) name: String,
    pub(super) image: String,
    /// What it is built for.
    pub(super) platform: Platform,
    pub(super) from: &'a Statement,
    pub(super) steps: Vec<&'a Statement>,
}

/// The arguments that every build has. Source: Docker documentation, "Automatic platform ARGs in the global scope".
fn automatic(target: &Platform) -> BTreeMap<String, String> {
    let host = Platform::linux_amd64();
    [("TARGET", target), ("BUILD", &host)]
        .into_iter()
        .flat_map(|(side, platform)| {
            let variant = platform.variant.clone().unwrap_or_default();
            [
                (format!("{side}PLATFORM"), platform.to_string()),
                (format!("{side}OS"), platform.os.clone()),
                (format!("{side}ARCH"), platform.architecture.clone()),
                (format!("{side}VARIANT"), variant),
            ]
        })
        .collect()
}

/// The stages for a platform, and the arguments that stand before the first.
///
/// # Errors
/// A stage's own platform is none.
pub(super) fn plans<'r>(
    request: &'r BuildRequest<'_>,
    target: &Platform,
) -> Result<(BTreeMap<String, String>, Vec<Plan<'r>>), String> {
    let given: BTreeMap<&str, &str> =
        request.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut globals = automatic(target);
    let mut plans: Vec<Plan<'r>> = Vec::new();
    for statement in &request.dockerfile.statements {
        match (&statement.instruction, plans.last_mut()) {
            (Instruction::From { image, stage, platform }, _) => {
                let replaced = |text: &str| substitute(text, &|name| globals.get(name).cloned());
                let name = stage.clone().unwrap_or_else(|| format!("stage-{}", plans.len()));
                let platform = match platform {
                    None => target.clone(),
                    Some(platform) => {
                        let text = replaced(platform);
                        text.parse().map_err(|why| format!("failed to parse platform {text}: {why}"))?
                    }
                };
                plans.push(Plan { name, image: replaced(image), platform, from: statement, steps: Vec::new() });
            }
            (Instruction::Arg(names), None) => {
                for (name, default) in names {
                    let value = given.get(name.as_str()).map(|value| (*value).to_owned()).or_else(|| default.clone());
                    if let Some(value) = value {
                        let value = substitute(&value, &|name| globals.get(name).cloned());
                        globals.insert(name.clone(), value);
                    }
                }
            }
            (_, Some(plan)) => plan.steps.push(statement),
            (_, None) => {}
        }
    }
    Ok((globals, plans))
}

/// The stages that `target` needs, itself included, in the order of the file.
pub(super) fn needed(plans: &[Plan<'_>], target: usize) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut waiting = vec![target];
    while let Some(at) = waiting.pop() {
        let Some(plan) = plans.get(at).filter(|_| needed.insert(at)) else { continue };
        let copied = plan.steps.iter().filter_map(|statement| match &statement.instruction {
            Instruction::Copy(copy) => copy.from.as_deref(),
            _ => None,
        });
        for name in copied.chain([plan.image.as_str()]) {
            // Only earlier stages can be used.
            waiting.extend(stage_index(plans, name).filter(|index| *index < at));
        }
    }
    needed
}

/// The stage of that name or number.
pub(super) fn stage_index(plans: &[Plan<'_>], name: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    plans
        .iter()
        .position(|plan| plan.name == lower)
        .or_else(|| name.parse::<usize>().ok().filter(|index| *index < plans.len()))
}
