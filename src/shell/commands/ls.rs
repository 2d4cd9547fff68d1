//! `ls`: lists files.

use super::{Command, Example, Io, options::options};
use crate::laptop::{Entry, Kind, join};
use crate::shell::zone;

pub(super) const LS: Command = Command {
    name: "ls",
    usage: "ls [-1adhlR] [FILE…]",
    run,
    examples: &[
        Example { line: "ls web", shows: "Dockerfile  app  index.html\n" },
        Example { line: "ls web | cat", shows: "Dockerfile\napp\nindex.html\n" },
        Example { line: "mkdir d; touch d/.x d/y; ls -1a d", shows: ".\n..\n.x\ny\n" },
        Example {
            line: "mkdir d; echo hi > d/f; ls -l d",
            shows: "total 4\n-rw-r--r-- 1 learner learner 3 Mar  2 09:00 f\n",
        },
        Example {
            line: "mkdir -p d/e/f; ls -la d",
            shows: "total 12\ndrwxr-xr-x 3 learner learner 4096 Mar  2 09:00 .\ndrwxr-xr-x 5 learner learner 4096 Mar  2 09:00 ..\ndrwxr-xr-x 3 learner learner 4096 Mar  2 09:00 e\n",
        },
        Example { line: "ls nope", shows: "ls: cannot access 'nope': No such file or directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("all", 'a'), ("almost-all", 'A'), ("directory", 'd'), ("human-readable", 'h'), ("recursive", 'R')];
    let Some(options) = options(io, "ls", "1aAdFhlrRtS", &longs) else { return 2 };
    let here = vec![".".to_owned()];
    let targets = if options.rest.is_empty() { here } else { options.rest.clone() };
    let all = options.has('a');
    let hidden = all || options.has('A');
    let mut code = 0;
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for target in targets {
        let path = io.path(&target);
        match io.world.laptop.files.entry(&path) {
            Ok(entry) if entry.kind == Kind::Directory && !options.has('d') => directories.push((target, path)),
            Ok(entry) => files.push(Listed::new(io, target, &path, entry.clone())),
            Err(error) => {
                io.eprint(format!("ls: cannot access '{target}': {error}\n"));
                code = 2;
            }
        }
    }
    let style = Style {
        long: options.has('l'),
        single: options.has('1') || !io.is_terminal(),
        human: options.has('h'),
        by_time: options.has('t'),
        by_size: options.has('S'),
        reverse: options.has('r'),
        mark: options.has('F'),
    };
    if options.has('R') {
        let below = |path: &str| {
            let inside = io.world.laptop.files.below(path).filter(|(_, entry)| entry.kind == Kind::Directory);
            inside.map(|(path, _)| path.to_owned()).collect::<Vec<_>>()
        };
        directories = directories
            .into_iter()
            .flat_map(|(shown, path)| {
                let inside = below(&path);
                let root = path.clone();
                let deeper = inside.into_iter().map({
                    let shown = shown.clone();
                    move |path| (format!("{shown}{}", path.strip_prefix(&root).unwrap_or_default()), path)
                });
                std::iter::once((shown, path)).chain(deeper).collect::<Vec<_>>()
            })
            .collect();
    }
    let some_files = !files.is_empty();
    let titled = directories.len() + usize::from(some_files) > 1;
    if some_files {
        print(io, files, &style);
    }
    for (at, (shown, path)) in directories.into_iter().enumerate() {
        if titled {
            let gap = if at > 0 || some_files { "\n" } else { "" };
            io.print(format!("{gap}{shown}:\n"));
        }
        let listed = io.world.laptop.files.list(&path).unwrap_or_default();
        let mut entries: Vec<Listed> = listed
            .into_iter()
            .filter(|(name, _)| hidden || !name.starts_with('.'))
            .map(|(name, entry)| Listed::new(io, name.to_owned(), &join(&path, name), entry.clone()))
            .collect();
        if all {
            let dots = [".", ".."].into_iter().filter_map(|name| {
                let path = join(&path, name);
                let entry = io.world.laptop.files.entry(&path).ok()?.clone();
                Some(Listed::new(io, name.to_owned(), &path, entry))
            });
            entries = dots.chain(entries).collect();
        }
        if style.long {
            let blocks: usize = entries.iter().map(|listed| size(&listed.entry).div_ceil(4096) * 4).sum();
            io.print(format!("total {blocks}\n"));
        }
        print(io, entries, &style);
    }
    code
}

/// Something to list.
struct Listed {
    name: String,
    entry: Entry,
    /// How many names it has: a directory has its own, `.`, and the `..` of each directory in it.
    links: usize,
}

impl Listed {
    fn new(io: &Io<'_>, name: String, path: &str, entry: Entry) -> Self {
        let links = match entry.kind {
            Kind::File(_) => 1,
            Kind::Directory => {
                let inside = io.world.laptop.files.list(path).unwrap_or_default();
                2 + inside.iter().filter(|(_, entry)| entry.kind == Kind::Directory).count()
            }
        };
        Self { name, entry, links }
    }
}

struct Style {
    long: bool,
    single: bool,
    human: bool,
    by_time: bool,
    by_size: bool,
    reverse: bool,
    mark: bool,
}

fn size(entry: &Entry) -> usize {
    match &entry.kind {
        Kind::File(blob) => blob.len(),
        Kind::Directory => 4096,
    }
}

fn print(io: &mut Io<'_>, mut entries: Vec<Listed>, style: &Style) {
    if style.by_time {
        entries.sort_by_key(|listed| std::cmp::Reverse(listed.entry.modified.as_millis()));
    }
    if style.by_size {
        entries.sort_by_key(|listed| std::cmp::Reverse(size(&listed.entry)));
    }
    if style.reverse {
        entries.reverse();
    }
    let shown = |listed: &Listed| {
        let mark = if style.mark && listed.entry.kind == Kind::Directory { "/" } else { "" };
        format!("{}{mark}", listed.name)
    };
    if style.long {
        let sizes: Vec<String> = entries
            .iter()
            .map(|Listed { entry, .. }| if style.human { human(size(entry)) } else { size(entry).to_string() })
            .collect();
        let width = sizes.iter().map(String::len).max().unwrap_or(0);
        let links = entries.iter().map(|listed| listed.links.to_string().len()).max().unwrap_or(0);
        let zone = zone::local(&io.world.laptop);
        for (listed, size) in entries.iter().zip(sizes) {
            let kind = if listed.entry.kind == Kind::Directory { 'd' } else { '-' };
            let line = format!(
                "{kind}{} {:>links$} learner learner {size:>width$} {} {}\n",
                mode(listed.entry.mode),
                listed.links,
                zone::civil(listed.entry.modified, &zone).strftime("%b %e %H:%M"),
                shown(listed)
            );
            io.print(line);
        }
        return;
    }
    let names: Vec<String> = entries.iter().map(shown).collect();
    if !names.is_empty() {
        let between = if style.single { "\n" } else { "  " };
        io.print(names.join(between) + "\n");
    }
}

fn mode(bits: u32) -> String {
    let letter = |at: u32| match (bits >> at & 1, at % 3) {
        (0, _) => '-',
        (_, 2) => 'r',
        (_, 1) => 'w',
        _ => 'x',
    };
    (0..9).rev().map(letter).collect()
}

fn human(bytes: usize) -> String {
    let mut size = bytes as f64;
    for unit in ["", "K", "M", "G"] {
        if size < 1024.0 {
            return match unit {
                "" => bytes.to_string(),
                _ if size < 10.0 => format!("{size:.1}{unit}"),
                _ => format!("{size:.0}{unit}"),
            };
        }
        size /= 1024.0;
    }
    format!("{size:.0}T")
}
