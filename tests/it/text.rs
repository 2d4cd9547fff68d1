//! Every text is there in both languages, and nothing is there that nobody says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ecr_quest::text::{Lang, Words};
use fluent_bundle::FluentResource;

/// Keys with the variables that they name, by key.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in Words::files(lang) {
        let mut current = String::new();
        for line in text.lines() {
            if line.starts_with('#') {
                continue;
            }
            if let Some((key, _)) = line.split_once(" =")
                && key.starts_with(|first: char| first.is_ascii_lowercase())
            {
                current = key.to_owned();
                assert!(
                    messages.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{lang}/{file}: the key `{current}` stands twice"
                );
            }
            for variable in line.split('$').skip(1) {
                let end = variable.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
                let name = variable[..end.unwrap_or(variable.len())].to_owned();
                if let Some(variables) = messages.get_mut(&current) {
                    variables.insert(name);
                }
            }
        }
    }
    messages
}

/// All string literals of the sources that look like a key, each with a file that has it.
fn literals() -> BTreeMap<String, String> {
    let mut literals = BTreeMap::new();
    for file in crate::tidy::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        for piece in text.split('"').skip(1) {
            let key =
                piece.contains('-') && piece.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if key {
                literals.insert(piece.to_owned(), file.display().to_string());
            }
        }
    }
    literals
}

#[test]
fn every_file_of_texts_is_fluent() {
    for lang in Lang::ALL {
        for (file, text) in Words::files(lang) {
            if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
                panic!("assets/text/{lang}/{file}: {errors:?}");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_variables() {
    let (en, ko) = (messages(Lang::En), messages(Lang::Ko));
    let keys = |messages: &BTreeMap<String, BTreeSet<String>>| messages.keys().cloned().collect::<BTreeSet<_>>();
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(only(&keys(&en), &keys(&ko)), Vec::<String>::new(), "only in English");
    assert_eq!(only(&keys(&ko), &keys(&en)), Vec::<String>::new(), "only in Korean");
    for (key, variables) in &en {
        assert_eq!(variables, &ko[key], "variables of `{key}`");
    }
}

/// What is put into a text ends in any sound: a particle behind it has to follow, and can't be written down.
#[test]
fn no_particle_stands_directly_behind_a_value() {
    const PARTICLES: [&str; 16] = [
        "으로",
        "(으)로",
        "로",
        "을",
        "를",
        "은",
        "는",
        "과",
        "와",
        "이",
        "가",
        "이라는",
        "라는",
        "이(가)",
        "을(를)",
        "이라고",
    ];
    for (file, text) in Words::files(Lang::Ko) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            // What stands in brackets leaves the particle to the word before them; so does the statement's name.
            for piece in line.split("{ $").skip(1).filter(|piece| !piece.starts_with("sid }")) {
                let Some((_, behind)) = piece.split_once(" }") else { continue };
                let behind = behind.strip_prefix(['`', '”', '’']).unwrap_or(behind);
                let word = behind.split([' ', ',', '.', '{']).next().unwrap_or_default();
                assert!(!PARTICLES.contains(&word), "{file}: `{word}` in {line}");
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_files() {
    let names = |lang| Words::files(lang).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(Lang::En), names(Lang::Ko));
}

#[test]
fn every_text_is_said_somewhere() {
    let literals = literals();
    // The shell says what a command does by the command's name.
    let shell: String = crate::tidy::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shell"), "rs")
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let by_command =
        |key: &str| key.strip_prefix("command-").is_some_and(|name| shell.contains(&format!("name: \"{name}\"")));
    let unused: Vec<_> =
        messages(Lang::En).into_keys().filter(|key| !literals.contains_key(key) && !by_command(key)).collect();
    assert_eq!(unused, Vec::<String>::new(), "no source names these keys");
}

#[test]
fn every_text_that_a_source_asks_for_exists() {
    let known = messages(Lang::En);
    let mut missing = Vec::new();
    for file in crate::tidy::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        let (text, _tests) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        for asks in ["Message::new(", "words.get(", "words.with(", "words().get(", "words().with("] {
            for rest in text.split(asks).skip(1) {
                let Some(key) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                    continue;
                };
                if !known.contains_key(key) {
                    missing.push(format!("{}: `{key}`", file.display()));
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn no_english_text_holds_korean_and_every_korean_one_does() {
    let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    for (file, text) in Words::files(Lang::En) {
        assert!(!hangul(text), "assets/text/en/{file} holds Korean");
    }
    for (file, text) in Words::files(Lang::Ko) {
        assert!(hangul(text), "assets/text/ko/{file} holds no Korean");
    }
}
