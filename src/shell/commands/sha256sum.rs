//! `sha256sum`: the digest of files: what names a layer, an image and a manifest.

use super::{Command, Example, Io, options::options, text::sources};

pub(super) const SHA256SUM: Command = Command {
    name: "sha256sum",
    usage: "sha256sum [FILE…]",
    run,
    examples: &[
        Example {
            line: "printf '' | sha256sum",
            shows: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -\n",
        },
        Example {
            line: "echo hi > f; sha256sum f",
            shows: "98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4  f\n",
        },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "sha256sum", "bt", &[("binary", 'b'), ("text", 't')]) else { return 1 };
    // GNU's mark of how a file was read; it changes nothing else.
    let mark = if options.has('b') { '*' } else { ' ' };
    let (sources, failed) = sources(io, "sha256sum", &options.rest);
    for source in sources {
        io.print(format!("{} {mark}{}\n", source.bytes.digest().hex(), source.name));
    }
    i32::from(failed)
}
