//! The screens without a window: every one is walked in both languages, both themes and three sizes, with nothing cut,
//! nothing overlapping, and every control within reach; and what is typed and clicked becomes the intent it stands for.

mod desk;
mod legible;
mod pages;
mod play;
mod screens;
mod world;
