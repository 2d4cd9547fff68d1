//! Making the world that a quest, a sandbox or a question's proof begins with.

use super::StartStep;
use super::session::StartError;
use crate::cloud::organizations::Organization;
use crate::cloud::{AccountId, Duration, Region, ecr_public, ecs, iam};
use crate::shell;
use crate::text::{Message, Words};
use crate::world::World;

/// A new world with the steps done in order. What the laptop's shell remembers of them (its history) is forgotten.
///
/// # Errors
/// At the first step that does not go as written.
pub fn make_world(seed: u64, steps: &[StartStep], words: &Words) -> Result<World, StartError> {
    let mut world = World::new(seed);
    make_ready(&mut world, steps, words)?;
    world.laptop.session.forget();
    Ok(world)
}

/// Does the steps in order in a world that is there.
///
/// # Errors
/// At the first step that does not go as written.
pub fn make_ready(world: &mut World, steps: &[StartStep], words: &Words) -> Result<(), StartError> {
    for (step, what) in steps.iter().enumerate() {
        apply(world, what, words).map_err(|(text, what)| StartError { step, text, what })?;
    }
    Ok(())
}

fn apply(world: &mut World, step: &StartStep, words: &Words) -> Result<(), (String, Message)> {
    match step {
        StartStep::Run(line) => {
            let output = shell::run(world, words, line);
            if output.code == 0 {
                return Ok(());
            }
            let what = match super::last_words(&output) {
                silent if silent.is_empty() => Message::new("problem-start-failed-silently"),
                said => Message::new("problem-start-failed").with("said", said),
            };
            Err((line.clone(), what.with("code", output.code)))
        }
        StartStep::RunFails(line) => match shell::run(world, words, line).code {
            0 => Err((line.clone(), Message::new("problem-start-succeeded"))),
            _ => Ok(()),
        },
        StartStep::File { path, text } => {
            let absolute = world.laptop.absolute(path);
            let now = world.cloud.now();
            let files = &mut world.laptop.files;
            let folder = absolute.rsplit_once('/').map_or("", |(folder, _)| folder);
            let made = if folder.is_empty() { Ok(()) } else { files.create_directories(folder, now) };
            made.and_then(|()| files.write(&absolute, text.as_bytes(), now))
                .map_err(|error| (path.clone(), Message::new("problem-start-file").with("what", error.to_string())))
        }
        StartStep::Instance { cluster, profile } => {
            let spec = ecs::InstanceSpec {
                cluster: cluster.clone(),
                instance_profile: Some(profile.clone()),
                ..ecs::InstanceSpec::default()
            };
            ecs::launch_instance(&mut world.cloud, &AccountId::home(), &Region::home(), &spec).map(drop).map_err(
                |error| (cluster.clone(), Message::new("problem-start-instance").with("what", error.to_string())),
            )
        }
        StartStep::Account { id, profile } => {
            let key = iam::create_administrator(&mut world.cloud, id, "admin");
            let added = world.laptop.add_profile(profile, &key, &Region::home(), world.cloud.now());
            added.map_err(|error| (profile.clone(), Message::new("problem-start-file").with("what", error.to_string())))
        }
        StartStep::PublicAlias(alias) => {
            let account = AccountId::home();
            ecr_public::request_alias(&mut world.cloud, &account, alias)
                .map_err(|error| (alias.clone(), Message::new("problem-start-alias").with("what", error.message)))?;
            ecr_public::answer_request(&mut world.cloud, &account, true);
            Ok(())
        }
        StartStep::Organization(spec) => {
            let organization = Organization::new(spec).map_err(|error| {
                (spec.id.clone(), Message::new("problem-start-organization").with("what", error.to_string()))
            })?;
            world.cloud.set_organization(organization);
            Ok(())
        }
        StartStep::Clock(text) => {
            let by = span(text).ok_or_else(|| (text.clone(), Message::new("problem-start-clock")))?;
            world.cloud.advance(by);
            Ok(())
        }
    }
}

/// The line of an output that tells why it failed: the first that speaks of an error, else the last.
pub(super) fn last_words(output: &shell::Output) -> String {
    let text = output.text();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let error = lines.clone().find(|line| line.contains("rror"));
    error.or_else(|| lines.next_back()).unwrap_or_default().to_owned()
}

/// Reads `30s`, `5m`, `12h`, `3d`, or several with blanks between.
fn span(text: &str) -> Option<Duration> {
    let mut total = 0_i64;
    for part in text.split_whitespace() {
        let unit = part.chars().next_back()?;
        let number: u32 = part.strip_suffix(unit)?.parse().ok()?;
        let one = match unit {
            's' => Duration::seconds(1),
            'm' => Duration::minutes(1),
            'h' => Duration::hours(1),
            'd' => Duration::days(1),
            _ => return None,
        };
        total = total.checked_add(i64::from(number).checked_mul(one.as_millis())?)?;
    }
    (total > 0).then(|| Duration::millis(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(span("3d 12h"), Some(Duration::hours(84)));
        assert_eq!(span("30m"), Some(Duration::minutes(30)));
        for wrong in ["", "3", "d", "3w", "-3d", "3d x"] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }
}
