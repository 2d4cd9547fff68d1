//! `docker version`, `docker info`, `docker system df`, and the overview.

use super::flags::Parsed;
use super::spec;
use super::table::{size, table, virtual_size};
use crate::shell::Io;

/// The client's version; its words are the ones used here.
pub(super) const VERSION: &str = "28.2.2";
pub(super) const BUILD: &str = "e6534b4";

/// What `docker` alone prints.
pub(super) fn overview() -> String {
    let mut text =
        "Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommands:\n".to_owned();
    for spec in spec::ALL {
        if let [name] = spec.path {
            text += &format!("  {name:<10}  {}\n", spec.about);
        }
    }
    text + "\nRun 'docker COMMAND --help' for more information on a command.\n"
}

/// What `docker image` alone prints.
pub(super) fn group(group: &str) -> String {
    let mut text = format!("Usage:  docker {group} COMMAND\n\nCommands:\n");
    for spec in spec::ALL {
        if let [of, name] = spec.path
            && *of == group
        {
            text += &format!("  {name:<10}  {}\n", spec.about);
        }
    }
    text + &format!("\nRun 'docker {group} COMMAND --help' for more information on a command.\n")
}

pub(super) fn version(io: &mut Io<'_>, _parsed: &Parsed) -> i32 {
    for side in ["Client: Docker Engine - Community", "Server: Docker Engine - Community\n Engine:"] {
        let indent = if side.starts_with("Client") { " " } else { "  " };
        io.print(format!(
            "{side}\n{indent}Version:           {VERSION}\n{indent}API version:       1.50\n{indent}Git commit:        {BUILD}\n{indent}OS/Arch:           linux/amd64\n"
        ));
        if side.starts_with("Client") {
            io.print("\n");
        }
    }
    0
}

pub(super) fn info(io: &mut Io<'_>, _parsed: &Parsed) -> i32 {
    let engine = &io.world.laptop.docker;
    let running = engine.containers().iter().filter(|container| container.is_running()).count();
    let all = engine.containers().len();
    let images = engine.images().count();
    io.print(format!(
        "Client: Docker Engine - Community\n Version:    {VERSION}\n\nServer:\n Containers: {all}\n  Running: {running}\n  Stopped: {}\n Images: {images}\n Server Version: {VERSION}\n Storage Driver: overlay2\n OSType: linux\n Architecture: x86_64\n Name: laptop\n",
        all - running
    ));
    0
}

pub(super) fn disk_usage(io: &mut Io<'_>, _parsed: &Parsed) -> i32 {
    let engine = &io.world.laptop.docker;
    let used: Vec<_> = engine.images().filter(|image| engine.is_used(image)).collect();
    let bytes = engine.stored_bytes();
    // Source: docker/cli, formatter/disk_usage.go: what used images have for themselves is kept.
    let free = bytes.saturating_sub(used.iter().map(|image| engine.own_bytes(image)).sum());
    let share = (free * 100).checked_div(bytes).map_or_else(String::new, |percent| format!(" ({percent}%)"));
    let (steps, cache) = engine.cache_usage();
    let running = engine.containers().iter().filter(|container| container.is_running()).count();
    let row = |kind: &str, total: usize, active: usize, size: String, free: String| {
        vec![kind.to_owned(), total.to_string(), active.to_string(), size, free]
    };
    let none = || size(0);
    let rows = [
        ["TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"].map(str::to_owned).to_vec(),
        row("Images", engine.images().count(), used.len(), virtual_size(bytes), virtual_size(free) + &share),
        row("Containers", engine.containers().len(), running, none(), none()),
        row("Local Volumes", 0, 0, none(), none()),
        row("Build Cache", steps, 0, virtual_size(cache), virtual_size(cache)),
    ];
    io.print(table(&rows));
    0
}
