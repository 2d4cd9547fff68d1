//! Exam questions: each is whole in both languages, its key is proved where it can be, and mocks are fair.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecr_quest::exam::{Bank, Kind, MOCK_QUESTIONS, MOCK_SECONDS, Mock, Practice, Question, Sitting, prove};
use ecr_quest::learner::Tally;
use ecr_quest::quest::Catalogue;
use ecr_quest::text::authored::Source;
use ecr_quest::text::{Lang, Words};

fn bank() -> Bank {
    let bank = Bank::embedded(&Catalogue::embedded());
    let words = Words::new(Lang::En);
    let problems: Vec<_> = bank.problems().iter().map(|problem| problem.say(&words)).collect();
    assert_eq!(problems, Vec::<String>::new());
    bank
}

#[test]
fn there_are_at_least_thirty_questions_and_three_for_each_quest() {
    let bank = bank();
    assert!(bank.questions().len() >= 30, "{}", bank.questions().len());
    for quest in Catalogue::embedded().quests() {
        let practice = bank.after_quest(&quest.id, 0).map_or(0, |practice| practice.len());
        assert_eq!(practice, 3, "questions that close `{}`", quest.id);
    }
    assert!(bank.questions().iter().any(|question| question.kind == Kind::Multiple(2)));
}

#[test]
fn every_question_is_whole_in_both_languages() {
    for question in bank().questions() {
        let texts = question.options.iter().flat_map(|option| option.text.iter().chain(option.why.iter()));
        for (lang, text) in question.text.iter().chain(texts) {
            assert!(!text.trim().is_empty(), "{} in {lang}", question.id);
            let hangul = text.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(lang == Lang::Ko || !hangul, "{} has Korean in its English: {text}", question.id);
            assert_eq!(text.matches('`').count() % 2, 0, "{}: a backtick stays open: {text}", question.id);
        }
        let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(hangul(&question.text.ko), "{}", question.id);
        let ways: BTreeSet<&str> = question.options.iter().map(|option| option.text.en.as_str()).collect();
        assert_eq!(ways.len(), question.options.len(), "{}: two options say the same", question.id);
    }
}

#[test]
fn every_proof_holds() {
    let words = Words::new(Lang::En);
    let mut proofs = 0;
    for question in bank().questions() {
        let options = question.options.iter().filter(|option| option.proof.is_some()).count();
        proofs += options + usize::from(question.proof.is_some());
        let failures: Vec<_> = prove(question, &words)
            .into_iter()
            .map(|failure| {
                let missing: Vec<_> = failure.missing.iter().map(|missing| missing.say(&words)).collect();
                format!("{} option {:?}: {}", question.id, failure.option, missing.join("; "))
            })
            .collect();
        assert_eq!(failures, Vec::<String>::new());
    }
    assert!(proofs >= 15, "only {proofs} proofs");
}

#[test]
fn a_proof_that_holds_for_nothing_proves_nothing() {
    for question in bank().questions() {
        // What the question itself shows may be no more than the start of what its options show.
        let own = question.proof.as_ref().map_or(0, |proof| proof.holds.len());
        let options: Vec<_> = question.options.iter().filter_map(|option| option.proof.as_ref()).collect();
        assert!(question.proof.is_none() || own > 0 || !options.is_empty(), "{} proves nothing", question.id);
        assert!(options.iter().all(|proof| !proof.holds.is_empty()), "{}: an option proves nothing", question.id);
    }
}

/// Changes the first question of the first file and compares what is said of it.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let (_, text) = Bank::embedded_files().into_iter().find(|(file, _)| file.ends_with("first-push.ron")).unwrap();
    assert!(text.contains(from), "the file has no `{from}`");
    let text = text.replacen(from, to, 1);
    let bank = Bank::read(&[Source::new("q.ron", &text)], Bank::exams(), &Catalogue::embedded());
    let said: Vec<_> = bank.problems().iter().map(|problem| problem.say(&Words::new(Lang::En))).collect();
    assert_eq!(said, [expected]);
}

#[test]
fn a_broken_question_is_named_with_its_place() {
    check("correct: true,", "", "q.ron:13:9: the key has 0 correct options, expected 1");
    check("topic: \"registry\"", "topic: \"registers\"", "q.ron:5:16: there is no concept `registers` in the codex");
    check("SAA-C03 2.1", "SAA-C03 7.1", "q.ron:6:31: no exam has the task statement `SAA-C03 7.1`");
    check("SAA-C03 2.1", "SAA 2", "q.ron:6:32: `SAA 2` is no task statement, expected such as `SAA-C03 1.1`");
    check("after: [\"first-push\"]", "after: [\"last-push\"]", "q.ron:7:17: there is no quest `last-push`");
    check(
        "id: \"push-before-the-repository\"",
        "id: \"docker-images-belong-in-ecr\"",
        "q.ron:4:13: the id `docker-images-belong-in-ecr` is used twice",
    );
    check(
        "correct: true,",
        "corect: true,",
        "q.ron:16:17: unknown field `corect`, did you mean `correct`? known here: `text`, `correct`, `why`, `proof`",
    );
}

fn choose_key(practice: &mut Practice, right: bool) {
    let wanted: Vec<usize> = {
        let sitting = practice.current().unwrap();
        let count = sitting.question().kind.count();
        let places = sitting.options().enumerate().filter(|(_, (option, _))| option.correct == right);
        places.map(|(place, _)| place).take(count).collect()
    };
    wanted.into_iter().for_each(|place| practice.choose(place));
}

#[test]
fn practice_explains_each_answer_before_it_goes_on() {
    let bank = bank();
    let mut practice = bank.after_quest("first-push", 3).unwrap();
    practice.next();
    assert_eq!(practice.number(), 1, "not before the answer is checked");
    assert_eq!(practice.check(), None, "nothing is chosen");
    choose_key(&mut practice, true);
    let id = practice.current().unwrap().question().id.clone();
    assert_eq!(practice.check(), Some((id, true)));
    assert_eq!(practice.check(), None, "an answer counts once");
    practice.choose(0);
    assert!(practice.current().unwrap().is_right(), "a checked answer is fixed");
    practice.next();
    choose_key(&mut practice, false);
    practice.check();
    practice.next();
    practice.next();
    choose_key(&mut practice, true);
    practice.check();
    practice.next();
    assert!(practice.is_over());
    assert!(practice.right() == 2 || practice.right() == 1);
}

#[test]
fn a_single_choice_moves_and_a_multiple_one_holds_as_many_as_asked() {
    use rand_chacha::rand_core::SeedableRng as _;
    let bank = bank();
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let mut find = |kind| {
        let found = bank.questions().iter().find(|question| question.kind == kind).unwrap();
        Sitting::new(Arc::clone(found), &mut rng)
    };
    let chosen = |sitting: &Sitting| {
        sitting.options().enumerate().filter(|(_, (_, on))| *on).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let mut single = find(Kind::Single);
    single.choose(0);
    single.choose(2);
    assert_eq!(chosen(&single), [2]);
    single.choose(2);
    assert!(single.is_blank());
    single.choose(99);
    assert!(single.is_blank());
    let mut multiple = find(Kind::Multiple(2));
    multiple.choose(0);
    multiple.choose(1);
    multiple.choose(2);
    assert_eq!(chosen(&multiple), [0, 1]);
    assert!(multiple.is_complete());
}

#[test]
fn practice_begins_with_what_was_answered_wrong() {
    let bank = bank();
    let topic = "lifecycle";
    let last = bank.questions().iter().rfind(|question| question.topic == topic).unwrap().id.clone();
    let mut answers = BTreeMap::new();
    for question in bank.questions() {
        answers.insert(question.id.clone(), Tally { right: 2, wrong: 0, last_right: true });
    }
    answers.insert(last.clone(), Tally { right: 5, wrong: 1, last_right: false });
    for seed in 0..5 {
        let practice = bank.practice(Some(topic), &answers, seed).unwrap();
        assert_eq!(practice.current().unwrap().question().id, last);
    }
    assert!(bank.practice(Some("no such topic"), &answers, 0).is_none());
}

#[test]
fn a_mock_has_ten_questions_weighted_by_domain_and_the_seed_decides() {
    let bank = bank();
    let ids = |mock: &Mock| mock.sittings().iter().map(|sitting| sitting.question().id.clone()).collect::<Vec<_>>();
    let mock = bank.mock("ECR", 5, 0).unwrap();
    assert_eq!(mock.sittings().len(), MOCK_QUESTIONS);
    assert_eq!(ids(&mock).iter().collect::<BTreeSet<_>>().len(), MOCK_QUESTIONS, "no question twice");
    assert_eq!(ids(&mock), ids(&bank.mock("ECR", 5, 99).unwrap()));
    assert_ne!(ids(&mock), ids(&bank.mock("ECR", 6, 0).unwrap()));
    let blueprint = bank.blueprint("ECR").unwrap();
    let mut by_domain: BTreeMap<u8, u32> = BTreeMap::new();
    for sitting in mock.sittings() {
        *by_domain.entry(blueprint.domain_of(sitting.question()).unwrap()).or_default() += 1;
    }
    for domain in &blueprint.domains {
        let exact = f64::from(domain.weight) / 10.0;
        let found = f64::from(by_domain[&domain.number]);
        assert!((found - exact).abs() < 1.0, "domain {} has {found} of {exact}", domain.number);
    }
    assert!(bank.mock("NO-SUCH", 1, 0).is_none());
    for mock in bank.mocks() {
        assert!(bank.mock(&mock.code, 1, 0).is_some(), "{}", mock.code);
    }
}

#[test]
fn every_exam_weighs_a_hundred_percent() {
    let bank = bank();
    for question in bank.questions() {
        for statement in &question.exam {
            let blueprint = bank.blueprint(&statement.exam).unwrap();
            assert_eq!(blueprint.domains.iter().map(|domain| domain.weight).sum::<u32>(), 100, "{}", blueprint.code);
        }
    }
    let own = bank.blueprint("ECR").unwrap();
    assert_eq!(own.domains.iter().map(|domain| domain.weight).sum::<u32>(), 100);
    for concept in Catalogue::embedded().concepts() {
        let domains = own.domains.iter().filter(|domain| domain.topics.contains(&concept.id)).count();
        assert_eq!(domains, 1, "the concept `{}` belongs to one domain of the whole", concept.id);
    }
}

fn answer(mock: &mut Mock, at: usize, right: bool) {
    mock.go_to(at);
    let sitting = mock.current().unwrap();
    let count = sitting.question().kind.count();
    let places: Vec<_> = sitting
        .options()
        .enumerate()
        .filter(|(_, (option, _))| option.correct == right)
        .map(|(place, _)| place)
        .take(count)
        .collect();
    places.into_iter().for_each(|place| mock.choose(place));
}

#[test]
fn a_mock_is_scored_by_domain_and_blank_answers_are_wrong() {
    let bank = bank();
    let mut mock = bank.mock("ECR", 7, 1_000).unwrap();
    for at in 0..8 {
        answer(&mut mock, at, true);
    }
    answer(&mut mock, 8, false);
    mock.flag();
    let review = mock.clone().finish(61_000);
    assert_eq!((review.result.score, review.result.passed(), review.result.seconds), (820, true, 60));
    let right: u32 = review.result.domains.iter().map(|domain| domain.right).sum();
    let of: u32 = review.result.domains.iter().map(|domain| domain.of).sum();
    assert_eq!((right, of), (8, 10));
    assert!(review.sittings[8].flagged && review.sittings.iter().all(|sitting| sitting.checked));
    let blank = bank.mock("ECR", 7, 0).unwrap().finish(0);
    assert_eq!((blank.result.score, blank.result.passed()), (100, false));
}

#[test]
fn the_time_of_a_mock_runs_out() {
    let mock = bank().mock("ECR", 7, 1_000).unwrap();
    assert_eq!(mock.seconds_left(1_000), MOCK_SECONDS);
    assert_eq!(mock.seconds_left(1_000 + 90_000), MOCK_SECONDS - 90);
    assert_eq!(mock.seconds_left(i64::MAX), 0);
    assert_eq!(mock.seconds_left(0), MOCK_SECONDS, "a clock that was set back takes nothing");
}

#[test]
fn options_are_shown_in_another_order_each_time() {
    let bank = bank();
    let question: &Arc<Question> = &bank.questions()[0];
    let orders: BTreeSet<Vec<String>> = (0..8)
        .map(|seed| {
            let practice = Practice::new(None, vec![Arc::clone(question)], seed).unwrap();
            practice.current().unwrap().options().map(|(option, _)| option.text.en.clone()).collect()
        })
        .collect();
    assert!(orders.len() > 3, "{}", orders.len());
}
