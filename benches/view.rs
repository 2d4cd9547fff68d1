//! A frame of the play screen over a registry of a thousand images: the aim is under 4 ms of CPU.
//!
//! Measured is all that the processor does for a frame: the views, egui's layout and its triangles. Drawing them is the
//! graphics card's.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use ecr_quest::app::{App, Intent, Selection};
use ecr_quest::exam::Bank;
use ecr_quest::learner::MemoryStore;
use ecr_quest::quest::Catalogue;
use ecr_quest::text::Lang;
use ecr_quest::view::{self, Tab, ViewState};
use egui::{Context, Pos2, RawInput, Rect, vec2};

const IMAGES: usize = 1000;

/// A sandbox whose repository holds a thousand images, each pushed by `docker` as a learner would.
fn full() -> App {
    let catalogue = Arc::new(Catalogue::embedded());
    let bank = Arc::new(Bank::embedded(&catalogue));
    let mut app = App::new(Box::new(MemoryStore::default()), catalogue, bank, Lang::Ko);
    let sandbox = app.catalogue().sandboxes().first().map(|sandbox| sandbox.id.clone()).unwrap_or_default();
    app.apply(Intent::StartSandbox(sandbox));
    let host = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
    let mut script = format!(
        "aws ecr create-repository --repository-name web\n\
         aws ecr get-login-password | docker login --username AWS --password-stdin {host}\n"
    );
    for n in 0..IMAGES {
        script.push_str(&format!(
            "printf 'FROM scratch\\nCOPY Dockerfile /{n}\\n' > Dockerfile; \
             docker build -q -t {host}/web:v{n} . > out; docker push -q {host}/web:v{n} > out\n"
        ));
    }
    app.apply(Intent::Run(script));
    let session = app.session().map(|session| session.world());
    let stored = session.and_then(|world| {
        let account = world.cloud.account(&ecr_quest::cloud::AccountId::home())?;
        let region = account.region(&ecr_quest::cloud::Region::home())?;
        Some(region.ecr.repository("web")?.images.len())
    });
    assert_eq!(stored, Some(IMAGES), "the images were pushed");
    app
}

fn frame(ctx: &Context, app: &App, state: &mut ViewState, time: f64) -> usize {
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(1600.0, 900.0));
    let input = RawInput { screen_rect: Some(screen), time: Some(time), ..RawInput::default() };
    let mut intents = Vec::new();
    let mut output = ctx.run_ui(input, |ui| view::show(ui, app, state, &mut intents));
    output.textures_delta.clear();
    ctx.tessellate(output.shapes, output.pixels_per_point).len()
}

fn play(criterion: &mut Criterion) {
    let mut app = full();
    app.apply(Intent::Run("aws ecr describe-images --repository-name web".to_owned()));
    let mut group = criterion.benchmark_group("a frame of the play screen, 1,000 images");
    for (name, selection, tab) in [
        ("the registry, the terminal", Selection::Registry, Tab::Terminal),
        ("the repository, the terminal", Selection::Repository("web".to_owned()), Tab::Terminal),
        ("the repository, the trail", Selection::Repository("web".to_owned()), Tab::Trail),
        ("the store, the policies", Selection::Store, Tab::Policies),
    ] {
        app.apply(Intent::Inspect(Some(selection)));
        let ctx = Context::default();
        view::setup(&ctx);
        let mut state = ViewState::default();
        state.open_tab(tab);
        let mut time = 0.0;
        for _ in 0..10 {
            time += 0.016;
            frame(&ctx, &app, &mut state, time);
        }
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                time += 0.016;
                frame(&ctx, &app, &mut state, time)
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = play
}
criterion_main!(benches);
