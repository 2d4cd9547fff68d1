//! `jq`: filters JSON, by the `jaq` crates.
//!
//! What could run for ever or look outside the world is refused before it starts: own definitions, `repeat`, `while`,
//! `until`, `recurse` with an argument, `range` and `limit` over large numbers, `now`, `input`.

use jaq_core::compile::Undefined;
use jaq_core::load::parse::Def;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read, write};

use super::{Command, Example, Io, jq_parse, jq_words, text::sources_or};

/// The longest program, in bytes, and how deep it may be nested.
const PROGRAM_MAX: usize = 4096;
const NESTING_MAX: usize = 24;
/// How many keywords a program may have that stand in each other without brackets: `try try …`, `if if …`.
const KEYWORDS_MAX: usize = 40;
/// How many operators a program may have: some group to the right, and the parser calls itself for each.
const OPERATORS_MAX: usize = 100;
/// How many values `reduce` may take: each may nest its result once more.
const REDUCE_MAX: usize = 300;
/// How deep JSON that is read may be nested, as in jq.
const INPUT_NESTING_MAX: usize = 256;
/// The largest number and the most values.
const NUMBER_MAX: f64 = 100_000.0;
const VALUES_MAX: usize = 100_000;

pub(super) const JQ: Command = Command {
    name: "jq",
    usage: "jq [-rcnsSej] [--arg NAME VALUE] FILTER [FILE…]",
    run,
    examples: &[
        Example { line: "echo '{\"a\":[1,2]}' | jq .a", shows: "[\n  1,\n  2\n]\n" },
        Example { line: "echo '[{\"t\":\"v1\"},{\"t\":\"v2\"}]' | jq -r '.[].t'", shows: "v1\nv2\n" },
        Example { line: "echo '{\"b\":1,\"a\":null}' | jq -c 'to_entries|map(.key)'", shows: "[\"b\",\"a\"]\n" },
        Example { line: "jq -nr --arg tag v1 '\"app:\" + $tag'", shows: "app:v1\n" },
        Example {
            line: "echo '{' | jq .",
            shows: "jq: parse error: Unfinished JSON term at EOF at line 2, column 0\n",
        },
        Example {
            line: "printf '{\"a\":1}\\n2\\n' | jq '.a|error(\"no\")'",
            shows: "jq: error (at <stdin>:1): no\njq: error (at <stdin>:2): Cannot index number with string \"a\"\n",
        },
        Example { line: "jq -n 'error({a:1})'", shows: "jq: error (at <unknown>) (not a string): {\"a\":1}\n" },
        Example {
            line: "jq -nc '6/2, ([1,2,3]|add/length), \"\\(1.5*2)\", [(1,2)/(1,2)], ([2.0*2]|tostring)'",
            shows: "3\n2\n\"3\"\n[1,2,0.5,1]\n\"[4]\"\n",
        },
        Example {
            line: "jq -nr '[1,\"a \\\"b\\\"\",null,true]|@csv,@tsv'",
            shows: "1,\"a \"\"b\"\"\",,true\n1\ta \"b\"\t\ttrue\n",
        },
        Example {
            line: "jq -n '1/0'",
            shows: "jq: error (at <unknown>): number (1) and number (0) cannot be divided because the divisor is zero\n",
        },
        Example { line: "jq -n '.[]'", shows: "jq: error (at <unknown>): Cannot iterate over null (null)\n" },
        Example {
            line: "jq -n '[]|.foo'",
            shows: "jq: error (at <unknown>): Cannot index array with string \"foo\"\n",
        },
        Example {
            line: "jq -n '1|test(\"a\")'",
            shows: "jq: error (at <unknown>): number (1) cannot be matched, as it is not a string\n",
        },
        Example {
            line: "jq . nofile; echo $?",
            shows: "jq: error: Could not open file nofile: No such file or directory\n2\n",
        },
        Example {
            line: "jq -nc '$ENV.USER, env.HOME, (null|index(\"x\")), ([{id:1}]|INDEX(.id)), ([1,null,\"a\"]|join(\"-\"))'",
            shows: "\"learner\"\n\"/home/learner\"\nnull\n{\"1\":{\"id\":1}}\n\"1--a\"\n",
        },
        Example { line: "jq -n 'input_line_number'", shows: "jq: `input_line_number` is not simulated\n" },
        Example { line: "jq -n 'repeat(1)'", shows: "jq: `repeat` is not simulated\n" },
    ],
};

struct Options {
    raw: bool,
    joined: bool,
    compact: bool,
    null_input: bool,
    slurp: bool,
    sorted: bool,
    exit_status: bool,
    raw_input: bool,
    tab: bool,
    variables: Vec<(String, Val)>,
    rest: Vec<String>,
}

fn run(io: &mut Io<'_>) -> i32 {
    let mut options = match options(io.args) {
        Ok(options) => options,
        Err(message) => {
            io.eprint(format!("jq: error: {message}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n"));
            return 2;
        }
    };
    let Some((program, files)) = options.rest.split_first() else {
        io.eprint("Usage:\tjq [OPTIONS] FILTER [FILES...]\n");
        return 2;
    };
    if let Some(refused) = refused(program) {
        let text = io.words.with("shell-not-simulated", &[("what", refused.into())]);
        io.eprint(format!("jq: {text}\n"));
        return 3;
    }
    let exported = io.world.laptop.session.variables().filter(|(_, variable)| variable.exported);
    let text = |text: &str| Val::utf8_str(text.to_owned());
    let environment = exported.map(|(name, variable)| (text(name), text(&variable.value))).collect();
    options.variables.push(("$ENV".to_owned(), Val::obj(environment)));
    let mut inputs = Vec::new();
    // Where the last of the input ends: all of it is one value when it is slurped.
    let mut end = None;
    let mut bad_file = false;
    if !options.null_input {
        let (read_sources, failed) =
            sources_or(io, files, |name, error| format!("jq: error: Could not open file {name}: {error}\n"));
        bad_file = failed;
        for source in read_sources {
            let values = source.bytes.as_bytes().iter().filter(|byte| matches!(byte, b',' | b'\n')).count();
            if program.contains("reduce") && values > 10 * REDUCE_MAX {
                let text = io.words.with("shell-not-simulated", &[("what", "reduce".into())]);
                io.eprint(format!("jq: {text}\n"));
                return 3;
            }
            let text = source.text();
            let name = if source.name == "-" { "<stdin>" } else { &source.name };
            let place = |line: usize| format!("{name}:{line}");
            end = Some(place(text.matches('\n').count()));
            if options.raw_input && nesting(source.bytes.as_bytes()) <= INPUT_NESTING_MAX {
                let lines = text.split_inclusive('\n').enumerate().map(|(number, line)| {
                    let read = number + usize::from(line.ends_with('\n'));
                    let line = line.trim_end_matches('\n').trim_end_matches('\r');
                    Input { value: Val::utf8_str(line.to_owned()), place: place(read) }
                });
                inputs.extend(lines);
                continue;
            }
            if nesting(source.bytes.as_bytes()) > INPUT_NESTING_MAX {
                io.eprint("jq: parse error: Exceeds depth limit for parsing\n");
                return 2;
            }
            let mut lines = jq_parse::lines(&text).into_iter();
            for value in read::parse_many(source.bytes.as_bytes()) {
                let read = lines.next().unwrap_or_default();
                match value {
                    Ok(value) => inputs.push(Input { value, place: place(read) }),
                    Err(error) => {
                        let said = jq_parse::problem(&text).unwrap_or_else(|| error.to_string());
                        io.eprint(format!("jq: parse error: {said}\n"));
                        return 2;
                    }
                }
            }
        }
    }
    let unknown = || "<unknown>".to_owned();
    if options.slurp {
        let value = inputs.into_iter().map(|input| input.value).collect();
        inputs = vec![Input { value, place: end.unwrap_or_else(unknown) }];
    }
    if options.null_input {
        inputs = vec![Input { value: Val::Null, place: unknown() }];
    }
    match filter(program, &options, inputs) {
        Ok((out, errors, last)) => {
            io.write(&out);
            io.eprint(errors);
            match last {
                _ if bad_file => 2,
                Last::Error => 5,
                Last::Nothing if options.exit_status => 4,
                Last::Falsy if options.exit_status => 1,
                _ => 0,
            }
        }
        Err(Wrong::NotSimulated(name)) => {
            let text = io.words.with("shell-not-simulated", &[("what", name.into())]);
            io.eprint(format!("jq: {text}\n"));
            3
        }
        Err(Wrong::Program(message)) => {
            io.eprint(format!("jq: error: {message}:\n{program}\njq: 1 compile error\n"));
            3
        }
    }
}

/// Why a program does not run.
enum Wrong {
    /// What jq says of it.
    Program(String),
    /// A part of jq that is not here.
    NotSimulated(String),
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        raw: false,
        joined: false,
        compact: false,
        null_input: false,
        slurp: false,
        sorted: false,
        exit_status: false,
        raw_input: false,
        tab: false,
        variables: Vec::new(),
        rest: Vec::new(),
    };
    let mut args = args.iter();
    while let Some(argument) = args.next() {
        match argument.as_str() {
            "--raw-output" => options.raw = true,
            "--join-output" => options.joined = true,
            "--compact-output" => options.compact = true,
            "--null-input" => options.null_input = true,
            "--slurp" => options.slurp = true,
            "--sort-keys" => options.sorted = true,
            "--exit-status" => options.exit_status = true,
            "--raw-input" => options.raw_input = true,
            "--tab" => options.tab = true,
            "--monochrome-output" => {}
            "--arg" | "--argjson" => {
                let (Some(name), Some(value)) = (args.next(), args.next()) else {
                    return Err(format!("{argument} takes two parameters (e.g. {argument} varname value)"));
                };
                if nesting(value.as_bytes()) > INPUT_NESTING_MAX {
                    return Err("Exceeds depth limit for parsing".to_owned());
                }
                let value = if argument == "--arg" {
                    Val::utf8_str(value.clone())
                } else {
                    read::parse_single(value.as_bytes())
                        .map_err(|_| "Invalid JSON text passed to --argjson".to_owned())?
                };
                options.variables.push((format!("${name}"), value));
            }
            letters if letters.starts_with('-') && letters.len() > 1 && !letters.starts_with("--") => {
                for letter in letters.chars().skip(1) {
                    match letter {
                        'r' => options.raw = true,
                        'j' => options.joined = true,
                        'c' => options.compact = true,
                        'n' => options.null_input = true,
                        's' => options.slurp = true,
                        'S' => options.sorted = true,
                        'e' => options.exit_status = true,
                        'R' => options.raw_input = true,
                        'M' => {}
                        other => return Err(format!("Unknown option: -{other}")),
                    }
                }
            }
            long if long.starts_with("--") && long.len() > 2 => return Err(format!("Unknown option: {long}")),
            _ => options.rest.push(argument.clone()),
        }
    }
    Ok(options)
}

/// A value to filter, and where jq says that it was read.
struct Input {
    value: Val,
    place: String,
}

/// How the last input ended the run.
enum Last {
    Nothing,
    Falsy,
    Truthy,
    Error,
}

/// What is printed, what is said of inputs that end with an error, and how the last one ends.
fn filter(program: &str, options: &Options, inputs: Vec<Input>) -> Result<(Vec<u8>, String, Last), Wrong> {
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs()).chain(jq_words::functions());
    let arena = Arena::default();
    // A program that can be read is called as a definition; one that cannot is loaded for what is wrong with it.
    let (own, code) = match jq_words::definitions(program) {
        Some(own) => (own, jq_words::MAIN),
        None => (Vec::new(), program),
    };
    let base: Vec<Def<&'static str>> = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).collect();
    let mut definitions: Vec<Def<&str>> = base;
    definitions.extend(own);
    let modules = Loader::new(definitions)
        .load(&arena, File { code, path: () })
        .map_err(|errors| Wrong::Program(syntax_error(program, &errors)))?;
    let filter = Compiler::default()
        .with_funs(functions)
        .with_global_vars(options.variables.iter().map(|(name, _)| name.as_str()))
        .compile(modules)
        .map_err(|errors| {
            let undefined = errors.iter().flat_map(|(_, errors)| errors).next();
            let (name, line) = undefined.map_or((String::new(), 1), |(name, kind)| {
                let arity = match kind {
                    Undefined::Filter(arity) => format!("/{arity}"),
                    _ => String::new(),
                };
                (format!("{name}{arity}"), line_of(program, name))
            });
            let plain = name.split('/').next().unwrap_or_default();
            if jq_words::NOT_SIMULATED.contains(&plain) {
                return Wrong::NotSimulated(plain.to_owned());
            }
            Wrong::Program(format!("{name} is not defined at <top-level>, line {line}"))
        })?;
    let printer = write::Pp {
        indent: match (options.compact, options.tab) {
            (true, _) => None,
            (false, true) => Some("\t".to_owned()),
            (false, false) => Some("  ".to_owned()),
        },
        sort_keys: options.sorted,
        sep_space: !options.compact,
        ..write::Pp::default()
    };
    let mut out = Vec::new();
    let mut errors = String::new();
    let mut last = Last::Nothing;
    let mut count = 0;
    for Input { value: input, place } in inputs {
        if matches!(last, Last::Error) {
            last = Last::Nothing;
        }
        let vars = Vars::new(options.variables.iter().map(|(_, value)| value.clone()));
        let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, vars);
        for value in filter.id.run((context, input)).map(unwrap_valr) {
            count += 1;
            if count > VALUES_MAX {
                errors.push_str("jq: error: too many values\n");
                return Ok((out, errors, Last::Error));
            }
            match value {
                Ok(value) => {
                    let value = jq_words::plain(value);
                    last = if matches!(value, Val::Null | Val::Bool(false)) { Last::Falsy } else { Last::Truthy };
                    match &value {
                        Val::TStr(text) if options.raw || options.joined => out.extend_from_slice(text),
                        other => {
                            // Writing to memory cannot fail.
                            let _ = write::write(&mut out, &printer, 0, other);
                        }
                    }
                    if !options.joined {
                        out.push(b'\n');
                    }
                }
                // The input ends here, the next one goes on.
                Err(error) => {
                    errors += &match error.into_val() {
                        Val::TStr(text) => {
                            format!("jq: error (at {place}): {}\n", jq_words::said(&String::from_utf8_lossy(&text)))
                        }
                        other => format!("jq: error (at {place}) (not a string): {other}\n"),
                    };
                    last = Last::Error;
                    break;
                }
            }
        }
    }
    Ok((out, errors, last))
}

/// The line of a program that a part of it is on.
fn line_of(program: &str, part: &str) -> usize {
    let start = load::span(program, part).start;
    program.get(..start).map_or(1, |before| before.matches('\n').count() + 1)
}

/// What jq says of a program that it cannot read, and where. Source: jq 1.7.
fn syntax_error(program: &str, errors: &load::Errors<&str, ()>) -> String {
    let found = errors.iter().find_map(|(_, error)| match error {
        load::Error::Io(_) => None,
        load::Error::Lex(errors) => errors.first().map(|(_, rest)| (*rest, true)),
        load::Error::Parse(errors) => errors.first().map(|(_, rest)| (*rest, false)),
    });
    let (unexpected, line) = match found {
        Some((rest, in_lexer)) if !rest.is_empty() => {
            let word = rest.split_whitespace().next().unwrap_or(rest);
            let shown = if in_lexer { "INVALID_CHARACTER".to_owned() } else { format!("'{word}'") };
            (shown, line_of(program, rest))
        }
        _ => ("end of file".to_owned(), program.lines().count().max(1)),
    };
    format!("syntax error, unexpected {unexpected} (Unix shell quoting issues?) at <top-level>, line {line}")
}

/// How deep brackets go, quotes not looked at.
fn nesting(text: &[u8]) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in text {
        match byte {
            b'[' | b'{' | b'(' => open += 1,
            b']' | b'}' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// The first thing in a program that is not simulated.
fn refused(program: &str) -> Option<String> {
    const WORDS: [&str; 20] = [
        "def",
        "repeat",
        "while",
        "until",
        "now",
        "input",
        "inputs",
        "infinite",
        "halt",
        "halt_error",
        "localtime",
        "strflocaltime",
        "mktime",
        "import",
        "include",
        "combinations",
        "foreach",
        "input_filename",
        "label",
        "getpath",
    ];
    if program.len() > PROGRAM_MAX || nesting(program.as_bytes()) > NESTING_MAX {
        return Some("…".to_owned());
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let nest = |word: &&str| matches!(*word, "try" | "if" | "elif" | "reduce" | "as");
    if program.split(|c| !is_word(c)).filter(nest).count() > KEYWORDS_MAX {
        return Some("…".to_owned());
    }
    let operators = program.matches(['|', ',', '+', '-', '*', '/', '%', '=', '<', '>']).count();
    let spelled = program.split(|c| !is_word(c)).filter(|word| matches!(*word, "and" | "or")).count();
    if operators + spelled > OPERATORS_MAX {
        return Some("…".to_owned());
    }
    let has = |word: &str| program.split(|c| !is_word(c)).any(|other| other == word);
    // What a program makes out of small parts could be nested too deep for what reads, prints and drops it.
    let makes = ["add", "join", "implode", "range", "reduce", "limit"];
    if has("fromjson") && (program.contains('*') || makes.iter().any(|word| has(word))) {
        return Some("fromjson".to_owned());
    }
    if has("reduce") && has("range") && program.contains(['*', '+']) {
        return Some("range".to_owned());
    }
    let number_max = if has("reduce") { REDUCE_MAX as f64 } else { NUMBER_MAX };
    let mut rest = program;
    while let Some(at) = rest.find(is_word) {
        let (_, after) = rest.split_at(at);
        let end = after.find(|c: char| !is_word(c)).unwrap_or(after.len());
        let (word, tail) = after.split_at(end);
        rest = tail;
        if word == "recurse" && tail.trim_start().starts_with('(') {
            return Some(word.to_owned());
        }
        if WORDS.contains(&word) {
            return Some(word.to_owned());
        }
        if word.parse::<f64>().is_ok_and(|number| number.abs() > number_max) && !is_quoted(program, word) {
            return Some(word.to_owned());
        }
    }
    // Products could make a number that large out of small ones.
    (program.contains("range") && program.contains(['*', 'e', 'E']) && program.matches('*').count() > 1)
        .then(|| "range".to_owned())
}

/// Whether every mention of `word` is in double quotes, such as an account id.
fn is_quoted(program: &str, word: &str) -> bool {
    program
        .match_indices(word)
        .all(|(at, _)| program.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 1))
}
