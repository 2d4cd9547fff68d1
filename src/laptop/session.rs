//! What the shell remembers from line to line.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::HOME;

/// The longest line that the history keeps, in bytes.
const HISTORY_LINE_MAX: usize = 64 << 10;

/// The shell's state. Part of the machine, so that undo brings it back too.
#[derive(Clone, Debug)]
pub struct Session {
    cwd: String,
    variables: Arc<BTreeMap<String, Variable>>,
    history: Arc<Vec<String>>,
    /// The exit code of the last command, `$?`.
    pub code: i32,
    /// Set in a container's shell, where the laptop's own programs are not there.
    pub container: Option<Inside>,
    /// What `set` has switched on.
    pub options: Options,
    /// The state of `$RANDOM`.
    random: u32,
}

/// The shell options that are simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-e`: a command that fails ends the shell (here: the line, or the script).
    pub errexit: bool,
    /// `-u`: an unset variable is an error.
    pub nounset: bool,
    /// `-o pipefail`: a pipeline fails with its last command that failed.
    pub pipefail: bool,
}

/// What is known about a container while a command runs in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// A server was started and would run until it is stopped.
    pub serving: bool,
}

/// A shell variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its text.
    pub value: String,
    /// Whether commands see it.
    pub exported: bool,
}

impl Default for Session {
    fn default() -> Self {
        let exported = |value: &str| Variable { value: value.to_owned(), exported: true };
        let variables = [
            ("HOME", HOME),
            ("LANG", "C.UTF-8"),
            ("LOGNAME", "learner"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("PWD", HOME),
            ("SHELL", "/bin/bash"),
            ("TERM", "xterm-256color"),
            ("USER", "learner"),
        ]
        .map(|(name, value)| (name.to_owned(), exported(value)));
        let version = Variable { value: "5.2.21(1)-release".to_owned(), exported: false };
        let variables = variables.into_iter().chain([("BASH_VERSION".to_owned(), version)]);
        Self {
            cwd: HOME.to_owned(),
            variables: Arc::new(variables.collect()),
            history: Arc::default(),
            code: 0,
            container: None,
            options: Options::default(),
            random: 1,
        }
    }
}

impl Session {
    /// A container's session: its working directory and environment (`NAME=value`).
    pub fn in_container(cwd: String, env: &[String]) -> Self {
        let exported = env
            .iter()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), Variable { value: value.to_owned(), exported: true }));
        let home = Variable { value: "/root".to_owned(), exported: true };
        let variables = std::iter::once(("HOME".to_owned(), home)).chain(exported).collect();
        Self {
            cwd,
            variables: Arc::new(variables),
            history: Arc::default(),
            code: 0,
            container: Some(Inside::default()),
            options: Options::default(),
            random: 1,
        }
    }

    /// The working directory, absolute.
    pub fn cwd(&self) -> &str {
        &self.cwd
    }

    /// Moves to `path` (absolute), keeping `PWD` and `OLDPWD`.
    pub fn set_cwd(&mut self, path: String) {
        let old = std::mem::replace(&mut self.cwd, path.clone());
        self.export("OLDPWD", old);
        self.export("PWD", path);
    }

    /// A variable, exported or not.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// All variables, by name.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.variables.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// An exported variable's text: what commands see.
    pub fn env(&self, name: &str) -> Option<&str> {
        self.variables.get(name).filter(|variable| variable.exported).map(|variable| variable.value.as_str())
    }

    /// Sets a variable; whether it is exported stays as it was.
    pub fn set(&mut self, name: &str, value: String) {
        let exported = self.variables.get(name).is_some_and(|variable| variable.exported);
        Arc::make_mut(&mut self.variables).insert(name.to_owned(), Variable { value, exported });
    }

    /// Sets and exports a variable.
    pub fn export(&mut self, name: &str, value: String) {
        Arc::make_mut(&mut self.variables).insert(name.to_owned(), Variable { value, exported: true });
    }

    /// Forgets what commands don't see, and the options: a script begins so.
    pub fn begin_script(&mut self) {
        Arc::make_mut(&mut self.variables).retain(|_, variable| variable.exported);
        self.options = Options::default();
        self.code = 0;
    }

    /// Begins the row of [`Session::random`] anew.
    pub fn seed_random(&mut self, seed: u64) {
        // A state of 0 would stay 0.
        self.random = u32::try_from(seed % 0x7fff_ffff).unwrap_or(0).max(1);
    }

    /// The next `$RANDOM`, 0 to 32767, by bash's own generator.
    pub fn random(&mut self) -> u32 {
        self.random = u32::try_from(u64::from(self.random) * 16807 % 0x7fff_ffff).unwrap_or(1);
        ((self.random >> 16) ^ (self.random & 0xffff)) & 0x7fff
    }

    /// Puts a variable back as it was, or away.
    pub fn restore(&mut self, name: &str, variable: Option<Variable>) {
        let variables = Arc::make_mut(&mut self.variables);
        match variable {
            Some(variable) => variables.insert(name.to_owned(), variable),
            None => variables.remove(name),
        };
    }

    /// The lines typed, oldest first.
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Adds a line to the history. One that is too long to be looked at again is left out.
    pub fn remember(&mut self, line: &str) {
        if line.len() <= HISTORY_LINE_MAX {
            Arc::make_mut(&mut self.history).push(line.to_owned());
        }
    }

    /// Forgets the history (`history -c`).
    pub fn forget(&mut self) {
        self.history = Arc::default();
    }
}
