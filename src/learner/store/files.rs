//! Progress in files: the profile written atomically with its previous good version beside it, a journal line per entry.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Loaded, SavedSession, Slot, Store};
use crate::learner::Profile;
use crate::quest::Entry;
use crate::text::Message;

/// The version of the files that this program writes. It reads this and older ones.
const VERSION: u32 = 1;

const PROFILE: &str = "profile.json";
const PREVIOUS: &str = "profile.previous.json";

/// Keeps progress below one folder.
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct ProfileFile {
    version: u32,
    profile: Profile,
}

/// Read first and alone, so that a newer file is known as such whatever else is in it.
#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct JournalHead {
    version: u32,
    slot: Slot,
    seed: u64,
}

/// Why a file could not be used.
enum Unusable {
    Missing,
    Unreadable(io::Error),
    Garbled,
    Newer,
}

impl FileStore {
    /// The platform's own place, or the folder that `ECR_QUEST_HOME` names.
    ///
    /// # Errors
    /// When there is neither: the system does not say where home is.
    pub fn at_home() -> Result<Self, Message> {
        if let Some(folder) = std::env::var_os("ECR_QUEST_HOME").filter(|folder| !folder.is_empty()) {
            return Ok(Self::at(folder));
        }
        directories::ProjectDirs::from("", "", "ecr-quest")
            .map(|folders| Self::at(folders.data_dir()))
            .ok_or_else(|| Message::new("store-no-home"))
    }

    /// Below `folder`, which is made when first needed.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn journal_path(&self, slot: &Slot) -> PathBuf {
        let (kind, id) = match slot {
            Slot::Quest(id) => ("quest", id),
            Slot::Sandbox(id) => ("sandbox", id),
        };
        // Ids come from data files; only plain letters become part of a file's name.
        let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        self.folder.join("sessions").join(format!("{kind}-{id}.jsonl"))
    }

    /// Renames a file that can't be used to a free name beside it, and says so.
    fn put_aside(path: &Path, why: &str, notices: &mut Vec<Message>) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let aside = (1..1000).map(|n| path.with_file_name(format!("{name}.{why}-{n}"))).find(|aside| !aside.exists());
        let Some(aside) = aside else { return };
        let key = if why == "newer" { "store-aside-newer" } else { "store-aside-broken" };
        match fs::rename(path, &aside) {
            Ok(()) => notices.push(Message::new(key).with("aside", aside.display().to_string())),
            Err(error) => notices.push(failed(path, &error)),
        }
    }

    fn read_profile(path: &Path) -> Result<Profile, Unusable> {
        let bytes = read(path)?;
        let version: VersionOnly = serde_json::from_slice(&bytes).map_err(|_| Unusable::Garbled)?;
        if version.version > VERSION {
            return Err(Unusable::Newer);
        }
        let file: ProfileFile = serde_json::from_slice(&bytes).map_err(|_| Unusable::Garbled)?;
        Ok(file.profile)
    }

    fn replace_profile(&self, profile: &Profile, notices: &mut Vec<Message>) -> Result<(), Message> {
        let path = self.folder.join(PROFILE);
        let file = ProfileFile { version: VERSION, profile: profile.clone() };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|error| failed(&path, &error.into()))?;
        match Self::read_profile(&path) {
            Ok(_) => {
                let previous = self.folder.join(PREVIOUS);
                let good = fs::read(&path).map_err(|error| failed(&path, &error))?;
                Self::write(&previous, &good).map_err(|error| failed(&previous, &error))?;
            }
            Err(Unusable::Missing) => {}
            Err(Unusable::Unreadable(error)) => return Err(failed(&path, &error)),
            // Damaged, or written by a newer program, while this one ran: not this one's to replace.
            Err(Unusable::Garbled) => Self::put_aside(&path, "broken", notices),
            Err(Unusable::Newer) => Self::put_aside(&path, "newer", notices),
        }
        Self::write(&path, &bytes).map_err(|error| failed(&path, &error))
    }

    fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = atomic_write_file::AtomicWriteFile::open(path)?;
        file.write_all(bytes)?;
        file.commit()
    }

    fn begin_journal(path: &Path, slot: &Slot, seed: u64, entries: &[Entry]) -> io::Result<()> {
        let head = JournalHead { version: VERSION, slot: slot.clone(), seed };
        let mut text = serde_json::to_string(&head)? + "\n";
        for entry in entries {
            text += &serde_json::to_string(entry)?;
            text.push('\n');
        }
        Self::write(path, text.as_bytes())
    }

    fn append_journal(path: &Path, slot: &Slot, seed: u64, entries: &[Entry]) -> io::Result<()> {
        if !path.exists() {
            return Self::begin_journal(path, slot, seed, entries);
        }
        let mut text = String::new();
        for entry in entries {
            text += &serde_json::to_string(entry)?;
            text.push('\n');
        }
        // One write per call: what a kill cuts off is the end of the last line, and reading drops that.
        fs::OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Unusable> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Unusable::Missing,
        _ => Unusable::Unreadable(error),
    })
}

fn failed(path: &Path, error: &io::Error) -> Message {
    Message::new("store-failed").with("path", path.display().to_string()).with("what", error.to_string())
}

impl Store for FileStore {
    fn load_profile(&mut self) -> Loaded<Profile> {
        let mut notices = Vec::new();
        for name in [PROFILE, PREVIOUS] {
            let path = self.folder.join(name);
            match Self::read_profile(&path) {
                Ok(profile) => {
                    if name == PREVIOUS && !notices.is_empty() {
                        notices.push(Message::new("store-previous-used"));
                    }
                    return Loaded { value: profile, notices };
                }
                Err(Unusable::Missing) => {}
                Err(Unusable::Unreadable(error)) => notices.push(failed(&path, &error)),
                Err(Unusable::Garbled) => Self::put_aside(&path, "broken", &mut notices),
                Err(Unusable::Newer) => Self::put_aside(&path, "newer", &mut notices),
            }
        }
        if !notices.is_empty() {
            notices.push(Message::new("store-begun-anew"));
        }
        Loaded { value: Profile::default(), notices }
    }

    fn save_profile(&mut self, profile: &Profile) -> Vec<Message> {
        let mut notices = Vec::new();
        if let Err(error) = self.replace_profile(profile, &mut notices) {
            notices.push(error);
        }
        notices
    }

    fn has_session(&self, slot: &Slot) -> bool {
        self.journal_path(slot).exists()
    }

    fn load_session(&mut self, slot: &Slot) -> Loaded<Option<SavedSession>> {
        let path = self.journal_path(slot);
        let mut notices = Vec::new();
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(Unusable::Unreadable(error)) => {
                return Loaded { value: None, notices: vec![failed(&path, &error)] };
            }
            Err(_) => return Loaded { value: None, notices },
        };
        let text = String::from_utf8_lossy(&bytes);
        let whole = text.ends_with('\n');
        let mut lines = text.lines();
        let head = lines.next().unwrap_or_default();
        let version = serde_json::from_str::<VersionOnly>(head).map(|head| head.version);
        let head = match (version, serde_json::from_str::<JournalHead>(head)) {
            (Ok(version), _) if version > VERSION => {
                Self::put_aside(&path, "newer", &mut notices);
                return Loaded { value: None, notices };
            }
            (_, Ok(head)) if head.slot == *slot => head,
            _ => {
                Self::put_aside(&path, "broken", &mut notices);
                return Loaded { value: None, notices };
            }
        };
        let body: Vec<&str> = lines.collect();
        let mut entries = Vec::with_capacity(body.len());
        for line in &body {
            let Ok(entry) = serde_json::from_str::<Entry>(line) else { break };
            entries.push(entry);
        }
        if entries.len() < body.len() || !whole {
            // A cut last line is what a kill leaves: the line before it is the last command. More than that is damage.
            let cut = entries.len() + 1 >= body.len() && !whole;
            if !cut {
                Self::put_aside(&path, "broken", &mut notices);
                notices.push(Message::new("store-journal-used").with("n", entries.len()));
            }
            if let Err(error) = Self::begin_journal(&path, slot, head.seed, &entries) {
                notices.push(failed(&path, &error));
            }
        }
        Loaded { value: Some(SavedSession { seed: head.seed, entries }), notices }
    }

    fn append(&mut self, slot: &Slot, seed: u64, entries: &[Entry]) -> Result<(), Message> {
        let path = self.journal_path(slot);
        Self::append_journal(&path, slot, seed, entries).map_err(|error| failed(&path, &error))
    }

    fn forget(&mut self, slot: &Slot) -> Result<(), Message> {
        let path = self.journal_path(slot);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&path, &error)),
            _ => Ok(()),
        }
    }
}
