//! Proving answer keys by the simulation itself.

use super::{Proof, Question};
use crate::quest::StartError;
use crate::shell;
use crate::text::{Message, Words};
use crate::world::World;

/// Where a proof does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Unproved {
    /// The option's index; none for the question's own proof.
    pub option: Option<usize>,
    /// What does not hold.
    pub missing: Vec<Message>,
}

/// The seed of the worlds in which questions are proved, unless their start says otherwise.
const SEED: u64 = 1;

/// Runs every proof of the question and answers those that do not hold. Empty for a question that is proved, or that
/// has no proof.
pub fn prove(question: &Question, words: &Words) -> Vec<Unproved> {
    let mut failures = Vec::new();
    let empty = Proof::default();
    let own = question.proof.as_ref().unwrap_or(&empty);
    let base = match crate::quest::make_world(SEED, &own.start, words) {
        Ok(world) => world,
        Err(error) => return vec![Unproved { option: None, missing: vec![error.message()] }],
    };
    let mut check = |option, world: World, proof: &Proof| match run(world, proof, words) {
        Ok(missing) if missing.is_empty() => {}
        Ok(missing) => failures.push(Unproved { option, missing }),
        Err(error) => failures.push(Unproved { option, missing: vec![error.message()] }),
    };
    check(None, base.clone(), &Proof { start: Vec::new(), ..own.clone() });
    for (index, option) in question.options.iter().enumerate() {
        if let Some(proof) = &option.proof {
            check(Some(index), base.clone(), proof);
        }
    }
    failures
}

fn run(mut world: World, proof: &Proof, words: &Words) -> Result<Vec<Message>, StartError> {
    let since = world.cloud.trail().len() as u64;
    crate::quest::make_ready(&mut world, &proof.start, words)?;
    for line in &proof.lines {
        shell::run(&mut world, words, line);
    }
    Ok(proof.holds.iter().flat_map(|predicate| predicate.evaluate(&world, since).missing).collect())
}
