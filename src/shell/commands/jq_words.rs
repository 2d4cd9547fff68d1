//! What `jq` says and does where the `jaq` crates differ: its words for errors, whole numbers, and functions that they lack.
//! Source: jq 1.7, `src/builtin.c` and `src/jv_aux.c`; jq 1.6 observed.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::native::{Filter, Fun, bome, run, v};
use jaq_core::ops::Math;
use jaq_core::path::{Part, Path};
use jaq_core::{DataT, Error, RunPtr, ValR, load};
use jaq_json::{Num, Val, read};

/// Definitions after those of `jaq`, in its language.
const DEFINITIONS: &str = r#"
def tostring: _plain | "\(.)";
def @text: tostring;
def tojson: _plain | _tojson;
def @json: tojson;
def @csv: _csv;
def @tsv: _tsv;
def @html: tostring | escape_html;
def @uri: tostring | encode_uri;
def @base64: tostring | encode_base64;
def env: $ENV;
def index($i): if . == null then null else indices($i)[0] end;
def rindex($i): if . == null then null else indices($i)[-1] end;
def join($s): reduce .[] as $x (null;
  (if . == null then "" else . + $s end) +
  ($x | if . == null then "" elif isboolean or isnumber then tostring else . end)) // "";
def INDEX(stream; f): reduce stream as $row ({}; . + {($row | f | tostring): $row});
def INDEX(f): INDEX(.[]; f);
def IN(s): any(s == .; .);
def IN(source; s): any(source == s; .);
"#;

/// Functions, formats and variables of jq that are not here.
pub(super) const NOT_SIMULATED: &[&str] = &[
    "$__loc__",
    "$__prog_args",
    "@base32",
    "@base32d",
    "ascii",
    "builtins",
    "fromstream",
    "get_search_list",
    "input_line_number",
    "modulemeta",
    "tostream",
    "truncate_stream",
];

/// The name that a program has as a definition.
pub(super) const MAIN: &str = "_main";

/// The definitions, and the program as the last of them; none if it is no program.
pub(super) fn definitions(program: &str) -> Option<Vec<Def<&str>>> {
    let body = changed(load::parse(program, |parser| parser.term())?);
    let mut definitions = load::parse(DEFINITIONS, |parser| parser.defs())?;
    definitions.push(Def { name: MAIN, args: Vec::new(), body });
    Some(definitions)
}

/// A program with jq's division, with jq's numbers in texts, and with a look at what a regular expression is for.
fn changed(term: Term<&str>) -> Term<&str> {
    let boxed = |term: Box<Term<_>>| Box::new(changed(*term));
    let optional = |term: Option<Box<Term<_>>>| term.map(boxed);
    let call = |name| Term::Call(name, Vec::new());
    let pipe = |left, right| Term::BinOp(Box::new(left), BinaryOp::Pipe(None), Box::new(right));
    match term {
        // The right side's values go round on the outside.
        Term::BinOp(left, BinaryOp::Math(Math::Div), right) => {
            Term::Call("_divide", vec![changed(*right), changed(*left)])
        }
        Term::BinOp(left, BinaryOp::Pipe(Some(names)), right) => {
            Term::BinOp(boxed(left), BinaryOp::Pipe(Some(pattern(names))), boxed(right))
        }
        Term::BinOp(left, operator, right) => Term::BinOp(boxed(left), operator, boxed(right)),
        Term::Str(format, parts) => {
            let part = |part| match part {
                StrPart::Term(term) if format.is_none() => StrPart::Term(pipe(changed(term), call("_plain"))),
                StrPart::Term(term) => StrPart::Term(changed(term)),
                other => other,
            };
            Term::Str(format, parts.into_iter().map(part).collect())
        }
        Term::Arr(items) => Term::Arr(optional(items)),
        Term::Obj(members) => {
            Term::Obj(members.into_iter().map(|(key, value)| (changed(key), value.map(changed))).collect())
        }
        Term::Neg(term) => Term::Neg(boxed(term)),
        Term::Label(name, term) => Term::Label(name, boxed(term)),
        Term::Fold(name, over, names, terms) => {
            Term::Fold(name, boxed(over), pattern(names), terms.into_iter().map(changed).collect())
        }
        Term::TryCatch(term, catch) => Term::TryCatch(boxed(term), optional(catch)),
        Term::IfThenElse(branches, last) => {
            let branches = branches.into_iter().map(|(condition, then)| (changed(condition), changed(then)));
            Term::IfThenElse(branches.collect(), optional(last))
        }
        Term::Call(name @ ("test" | "match" | "capture" | "scan" | "sub" | "gsub" | "splits"), args) => {
            pipe(call("_text"), Term::Call(name, args.into_iter().map(changed).collect()))
        }
        Term::Call(name, args) => Term::Call(name, args.into_iter().map(changed).collect()),
        Term::Path(term, path) => {
            let part = |part| match part {
                Part::Index(index) => Part::Index(changed(index)),
                Part::Range(from, to) => Part::Range(from.map(changed), to.map(changed)),
            };
            Term::Path(boxed(term), Path(path.0.into_iter().map(|(each, opt)| (part(each), opt)).collect()))
        }
        // Definitions are refused before.
        Term::Def(..) | Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => term,
    }
}

fn pattern(names: Pattern<&str>) -> Pattern<&str> {
    match names {
        Pattern::Var(name) => Pattern::Var(name),
        Pattern::Arr(items) => Pattern::Arr(items.into_iter().map(pattern).collect()),
        Pattern::Obj(items) => {
            Pattern::Obj(items.into_iter().map(|(key, names)| (changed(key), pattern(names))).collect())
        }
    }
}

/// The functions that the definitions stand on.
pub(super) fn functions<D: for<'a> DataT<V<'a> = Val>>() -> impl Iterator<Item = Fun<D>> {
    natives().into_vec().into_iter().map(run)
}

fn natives<D: for<'a> DataT<V<'a> = Val>>() -> Box<[Filter<RunPtr<D>>]> {
    Box::new([
        ("_plain", v(0), |cv| bome(Ok(plain(cv.1)))),
        ("_tojson", v(0), |cv| bome(Ok(Val::utf8_str(cv.1.to_string())))),
        ("_csv", v(0), |cv| bome(row(&cv.1, "csv", ",", quoted))),
        ("_tsv", v(0), |cv| bome(row(&cv.1, "tsv", "\t", escaped))),
        ("_text", v(0), |cv| {
            bome(match cv.1 {
                text @ Val::TStr(_) => Ok(text),
                other => Err(Error::str(format!("{} cannot be matched, as it is not a string", described(&other)))),
            })
        }),
        ("_divide", v(2), |mut cv| {
            let left = cv.0.pop_var();
            let right = cv.0.pop_var();
            bome(divide(left, right))
        }),
    ])
}

fn divide(left: Val, right: Val) -> ValR<Val> {
    if let (Val::Num(_), Val::Num(zero)) = (&left, &right)
        && *zero == Num::Int(0)
    {
        return Err(Error::str(both(&left, &right, "cannot be divided because the divisor is zero")));
    }
    (left / right).map(plain)
}

/// The value with jq's numbers: whole ones have no fraction, and what JSON has no number for is what jq puts in its place.
pub(super) fn plain(value: Val) -> Val {
    match value {
        Val::Num(Num::Float(number)) if number.is_nan() => Val::Null,
        Val::Num(Num::Float(number)) if number.is_infinite() => {
            Val::Num(Num::Float(if number > 0.0 { f64::MAX } else { f64::MIN }))
        }
        Val::Num(Num::Float(number)) if number.fract() == 0.0 && number.abs() < 1e17 => {
            Val::Num(Num::Int(number as isize))
        }
        Val::Arr(items) if items.iter().any(is_changed) => items.iter().cloned().map(plain).collect(),
        Val::Obj(members) if members.values().any(is_changed) => {
            Val::obj(members.iter().map(|(key, value)| (key.clone(), plain(value.clone()))).collect())
        }
        other => other,
    }
}

/// Whether `plain` may make another value of it.
fn is_changed(value: &Val) -> bool {
    match value {
        Val::Num(number) => matches!(number, Num::Float(_)),
        Val::Arr(items) => items.iter().any(is_changed),
        Val::Obj(members) => members.values().any(is_changed),
        _ => false,
    }
}

/// An array's values in one line; none of them may be an array or an object.
fn row(value: &Val, format: &str, between: &str, text: fn(&str) -> String) -> ValR<Val> {
    let Val::Arr(items) = value else {
        let said = format!("{} cannot be {format}-formatted, only an array can be", described(value));
        return Err(Error::str(said));
    };
    let cell = |item: &Val| match item {
        Val::Null => Ok(String::new()),
        Val::TStr(bytes) => Ok(text(&String::from_utf8_lossy(bytes))),
        Val::Arr(_) | Val::Obj(_) => Err(Error::str(format!("{} is not valid in a csv row", described(item)))),
        other => Ok(plain(other.clone()).to_string()),
    };
    let cells: Result<Vec<String>, _> = items.iter().map(cell).collect();
    Ok(Val::utf8_str(cells?.join(between)))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn kind(value: &Val) -> &'static str {
    match value {
        Val::Null => "null",
        Val::Bool(_) => "boolean",
        Val::Num(_) => "number",
        Val::BStr(_) | Val::TStr(_) => "string",
        Val::Arr(_) => "array",
        Val::Obj(_) => "object",
    }
}

/// A value as jq's errors show it: its kind, and its first bytes.
fn described(value: &Val) -> String {
    const SHOWN: usize = 14;
    let mut text = plain(value.clone()).to_string();
    if text.len() > SHOWN {
        text.truncate((0..=SHOWN - 3).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
        text += "...";
    }
    format!("{} ({text})", kind(value))
}

fn both(left: &Val, right: &Val, what: &str) -> String {
    format!("{} and {} {what}", described(left), described(right))
}

/// What jq says for an error that `jaq` words otherwise.
pub(super) fn said(text: &str) -> String {
    translated(text).unwrap_or_else(|| text.to_owned())
}

fn translated(text: &str) -> Option<String> {
    let value = |text: &str| read::parse_single(text.as_bytes()).ok();
    // Where a separator may stand in one of the values, both sides must be values.
    let parted = |text: &str, between: &str| {
        text.match_indices(between)
            .find_map(|(at, _)| Some((value(text.get(..at)?)?, value(text.get(at + between.len()..)?)?)))
    };
    if let Some(rest) = text.strip_prefix("cannot index ") {
        let (of, index) = parted(rest, " with ")?;
        return Some(match index {
            Val::TStr(_) => format!("Cannot index {} with string {index}", kind(&of)),
            _ => format!("Cannot index {} with {}", kind(&of), kind(&index)),
        });
    }
    if let Some(rest) = text.strip_prefix("cannot use ") {
        let of = value(rest.strip_suffix(" as iterable (array or object)")?)?;
        return Some(format!("Cannot iterate over {}", described(&of)));
    }
    if let Some(rest) = text.strip_prefix("cannot calculate ") {
        let operators = [
            (" + ", "added"),
            (" - ", "subtracted"),
            (" * ", "multiplied"),
            (" / ", "divided"),
            (" % ", "divided (remainder) because the divisor is zero"),
        ];
        return operators.into_iter().find_map(|(operator, what)| {
            let (left, right) = parted(rest, operator)?;
            let by_zero = matches!((&left, &right), (Val::Num(_), Val::Num(_)));
            let what = if by_zero { what } else { what.split(" (").next().unwrap_or(what) };
            Some(both(&left, &right, &format!("cannot be {what}")))
        });
    }
    let of = value(text.strip_suffix(" has no length")?)?;
    Some(format!("{} has no length", described(&of)))
}
