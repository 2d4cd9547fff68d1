//! Completion by Tab: commands, docker's words and local images, aws's words, variables, files.

use super::{Completion, aws, commands, docker, kubectl};
use crate::laptop::{Kind, join};
use crate::world::World;

/// The longest line that is completed, in bytes.
const LINE_MAX: usize = 16 << 10;

/// What Tab may put at `cursor` (a byte offset) in `line`.
pub fn complete(world: &World, line: &str, cursor: usize) -> Completion {
    let head = line.get(..cursor.min(line.len())).unwrap_or(line);
    if head.len() > LINE_MAX {
        return Completion { start: cursor, candidates: Vec::new() };
    }
    let words = last_command(head);
    let Some((current, before)) = words.split_last() else {
        return Completion { start: cursor, candidates: Vec::new() };
    };
    let before: Vec<String> = before
        .iter()
        .map(|word| word.text.clone())
        .skip_while(|word| word.contains('=') && !word.starts_with('-'))
        .collect();
    let text = &current.text;
    let mut candidates = match before.split_first() {
        _ if text.starts_with('$') => variables(world, text),
        _ if current.redirect => files(world, text),
        None if text.contains('/') => files(world, text),
        None => starting_with(text, commands::names().into_iter().map(String::from)),
        Some((name, before)) if name == "aws" => {
            let words = aws::complete(world, before, text);
            if words.is_empty() { from_file(world, text) } else { starting_with(text, words.into_iter()) }
        }
        Some((name, before)) if name == "docker" => match docker::complete(world, before, text) {
            Some(words) => starting_with(text, words.into_iter()),
            None => files(world, text),
        },
        Some((name, before)) if name == "kubectl" => match kubectl::complete(world, before, text) {
            Some(words) => starting_with(text, words.into_iter()),
            None => files(world, text),
        },
        Some((name, _)) if matches!(name.as_str(), "help" | "man" | "which" | "type") => {
            starting_with(text, commands::names().into_iter().map(String::from))
        }
        Some((name, rest)) if name == "clock" && rest.is_empty() => {
            starting_with(text, ["advance".to_owned()].into_iter())
        }
        Some((name, _)) if matches!(name.as_str(), "export" | "unset") => {
            let session = &world.laptop.session;
            starting_with(text, session.variables().map(|(name, _)| name.to_owned()))
        }
        Some((name, _)) => {
            let mut found = files(world, text);
            if matches!(name.as_str(), "cd" | "rmdir") {
                found.retain(|candidate| candidate.ends_with('/'));
            }
            found
        }
    };
    candidates.sort();
    candidates.dedup();
    Completion { start: current.start, candidates }
}

/// A word of the line as it is typed so far.
struct Word {
    start: usize,
    text: String,
    /// Whether it stands after `<` or `>`: a file, no argument.
    redirect: bool,
}

/// The words of the command that the cursor stands in, quotes taken off; the last one may be empty.
fn last_command(head: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut current: Option<Word> = None;
    let mut quote = None;
    let mut escaped = false;
    let mut redirect = false;
    let mut after_dollar = false;
    for (at, c) in head.char_indices() {
        let dollar = std::mem::replace(&mut after_dollar, c == '$');
        if escaped {
            escaped = false;
            current.get_or_insert(Word { start: at, text: String::new(), redirect }).text.push(c);
            continue;
        }
        match (c, quote) {
            ('\\', None | Some('"')) => {
                escaped = true;
                current.get_or_insert(Word { start: at, text: String::new(), redirect });
            }
            (c, Some(open)) if c == open => quote = None,
            ('(', _) if dollar => {
                // A substitution is a command of its own.
                words.clear();
                current = None;
                quote = None;
            }
            (c, Some(_)) => {
                current.get_or_insert(Word { start: at, text: String::new(), redirect }).text.push(c);
            }
            ('\'' | '"', None) => {
                quote = Some(c);
                current.get_or_insert(Word { start: at, text: String::new(), redirect });
            }
            (' ' | '\t', None) => {
                if let Some(word) = current.take() {
                    redirect = false;
                    words.push(word);
                }
            }
            (';' | '|' | '&' | '\n' | '(' | ')' | '`', None) => {
                words.clear();
                current = None;
                redirect = false;
            }
            ('<' | '>', None) => {
                words.extend(current.take());
                redirect = true;
            }
            (c, None) => current.get_or_insert(Word { start: at, text: String::new(), redirect }).text.push(c),
        }
    }
    // A file after `>` is no word of the command.
    words.retain(|word| !word.redirect);
    words.push(current.unwrap_or(Word { start: head.len(), text: String::new(), redirect }));
    words
}

/// The candidates that go on from `text`, each ending its word with a blank.
fn starting_with(text: &str, words: impl Iterator<Item = String>) -> Vec<String> {
    words
        .filter(|word| word.starts_with(text))
        .map(|word| if word.ends_with([':', '/', '=', ' ']) { word } else { word + " " })
        .collect()
}

fn variables(world: &World, text: &str) -> Vec<String> {
    let names = world.laptop.session.variables().map(|(name, _)| format!("${name}"));
    names.filter(|name| name.starts_with(text)).collect()
}

/// The files after `file://`.
fn from_file(world: &World, text: &str) -> Vec<String> {
    let scheme = ["file://", "fileb://"].into_iter().find_map(|scheme| Some((scheme, text.strip_prefix(scheme)?)));
    match scheme {
        Some((scheme, path)) => files(world, path).into_iter().map(|file| format!("{scheme}{file}")).collect(),
        None => Vec::new(),
    }
}

/// Files and folders; a folder ends in a slash, a file in a blank.
fn files(world: &World, text: &str) -> Vec<String> {
    let (folder, start) = match text.rfind('/') {
        Some(at) => text.split_at_checked(at + 1).unwrap_or((text, "")),
        None => ("", text),
    };
    let place = match folder.strip_prefix("~/") {
        Some(rest) => join(crate::laptop::HOME, rest),
        None => join(world.laptop.session.cwd(), folder),
    };
    world
        .laptop
        .files
        .list(&place)
        .unwrap_or_default()
        .into_iter()
        .filter(|(name, _)| name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.')))
        .map(|(name, entry)| {
            let escaped: String = name
                .chars()
                .flat_map(|c| (" '\"\\$&;|<>()*?".contains(c)).then_some('\\').into_iter().chain([c]))
                .collect();
            format!("{folder}{escaped}{}", if entry.kind == Kind::Directory { "/" } else { " " })
        })
        .collect()
}
