//! `ecr-quest capture`: its arguments, and what they ask of the game.

use std::path::PathBuf;
use std::process::ExitCode;

use ecr_quest::app::Screen;
use ecr_quest::game::{self, CaptureOptions};
use ecr_quest::learner::Theme;
use ecr_quest::terminal;
use ecr_quest::text::Lang;

/// What to draw.
#[derive(clap::Args)]
pub struct Args {
    /// The screen: map, play, debrief, sandbox, exam, codex, profile or settings.
    #[arg(long, value_parser = parse_screen, default_value = "play")]
    screen: Screen,
    /// The quest's id, such as `first-push`; without it, the first.
    #[arg(long, value_name = "ID")]
    quest: Option<String>,
    /// How many lines of the quest's solution are run before.
    #[arg(long, default_value_t = 0, value_name = "N")]
    after: usize,
    /// A line to run before; may be given more than once.
    #[arg(long = "run", value_name = "LINE")]
    lines: Vec<String>,
    /// Seconds into what the last line set in motion; without it, all has come to rest.
    #[arg(long, value_name = "SECONDS")]
    moment: Option<f32>,
    /// The theme: dark or light.
    #[arg(long, value_parser = parse_theme, default_value = "dark")]
    theme: Theme,
    /// Width and height in pixels.
    #[arg(long, value_parser = parse_size, default_value = "1600x900", value_name = "WxH")]
    size: (u32, u32),
    /// Where the PNG is written.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

fn parse_screen(text: &str) -> Result<Screen, String> {
    Screen::ALL.into_iter().find(|screen| screen.name() == text).ok_or_else(|| {
        let names: Vec<_> = Screen::ALL.iter().map(|screen| screen.name()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn parse_theme(text: &str) -> Result<Theme, String> {
    match text {
        "dark" => Ok(Theme::Dark),
        "light" => Ok(Theme::Light),
        _ => Err("expected `dark` or `light`".to_owned()),
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| text.parse().ok().filter(|side| (64..=8192).contains(side));
    text.split_once('x')
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| "expected width and height from 64 to 8192, such as `1600x900`".to_owned())
}

/// Draws and writes.
pub fn run(args: Args, lang: Option<Lang>) -> ExitCode {
    let options = CaptureOptions {
        screen: args.screen,
        quest: args.quest,
        after: args.after,
        lines: args.lines,
        moment: args.moment,
        lang: lang.unwrap_or_else(terminal::system_lang),
        theme: args.theme,
        size: args.size,
        inspect: None,
    };
    match game::capture(&options, &args.out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
