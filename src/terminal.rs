//! The edition without a window: the same quests, objectives, hints and XP, line by line; and the tools for scripts.
//!
//! This is an edge: it reads files, the environment and standard input, and prints. What happens is [`App`]'s.

mod check;
mod codex;
mod console;
mod evaluate;
mod exam;
mod menu;
mod page;
mod quest;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::app::App;
use crate::exam::Bank;
use crate::learner::{FileStore, MemoryStore, Store};
use crate::quest::{Catalogue, Quest};
use crate::shell as core_shell;
use crate::text::authored::{Problem, Source};
use crate::text::{Lang, Message, Words};
use crate::world::World;

pub use check::check;
use console::Console;
pub use evaluate::evaluate;

/// The system's language, by `LC_ALL`, `LC_MESSAGES`, `LANG`; English where they name none that the game speaks.
pub fn system_lang() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .and_then(|locale| Lang::from_locale(&locale))
        .unwrap_or_default()
}

/// Whether a window can be shown: on Linux and the BSDs an X11 or Wayland display is named; elsewhere always.
pub fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The application over the learner's files, and over the quests that lie in `quests` beside them.
pub fn open_app(lang: Option<Lang>) -> App {
    open_with(None, lang)
}

/// The same with a quest to play, which is open whatever was won before: the one with this id or, where it is a path, the
/// one of that file.
///
/// # Errors
/// With 2, once what is wrong with the file was said.
pub fn open_quest(named: &str, lang: Option<Lang>) -> Result<(App, String), ExitCode> {
    let path = Path::new(named);
    if !is_ron(path) && !named.contains(['/', '\\']) {
        let mut app = open_with(None, lang);
        app.let_in(named);
        return Ok((app, named.to_owned()));
    }
    let words = Words::new(lang.unwrap_or_else(system_lang));
    let refuse = |problems: &[Problem]| {
        problems.iter().for_each(|problem| eprintln!("{}", problem.say(&words)));
        ExitCode::from(2)
    };
    let file = check::read_quest(path).map_err(|problem| refuse(&[problem]))?;
    let source = Source::new(&file.0, &file.1);
    let quest: Quest = source.read().map_err(|problem| refuse(&[problem]))?;
    let mut app = open_with(Some(&file), lang);
    let problems: Vec<_> = app.catalogue().problems().iter().filter(|found| found.file == file.0).cloned().collect();
    if !problems.is_empty() {
        return Err(refuse(&problems));
    }
    app.let_in(&quest.id);
    Ok((app, quest.id))
}

/// The application with one more quest file, which goes before those beside the save files.
fn open_with(file: Option<&(String, String)>, lang: Option<Lang>) -> App {
    let (store, trouble): (Box<dyn Store>, _) = match FileStore::at_home() {
        Ok(store) => (Box::new(store), None),
        Err(message) => (Box::<MemoryStore>::default(), Some(message)),
    };
    let mut files = FileStore::at_home().map(|store| ron_files(&store.folder().join("quests"))).unwrap_or_default();
    if let Some(file) = file {
        // A copy of the same quest there is not played now.
        let id = |file: &(String, String)| Source::new(&file.0, &file.1).read::<Quest>().ok().map(|quest| quest.id);
        let named = id(file);
        files.retain(|other| named.is_none() || id(other) != named);
        files.push(file.clone());
    }
    let sources: Vec<_> = files.iter().map(|(name, text)| Source::new(name, text)).collect();
    let catalogue = Catalogue::with(&sources);
    let bank = Bank::embedded(&catalogue);
    let mut app = App::new(store, Arc::new(catalogue), Arc::new(bank), system_lang());
    if let Some(lang) = lang {
        app.speak(lang);
    }
    app.set_now(now());
    if let Some(message) = trouble {
        app.notice(message);
    }
    app
}

/// Real time, milliseconds since 1970.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Says in one line that there is no window, and why.
pub fn say_no_window(lang: Option<Lang>) {
    let words = Words::new(lang.unwrap_or_else(system_lang));
    let why = if cfg!(feature = "game") { "terminal-no-display" } else { "terminal-no-game" };
    eprintln!("{}", Message::new(why).say(&words));
}

/// The menu of the edition without a window.
pub fn menu(lang: Option<Lang>) -> ExitCode {
    menu::run(&mut open_app(lang), &mut Console::new())
}

/// One quest in the terminal, by its id or by the path of its file.
pub fn play(named: &str, fresh: bool, lang: Option<Lang>) -> ExitCode {
    let mut console = Console::new();
    let fresh = fresh || !console.is_interactive();
    match open_quest(named, lang) {
        Ok((mut app, id)) => quest::play(&mut app, &mut console, &id, fresh),
        Err(code) => code,
    }
}

/// Runs the lines of standard input in an empty sandbox and prints exactly what they print.
pub fn shell(seed: u64, lang: Option<Lang>) -> ExitCode {
    let words = Words::new(lang.unwrap_or_else(system_lang));
    let mut world = World::new(seed);
    let mut console = Console::new();
    let mut code = 0;
    while let Some(line) = console.command(&core_shell::prompt(&world), Some(&world)) {
        let output = core_shell::run(&mut world, &words, &line);
        console.print(&output);
        code = output.code;
        match output.request {
            Some(core_shell::Request::Exit(with)) => {
                code = with;
                break;
            }
            Some(core_shell::Request::Edit(path)) => console.no_editor(&words, &path),
            Some(core_shell::Request::Clear) | None => {}
        }
    }
    exit_code(code)
}

fn exit_code(code: i32) -> ExitCode {
    ExitCode::from((code & 0xff) as u8)
}

/// The `.ron` files of a folder: path and text, by path. What can't be read is left out.
fn ron_files(folder: &Path) -> Vec<(String, String)> {
    let texts = ron_paths(folder).into_iter().filter_map(|path| {
        let bytes = std::fs::read(&path).ok()?;
        Some((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()))
    });
    texts.collect()
}

/// The paths of a folder's `.ron` files, sorted.
fn ron_paths(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.retain(|path| is_ron(path));
    paths.sort();
    paths
}

fn is_ron(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ron")
}

/// Whether both ends are a person's.
fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Prints a line; a reader that went away is no reason to panic.
fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
