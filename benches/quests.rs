//! All quests' solutions, replayed: setup, every line of every solution, every goal after every line.

use criterion::{Criterion, criterion_group, criterion_main};
use ecr_quest::quest::{Catalogue, Session};
use ecr_quest::text::{Lang, Words};

fn solutions(criterion: &mut Criterion) {
    let catalogue = Catalogue::embedded();
    let words = Words::new(Lang::En);
    criterion.bench_function("all quests' solutions", |bencher| {
        bencher.iter(|| {
            for quest in catalogue.quests() {
                let Ok(start) = Session::start(quest, &words) else { continue };
                for solution in &quest.solutions {
                    let mut session = start.clone();
                    for line in &solution.lines {
                        session.run(&line.run, &words);
                    }
                    std::hint::black_box(session.is_won());
                }
            }
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = solutions
}
criterion_main!(benches);
