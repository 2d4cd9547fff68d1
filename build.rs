//! Builds anew when a folder of embedded data gains or loses a file; changed files are seen by the compiler itself.

fn main() {
    for folder in ["assets/text", "assets/exam", "assets/codex", "quests"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
