//! The command line: no argument opens the game, or the edition without a window where there is no display.

#[cfg(feature = "game")]
mod capture;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ecr_quest::text::Lang;
use ecr_quest::{evaluate, terminal};

/// Learn Amazon ECR by running a small simulated cloud. Not affiliated with AWS.
#[derive(Parser)]
#[command(version, about)]
struct Args {
    /// The language: `en` or `ko`. Without it, the profile's, then the system's.
    #[arg(long, global = true, value_parser = parse_lang, value_name = "LANG")]
    lang: Option<Lang>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs shell lines from standard input in an empty sandbox; exits with the last exit code.
    Shell {
        /// The seed of the world: same seed and same lines, same output.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Plays one quest in the terminal. Piped input begins afresh and exits with 0 when the quest is won, else with 1.
    Play {
        /// The quest's id, such as `first-push`, or the path of a quest file.
        quest: String,
        /// Begins afresh instead of going on where it was left.
        #[arg(long)]
        fresh: bool,
        /// Plays it in the window instead, where it is open until the window closes.
        #[cfg(feature = "game")]
        #[arg(long)]
        window: bool,
    },
    /// Opens the edition without a window.
    Terminal,
    /// Proves quest and question files; without a path, all that are part of the program. Exits with 1 on any failure.
    Check {
        /// Files, or folders of `.ron` files.
        paths: Vec<PathBuf>,
    },
    /// Asks the engines from outside: JSON lines on standard input, JSON lines on standard output.
    /// Exits with 1 if any line could not be read.
    Evaluate {
        #[command(subcommand)]
        engine: Engine,
    },
    /// Draws a screen, world and panels, without a window, and writes it as PNG.
    #[cfg(feature = "game")]
    Capture(capture::Args),
}

/// What `evaluate` asks.
#[derive(Clone, Copy, Subcommand)]
enum Engine {
    /// Whether IAM allows a request, with the trace of the decision.
    Iam,
    /// Which images a lifecycle policy expires or archives, and by which rule.
    Lifecycle,
}

fn parse_lang(text: &str) -> Result<Lang, String> {
    Lang::from_locale(text).ok_or_else(|| "expected `en` or `ko`".to_owned())
}

fn main() -> ExitCode {
    let args = Args::parse();
    match args.command {
        Some(Command::Shell { seed }) => terminal::shell(seed, args.lang),
        #[cfg(feature = "game")]
        Some(Command::Play { quest, fresh, window: true }) => play_in_window(&quest, fresh, args.lang),
        Some(Command::Play { quest, fresh, .. }) => terminal::play(&quest, fresh, args.lang),
        Some(Command::Terminal) => terminal::menu(args.lang),
        Some(Command::Check { paths }) => terminal::check(&paths, args.lang),
        Some(Command::Evaluate { engine: Engine::Iam }) => terminal::evaluate(evaluate::iam, args.lang),
        Some(Command::Evaluate { engine: Engine::Lifecycle }) => terminal::evaluate(evaluate::lifecycle, args.lang),
        #[cfg(feature = "game")]
        Some(Command::Capture(options)) => capture::run(options, args.lang),
        None => open(args.lang),
    }
}

/// One quest in the game; where that can't be shown, in the terminal, saying so in one line.
#[cfg(feature = "game")]
fn play_in_window(quest: &str, fresh: bool, lang: Option<Lang>) -> ExitCode {
    use ecr_quest::app::Intent;

    if terminal::has_display() {
        let (mut app, id) = match terminal::open_quest(quest, lang) {
            Ok(opened) => opened,
            Err(code) => return code,
        };
        app.apply(if fresh { Intent::RestartQuest(id) } else { Intent::StartQuest(id) });
        match ecr_quest::game::run(app, ecr_quest::game::Options::default()) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => eprintln!("{error}"),
        }
    }
    terminal::say_no_window(lang);
    terminal::play(quest, fresh, lang)
}

/// The game where it can be shown, else the edition without a window, saying so in one line.
fn open(lang: Option<Lang>) -> ExitCode {
    #[cfg(feature = "game")]
    if terminal::has_display() {
        match ecr_quest::game::run(terminal::open_app(lang), ecr_quest::game::Options::default()) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => eprintln!("{error}"),
        }
    }
    terminal::say_no_window(lang);
    terminal::menu(lang)
}
