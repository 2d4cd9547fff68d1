//! Whether what is drawn can be read: no text is cut at its right edge, no text lies on another.

use egui::epaint::{ClippedShape, Shape};
use egui::{FontFamily, Rect};
use egui_kittest::Harness;

/// A stretch of text on the screen.
struct Word {
    text: String,
    /// Where its ink is.
    ink: Rect,
    clip: Rect,
    mono: bool,
}

impl Word {
    /// What lies half under a ground is not judged any more: a notice may lie over half a line.
    fn cover(&mut self, ground: Rect) {
        let half = self.ink.intersect(self.clip).intersect(ground);
        if half.width() > 4.0 && half.height() > 4.0 {
            self.clip = Rect::NOTHING;
        }
    }
}

fn gather(shape: &Shape, clip: Rect, out: &mut Vec<Word>) {
    match shape {
        // An opaque ground hides what is under it: a notice, a window over the screen.
        Shape::Rect(rect) if rect.fill.is_opaque() => {
            let ground = rect.rect.intersect(clip);
            out.retain(|word| !ground.contains_rect(word.ink.intersect(word.clip)));
            out.iter_mut().for_each(|word| word.cover(ground));
        }
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| gather(shape, clip, out)),
        Shape::Text(text) => {
            let mono =
                text.galley.job.sections.iter().all(|section| section.format.font_id.family == FontFamily::Monospace);
            let ink = text.galley.mesh_bounds.translate(text.pos.to_vec2());
            if ink.is_positive() && text.opacity_factor > 0.0 {
                out.push(Word { text: text.galley.text().to_owned(), ink, clip, mono });
            }
        }
        _ => {}
    }
}

/// What cannot be read on the screen, in words; empty when all is well.
pub fn faults<State>(harness: &Harness<'_, State>) -> Vec<String> {
    let screen = harness.ctx.content_rect();
    let mut words = Vec::new();
    for ClippedShape { clip_rect, shape } in &harness.output().shapes {
        gather(shape, clip_rect.intersect(screen), &mut words);
    }
    let mut faults = Vec::new();
    for word in &words {
        let visible = word.ink.intersect(word.clip);
        if !visible.is_positive() {
            continue;
        }
        // Code scrolls sideways in its editors; running text never does.
        if !word.mono && (word.ink.right() > word.clip.right() + 1.0 || word.ink.left() < word.clip.left() - 1.0) {
            faults.push(format!("cut: `{}` {:?} in {:?}", word.text, word.ink, word.clip));
        }
    }
    for (n, a) in words.iter().enumerate() {
        for b in words.iter().skip(n + 1) {
            let both = a.ink.intersect(a.clip).intersect(b.ink.intersect(b.clip));
            if both.width() > 2.0 && both.height() > 3.0 {
                faults.push(format!("over each other: `{}` and `{}` at {both:?}", a.text, b.text));
            }
        }
    }
    faults
}

/// The check itself sees what it is there for.
#[test]
fn a_cut_word_and_words_over_each_other_are_seen() {
    let look = |draw: fn(&mut egui::Ui)| {
        let mut harness = Harness::builder().with_size([300.0, 120.0]).build_ui(draw);
        harness.run_steps(2);
        faults(&harness)
    };
    assert_eq!(look(|ui| drop(ui.label("short"))), Vec::<String>::new());
    let cut = look(|ui| {
        ui.add(egui::Label::new("a label that is much too long for so narrow a window, by far").extend());
    });
    assert!(cut.len() == 1 && cut[0].starts_with("cut"), "{cut:?}");
    let over = look(|ui| {
        let at = egui::Rect::from_min_size(egui::pos2(20.0, 20.0), egui::vec2(120.0, 20.0));
        ui.put(at, egui::Label::new("one"));
        ui.put(at, egui::Label::new("two"));
    });
    assert!(over.len() == 1 && over[0].starts_with("over each other"), "{over:?}");
    let covered = look(|ui| {
        let at = egui::Rect::from_min_size(egui::pos2(20.0, 20.0), egui::vec2(120.0, 20.0));
        ui.put(at, egui::Label::new("one"));
        ui.painter().rect_filled(at, 0.0, egui::Color32::BLACK);
        ui.put(at, egui::Label::new("two"));
    });
    assert_eq!(covered, Vec::<String>::new());
}
