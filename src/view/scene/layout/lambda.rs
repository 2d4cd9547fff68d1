//! Lambda: its functions, each with its state and the image that it is pinned to.

use egui::{Rect, pos2, vec2};

use super::super::facts::{Function, Standing};
use super::super::{NodeId, Tone};
use super::build::{Builder, GAP, capped};
use super::row::{self, Row};

pub(super) const WIDTH: f32 = 236.0;
const SIDE: f32 = 14.0;
const HEAD: f32 = 58.0;
const ROW: f32 = 44.0;
/// Functions that are drawn before "and so many more".
const FUNCTIONS: usize = 4;

pub(super) fn height(functions: &[Function]) -> f32 {
    let rows = functions.len().clamp(1, FUNCTIONS) as f32;
    HEAD + rows * ROW + (rows - 1.0) * GAP + SIDE
}

impl Builder<'_> {
    pub(super) fn lambda(&mut self, rect: Rect, functions: &[Function]) {
        let failing = functions.iter().any(|function| function.standing == Standing::Failed);
        let tone = if failing { Tone::Denied } else { Tone::Line };
        let (title, sub) = (self.say("scene-lambda", &[]), self.say("scene-lambda-sub", &[]));
        let hover = self.say("scene-lambda-hover", &[("count", functions.len().into())]);
        self.card_padded(SIDE, NodeId::Lambda, rect, tone, &title, &sub, hover);
        let row = |index: usize| {
            let top = rect.top() + HEAD + index as f32 * (ROW + GAP);
            Rect::from_min_size(pos2(rect.left() + SIDE, top), vec2(rect.width() - 2.0 * SIDE, ROW))
        };
        let (shown, more) = capped(functions.len(), FUNCTIONS);
        for (index, function) in functions.iter().take(shown).enumerate() {
            self.function(row(index), function);
        }
        for function in functions.iter().skip(shown) {
            let stand_in = NodeId::More(Box::new(NodeId::Lambda));
            self.hidden.insert(NodeId::Function(function.name.clone()), stand_in);
        }
        if more {
            let names: Vec<_> = functions.iter().skip(shown).map(|function| function.name.clone()).collect();
            self.more(&NodeId::Lambda, row(shown), functions.len() - shown, names.join("\n"));
        }
    }

    fn function(&mut self, rect: Rect, function: &Function) {
        let digest = function.digest.short();
        let args = |tag: &str| [("tag", tag.into()), ("digest", (&digest).into())];
        let (pinned, ink) = match &function.tag {
            Some(tag) if function.moved => (self.say("scene-function-moved", &args(tag)), Tone::Ecr),
            Some(tag) => (self.say("scene-function-pinned", &args(tag)), Tone::Mute),
            None => (self.say("scene-function-digest", &args("")), Tone::Mute),
        };
        let about = [("name", (&function.name).into()), ("state", (&function.state).into())];
        let mut hover = format!("{}\n{pinned}", self.say("scene-function-hover", &about));
        if let Some(reason) = &function.reason {
            hover = format!("{hover}\n{reason}");
        }
        let (tone, icon) = row::look(function.standing);
        let row = Row {
            id: NodeId::Function(function.name.clone()),
            name: &function.name,
            word: &function.state,
            icon,
            tone,
            hover,
            note: Some((&pinned, ink, 35.0)),
        };
        self.row(rect, row);
    }
}
