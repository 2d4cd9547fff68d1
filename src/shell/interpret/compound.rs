//! Commands made of commands: groups, conditions, loops.

use brush_parser::ast::{CaseItem, CaseItemPostAction, CompoundCommand, CompoundList};

use super::{COMMANDS_MAX, PRINT_MAX, Shell, Stop};
use crate::shell::expand::Failure;

impl Shell<'_> {
    pub(super) fn compound(&mut self, compound: &CompoundCommand) -> i32 {
        match compound {
            CompoundCommand::BraceGroup(group) => self.block(&group.list),
            CompoundCommand::Subshell(subshell) => self.subshell(|shell| shell.block(&subshell.list)),
            CompoundCommand::IfClause(clause) => {
                if self.holds(&clause.condition) {
                    return self.block(&clause.then);
                }
                for other in clause.elses.iter().flatten() {
                    if self.stop.is_some() {
                        return self.code();
                    }
                    if other.condition.as_ref().is_none_or(|condition| self.holds(condition)) {
                        return self.block(&other.body);
                    }
                }
                0
            }
            CompoundCommand::WhileClause(clause) => {
                self.repeat(|shell| shell.holds(&clause.0).then_some(()), &clause.1.list)
            }
            CompoundCommand::UntilClause(clause) => {
                self.repeat(|shell| (!shell.holds(&clause.0)).then_some(()), &clause.1.list)
            }
            CompoundCommand::ForClause(clause) => {
                let values = match &clause.values {
                    // `for x; do` goes over the parameters.
                    None => self.parameters.clone(),
                    Some(words) => match self.expand_all(words.iter().map(|word| word.value.as_str())) {
                        Ok(values) => values,
                        Err(failure) => return self.fail(&failure),
                    },
                };
                let mut values = values.into_iter();
                self.repeat(
                    |shell| {
                        let value = values.next()?;
                        shell.world.laptop.session.set(&clause.variable_name, value);
                        Some(())
                    },
                    &clause.body.list,
                )
            }
            CompoundCommand::CaseClause(clause) => {
                self.case(&clause.value.value, &clause.cases).unwrap_or_else(|failure| self.fail(&failure))
            }
            CompoundCommand::Arithmetic(command) => match self.arithmetic(&command.expr.value) {
                Ok(value) => i32::from(value == 0),
                Err(failure) => {
                    self.complain(&format!("(({failure}"));
                    1
                }
            },
            CompoundCommand::ArithmeticForClause(clause) => {
                let number = |shell: &mut Self, text: Option<&str>| match shell.arithmetic(text.unwrap_or("1")) {
                    Ok(value) => value,
                    Err(failure) => i64::from(shell.fail(&failure)) - 1,
                };
                number(self, clause.initializer.as_ref().map(|text| text.value.as_str()));
                let mut first = true;
                self.repeat(
                    |shell| {
                        if !std::mem::take(&mut first) {
                            number(shell, clause.updater.as_ref().map(|text| text.value.as_str()));
                        }
                        (number(shell, clause.condition.as_ref().map(|text| text.value.as_str())) != 0).then_some(())
                    },
                    &clause.body.list,
                )
            }
            CompoundCommand::Coprocess(_) => self.complain_not_simulated("coproc"),
        }
    }

    /// Runs the first item that fits, and after `;&` the next one, after `;;&` the next that fits.
    fn case(&mut self, word: &str, items: &[CaseItem]) -> Result<i32, Failure> {
        let value = self.expand_text(word)?;
        let (mut code, mut falls) = (0, false);
        for item in items {
            let mut fits = falls;
            for pattern in &item.patterns {
                fits = fits || self.expand_pattern(&pattern.value)?.matches(&value);
            }
            if !fits {
                continue;
            }
            code = item.cmd.as_ref().map_or(0, |body| self.block(body));
            match item.post_action {
                _ if self.stop.is_some() => break,
                CaseItemPostAction::ExitCase => break,
                CaseItemPostAction::UnconditionallyExecuteNextCaseItem => falls = true,
                CaseItemPostAction::ContinueEvaluatingCases => falls = false,
            }
        }
        Ok(code)
    }

    fn block(&mut self, list: &CompoundList) -> i32 {
        self.list(list);
        self.code()
    }

    fn holds(&mut self, condition: &CompoundList) -> bool {
        self.asked += 1;
        let code = self.block(condition);
        self.asked -= 1;
        code == 0 && self.stop.is_none()
    }

    /// A loop: `next` says whether there is another round.
    fn repeat(&mut self, mut next: impl FnMut(&mut Self) -> Option<()>, body: &CompoundList) -> i32 {
        let mut code = 0;
        loop {
            self.commands += 1;
            if self.commands > COMMANDS_MAX || self.printed > PRINT_MAX {
                return self.limit();
            }
            if next(self).is_none() || self.stop.is_some() {
                break;
            }
            code = self.block(body);
            match self.stop {
                None => {}
                Some(Stop::Break(0)) => {
                    self.stop = None;
                    break;
                }
                Some(Stop::Continue(0)) => self.stop = None,
                Some(Stop::Break(levels)) => {
                    self.stop = Some(Stop::Break(levels - 1));
                    break;
                }
                Some(Stop::Continue(levels)) => {
                    self.stop = Some(Stop::Continue(levels - 1));
                    break;
                }
                Some(Stop::Exit | Stop::Line) => break,
            }
        }
        code
    }
}
