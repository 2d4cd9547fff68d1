//! `$((…))` and `((…))`: 64-bit integers that wrap, as in bash.

use brush_parser::arithmetic::parse;
use brush_parser::ast::{
    ArithmeticExpr as Expr, ArithmeticTarget as Target, BinaryOperator as Binary, UnaryAssignmentOperator as Step,
    UnaryOperator as Unary,
};

use crate::laptop::Session;

/// The longest expression, in bytes, and how deep its parentheses may go: the parser is recursive and backtracks.
const TEXT_MAX: usize = 256;
const NESTING_MAX: usize = 5;
const DIVISION: &str = "division by 0";
/// How often a variable's text may lead to another variable.
const REFERENCE_MAX: usize = 16;

/// The value of an expression whose expansions are done, or what bash says after `bash: `.
pub(super) fn evaluate(session: &mut Session, text: &str) -> Result<i64, String> {
    evaluate_at(session, text, 0)
}

fn evaluate_at(session: &mut Session, text: &str, depth: usize) -> Result<i64, String> {
    let wrong = |why: &str| format!("{text}: {why}");
    let (mut open, mut deepest) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    if text.len() > TEXT_MAX || deepest > NESTING_MAX || depth > REFERENCE_MAX {
        return Err(wrong("expression recursion level exceeded"));
    }
    if text.contains('[') {
        return Err(wrong("arrays are not simulated"));
    }
    let expr = parse(text).map_err(|_| wrong("syntax error: operand expected"))?;
    value(session, &expr, depth).map_err(|why| match why.as_str() {
        DIVISION => format!("{text}: {why} (error token is \"{}\")", divisor(session, text, depth)),
        _ => wrong(&why),
    })
}

/// The text from a zero divisor on, which bash names. The tree does not keep places: it is the first divisor that is 0.
fn divisor<'t>(session: &mut Session, text: &'t str, depth: usize) -> &'t str {
    let mut found = "";
    for (at, operator) in text.match_indices(['/', '%']) {
        let rest = text.get(at + operator.len()..).unwrap_or_default().trim_start();
        let mut open = 0_usize;
        let end = rest.find(|c: char| {
            open = (open + usize::from(c == '(')).saturating_sub(usize::from(c == ')'));
            open == 0 && !(c.is_alphanumeric() || matches!(c, '_' | ')' | '#'))
        });
        let operand = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        found = rest;
        // Only what has no effect may be computed once more.
        if !operand.contains(['=', '+', '-', '/', '%']) && evaluate_at(session, operand, depth + 1) == Ok(0) {
            break;
        }
    }
    found
}

fn value(session: &mut Session, expr: &Expr, depth: usize) -> Result<i64, String> {
    Ok(match expr {
        Expr::Literal(number) => *number,
        Expr::Reference(target) => get(session, target, depth)?,
        Expr::UnaryOp(op, x) => {
            let x = value(session, x, depth)?;
            match op {
                Unary::UnaryPlus => x,
                Unary::UnaryMinus => x.wrapping_neg(),
                Unary::BitwiseNot => !x,
                Unary::LogicalNot => i64::from(x == 0),
            }
        }
        Expr::BinaryOp(Binary::LogicalAnd, x, y) => {
            i64::from(value(session, x, depth)? != 0 && value(session, y, depth)? != 0)
        }
        Expr::BinaryOp(Binary::LogicalOr, x, y) => {
            i64::from(value(session, x, depth)? != 0 || value(session, y, depth)? != 0)
        }
        Expr::BinaryOp(op, x, y) => {
            let x = value(session, x, depth)?;
            let y = value(session, y, depth)?;
            binary(op, x, y)?
        }
        Expr::Conditional(condition, yes, no) => {
            let branch = if value(session, condition, depth)? != 0 { yes } else { no };
            value(session, branch, depth)?
        }
        Expr::Assignment(target, x) => {
            let x = value(session, x, depth)?;
            set(session, target, x)?
        }
        Expr::BinaryAssignment(op, target, x) => {
            let x = value(session, x, depth)?;
            let old = get(session, target, depth)?;
            set(session, target, binary(op, old, x)?)?
        }
        Expr::UnaryAssignment(op, target) => {
            let old = get(session, target, depth)?;
            let (new, shown) = match op {
                Step::PrefixIncrement => (old.wrapping_add(1), old.wrapping_add(1)),
                Step::PrefixDecrement => (old.wrapping_sub(1), old.wrapping_sub(1)),
                Step::PostfixIncrement => (old.wrapping_add(1), old),
                Step::PostfixDecrement => (old.wrapping_sub(1), old),
            };
            set(session, target, new)?;
            shown
        }
    })
}

fn get(session: &mut Session, target: &Target, depth: usize) -> Result<i64, String> {
    let name = name(target)?;
    let text = session.variable(name).map(|variable| variable.value.trim().to_owned()).unwrap_or_default();
    if text.is_empty() { Ok(0) } else { evaluate_at(session, &text, depth + 1) }
}

fn set(session: &mut Session, target: &Target, value: i64) -> Result<i64, String> {
    session.set(name(target)?, value.to_string());
    Ok(value)
}

fn name(target: &Target) -> Result<&str, String> {
    match target {
        Target::Variable(name) => Ok(name),
        Target::ArrayElement(..) => Err("arrays are not simulated".to_owned()),
    }
}

fn binary(op: &Binary, x: i64, y: i64) -> Result<i64, String> {
    Ok(match op {
        Binary::Power if y < 0 => return Err("exponent less than 0".to_owned()),
        Binary::Power => {
            // By squaring: the exponent may be anything.
            let (mut result, mut base, mut left) = (1_i64, x, y);
            while left > 0 {
                if left & 1 == 1 {
                    result = result.wrapping_mul(base);
                }
                base = base.wrapping_mul(base);
                left >>= 1;
            }
            result
        }
        Binary::Divide | Binary::Modulo if y == 0 => return Err(DIVISION.to_owned()),
        Binary::Divide => x.wrapping_div(y),
        Binary::Modulo => x.wrapping_rem(y),
        Binary::Multiply => x.wrapping_mul(y),
        Binary::Add => x.wrapping_add(y),
        Binary::Subtract => x.wrapping_sub(y),
        Binary::Comma => y,
        Binary::ShiftLeft => x.wrapping_shl(y as u32),
        Binary::ShiftRight => x.wrapping_shr(y as u32),
        Binary::LessThan => i64::from(x < y),
        Binary::LessThanOrEqualTo => i64::from(x <= y),
        Binary::GreaterThan => i64::from(x > y),
        Binary::GreaterThanOrEqualTo => i64::from(x >= y),
        Binary::Equals => i64::from(x == y),
        Binary::NotEquals => i64::from(x != y),
        Binary::BitwiseAnd => x & y,
        Binary::BitwiseXor => x ^ y,
        Binary::BitwiseOr => x | y,
        Binary::LogicalAnd => i64::from(x != 0 && y != 0),
        Binary::LogicalOr => i64::from(x != 0 || y != 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_that_of_bash() {
        let mut session = Session::default();
        session.set("n", "4".to_owned());
        session.set("m", "n".to_owned());
        let mut check = |text: &str, expect: i64| assert_eq!(evaluate(&mut session, text), Ok(expect), "{text}");
        check("1 + 2 * 3", 7);
        check("n % 3 == 1 && m > 3", 1);
        check("n++ + n", 9);
        check("2 ** 10", 1024);
        check("-9223372036854775808 / -1", i64::MIN);
        check("", 0);
    }

    #[test]
    fn what_cannot_be_computed_says_why() {
        let mut session = Session::default();
        session.set("x", "x".to_owned());
        for text in ["1 / 0", "x", "1 +", "a[a[1]]", &"(".repeat(100), &"-".repeat(1000)] {
            assert!(evaluate(&mut session, text).is_err(), "{text}");
        }
    }
}
