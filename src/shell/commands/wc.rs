//! `wc`: counts lines, words and bytes.

use super::{Command, Example, Io, options::options, text::sources};

pub(super) const WC: Command = Command {
    name: "wc",
    usage: "wc [-lwcm] [FILE…]",
    run,
    examples: &[
        Example { line: "printf 'a b\\nc\\n' | wc -l", shows: "2\n" },
        Example { line: "printf 'a b\\nc\\n' | wc", shows: "      2       3       6\n" },
        Example { line: "printf 'a b' > f; wc -c f", shows: "3 f\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "wc", "lwcm", &[("lines", 'l'), ("words", 'w'), ("bytes", 'c'), ("chars", 'm')])
    else {
        return 1;
    };
    let (sources, failed) = sources(io, "wc", &options.rest);
    let chosen: Vec<char> = ['l', 'w', 'm', 'c'].into_iter().filter(|letter| options.has(*letter)).collect();
    let chosen = if chosen.is_empty() { vec!['l', 'w', 'c'] } else { chosen };
    let mut rows: Vec<(Vec<usize>, String)> = Vec::new();
    for source in &sources {
        let text = source.text();
        let count = |letter: &char| match letter {
            'l' => source.bytes.as_bytes().iter().filter(|byte| **byte == b'\n').count(),
            'w' => text.split_whitespace().count(),
            'm' => text.chars().count(),
            _ => source.bytes.len(),
        };
        let name = if options.rest.is_empty() { String::new() } else { format!(" {}", source.name) };
        rows.push((chosen.iter().map(count).collect(), name));
    }
    if rows.len() > 1 {
        let total = |at: usize| rows.iter().filter_map(|(counts, _)| counts.get(at)).sum();
        rows.push(((0..chosen.len()).map(total).collect(), " total".to_owned()));
    }
    let widest = rows.iter().flat_map(|(counts, _)| counts).max().map_or(1, |most| most.to_string().len());
    let width = match (chosen.len(), options.rest.is_empty()) {
        (1, _) if rows.len() == 1 => 1,
        (_, true) => 7,
        _ => widest,
    };
    for (counts, name) in rows {
        let counts: Vec<String> = counts.iter().map(|count| format!("{count:>width$}")).collect();
        io.print(format!("{}{name}\n", counts.join(" ")));
    }
    i32::from(failed)
}
