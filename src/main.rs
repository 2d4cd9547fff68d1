//! The command line: no argument opens the game.

fn main() {}
