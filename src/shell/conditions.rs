//! What `test`, `[ … ]` and `[[ … ]]` ask.

use brush_parser::ast::{BinaryPredicate as Binary, ExtendedTestExpr, TestExpr, UnaryPredicate as Unary};

use super::expand::Failure;
use super::interpret::Shell;
use crate::laptop::{Kind, Laptop};
use crate::text::Words;

/// The answer of `test` over its arguments.
pub(super) fn plain(laptop: &Laptop, words: &Words, expression: &TestExpr) -> Result<bool, Failure> {
    Ok(match expression {
        TestExpr::False => false,
        TestExpr::Literal(text) => !text.is_empty(),
        TestExpr::And(left, right) => plain(laptop, words, left)? && plain(laptop, words, right)?,
        TestExpr::Or(left, right) => plain(laptop, words, left)? || plain(laptop, words, right)?,
        TestExpr::Not(inner) => !plain(laptop, words, inner)?,
        TestExpr::Parenthesized(inner) => plain(laptop, words, inner)?,
        TestExpr::UnaryTest(predicate, operand) => unary(laptop, words, predicate, operand)?,
        TestExpr::BinaryTest(predicate, left, right) => match predicate {
            Binary::StringExactlyMatchesPattern => left == right,
            Binary::StringDoesNotExactlyMatchPattern => left != right,
            _ => binary(laptop, words, predicate, left, right)?,
        },
    })
}

/// The answer of `[[ … ]]`.
pub(super) fn extended(shell: &mut Shell<'_>, expression: &ExtendedTestExpr) -> Result<bool, Failure> {
    Ok(match expression {
        ExtendedTestExpr::And(left, right) => extended(shell, left)? && extended(shell, right)?,
        ExtendedTestExpr::Or(left, right) => extended(shell, left)? || extended(shell, right)?,
        ExtendedTestExpr::Not(inner) => !extended(shell, inner)?,
        ExtendedTestExpr::Parenthesized(inner) => extended(shell, inner)?,
        ExtendedTestExpr::UnaryTest(predicate, word) => {
            let operand = shell.expand_text(&word.value)?;
            unary(&shell.world.laptop, shell.words, predicate, &operand)?
        }
        ExtendedTestExpr::BinaryTest(predicate, left, right) => {
            let left = shell.expand_text(&left.value)?;
            match predicate {
                Binary::StringExactlyMatchesPattern => shell.expand_pattern(&right.value)?.matches(&left),
                Binary::StringMatchesRegex => shell.expand_regex(&right.value)?.is_match(&left),
                Binary::StringDoesNotExactlyMatchPattern => !shell.expand_pattern(&right.value)?.matches(&left),
                _ => {
                    let right = shell.expand_text(&right.value)?;
                    binary(&shell.world.laptop, shell.words, predicate, &left, &right)?
                }
            }
        }
    })
}

fn unary(laptop: &Laptop, words: &Words, predicate: &Unary, operand: &str) -> Result<bool, Failure> {
    let entry = laptop.files.entry(&laptop.absolute(operand)).ok().filter(|_| !operand.is_empty());
    Ok(match predicate {
        Unary::StringHasZeroLength => operand.is_empty(),
        Unary::StringHasNonZeroLength => !operand.is_empty(),
        Unary::ShellVariableIsSetAndAssigned => laptop.session.variable(operand).is_some(),
        Unary::FileExists
        | Unary::FileExistsAndIsReadable
        | Unary::FileExistsAndIsWritable
        | Unary::FileExistsAndOwnedByEffectiveGroupId
        | Unary::FileExistsAndOwnedByEffectiveUserId => entry.is_some(),
        Unary::FileExistsAndIsDir => entry.is_some_and(|entry| entry.kind == Kind::Directory),
        Unary::FileExistsAndIsRegularFile => entry.is_some_and(|entry| entry.kind != Kind::Directory),
        Unary::FileExistsAndIsExecutable => entry.is_some_and(|entry| entry.mode & 0o111 != 0),
        Unary::FileExistsAndIsNotZeroLength => entry.is_some_and(|entry| match &entry.kind {
            Kind::File(blob) => !blob.is_empty(),
            Kind::Directory => true,
        }),
        Unary::FdIsOpenTerminal
        | Unary::FileExistsAndIsSymlink
        | Unary::FileExistsAndIsBlockSpecialFile
        | Unary::FileExistsAndIsCharSpecialFile
        | Unary::FileExistsAndIsFifo
        | Unary::FileExistsAndIsSocket
        | Unary::FileExistsAndIsSetgid
        | Unary::FileExistsAndIsSetuid
        | Unary::FileExistsAndHasStickyBit => false,
        Unary::FileExistsAndModifiedSinceLastRead | Unary::ShellOptionEnabled | Unary::ShellVariableIsSetAndNameRef => {
            return Err(words.with("shell-not-simulated", &[("what", predicate.to_string().into())]));
        }
    })
}

fn binary(laptop: &Laptop, words: &Words, predicate: &Binary, left: &str, right: &str) -> Result<bool, Failure> {
    let modified = |path: &str| laptop.files.entry(&laptop.absolute(path)).ok().map(|entry| entry.modified);
    let numbers = || -> Result<(i64, i64), Failure> {
        let number =
            |text: &str| text.trim().parse::<i64>().map_err(|_| format!("test: {text}: integer expression expected"));
        Ok((number(left)?, number(right)?))
    };
    Ok(match predicate {
        Binary::StringExactlyMatchesString | Binary::StringExactlyMatchesPattern => left == right,
        Binary::StringDoesNotExactlyMatchString | Binary::StringDoesNotExactlyMatchPattern => left != right,
        Binary::StringContainsSubstring => left.contains(right),
        Binary::LeftSortsBeforeRight => left < right,
        Binary::LeftSortsAfterRight => left > right,
        Binary::ArithmeticEqualTo => numbers().map(|(left, right)| left == right)?,
        Binary::ArithmeticNotEqualTo => numbers().map(|(left, right)| left != right)?,
        Binary::ArithmeticLessThan => numbers().map(|(left, right)| left < right)?,
        Binary::ArithmeticLessThanOrEqualTo => numbers().map(|(left, right)| left <= right)?,
        Binary::ArithmeticGreaterThan => numbers().map(|(left, right)| left > right)?,
        Binary::ArithmeticGreaterThanOrEqualTo => numbers().map(|(left, right)| left >= right)?,
        Binary::FilesReferToSameDeviceAndInodeNumbers => {
            laptop.absolute(left) == laptop.absolute(right) && modified(left).is_some()
        }
        Binary::LeftFileIsNewerOrExistsWhenRightDoesNot => modified(left) > modified(right),
        Binary::LeftFileIsOlderOrDoesNotExistWhenRightDoes => modified(left) < modified(right),
        Binary::StringMatchesRegex => {
            return Err(words.with("shell-not-simulated", &[("what", "=~".into())]));
        }
    })
}
