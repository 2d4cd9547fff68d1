//! `base64`: encodes and decodes.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Command, Example, Io, options::options, text::sources};

pub(super) const BASE64: Command = Command {
    name: "base64",
    usage: "base64 [-d] [-w COLUMNS] [FILE]",
    run,
    examples: &[
        Example { line: "printf AWS:secret | base64", shows: "QVdTOnNlY3JldA==\n" },
        Example { line: "echo QVdTOnNlY3JldA== | base64 -d", shows: "AWS:secret" },
        Example { line: "echo '?' | base64 --decode", shows: "base64: invalid input\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "base64", "dDw:i", &[("decode", 'd'), ("wrap", 'w'), ("ignore-garbage", 'i')])
    else {
        return 1;
    };
    let Ok(columns) = options.value('w').unwrap_or("76").parse::<usize>() else {
        io.eprint(format!("base64: invalid wrap size: '{}'\n", options.value('w').unwrap_or_default()));
        return 1;
    };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&STANDARD, config);
    let (sources, failed) = sources(io, "base64", &options.rest);
    for source in sources {
        if options.has('d') || options.has('D') {
            let text: Vec<u8> =
                source.bytes.as_bytes().iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            match engine.decode(text) {
                Ok(bytes) => io.write(&bytes),
                Err(_) => {
                    io.eprint("base64: invalid input\n");
                    return 1;
                }
            }
            continue;
        }
        let text = engine.encode(source.bytes.as_bytes());
        if columns == 0 {
            io.print(text);
            continue;
        }
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at_checked(columns).unwrap_or((rest, ""));
            io.print(line);
            io.print("\n");
            rest = after;
        }
    }
    i32::from(failed)
}
