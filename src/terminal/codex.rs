//! The codex in the terminal: what each concept is, found by its id or by words.

use super::{Console, line};
use crate::app::App;
use crate::quest::Concept;
use crate::text::Message;

/// Shows the concept of this id, or the one that fits the words; lists them where several fit.
pub(super) fn open(app: &App, console: &mut Console, search: &str) {
    let page = console.page();
    let lang = app.lang();
    let all = app.catalogue().concepts();
    let found: Vec<&Concept> = match app.catalogue().concept(search) {
        Some(concept) => vec![concept],
        None => all.iter().filter(|concept| concept.fits(search, lang)).collect(),
    };
    match found.as_slice() {
        [] => line(&Message::new("terminal-codex-nothing").with("search", search).say(app.words())),
        [concept] => {
            line(&format!("\n{} ({})\n", page.bold(concept.name.text(lang)), concept.name.text(lang.other())));
            line(&format!(
                "{}\n\n{}",
                page.document(concept.summary.text(lang)),
                page.document(concept.article.text(lang))
            ));
            if !concept.see.is_empty() {
                line(&format!("\n{} {}", app.words().get("terminal-codex-see"), concept.see.join(", ")));
            }
        }
        several => {
            for concept in several {
                line(&page.item(&format!("  codex {:<24} ", concept.id), concept.name.text(lang)));
            }
        }
    }
}
