//! A session: a quest or a sandbox being played. Setup, journal, a snapshot per command, undo, hints, time travel.
//!
//! A session is its journal: replaying the same entries over the same start gives the same session, byte for byte.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::score::{self, Score};
use super::{HintLevel, Predicate, Progress, Quest, Sandbox, SolutionLine, StartStep};
use crate::cloud::Duration;
use crate::shell;
use crate::text::{Message, Words};
use crate::world::World;

/// What is played.
#[derive(Clone, Debug)]
pub enum Scene {
    /// A quest, with objectives.
    Quest(Arc<Quest>),
    /// A sandbox, with none.
    Sandbox(Arc<Sandbox>),
}

impl Scene {
    fn seed(&self) -> u64 {
        match self {
            Self::Quest(quest) => quest.seed,
            Self::Sandbox(sandbox) => sandbox.seed,
        }
    }

    fn start(&self) -> &[StartStep] {
        match self {
            Self::Quest(quest) => &quest.start,
            Self::Sandbox(sandbox) => &sandbox.start,
        }
    }
}

/// One command of the session and the world that it left.
#[derive(Clone, Debug)]
pub struct Step {
    /// The line as typed; several lines where it holds a here-document.
    pub line: String,
    /// The prompt before it.
    pub prompt: String,
    /// What it printed and how it ended.
    pub output: shell::Output,
    /// The world after it.
    pub world: World,
    /// The trail's length before it: what it caused is `world.cloud.trail().since(before)`.
    pub before: u64,
    /// How far the goals are after it; empty in a sandbox.
    pub goals: Arc<Vec<GoalStatus>>,
    /// Whether it counts against par: looking around is free.
    pub counts: bool,
}

/// How far one objective or bonus is.
#[derive(Clone, Debug, PartialEq)]
pub struct GoalStatus {
    /// The id of the objective or bonus.
    pub id: String,
    /// Whether it is a bonus.
    pub bonus: bool,
    /// How far it is and what is missing.
    pub progress: Progress,
}

/// One entry of a session's journal, as it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A line was run.
    Run(String),
    /// The last command was taken back.
    Undo,
    /// All commands were taken back.
    Reset,
    /// The hint with this index in the quest was opened.
    Hint(usize),
    /// The solution was shown.
    Shown,
    /// The learner plays without help.
    Unaided,
}

/// A step of a start that did not go as its author meant.
#[derive(Clone, Debug, PartialEq)]
pub struct StartError {
    /// Which step, from 0.
    pub step: usize,
    /// What its author wrote: the line, or the file's path.
    pub text: String,
    /// What went wrong.
    pub what: Message,
}

impl StartError {
    /// The whole in words: which step, and what went wrong.
    pub fn message(&self) -> Message {
        Message::new("problem-start")
            .with("step", self.step + 1)
            .with("text", &self.text)
            .with("what", self.what.clone())
    }
}

/// A quest or a sandbox being played.
#[derive(Clone, Debug)]
pub struct Session {
    scene: Scene,
    start: World,
    start_goals: Arc<Vec<GoalStatus>>,
    steps: Vec<Arc<Step>>,
    hints: BTreeSet<usize>,
    shown: bool,
    unaided: bool,
    /// How many steps are seen; none: all of them.
    looking_at: Option<usize>,
    /// The first step that the terminal shows, since the screen was cleared.
    cleared: usize,
    show: Option<Show>,
    journal: Vec<Entry>,
}

/// "Show me" under way: the learner's own steps wait while the solution plays.
#[derive(Clone, Debug)]
struct Show {
    own: Vec<Arc<Step>>,
    next: usize,
}

impl Session {
    /// Makes the world of a quest and stands at its beginning.
    ///
    /// # Errors
    /// When a step of the quest's start does not go as written: a broken quest.
    pub fn start(quest: &Arc<Quest>, words: &Words) -> Result<Self, StartError> {
        Self::of(Scene::Quest(Arc::clone(quest)), words)
    }

    /// Makes the world of a sandbox.
    ///
    /// # Errors
    /// When a step of its start does not go as written.
    pub fn sandbox(sandbox: &Arc<Sandbox>, words: &Words) -> Result<Self, StartError> {
        Self::of(Scene::Sandbox(Arc::clone(sandbox)), words)
    }

    fn of(scene: Scene, words: &Words) -> Result<Self, StartError> {
        let start = super::make_world(scene.seed(), scene.start(), words)?;
        let mut session = Self {
            scene,
            start,
            start_goals: Arc::default(),
            steps: Vec::new(),
            hints: BTreeSet::new(),
            shown: false,
            unaided: false,
            looking_at: None,
            cleared: 0,
            show: None,
            journal: Vec::new(),
        };
        session.start_goals = Arc::new(session.check(&session.start));
        Ok(session)
    }

    /// Plays a saved journal over a fresh session. Entries that do not apply any more are passed over.
    pub fn replay(&mut self, entries: &[Entry], words: &Words) {
        // Only what was not taken back need be run.
        let mut lines: Vec<&str> = Vec::new();
        for entry in entries {
            match entry {
                Entry::Run(line) => lines.push(line),
                Entry::Undo => drop(lines.pop()),
                Entry::Reset => lines.clear(),
                Entry::Hint(index) => {
                    if self.quest().is_some_and(|quest| *index < quest.hints.len()) {
                        self.hints.insert(*index);
                    }
                }
                Entry::Shown => self.shown = true,
                Entry::Unaided => self.unaided = true,
            }
        }
        for line in lines {
            self.step(line, words);
        }
        self.journal = entries.to_vec();
    }

    /// What is played.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The quest, if it is one.
    pub fn quest(&self) -> Option<&Arc<Quest>> {
        match &self.scene {
            Scene::Quest(quest) => Some(quest),
            Scene::Sandbox(_) => None,
        }
    }

    /// The world as the learner sees it: now, or where time travel looks.
    pub fn world(&self) -> &World {
        self.world_after(self.looking_at.unwrap_or(self.steps.len()))
    }

    /// The world now, wherever time travel looks.
    pub fn present(&self) -> &World {
        self.world_after(self.steps.len())
    }

    /// The world after so many commands; after 0 it is the start.
    pub fn world_after(&self, steps: usize) -> &World {
        steps.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(&self.start, |step| &step.world)
    }

    /// All commands that stand, oldest first.
    pub fn steps(&self) -> &[Arc<Step>] {
        &self.steps
    }

    /// The commands that the terminal shows: those since the screen was cleared, up to where time travel looks.
    pub fn shown_steps(&self) -> &[Arc<Step>] {
        let end = self.looking_at.unwrap_or(self.steps.len());
        self.steps.get(self.cleared.min(end)..end).unwrap_or_default()
    }

    /// How far the goals are, where the learner looks: objectives first, then bonuses, in the quest's order.
    pub fn goals(&self) -> &[GoalStatus] {
        let steps = self.looking_at.unwrap_or(self.steps.len());
        self.goals_after(steps)
    }

    /// How far the goals were after so many commands.
    pub fn goals_after(&self, steps: usize) -> &[GoalStatus] {
        steps.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(&self.start_goals, |step| &step.goals)
    }

    /// Whether the goal is met after the last command and was not after any before it.
    pub fn is_first_met(&self, id: &str) -> bool {
        let is_met = |steps: usize| self.goals_after(steps).iter().any(|goal| goal.id == id && goal.progress.met);
        is_met(self.steps.len()) && !(0..self.steps.len()).any(is_met)
    }

    /// Whether every objective is met now, by the learner's own commands.
    pub fn is_won(&self) -> bool {
        let goals = self.goals_after(self.steps.len());
        self.show.is_none()
            && self.quest().is_some()
            && goals.iter().filter(|goal| !goal.bonus).all(|goal| goal.progress.met)
    }

    /// The objective to work on now: the first that is not met.
    pub fn current_goal(&self) -> Option<&GoalStatus> {
        self.goals().iter().find(|goal| !goal.progress.met)
    }

    /// Runs a line in the present, ending time travel and a show under way.
    pub fn run(&mut self, line: &str, words: &Words) -> Arc<Step> {
        self.end_show();
        self.looking_at = None;
        self.journal.push(Entry::Run(line.to_owned()));
        self.step(line, words)
    }

    /// The line that lets so much time pass.
    pub fn advance_line(by: Duration) -> String {
        format!("clock advance {}s", by.as_millis() / 1000)
    }

    fn step(&mut self, line: &str, words: &Words) -> Arc<Step> {
        let mut world = self.present().clone();
        let prompt = shell::prompt(&world);
        let before = world.cloud.trail().len() as u64;
        let output = shell::run(&mut world, words, line);
        let goals = Arc::new(self.check(&world));
        let step =
            Arc::new(Step { line: line.to_owned(), prompt, before, goals, counts: score::counts(line), world, output });
        self.steps.push(Arc::clone(&step));
        if step.output.request == Some(shell::Request::Clear) {
            self.cleared = self.steps.len();
        }
        step
    }

    /// Evaluates a predicate in the present, over what happened since the session began.
    pub fn holds(&self, predicate: &Predicate) -> Progress {
        predicate.evaluate(self.present(), self.start.cloud.trail().len() as u64)
    }

    fn check(&self, world: &World) -> Vec<GoalStatus> {
        let Some(quest) = self.quest() else { return Vec::new() };
        let since = self.start.cloud.trail().len() as u64;
        let objectives = quest.objectives.iter().map(|objective| (&objective.id, false, &objective.goal));
        let bonus = quest.bonus.iter().map(|bonus| (&bonus.id, true, &bonus.goal));
        objectives
            .chain(bonus)
            .map(|(id, bonus, goal)| GoalStatus { id: id.clone(), bonus, progress: goal.evaluate(world, since) })
            .collect()
    }

    /// Takes the last command back. Says whether there was one.
    pub fn undo(&mut self) -> bool {
        self.end_show();
        self.looking_at = None;
        let undone = self.steps.pop().is_some();
        if undone {
            self.cleared = self.cleared.min(self.steps.len());
            self.journal.push(Entry::Undo);
        }
        undone
    }

    /// Takes all commands back. Opened hints stay opened.
    pub fn reset(&mut self) {
        self.show = None;
        self.looking_at = None;
        self.cleared = 0;
        self.steps.clear();
        self.journal.push(Entry::Reset);
    }

    /// Looks at the world after so many commands, or with none at the present again.
    pub fn look_at(&mut self, steps: Option<usize>) {
        self.looking_at = steps.filter(|steps| *steps < self.steps.len());
    }

    /// Where time travel looks; none in the present.
    pub fn looking_at(&self) -> Option<usize> {
        self.looking_at
    }

    /// The opened hints, by index in the quest.
    pub fn hints(&self) -> impl Iterator<Item = usize> {
        self.hints.iter().copied()
    }

    /// The hint that would be opened next for the goal: the mildest level first, one for a mistake made before others.
    pub fn next_hint(&self, goal: &str) -> Option<usize> {
        let quest = self.quest().filter(|_| !self.unaided)?;
        quest
            .hints
            .iter()
            .enumerate()
            .filter(|(index, hint)| hint.objective == goal && !self.hints.contains(index))
            .filter(|(_, hint)| hint.when.as_ref().is_none_or(|when| self.holds(when).met))
            .min_by_key(|(index, hint)| (hint.level, hint.when.is_none(), *index))
            .map(|(index, _)| index)
    }

    /// Opens the next hint for the goal, if there is one, and says which.
    pub fn open_hint(&mut self, goal: &str) -> Option<usize> {
        let index = self.next_hint(goal)?;
        self.hints.insert(index);
        self.journal.push(Entry::Hint(index));
        Some(index)
    }

    /// From here on there are neither hints nor a show: the learner practises.
    pub fn refuse_help(&mut self) {
        if !self.unaided {
            self.unaided = true;
            self.journal.push(Entry::Unaided);
        }
    }

    /// Whether the learner plays without help.
    pub fn is_unaided(&self) -> bool {
        self.unaided
    }

    /// What a hint of this level costs here, in XP.
    pub fn hint_cost(&self, level: HintLevel) -> u32 {
        self.quest().map_or(0, |quest| score::hint_cost(quest, level))
    }

    /// How many commands count so far; looking around is free.
    pub fn commands(&self) -> u32 {
        let own = self.show.as_ref().map_or(&self.steps, |show| &show.own);
        u32::try_from(own.iter().filter(|step| step.counts).count()).unwrap_or(u32::MAX)
    }

    /// What winning now is worth; none in a sandbox.
    pub fn score(&self) -> Option<Score> {
        let quest = self.quest()?;
        let levels = self.hints.iter().filter_map(|index| quest.hints.get(*index)).map(|hint| hint.level);
        let met = self.goals_after(self.steps.len()).iter().filter(|goal| goal.bonus && goal.progress.met);
        Some(score::score(quest, self.commands(), levels, met.map(|goal| goal.id.as_str()), self.shown))
    }

    /// What the show costs here, in XP.
    pub fn show_cost(&self) -> u32 {
        self.quest().map_or(0, |quest| score::show_cost(quest))
    }

    /// Begins "Show me": the quest from its start, its first solution line by line. The learner's steps wait.
    pub fn show_me(&mut self) {
        if self.unaided || self.quest().is_none_or(|quest| quest.solutions.is_empty()) {
            return;
        }
        self.end_show();
        self.looking_at = None;
        self.cleared = 0;
        self.show = Some(Show { own: std::mem::take(&mut self.steps), next: 0 });
        if !self.shown {
            self.shown = true;
            self.journal.push(Entry::Shown);
        }
    }

    /// Whether "Show me" is under way.
    pub fn is_showing(&self) -> bool {
        self.show.is_some()
    }

    /// Whether the solution was ever shown.
    pub fn was_shown(&self) -> bool {
        self.shown
    }

    /// The line that [`Session::next_step`] runs next, with what is said about it; none at the end.
    pub fn next_line(&self) -> Option<&SolutionLine> {
        let show = self.show.as_ref()?;
        self.quest()?.solutions.first()?.lines.get(show.next)
    }

    /// Runs the next line of the show; none when it is over.
    pub fn next_step(&mut self, words: &Words) -> Option<Arc<Step>> {
        let line = self.next_line()?.run.clone();
        if let Some(show) = &mut self.show {
            show.next += 1;
        }
        Some(self.step(&line, words))
    }

    /// Ends the show and brings the learner's steps back.
    pub fn end_show(&mut self) {
        if let Some(show) = self.show.take() {
            self.steps = show.own;
            self.cleared = 0;
            self.looking_at = None;
        }
    }

    /// The journal, oldest first: what is saved.
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }
}
