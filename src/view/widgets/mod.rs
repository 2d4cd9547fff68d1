//! The parts that screens are made of. They read the [`Look`](super::theme::Look) and know nothing of the game.

mod button;
mod card;
mod json;
mod rich;
mod toast;

pub use button::{Kind, button, button_wide, check, icon_button, link, list_item, segmented, tab, text_field};
pub use card::{badge, bar, card, dots, empty, field, kicker, notice, pill, pill_button, rule, stars, swatch};
pub use json::json_job;
pub use rich::{Rich, markdown};
pub use toast::{ToastKind, Toasts};
