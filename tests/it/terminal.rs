//! The binary without a window, with its input piped: for scripts, and for whoever has no display.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ecr_quest::evaluate::{self, Answer};
use ecr_quest::text::{Lang, Words};

/// Runs the binary with a home of its own.
fn run_in(home: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ecr-quest"))
        .args(args)
        .env("ECR_QUEST_HOME", home)
        .env("LC_ALL", "C")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn run(args: &[&str], input: &str) -> (String, String, i32) {
    let home = tempfile::tempdir().unwrap();
    texts(run_in(home.path(), args, input))
}

fn texts(output: Output) -> (String, String, i32) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

const FIRST_PUSH: &str = "\
docker build -t 111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/web:v1.0 web
aws ecr create-repository --repository-name web
aws ecr get-login-password | docker login --username AWS --password-stdin 111122223333.dkr.ecr.ap-northeast-2.amazonaws.com
docker push 111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/web:v1.0
";

#[test]
fn the_shell_prints_exactly_what_the_lines_print() {
    let (out, err, code) = run(&["shell"], "echo one; echo two >&2\ncd web\npwd\n");
    assert_eq!((out.as_str(), err.as_str(), code), ("one\n/home/learner/web\n", "two\n", 0));
}

#[test]
fn the_shell_exits_with_the_last_code() {
    assert_eq!(run(&["shell"], "false\n").2, 1);
    assert_eq!(run(&["shell"], "false\ntrue\n").2, 0);
    assert_eq!(run(&["shell"], "exit 7\necho never\n"), (String::new(), String::new(), 7));
    assert_eq!(run(&["shell"], "aws ecr describe-images --repository-name none\n").2, 254);
    assert_eq!(run(&["shell"], ""), (String::new(), String::new(), 0));
}

#[test]
fn the_shell_waits_for_the_end_of_what_is_open() {
    let (out, _, code) = run(&["shell"], "cat <<'E' > f\na $HOME\nE\ncat f\necho 'x\ny'\necho a \\\nb\n");
    assert_eq!((out.as_str(), code), ("a $HOME\nx\ny\na b\n", 0));
    let (_, err, _) = run(&["shell"], "cat <<E\nnever ended\n");
    assert!(err.contains("delimited by end-of-file (wanted `E')"), "{err}");
}

#[test]
fn the_seed_decides_what_is_random() {
    let id = |seed: &str| run(&["shell", "--seed", seed], "aws iam create-user --user-name x --query User.UserId\n").0;
    assert_eq!(id("1"), id("1"));
    assert_ne!(id("1"), id("2"));
}

#[test]
fn time_moves_when_told() {
    let (out, _, _) = run(&["shell"], "date +%F\nclock advance 3d\ndate +%F\n");
    assert!(out.starts_with("2026-03-02\n") && out.ends_with("2026-03-05\n"), "{out}");
}

#[test]
fn a_quest_can_be_piped() {
    let home = tempfile::tempdir().unwrap();
    let (out, _, code) = texts(run_in(home.path(), &["play", "first-push"], FIRST_PUSH));
    assert_eq!(code, 0, "{out}");
    for said in
        ["First push", "[ ] Push it", "* Done: Push it", "* +80 XP", "* You earned an item: Harbour Pass", "***"]
    {
        assert!(out.contains(said), "`{said}` is not in:\n{out}");
    }
    // Found again; and a second win gives nothing more.
    let (out, _, _) = texts(run_in(home.path(), &[], "profile\nquit\n"));
    assert!(out.contains("80 XP"), "{out}");
    let (out, _, code) = texts(run_in(home.path(), &["play", "first-push"], FIRST_PUSH));
    assert!(code == 0 && !out.contains("+80 XP"), "{out}");
}

#[test]
fn a_quest_that_is_not_won_fails_and_says_what_is_missing() {
    let (out, _, code) = run(&["play", "first-push"], "docker images\nhint\ngoals\n");
    assert_eq!(code, 1);
    assert!(out.contains("Hint, where to look, −4 XP"), "{out}");
    assert!(out.contains("there is no repository `web` yet"), "{out}");
}

#[test]
fn a_quest_speaks_korean() {
    let (out, _, code) = run(&["--lang", "ko", "play", "first-push"], FIRST_PUSH);
    assert_eq!(code, 0);
    for said in ["첫 푸시", "* 목표 달성: 푸시하기", "핵심 모델"] {
        assert!(out.contains(said), "`{said}` is not in:\n{out}");
    }
}

#[test]
fn undo_reset_and_show_me_work_in_the_terminal() {
    let (out, _, code) = run(&["play", "first-push"], "mkdir x\nundo\nls\nshow\nnext\nback\n:reset\ngoals\nquit\n");
    assert_eq!(code, 1);
    assert!(!out.contains("\nx\n"), "the folder was undone:\n{out}");
    assert!(out.contains("$ docker build -t web:v1.0 web"), "{out}");
    assert!(out.contains("commands used 0"), "{out}");
}

#[test]
fn the_words_of_the_edition_are_told_and_answer() {
    let (out, _, _) = run(&["play", "first-push"], "undo\nhelp\nnext\nshow\nback\n");
    let own = "shell lines run; also: goals, hint, undo";
    assert_eq!(out.matches(own).count(), 2, "at the beginning and below `help`:\n{out}");
    assert!(out.contains("there is no command to undo"), "{out}");
    assert!(out.contains("no solution is being shown; type `show` first"), "{out}");
}

#[test]
fn a_goal_is_announced_once() {
    let push = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/web:v1.0";
    let lines = format!(
        "{FIRST_PUSH}aws ecr batch-delete-image --repository-name web --image-ids imageTag=v1.0\ndocker push {push}\n"
    );
    let (out, _, _) = run(&["play", "first-push"], &lines);
    assert_eq!(out.matches("* Done: Push it").count(), 1, "{out}");
}

#[test]
fn a_quest_that_does_not_exist_or_is_closed_is_said() {
    let (out, _, code) = run(&["play", "no-such-quest"], "");
    assert_eq!((out.as_str(), code), ("* there is no quest `no-such-quest`\n", 2));
    let (out, _, _) = run(&[], "tags-move\nquit\n");
    assert!(out.contains("* this quest needs what others teach first\n"), "{out}");
    // Whoever names it on the command line plays it.
    let (out, _, code) = run(&["play", "tags-move"], "");
    assert!(code == 1 && out.contains("Tags move"), "{out}");
}

#[test]
fn without_a_display_the_edition_without_a_window_opens_and_says_so_in_one_line() {
    let (out, err, code) = run(&[], "");
    assert_eq!(code, 0);
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.contains("this is the edition without a window"), "{err}");
    assert!(out.contains("First push (first-push)"), "{out}");
}

#[test]
fn the_menu_plays_practises_and_speaks_both_languages() {
    let input =
        "language ko\n1\nls\nquit\nexam\nexam lifecycle\na\nquit\nsandbox\npwd\nquit\nprofile\nname 민지\nquit\n";
    let (out, _, code) = run(&[], input);
    assert_eq!(code, 0);
    for said in ["첫 푸시", "web\n", "exam ECR", "수명 주기", "/home/learner", "레벨 1"] {
        assert!(out.contains(said), "`{said}` is not in:\n{out}");
    }
}

#[test]
fn the_codex_is_read_and_searched_in_the_terminal() {
    let (out, _, _) = run(&[], "codex 레이어\ncodex token\ncodex zzz\nquit\n");
    assert!(
        out.contains("\nLayer (레이어)\n") && out.contains("See also: "),
        "one concept, found by its Korean name:\n{out}"
    );
    assert!(out.contains("  codex login "), "several are listed:\n{out}");
    assert!(out.contains("nothing in the codex fits `zzz`"), "{out}");
}

#[test]
fn a_pipe_gets_a_story_without_marks() {
    let (out, _, _) = run(&["play", "first-push"], "");
    assert!(out.contains("in Amazon ECR, AWS's registry") && !out.contains("**") && !out.contains("```"), "{out}");
}

#[test]
fn a_mock_is_sat_in_the_terminal() {
    let (out, _, code) = run(&[], "exam ECR\na\n\nf\n1\nb\ndone\nprofile\nquit\n");
    assert_eq!(code, 0);
    assert!(out.contains("of 1000, 720 passes"), "{out}");
    assert!(out.contains("3/10 !") && out.contains("  ECR "), "{out}");
}

#[test]
fn check_proves_everything_that_is_part_of_the_program() {
    let (out, err, code) = run(&["check"], "");
    assert_eq!((err.as_str(), code), ("", 0));
    assert!(out.contains("ok quests/first-push.ron\n") && out.contains("ok assets/exam/first-push.ron\n"), "{out}");
}

#[test]
fn check_names_file_line_and_column_of_what_fails() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.ron");
    std::fs::write(&broken, crate::session::SMALL.replace("par: 2", "pars: 2")).unwrap();
    let good = crate::session::SMALL.replace("id: \"small\"", "id: \"good\"");
    std::fs::write(folder.path().join("good.ron"), good).unwrap();
    std::fs::write(folder.path().join("note.txt"), "not looked at").unwrap();
    let unsolved = crate::session::SMALL.replace("id: \"small\"", "id: \"other\"").replace("par: 2", "par: 1");
    std::fs::write(folder.path().join("other.ron"), unsolved).unwrap();
    let (out, err, code) = run(&["check", folder.path().to_str().unwrap()], "");
    assert_eq!(code, 1);
    assert!(out.contains("good.ron") && !out.contains("broken.ron"), "{out}");
    assert!(err.contains("broken.ron:20:5: unknown field `pars`, did you mean `par`?"), "{err}");
    assert!(err.contains("other.ron:20:5: par is 1, and the shortest solution takes 2 commands"), "{err}");
    let said = |path: &str| {
        let (_, err, code) = run(&["check", path], "");
        assert_eq!(code, 1, "{path}");
        err
    };
    let missing =
        "there is no such file or folder; without a path, `ecr-quest check` proves what is part of the program";
    assert_eq!(said("/no/such/path"), format!("/no/such/path: {missing}\n"));
    let note = folder.path().join("note.txt");
    assert!(said(note.to_str().unwrap()).ends_with("note.txt: the name of a quest or question file ends in `.ron`\n"));
    let empty = tempfile::tempdir().unwrap();
    assert!(said(empty.path().to_str().unwrap()).ends_with(": no `.ron` file is in this folder\n"));
    let wide = empty.path().join("wide.ron");
    std::fs::write(&wide, b"\xff\xfe(\0").unwrap();
    assert!(said(wide.to_str().unwrap()).ends_with("wide.ron: the file is not UTF-8: save it in that encoding\n"));
}

#[test]
fn quests_beside_the_save_files_are_played_and_a_broken_one_is_said() {
    let home = tempfile::tempdir().unwrap();
    let quests = home.path().join("quests");
    std::fs::create_dir_all(&quests).unwrap();
    std::fs::write(quests.join("small.ron"), crate::session::SMALL).unwrap();
    std::fs::write(quests.join("broken.ron"), "(id: ").unwrap();
    let (out, _, code) = texts(run_in(home.path(), &[], "quit\n"));
    assert_eq!(code, 0);
    assert!(out.contains("(small)") && out.contains("one file cannot be used"), "{out}");
}

#[test]
fn a_damaged_save_is_said_and_kept() {
    let home = tempfile::tempdir().unwrap();
    run_in(home.path(), &["play", "first-push"], FIRST_PUSH);
    std::fs::write(home.path().join("profile.json"), "{ \"version\": 1, \"prof").unwrap();
    let (out, _, _) = texts(run_in(home.path(), &[], "quit\n"));
    assert!(out.contains("profile.json.broken-1"), "{out}");
    assert!(home.path().join("profile.json.broken-1").exists());
}

/// A program that is killed has no chance to save anything then: what it did before must be there already.
#[test]
fn killed_at_any_moment_at_most_the_last_command_is_lost() {
    use std::io::{BufRead as _, BufReader};

    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ecr-quest"))
        .env("ECR_QUEST_HOME", home.path())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"sandbox\nmkdir one\nmkdir two\necho mark\n").unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line != "mark\n" {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended");
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let (out, _, _) = texts(run_in(home.path(), &[], "sandbox\nls -d one two\nquit\nquit\n"));
    assert!(out.contains("one\ntwo\n") || out.contains("one  two\n"), "{out}");
}

#[test]
fn odd_input_never_panics() {
    let long = "x".repeat(200_000);
    let mut odd = vec![0xff, 0xfe, b'\n', 0, b'\n', 0xe2, 0x82, b'\n'];
    odd.extend_from_slice(long.as_bytes());
    odd.extend_from_slice("\n'\"$(`<<\n| | &\n가나다\n".as_bytes());
    for args in [&["shell"][..], &["play", "first-push"], &[]] {
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ecr-quest"))
            .args(args)
            .env("ECR_QUEST_HOME", home.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&odd).unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked"), "{args:?}: {err}");
        assert_ne!(output.status.code(), Some(101), "{args:?}");
    }
}

#[test]
fn evaluate_answers_each_line_and_fails_when_one_cannot_be_read() {
    let allow = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}}"#;
    let line = |id: &str, rest: &str| {
        format!(r#"{{"id":{id},"principal":"arn:aws:iam::111122223333:user/dev","action":"ecr:PutImage"{rest}}}"#)
            + "\n"
    };
    let good = line("\"a\"", &format!(r#","identity":[{allow}]"#));
    let (out, err, code) = run(&["evaluate", "iam"], &good);
    assert_eq!((err.as_str(), code), ("", 0), "{out}");
    assert!(out.starts_with(r#"{"id":"a","decision":"allow","trace":[{"step":"explicitDeny""#), "{out}");

    let malformed = line("7", r#","identity":[{"Statement":[]}]"#);
    let (out, _, code) = run(&["evaluate", "iam"], &format!("nonsense\n\n{malformed}{good}"));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((lines.len(), code), (3, 1), "{out}");
    assert_eq!(
        lines[0], r#"{"id":null,"line":1,"error":"not a question in JSON: `o` can't stand in column 2"}"#,
        "a blank line is counted and has no answer: {out}"
    );
    assert_eq!(
        lines[1],
        r#"{"id":7,"line":3,"error":"`identity[0]`: MalformedPolicyDocument: Syntax errors in policy."}"#
    );
    assert!(lines[2].contains(r#""decision":"allow""#), "{out}");
}

#[test]
fn evaluate_lifecycle_says_which_rule_takes_which_image() {
    let policy = r#"{"rules":[
        {"rulePriority":10,"selection":{"tagStatus":"tagged","tagPrefixList":["pr-"],"countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}},
        {"rulePriority":20,"selection":{"tagStatus":"any","countType":"sinceImagePulled","countUnit":"days","countNumber":90},"action":{"type":"transition","targetStorageClass":"archive"}},
        {"rulePriority":30,"selection":{"tagStatus":"any","storageClass":"archive","countType":"sinceImageTransitioned","countUnit":"days","countNumber":365},"action":{"type":"expire"}}]}"#
        .replace('\n', "");
    let images = r#"[{"name":"a","tags":["pr-1"],"days":3},{"name":"b","tags":["pr-2"],"days":3},
        {"name":"c","tags":[],"days":200,"pulled_days":90.5},{"name":"d","tags":["v1"],"days":200,"pulled_days":90},
        {"name":"e","tags":["v0"],"days":800,"archived_days":365.25}]"#
        .replace('\n', "");
    let good = format!(r#"{{"id":"x","images":{images},"policy":{policy}}}"#);
    // Of two images of one age the later name is the younger: it stays.
    let answer = r#"{"id":"x","expire":{"a":10,"e":30},"archive":{"c":20}}"#;
    let (out, err, code) = run(&["evaluate", "lifecycle"], &good);
    assert_eq!((out.trim_end(), err.as_str(), code), (answer, "", 0));

    let wrong = r#"{"id":2,"images":[],"policy":{"rules":[{"rulePriority":1}]}}"#;
    let (out, _, code) = run(&["evaluate", "lifecycle"], &format!("{wrong}\n{good}\n{{\"id\":3}}\n"));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"id":2,"line":1,"error":"`policy`: InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: object has missing required properties ([\"action\", \"selection\"])'"}"#
    );
    assert_eq!(lines[1], answer);
    assert_eq!(lines[2], r#"{"id":3,"line":3,"error":"the field `images` is missing"}"#, "{out}");
    assert_eq!((lines.len(), code), (3, 1));
}

/// What a question is answered that can't be read.
#[track_caller]
fn refused(ask: fn(&str, &Words) -> Answer, lang: Lang, question: &str) -> String {
    let answer = ask(question, &Words::new(lang));
    assert!(answer.failed, "{question}: {}", answer.line);
    let answer: serde_json::Value = serde_json::from_str(&answer.line).unwrap();
    answer["error"].as_str().unwrap().to_owned()
}

const PUT: &str = r#""principal":"arn:aws:iam::111122223333:user/dev","action":"ecr:PutImage""#;

#[test]
fn a_misspelt_field_changes_no_decision_unseen() {
    let said = refused(evaluate::iam, Lang::En, &format!(r#"{{{PUT},"boundry":{{"Statement":[]}}}}"#));
    assert!(
        said.starts_with("unknown field `boundry`, did you mean `boundary`? known here: `id`, `principal`"),
        "{said}"
    );
    let said = refused(evaluate::lifecycle, Lang::En, r#"{"images":[{"name":"a","days":1,"tag":[]}],"policy":{}}"#);
    assert!(said.starts_with("unknown field `images[0].tag`, did you mean `tags`?"), "{said}");
    let twice = refused(evaluate::iam, Lang::En, &format!(r#"{{{PUT},"action":"ecr:GetAuthorizationToken"}}"#));
    assert_eq!(twice, "the field `action` stands here twice");
    // Fields that are like none of the form's are the asker's own.
    let own = r#""note":1,"why":"x","expect":"allow","version":7,"tags":{}"#;
    let words = Words::new(Lang::En);
    assert!(!evaluate::iam(&format!("{{{PUT},{own}}}"), &words).failed);
    let rule = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}"#;
    assert!(!evaluate::lifecycle(&format!(r#"{{"images":[],"policy":{rule},{own}}}"#), &words).failed);
}

#[test]
fn what_a_line_lacks_is_said_by_field_and_in_the_chosen_language() {
    let iam = |question: &str| refused(evaluate::iam, Lang::En, question);
    assert_eq!(iam("[1]"), r#"expected an object, such as `{"id": 1, …}`, found `[1]`"#);
    assert_eq!(iam("null"), r#"expected an object, such as `{"id": 1, …}`, found `null`"#);
    assert_eq!(iam(r#"{"principal":null,"action":"ecr:PutImage"}"#), "`principal`: expected a text, found `null`");
    assert_eq!(iam(&format!(r#"{{{PUT},"scp":[{{}}]}}"#)), "`scp[0]`: expected a list, found `{}`");
    assert_eq!(iam(r#"{"principal":"#), "not a question in JSON: the line ends too early");
    let days = r#"{"images":[{"name":"a","days":1},{"name":"b","days":"2"}],"policy":{}}"#;
    assert_eq!(refused(evaluate::lifecycle, Lang::En, days), "`images[1].days`: expected a number, found `\"2\"`");
    let said = refused(evaluate::lifecycle, Lang::Ko, days);
    assert_eq!(said, "`images[1].days`: 숫자 자리에 `\"2\"`가 왔습니다");
}

/// Checks one file with this name and text; says what was complained about.
fn checked(name: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let (_, err, _) = run(&["check", path.to_str().unwrap()], "");
    let place = format!("{}/", folder.path().display());
    err.lines().map(|line| line.replace(&place, "")).collect()
}

#[test]
fn a_broken_quest_is_no_problem_of_the_others() {
    let shipped = include_str!("../../quests/first-push.ron");
    assert_eq!(checked("first-push.ron", shipped), Vec::<String>::new());
    // It teaches what all others build on.
    let said = checked("first-push.ron", &shipped.replacen("reward: \"", "reward: \"no-", 1));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("first-push.ron:") && said[0].contains("there is no item `no-"), "{said:?}");
    let said = checked("first-push.ron", &shipped.replacen("chapter: ", "chaptre: ", 1));
    assert_eq!(said.len(), 1, "{said:?}");
    // What it requires now is taught by quests that need it first: it is the one that does not fit.
    let circle = shipped.replacen("exam: [", "requires: [\"task-role\"],\n    exam: [", 1);
    let said = checked("first-push.ron", &circle);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("first-push.ron:") && said[0].contains("`task-role` is required, and only"),
        "{said:?}"
    );
}

#[test]
fn a_quest_that_no_curriculum_can_hold_is_refused() {
    let small = crate::session::SMALL;
    let said = |from: &str, to: &str| {
        assert!(small.contains(from), "{from}");
        checked("small.ron", &small.replacen(from, to, 1)).join("\n")
    };
    assert!(
        said("id: \"small\"", "id: \"other\"")
            .ends_with("the id is `other`, and the file is `small.ron`: expected the same name")
    );
    for id in ["First Push/../x", "", "-a", "a--b"] {
        assert!(said("id: \"small\"", &format!("id: \"{id}\"")).contains("cannot be an id"), "{id}");
    }
    assert!(said("number: 1", "number: 0").ends_with("`number` begins at 1"));
    assert!(said("SAA-C03 1.1", "CLF-C02 9.9").ends_with("no exam has the task statement `CLF-C02 9.9`"));
    assert!(said("xp: 100", "xp: 4000000000").ends_with("4000000000 XP are too much: expected at most 1000"));
    assert!(said("par: 2", "par: -2").ends_with("`par` takes a whole number from 0 to 4294967295"));
    assert!(
        said("seed: 5", "seed: 99999999999999999999")
            .ends_with("`seed` takes a whole number from 0 to 18446744073709551615")
    );
    let deep = format!("goal: {}", "Not(".repeat(300));
    assert!(said("goal: ", &deep).ends_with("at most 128 levels stand in each other"));
    let silent = said("start: [", "start: [Run(\"false\"),");
    assert!(silent.ends_with("step 1 of the start, `false`: it failed with code 1, and said nothing"), "{silent}");
}

#[test]
fn a_quest_of_ones_own_is_played_by_its_path() {
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.ron");
    std::fs::write(&path, crate::session::SMALL).unwrap();
    let lines = "aws ecr create-repository --repository-name web\ngoals\n";
    let (out, err, code) = texts(run_in(home.path(), &["play", path.to_str().unwrap()], lines));
    assert!(code == 1 && err.is_empty() && out.contains("Small") && out.contains("* Done: "), "{out}{err}");
    // One with a mistake is not played, and the mistake is said.
    std::fs::write(&path, crate::session::SMALL.replace("par: 2", "pars: 2")).unwrap();
    let (out, err, code) = texts(run_in(home.path(), &["play", path.to_str().unwrap()], ""));
    assert!(code == 2 && out.is_empty() && err.contains("small.ron:20:5: unknown field `pars`"), "{out}{err}");
    let (_, err, code) = run(&["play", "no/such.ron"], "");
    assert!(code == 2 && err.starts_with("no/such.ron: there is no such file"), "{err}");
}
