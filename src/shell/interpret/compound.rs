//! Commands made of commands: groups, conditions, loops.

use brush_parser::ast::{CompoundCommand, CompoundList};

use super::{COMMANDS_MAX, PRINT_MAX, Shell, Stop};

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
                let words = clause.values.iter().flatten().map(|word| word.value.as_str());
                let values = match self.expand_all(words) {
                    Ok(values) => values,
                    Err(failure) => return self.fail(&failure),
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
                let mut value = || {
                    let value = self.expand_text(&clause.value.value)?;
                    for case in &clause.cases {
                        for pattern in &case.patterns {
                            if self.expand_pattern(&pattern.value)?.matches(&value) {
                                return Ok(case.cmd.as_ref());
                            }
                        }
                    }
                    Ok(None)
                };
                match value() {
                    Ok(Some(body)) => self.block(body),
                    Ok(None) => 0,
                    Err(failure) => self.fail(&failure),
                }
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
