//! `docker version`, `docker info`, `docker system df`, and the overview.

use super::flags::Parsed;
use super::spec;
use super::table::{size, table};
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
    let images = engine.images().count();
    let bytes: u64 = engine.images().map(|image| image.size()).sum();
    let used =
        engine.images().filter(|image| engine.containers().iter().any(|container| container.image == image.id)).count();
    let containers = engine.containers().len();
    let rows = [
        ["TYPE", "TOTAL", "ACTIVE", "SIZE"].map(str::to_owned).to_vec(),
        vec!["Images".to_owned(), images.to_string(), used.to_string(), size(bytes)],
        vec!["Containers".to_owned(), containers.to_string(), containers.to_string(), "0B".to_owned()],
    ];
    io.print(table(&rows));
    0
}
