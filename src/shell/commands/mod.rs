//! The commands, one file each, with examples that are tests.
//!
//! Texts that a person reads (`help`, `why`) come from `assets/text`; what bash, the GNU tools, `docker` and `aws` say is
//! English, as in reality.

mod base64;
mod basename;
mod cat;
mod cd;
mod chmod;
mod clear;
mod clock;
mod costs;
mod cp;
mod curl;
mod cut;
mod date;
mod date_text;
mod dirname;
mod echo;
mod edit;
mod env;
mod export;
mod external;
mod find;
mod grep;
mod head;
mod help;
mod history;
mod hostname;
mod jq;
mod jq_parse;
mod jq_words;
mod ls;
mod mkdir;
mod mv;
mod nl;
mod options;
mod paste;
mod printenv;
mod printf;
mod pwd;
mod read;
mod reclaim;
pub(super) mod regex;
mod rev;
mod rm;
mod rmdir;
mod sed;
mod sed_script;
mod seq;
mod set;
mod sha256sum;
mod sleep;
mod sort;
mod tac;
mod tail;
mod tee;
mod test;
mod text;
mod token;
mod touch;
mod tr;
mod type_;
mod uniq;
mod unset;
mod wc;
mod which;
mod whoami;
mod why;
mod xargs;

use super::{Io, container};

/// What a command's file offers.
pub(crate) struct Command {
    /// What is typed.
    pub(crate) name: &'static str,
    /// Its synopsis: `cat [-n] [FILE…]`. What it does is the text `command-NAME`.
    pub(crate) usage: &'static str,
    /// Runs it; the answer is its exit code.
    pub(crate) run: fn(&mut Io<'_>) -> i32,
    /// Lines that show what it can do; each is run by a test.
    pub(crate) examples: &'static [Example],
}

/// A line and what it prints in a fresh world.
pub(crate) struct Example {
    pub(crate) line: &'static str,
    pub(crate) shows: &'static str,
}

/// All commands, by name.
pub(crate) const ALL: &[&Command] = &[
    &external::AWS,
    &base64::BASE64,
    &basename::BASENAME,
    &cat::CAT,
    &cd::CD,
    &chmod::CHMOD,
    &clear::CLEAR,
    &clock::CLOCK,
    &costs::COSTS,
    &cp::CP,
    &curl::CURL,
    &cut::CUT,
    &date::DATE,
    &dirname::DIRNAME,
    &external::DOCKER,
    &echo::ECHO,
    &edit::EDIT,
    &env::ENV,
    &export::EXPORT,
    &find::FIND,
    &grep::GREP,
    &head::HEAD,
    &help::HELP,
    &history::HISTORY,
    &hostname::HOSTNAME,
    &jq::JQ,
    &external::KUBECTL,
    &ls::LS,
    &mkdir::MKDIR,
    &mv::MV,
    &nl::NL,
    &paste::PASTE,
    &printenv::PRINTENV,
    &printf::PRINTF,
    &pwd::PWD,
    &read::READ,
    &reclaim::RECLAIM,
    &rev::REV,
    &rm::RM,
    &rmdir::RMDIR,
    &sed::SED,
    &seq::SEQ,
    &set::SET,
    &sha256sum::SHA256SUM,
    &sleep::SLEEP,
    &sort::SORT,
    &tac::TAC,
    &tail::TAIL,
    &tee::TEE,
    &test::TEST,
    &token::TOKEN,
    &touch::TOUCH,
    &tr::TR,
    &type_::TYPE,
    &uniq::UNIQ,
    &unset::UNSET,
    &wc::WC,
    &which::WHICH,
    &whoami::WHOAMI,
    &why::WHY,
    &xargs::XARGS,
];

/// Other names of the same commands.
const ALIASES: &[(&str, &str)] = &[
    ("[", "test"),
    ("egrep", "grep"),
    ("emacs", "edit"),
    ("man", "help"),
    ("nano", "edit"),
    ("vi", "edit"),
    ("vim", "edit"),
    ("wget", "curl"),
];

/// What the shell does itself (`interpret`) or here without a file of its own.
pub(super) const BUILTINS: &[&str] = &[
    ".", ":", "break", "command", "continue", "eval", "exec", "exit", "false", "let", "logout", "return", "shift",
    "source", "true",
];

/// Builtins of bash that are not here. A name that is known to be one gets no guess at another.
const BUILTINS_NOT_SIMULATED: &[&str] = &[
    "alias",
    "bg",
    "bind",
    "builtin",
    "caller",
    "compgen",
    "complete",
    "compopt",
    "declare",
    "dirs",
    "disown",
    "enable",
    "fc",
    "fg",
    "getopts",
    "hash",
    "jobs",
    "kill",
    "local",
    "mapfile",
    "popd",
    "pushd",
    "readarray",
    "readonly",
    "shopt",
    "suspend",
    "times",
    "trap",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "wait",
];

/// Programs that people reach for and the game does not have.
const NOT_SIMULATED: &[&str] = &[
    "apt",
    "apt-get",
    "awk",
    "bash",
    "brew",
    "chmod",
    "chown",
    "crane",
    "dig",
    "diff",
    "docker-compose",
    "eksctl",
    "finch",
    "git",
    "helm",
    "less",
    "make",
    "more",
    "nerdctl",
    "node",
    "npm",
    "nslookup",
    "oras",
    "ping",
    "pip",
    "podman",
    "ps",
    "python",
    "python3",
    "sam",
    "sh",
    "skopeo",
    "ssh",
    "sudo",
    "systemctl",
    "tar",
    "terraform",
    "top",
    "trivy",
    "yum",
    "zsh",
];

/// The command of that name or other name.
pub(crate) fn find(name: &str) -> Option<&'static Command> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name);
    ALL.iter().find(|command| command.name == name).copied()
}

/// Every name that can be typed, sorted.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = ALL.iter().map(|command| command.name).collect();
    names.extend(ALIASES.iter().map(|(alias, _)| *alias));
    names.extend(BUILTINS);
    names.sort_unstable();
    names
}

/// What a name stands for, as `command -v` says it: itself for what is part of the shell, else a path.
pub(super) fn place(name: &str) -> Option<String> {
    if BUILTINS.contains(&name) || type_::SHELL_OWN.contains(&name) {
        return Some(name.to_owned());
    }
    find(name).map(|_| format!("/usr/bin/{name}"))
}

/// Calls a command by name with `io.args`.
pub(super) fn call(name: &str, io: &mut Io<'_>) -> i32 {
    if io.world.laptop.session.container.is_some()
        && let Some(code) = container::call(name, io)
    {
        return code;
    }
    match name {
        "true" | ":" => return 0,
        "false" => return 1,
        "return" => {
            io.eprint("bash: return: can only `return' from a function or sourced script\n");
            return 1;
        }
        "[" => return test::bracket(io),
        _ => {}
    }
    if let Some(command) = find(name) {
        if io.args.iter().any(|argument| argument == "--help") && !external::has_own_help(command.name) {
            return help::show(io, command);
        }
        return (command.run)(io);
    }
    if name.contains('/') {
        return call_path(name, io);
    }
    if NOT_SIMULATED.contains(&name) || BUILTINS_NOT_SIMULATED.contains(&name) {
        let text = io.words.with("shell-not-simulated", &[("what", name.into())]);
        io.eprint(format!("bash: {text}\n"));
        return 127;
    }
    let text = io.words.with("shell-not-found-hint", &[]);
    io.eprint(format!("bash: {name}: command not found\n"));
    let hint = match nearest(name) {
        Some(nearest) => io.words.with("shell-did-you-mean", &[("name", nearest.into())]),
        None => text,
    };
    io.eprint(format!("{hint}\n"));
    127
}

/// A command given by its path: `/usr/bin/docker` is `docker`. A file of the learner's that gets here is no script of the
/// shell's, and no processor is simulated.
fn call_path(name: &str, io: &mut Io<'_>) -> i32 {
    let path = io.path(name);
    if let Some(program) = path.strip_prefix("/usr/bin/").or_else(|| path.strip_prefix("/bin/"))
        && find(program).is_some()
    {
        return call(program, io);
    }
    let (message, code) = match io.world.laptop.files.entry(&path) {
        Ok(entry) if entry.kind == crate::laptop::Kind::Directory => ("Is a directory", 126),
        Ok(entry) if entry.mode & 0o111 != 0 => {
            let text = io.words.with("shell-not-simulated", &[("what", name.into())]);
            io.eprint(format!("bash: {text}\n"));
            return 126;
        }
        Ok(_) => ("Permission denied", 126),
        Err(_) => ("No such file or directory", 127),
    };
    io.eprint(format!("bash: {name}: {message}\n"));
    code
}

/// The name that was probably meant: one or two slips away.
fn nearest(typed: &str) -> Option<&'static str> {
    if typed.chars().count() > 20 {
        return None;
    }
    let allowed = if typed.chars().count() <= 3 { 1 } else { 2 };
    names()
        .into_iter()
        .filter(|name| name.len() > 1)
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Words};
    use crate::world::World;

    #[test]
    fn every_example_prints_what_it_says() {
        let words = Words::new(Lang::En);
        let mut wrong = Vec::new();
        for command in ALL {
            assert!(!command.examples.is_empty(), "`{}` has no example", command.name);
            for example in command.examples {
                let mut world = World::new(1);
                let shown = crate::shell::run(&mut world, &words, example.line).text();
                if shown != example.shows {
                    wrong.push(format!("$ {}\n{shown:?}, not\n{:?}", example.line, example.shows));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn commands_stand_in_order_and_each_is_described_in_both_languages() {
        assert!(ALL.is_sorted_by_key(|command| command.name));
        for lang in [Lang::En, Lang::Ko] {
            let words = Words::new(lang);
            for command in ALL {
                let text = words.get(&format!("command-{}", command.name));
                assert!(!text.starts_with('‹'), "{text} {lang}");
                assert!(command.usage.starts_with(command.name));
            }
        }
    }

    #[test]
    fn a_slip_leads_to_the_command_that_was_meant() {
        assert_eq!(nearest("dcoker"), Some("docker"));
        assert_eq!(nearest("aw"), Some("aws"));
        assert_eq!(nearest("sl"), Some("ls"));
        assert_eq!(nearest("xyzzy"), None);
    }
}
