//! The profile and its files: what is kept, and what happens to a file that is damaged, cut short or too new.

use ecr_quest::learner::{FileStore, Profile, Slot, Store, Theme};
use ecr_quest::quest::Entry;

fn profile(xp: u32) -> Profile {
    let mut profile = Profile { name: "민지".to_owned(), xp, ..Profile::default() };
    profile.items.push("ecr-key".to_owned());
    profile.settings.theme = Theme::Light;
    profile
}

/// What was said about a load, by key.
fn keys<T>(loaded: &ecr_quest::learner::store::Loaded<T>) -> Vec<String> {
    loaded.notices.iter().map(|notice| notice.key.to_string()).collect()
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_profile_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(FileStore::at(folder.path()).save_profile(&profile(140)), Vec::new());
    let loaded = FileStore::at(folder.path()).load_profile();
    assert_eq!(loaded.value, profile(140));
    assert_eq!(loaded.notices, Vec::new());
}

#[test]
fn the_first_start_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = FileStore::at(folder.path().join("not there")).load_profile();
    assert_eq!(loaded.value, Profile::default());
    assert_eq!(loaded.notices, Vec::new());
}

#[track_caller]
fn damaged(text: &[u8], aside: &str, said: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    store.save_profile(&profile(100));
    store.save_profile(&profile(140));
    std::fs::write(folder.path().join("profile.json"), text).unwrap();

    let loaded = store.load_profile();
    assert_eq!(loaded.value.xp, 100, "the previous good one");
    assert_eq!(keys(&loaded), [said, "store-previous-used"]);
    assert_eq!(std::fs::read(folder.path().join(aside)).unwrap(), text, "kept as it was");

    store.save_profile(&profile(200));
    assert_eq!(std::fs::read(folder.path().join(aside)).unwrap(), text, "still kept");
    assert_eq!(store.load_profile().value.xp, 200);
}

#[test]
fn a_garbled_profile_is_put_aside_and_the_previous_one_is_used() {
    damaged(b"\x00\xff not json", "profile.json.broken-1", "store-aside-broken");
    damaged(b"", "profile.json.broken-1", "store-aside-broken");
}

#[test]
fn a_profile_cut_short_is_put_aside_and_the_previous_one_is_used() {
    damaged(br#"{ "version": 1, "profile": { "name": "x", "xp": 14"#, "profile.json.broken-1", "store-aside-broken");
}

#[test]
fn a_profile_of_a_newer_version_is_put_aside_and_never_overwritten() {
    damaged(br#"{ "version": 2, "ranks": [] }"#, "profile.json.newer-1", "store-aside-newer");
}

#[test]
fn a_newer_profile_written_while_playing_is_put_aside_when_saving() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    store.save_profile(&profile(100));
    std::fs::write(folder.path().join("profile.json"), r#"{ "version": 9 }"#).unwrap();
    let said = store.save_profile(&profile(140));
    assert_eq!(said.iter().map(|notice| notice.key.as_ref()).collect::<Vec<_>>(), ["store-aside-newer"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("profile.json.newer-1")).unwrap(), r#"{ "version": 9 }"#);
    assert_eq!(store.load_profile().value.xp, 140);
}

#[test]
fn two_damaged_files_are_both_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    for text in ["one", "two"] {
        std::fs::write(folder.path().join("profile.json"), text).unwrap();
        store.load_profile();
    }
    assert_eq!(names(folder.path()), ["profile.json.broken-1", "profile.json.broken-2"]);
}

fn lines(entries: &[&str]) -> Vec<Entry> {
    entries.iter().map(|line| Entry::Run((*line).to_owned())).collect()
}

#[test]
fn a_journal_is_written_entry_by_entry_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    let slot = Slot::Quest("first-push".to_owned());
    store.append(&slot, 7, &lines(&["docker images"])).unwrap();
    store.append(&slot, 7, &[Entry::Run("cat > f <<'E'\nx\nE".to_owned()), Entry::Undo, Entry::Hint(2)]).unwrap();
    let saved = store.load_session(&slot);
    assert_eq!(saved.notices, Vec::new());
    let saved = saved.value.unwrap();
    assert_eq!(saved.seed, 7);
    assert_eq!(saved.entries.len(), 4);
    assert_eq!(saved.entries[1], Entry::Run("cat > f <<'E'\nx\nE".to_owned()));
    assert_eq!(store.load_session(&Slot::Sandbox("first-push".to_owned())).value, None);
    store.forget(&slot).unwrap();
    assert_eq!(store.load_session(&slot).value, None);
}

#[test]
fn a_kill_in_the_middle_of_a_write_loses_the_last_command_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    let slot = Slot::Quest("first-push".to_owned());
    store.append(&slot, 7, &lines(&["a", "b", "c"])).unwrap();
    let path = folder.path().join("sessions/quest-first-push.jsonl");
    let whole = std::fs::read(&path).unwrap();
    // Wherever in the last line it is cut.
    for end in whole.len() - 10..whole.len() - 1 {
        std::fs::write(&path, &whole[..end]).unwrap();
        let loaded = store.load_session(&slot);
        assert_eq!(loaded.value.unwrap().entries, lines(&["a", "b"]), "cut at {end}");
        assert_eq!(loaded.notices, Vec::new());
    }
    store.append(&slot, 7, &lines(&["d"])).unwrap();
    assert_eq!(store.load_session(&slot).value.unwrap().entries, lines(&["a", "b", "d"]));
}

#[test]
fn a_damaged_journal_is_put_aside_and_what_is_good_of_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    let slot = Slot::Sandbox("empty".to_owned());
    store.append(&slot, 7, &lines(&["a", "b", "c"])).unwrap();
    let path = folder.path().join("sessions/sandbox-empty.jsonl");
    let text = std::fs::read_to_string(&path).unwrap().replace("{\"run\":\"b\"}", "{\"r%n\":");
    std::fs::write(&path, &text).unwrap();
    let loaded = store.load_session(&slot);
    assert_eq!(keys(&loaded), ["store-aside-broken", "store-journal-used"]);
    assert_eq!(loaded.value.unwrap().entries, lines(&["a"]));
    let aside = folder.path().join("sessions/sandbox-empty.jsonl.broken-1");
    assert_eq!(std::fs::read_to_string(aside).unwrap(), text);
    assert_eq!(store.load_session(&slot).notices, Vec::new());
}

#[test]
fn a_journal_of_a_newer_version_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    let slot = Slot::Quest("x".to_owned());
    std::fs::create_dir_all(folder.path().join("sessions")).unwrap();
    std::fs::write(folder.path().join("sessions/quest-x.jsonl"), "{\"version\":2,\"more\":1}\n").unwrap();
    let loaded = store.load_session(&slot);
    assert_eq!(keys(&loaded), ["store-aside-newer"]);
    assert_eq!(loaded.value, None);
    store.append(&slot, 1, &lines(&["a"])).unwrap();
    assert_eq!(names(&folder.path().join("sessions")), ["quest-x.jsonl", "quest-x.jsonl.newer-1"]);
}

#[test]
fn an_id_never_leaves_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = FileStore::at(folder.path());
    let slot = Slot::Quest("../../etc/passwd".to_owned());
    store.append(&slot, 1, &lines(&["a"])).unwrap();
    assert_eq!(names(&folder.path().join("sessions")), ["quest-______etc_passwd.jsonl"]);
    assert_eq!(store.load_session(&slot).value.unwrap().entries, lines(&["a"]));
}
