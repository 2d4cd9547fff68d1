//! The shell: bash's grammar over the small world.

use ecr_quest::shell::{self, Request};
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;
use proptest::prelude::*;

use crate::support::{Terminal, check};

#[test]
fn words_are_quoted_and_expanded_as_in_bash() {
    check(r#"a='x y'; echo $a "$a" '$a' \$a "${b:-none}" ${a#x } ${#a}"#, "x y x y $a $a none y 3\n");
    check(
        "v=registry/team/app:v1; echo ${v##*/} ${v%:*} ${v/team/core} ${v:0:8}",
        "app:v1 registry/team/app registry/core/app:v1 registry\n",
    );
    check("echo $((2 + 3 * 4)) $((10 / 3)); n=5; ((n > 4)) && echo big", "14 3\nbig\n");
    check("echo {a,b}{1..3} pre{x}", "a1 a2 a3 b1 b2 b3 pre{x}\n");
    check("echo ~ ~/web \"~\"", "/home/learner /home/learner/web ~\n");
    check(r"echo $'a\tb'", "a\tb\n");
    check("echo a\\\nb", "ab\n");
    check("echo hello # a comment", "hello\n");
}

#[test]
fn a_substitution_is_the_output_without_its_last_newlines() {
    check("echo \"[$(printf 'a\\nb\\n\\n')]\" `echo c`", "[a\nb] c\n");
    check("x=$(false); echo $?; y=$(cd web; pwd); echo $y; pwd", "1\n/home/learner/web\n/home/learner\n");
    check("echo $(echo $(echo $(echo deep)))", "deep\n");
}

#[test]
fn lists_and_pipelines_follow_exit_codes() {
    check("true && echo yes || echo no; false && echo yes || echo no", "yes\nno\n");
    check("! true; echo $?; false | true; echo $?; true | false; echo $?", "1\n0\n1\n");
    check("(exit 3); echo $?; { false; echo $?; }", "3\n1\n");
    check("printf 'b\\na\\n' | sort | head -n 1", "a\n");
    check("x=1; (x=2; cd /tmp); echo $x; pwd; echo y | x=3; echo $x", "1\n/home/learner\n1\n");
}

#[test]
fn streams_go_where_redirections_say() {
    check("echo a > f; echo b >> f; cat < f", "a\nb\n");
    check("ls nope 2> err; cat err", "ls: cannot access 'nope': No such file or directory\n");
    check("{ echo out; ls nope; } > all 2>&1; wc -l < all", "2\n");
    check("ls nope > f 2>&1; ls nope 2>&1 > g; wc -c < g", "ls: cannot access 'nope': No such file or directory\n0\n");
    check("ls nope &> /dev/null; echo $?", "2\n");
    check("cat <<< \"$USER\"", "learner\n");
    check("cat <<EOF\n$USER \"quoted\" $((1+1))\nEOF", "learner \"quoted\" 2\n");
    check("cat <<'EOF'\n$USER\nEOF", "$USER\n");
    check("cat <<-EOF\n\tindented\n\tEOF", "indented\n");
    check("f=a; cat <<EOF > \"${f}\"; cat $(echo a)\n$f\nEOF\necho b", "a\nb\n");
    check("x=b; cat <<EOF | sed \"s/a/${x}/\" && echo $(echo c)\na\nEOF\necho d", "b\nc\nd\n");
    check("x=\"$(cat <<EOF | tr a ${USER%%arner}\na\nEOF\n)\"; echo $x", "l\n");
    check("echo x > nodir/f; echo $?", "bash: nodir/f: No such file or directory\n1\n");
    check("echo error >&2 | cat", "error\n");
}

#[test]
fn a_heredoc_of_json_stays_as_it_is() {
    let policy = "{\n  \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"ecr:*\", \"Resource\": \"*\" }]\n}\n";
    check(&format!("cat > policy.json <<'EOF'\n{policy}EOF\ncat policy.json"), policy);
}

#[test]
fn loops_and_conditions_work() {
    check("for i in a 'b c'; do echo [$i]; done", "[a]\n[b c]\n");
    check("n=0; while [ $n -lt 3 ]; do n=$((n+1)); if [ $n = 2 ]; then continue; fi; echo $n; done", "1\n3\n");
    check("for ((i=0; i<3; i++)); do [ $i = 1 ] && break; echo $i; done", "0\n");
    check("case v1.2 in v2*) echo two;; v1*|v0*) echo old;; *) echo other;; esac", "old\n");
    check("until true; do echo never; done; if false; then echo a; elif true; then echo b; else echo c; fi", "b\n");
    check("for i in 1 2; do for j in 1 2; do break 2; done; done; echo out", "out\n");
}

#[test]
fn a_case_falls_through_where_it_says_so() {
    check("case a in a) echo 1;;& b) echo 2;; *) echo 3;; esac", "1\n3\n");
    check("case a in a) echo 1;& b) echo 2;; *) echo 3;; esac", "1\n2\n");
}

#[test]
fn parameters_can_be_set_and_shifted() {
    check(
        "set -- a 'b c' d; shift; echo $# \"$1\"; for x; do echo [$x]; done; shift 5 || echo no",
        "2 b c\n[b c]\n[d]\nno\n",
    );
    check("let n=2+3 && echo $n; let 0 || echo zero", "5\nzero\n");
}

#[test]
fn letters_change_their_case() {
    check("x=team/App; echo ${x^^} ${x,,} ${x^} ${x^^[ap]}", "TEAM/APP team/app Team/App teAm/APP\n");
    check("x=a; echo ${x@Q}", "bash: `${x@…}` is not simulated\n");
}

#[test]
fn names_that_do_not_go_to_a_screen_stand_in_lines() {
    check("ls web; ls web | head -n 1; echo \"$(ls web)\" | wc -l", "Dockerfile  app  index.html\nDockerfile\n3\n");
    check(
        "ls web > f; wc -l < f; ls web 2> /dev/null; for f in $(ls web); do echo $f; done | tail -n 1",
        "3\nDockerfile  app  index.html\nindex.html\n",
    );
}

#[test]
fn what_is_not_there_of_bash_says_so() {
    for name in ["trap", "declare", "readonly", "alias", "wait", "local", "mapfile"] {
        check(&format!("{name} x"), &format!("bash: `{name}` is not simulated\n"));
    }
    check("f() { echo a; }", "bash: `f() {…}` is not simulated\n");
    check("a=(1 2)", "bash: `array=(…)` is not simulated\n");
    check("a=1; echo ${a[0]}", "bash: `${a[…]}` is not simulated\n");
    check("cat <(echo a)", "bash: `<(…)` is not simulated\n");
    check("command -v jq cd nope; echo $?; command echo a", "/usr/bin/jq\ncd\n1\na\n");
}

#[test]
fn files_match_patterns() {
    check(
        "cd web; echo *; echo */; echo 'd*' *.html [A-D]*",
        "Dockerfile app index.html\n*/\nd* index.html Dockerfile\n",
    );
    check(
        "echo web/*.html nothing*; echo ~/w*/app; ls -d .a*",
        "web/index.html nothing*\n/home/learner/web/app\n.aws\n",
    );
}

#[test]
fn a_slip_gets_bashs_words_and_a_suggestion() {
    check("dcoker build .; echo $?", "bash: dcoker: command not found\nhint: did you mean `docker`?\n127\n");
    check("helm list", "bash: `helm` is not simulated\n");
    check("echo )", "bash: syntax error near unexpected token `)'\n");
    check("for; do", "bash: syntax error near unexpected token `;'\n");
    check("echo 'open", "bash: unexpected EOF while looking for matching `''\n");
    check(
        "./web/app; echo $?",
        "serving /srv on :8080\nbash: httpd: command not found\nhint: `help` lists the commands\n127\n",
    );
    check("echo ${x:?not set}; echo never", "bash: x: not set\n");
    check("sleep 1 & echo on", "bash: `&` is not simulated\non\n");
}

#[test]
fn a_line_that_is_not_finished_asks_for_more() {
    for open in [
        "echo 'a",
        "echo \"a",
        "cat <<EOF",
        "cat <<EOF\nx",
        "echo a \\",
        "if true",
        "for i in 1; do",
        "a |",
        "a &&",
        "echo $(ls",
        "{ echo",
    ] {
        assert!(!shell::is_complete(open), "{open}");
    }
    for whole in ["", "echo a", "cat <<EOF\nx\nEOF", "echo \\\\", "echo )", "if true; then echo; fi", "# don't"] {
        assert!(shell::is_complete(whole), "{whole}");
    }
}

#[test]
fn both_streams_keep_their_order() {
    let mut terminal = Terminal::new();
    let output = terminal.run("echo 1; ls nope; echo 2");
    assert_eq!(output.chunks.len(), 3);
    assert_eq!(output.stdout(), "1\n2\n");
    assert!(output.stderr().starts_with("ls: "));
    assert_eq!(output.code, 0);
}

#[test]
fn the_session_lasts_from_line_to_line_and_undo_brings_it_back() {
    let mut terminal = Terminal::new();
    terminal.run("cd web; X=1; export Y=2; false");
    let before = terminal.world.clone();
    assert_eq!(terminal.run("echo $? $X; pwd; env | grep ^[XY]=").text(), "1 1\n/home/learner/web\nY=2\n");
    terminal.run("cd /; X=9; rm -r ~/web");
    terminal.world = before;
    assert_eq!(terminal.run("echo $X; ls").text(), "1\nDockerfile  app  index.html\n");
    assert_eq!(terminal.run("Z=5 env | grep ^Z=; echo \"[$Z]\"").text(), "Z=5\n[]\n");
    assert_eq!(shell::prompt(&terminal.world), "learner@laptop:~/web$ ");
}

#[test]
fn requests_reach_the_terminal() {
    let mut terminal = Terminal::new();
    assert_eq!(terminal.run("edit web/app").request, Some(Request::Edit("/home/learner/web/app".into())));
    assert_eq!(terminal.run("clear").request, Some(Request::Clear));
    let output = terminal.run("exit 300; echo never");
    assert_eq!((output.request.clone(), output.text()), (Some(Request::Exit(44)), String::new()));
    assert_eq!(terminal.run("(exit 7)").request, None);
}

#[test]
fn every_line_takes_a_second_of_simulated_time() {
    let mut terminal = Terminal::new();
    let start = terminal.world.cloud.now();
    terminal.run("true");
    terminal.run("");
    terminal.run("# nothing");
    assert_eq!(terminal.world.cloud.now(), start + shell::LINE);
}

#[test]
fn history_is_kept() {
    let mut terminal = Terminal::new();
    terminal.run("echo a");
    terminal.run("dcoker");
    assert_eq!(terminal.run("history 2").text(), "    2  dcoker\n    3  history 2\n");
}

#[test]
fn nothing_runs_for_ever() {
    for line in [
        "while true; do :; done",
        "while true; do echo yyyyyyyyyyyyyyyyyyyyyyyy; done",
        "until false; do x=$x$x$x$x; x=${x:-y}; done",
        "echo 'source f' > f; source f",
        "e='eval $e'; eval $e",
        "echo $((9**9**9**9))",
        "for ((;;)); do true; done",
        "jq -n '[range(99999)]|length' | cat",
        "x=1; while true; do x=$x; done < /dev/null",
        "echo {1..100000}{1..100000}",
        "yes | head",
    ] {
        let mut terminal = Terminal::new();
        terminal.run(line);
        assert_eq!(terminal.run("echo alive").text(), "alive\n", "{line}");
    }
}

#[test]
fn long_and_deep_lines_survive() {
    let lines = [
        "echo ".to_owned() + &"x".repeat(3 << 20),
        "a".repeat(4 << 20),
        "echo '".to_owned() + &"x ".repeat(1 << 19),
        "(".repeat(100_000),
        "((((((((((((((((((((((((((((((1".to_owned(),
        "$(".repeat(100_000),
        "$((".repeat(50),
        "${a:-".repeat(50),
        "echo \"".to_owned() + &"$(echo \"".repeat(30),
        "if ".repeat(10_000),
        "{ ".repeat(10_000),
        "! ".repeat(10_000) + "true",
        "echo ".to_owned() + &"{a,".repeat(40) + &"}".repeat(40),
        "echo ".to_owned() + &"{".repeat(5000) + ",",
        "echo ~99999999999999999999999".to_owned(),
        "echo {1..99999999999999999999}".to_owned(),
        "echo 99999999999>x".to_owned(),
        "a|".repeat(5000) + "b",
        "true;".repeat(5000),
        "echo $((".to_owned() + &"-".repeat(100_000) + "1))",
        "x[".repeat(2000),
        "echo ".to_owned() + &"`".repeat(1001),
        "[[ ".to_owned() + &"( ".repeat(1000),
        "[[ ".to_owned() + &"! ".repeat(3000) + "a ]]",
        "[[ a ".to_owned() + &"&& a ".repeat(20_000) + "]]",
        "a ".to_owned() + &"&& a ".repeat(20_000),
        "test ".to_owned() + &"! ".repeat(3000) + "a",
        "jq -n '".to_owned() + &"[".repeat(4000) + "'",
        "cat ".to_owned() + &"<<E ".repeat(500),
        "case x in ".to_owned() + &"(".repeat(500),
        "f() { ".repeat(300),
    ];
    for line in &lines {
        let shown: String = line.chars().take(40).collect();
        println!("{shown}");
        let mut terminal = Terminal::new();
        terminal.run(line);
        shell::is_complete(line);
        shell::complete(&terminal.world, line, line.len());
        assert_eq!(terminal.run("echo alive").text(), "alive\n", "{shown}");
    }
}

#[test]
fn tab_completes_commands_files_and_variables() {
    let world = World::new(1);
    let check = |line: &str, expect: &[&str]| {
        assert_eq!(shell::complete(&world, line, line.len()).candidates, expect, "{line}");
    };
    check("dock", &["docker "]);
    check("echo a; who", &["whoami "]);
    check("cat web/i", &["web/index.html "]);
    check("cd w", &["web/"]);
    check("cat < ~/.aws/cr", &["~/.aws/credentials "]);
    check("echo $HOM", &["$HOME"]);
    check("clock a", &["advance "]);
    check("help pw", &["pwd "]);
    check("x=$(cat web/a", &["web/app "]);
    assert_eq!(shell::complete(&world, "cat web/i", 9).start, 4);
}

#[test]
fn the_small_tools_do_what_their_options_say_or_refuse_them() {
    let mut terminal = Terminal::new();
    let mut check = |line: &str, expect: &str| assert_eq!(terminal.run(line).text(), expect, "{line}");
    check("seq 9 | grep -A1 -B 1 -e 3 -e 7", "2\n3\n4\n--\n6\n7\n8\n");
    check("seq 9 | grep -n -C1 -e 3 -e 4", "2-2\n3:3\n4:4\n5-5\n");
    check("seq 9 | grep -C x 3", "grep: x: invalid context length argument\n");
    check("grep -s x nope; echo $?", "2\n");
    check("printf 'a\\nA\\nb\\n' | uniq -i", "a\nb\n");
    check("printf '1K\\n200\\n2M\\n' | sort -h", "200\n1K\n2M\n");
    check("printf 'b 1\\na 2\\n' | sort -k1,1 -o out.txt; cat out.txt", "a 2\nb 1\n");
    check("printf 'a 2 x\\nb 1 y\\n' | sort -k2,2n", "b 1 y\na 2 x\n");
    check("echo 1 > a; echo 2 > b; mv -n a b; cat b", "2\n");
    check("mv -v a c; cp -v c d", "renamed 'a' -> 'c'\n'c' -> 'd'\n");
    check("head -qn1 b c", "2\n1\n");
    check("touch -c nope; ls nope", "ls: cannot access 'nope': No such file or directory\n");
    check("printf x | sha256sum -b | cut -c 65-", " *-\n");
    check("echo x | xargs -t echo", "echo x\nx\n");
    check("find . -type x", "find: Unknown argument to -type: x\n");
    for (line, what) in [
        ("rm -i b", "rm -i"),
        ("tail -f b", "tail -f"),
        ("sort -b b", "sort -b"),
        ("sort -k1 -k2 b", "sort -k"),
        ("echo x | xargs -p echo", "xargs -p"),
    ] {
        let command = what.split(' ').next().unwrap();
        check(line, &format!("{command}: `{what}` is not simulated\n"));
    }
}

#[test]
fn why_explains_the_last_denial_step_by_step() {
    assert_eq!(Terminal::new().run("why").text(), "nothing was denied so far\n");
}

/// Two rules over two tagged and one stranded image, in the words of a language.
fn why_lifecycle(lang: Lang) -> String {
    let mut world = World::new(1);
    let mut run = |line: &str| shell::run(&mut world, &Words::new(lang), line).text();
    run("aws ecr create-repository --repository-name web");
    let registry = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
    run(&format!("aws ecr get-login-password | docker login --username AWS --password-stdin {registry}"));
    for tag in ["v1", "latest", "latest"] {
        run(&format!(
            "echo {tag} >> web/index.html; docker build -t {registry}/web:{tag} web; docker push {registry}/web:{tag}; clock advance 3d; aws ecr get-login-password | docker login --username AWS --password-stdin {registry}"
        ));
    }
    run(r#"aws ecr put-lifecycle-policy --repository-name web --lifecycle-policy-text '{"rules": [
        {"rulePriority": 1, "selection": {"tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "imageCountMoreThan", "countNumber": 1}, "action": {"type": "expire"}},
        {"rulePriority": 2, "description": "old", "selection": {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 4}, "action": {"type": "expire"}}]}'"#);
    run("why lifecycle web")
}

#[test]
fn why_tells_a_lifecycle_policy_rule_by_rule() {
    let said = why_lifecycle(Lang::En);
    let stranded =
        said.split("deletes: ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
    assert_eq!(stranded.len(), 12, "{said}");
    assert_eq!(
        said.replace(&stranded, "DIGEST"),
        "The policy of `web`, if it ran now:\n\n\
         Rule 1: of images with tags that begin with `v`, delete all but the youngest 1\n     keeps: v1 (9 d)\n\
         Rule 2: of all images, delete those pushed more than 4 days ago (old)\n     deletes: DIGEST (6 d)\n     \
         keeps: latest (3 d)\n     already belongs to rule 1 and only counts here: v1 (9 d)\n\n\
         So: of 3 images, 1 would be deleted and 0 archived.\n"
    );
    let said = why_lifecycle(Lang::Ko);
    assert!(said.contains("이미 규칙 1에 속하며 여기서는 수에만 포함: v1 (9일)"), "{said}");
    let mut terminal = Terminal::new();
    assert_eq!(terminal.run("why lifecycle web").text(), "why: there is no repository `web`; there is none at all\n");
    terminal.ok("aws ecr create-repository --repository-name web");
    assert_eq!(terminal.run("why lifecycle api").text(), "why: there is no repository `api`; there are: `web`\n");
    assert_eq!(terminal.ok("why lifecycle web"), "`web` has no lifecycle policy and no preview of one\n");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_line_never_panics(line in r#"([a-z$(){}'"\\|&;<> \n*?\[\]!#~=`:%/0-9-]|\$\(|<<|echo |if |then |fi|for |do |done|EOF|docker |aws |\PC){0,60}"#) {
        let mut world = World::new(1);
        let words = Words::new(Lang::Ko);
        shell::run(&mut world, &words, &line);
        shell::is_complete(&line);
        for cursor in 0..=line.len().min(40) {
            shell::complete(&world, &line, cursor);
        }
    }

    #[test]
    fn no_nesting_panics_or_hangs(line in r#"(echo |\$\(|\$\(\(|\$\{a:-|\$\{|"|'|\)|\}|\{|\{a,|\[|`|a|\(\(|\(|;|1|\$\[|<<E |if |~){1,60}"#) {
        let mut world = World::new(1);
        shell::run(&mut world, &Words::new(Lang::En), &line);
    }

    #[test]
    fn any_arguments_never_panic(command in 0_usize..60, args in proptest::collection::vec(r"-?-?[a-z0-9=:./,+'%$*{}()\[\]| -]{0,12}", 0..4)) {
        let names = ["base64", "basename", "cat", "cd", "clock", "cp", "cut", "date", "docker", "echo", "env", "export", "find", "grep", "head", "help", "history", "jq", "ls", "mkdir", "mv", "printf", "read", "rm", "sed", "seq", "set", "sha256sum", "sleep", "sort", "tail", "tee", "test", "[", "touch", "tr", "type", "uniq", "unset", "wc", "which", "xargs"];
        let line: String = std::iter::once(names[command % names.len()].to_owned())
            .chain(args.iter().map(|arg| format!("'{}'", arg.replace('\'', r"'\''"))))
            .collect::<Vec<_>>()
            .join(" ");
        let mut world = World::new(1);
        shell::run(&mut world, &Words::new(Lang::En), &format!("printf 'a b\\nc:d\\n' | {line}"));
    }
}

/// Runs lines on a thread with the smallest stack that a caller may have, and answers what each printed and its code.
fn on_a_small_stack(lines: Vec<String>) -> Vec<(String, i32)> {
    let run = move || {
        lines
            .iter()
            .map(|line| {
                let output = Terminal::new().run(line);
                (output.text(), output.code)
            })
            .collect()
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
}

#[test]
fn whatever_is_nested_too_deep_is_refused_on_a_small_stack() {
    let deep = |open: &str, inner: &str, close: &str, n: usize| open.repeat(n) + inner + &close.repeat(n);
    let mut lines = Vec::new();
    for n in [5, 8, 24, 31, 59, 200, 20_000] {
        lines.push(format!("echo $(({}))", deep("(", "1", ")", n)));
        lines.push(format!("echo {}", deep("$(echo ", "1", ")", n)));
        lines.push(format!("echo {}", deep("\"$(echo ", "1", ")\"", n)));
        lines.push(format!("echo $(echo {})", deep("[", "1", "]", n)));
        lines.push(deep("(", "true", ")", n));
        lines.push(deep("((", "1", "))", n));
        lines.push(deep("{ ", "true; ", "} ;", n));
        lines.push(deep("if true; then ", "true; ", "fi; ", n));
        lines.push(deep("! ", "true", "", n));
        lines.push(deep("if ", "", "", n));
        lines.push(format!("[[ {} ]]", deep("( ", "a", " )", n)));
        lines.push(format!("[[ {} a ]]", "! ".repeat(n)));
        lines.push(format!("echo $(({}1))", "-".repeat(n)));
        lines.push(format!("jq -n '{}'", deep("[", "1", "]", n)));
        lines.push(format!("jq -n '{}'", deep("-", "1", "", n)));
        lines.push(format!("jq -n '1{}'", deep("|.", "", "", n)));
        lines.push(format!("jq -n '{}'", deep("try ", "1", "", n)));
        lines.push(format!("jq -n '{}'", deep("if 1 then ", "1", " end", n)));
        lines.push(format!("jq -n '{}'", deep("1 as $x | ", "1", "", n)));
        lines.push(format!("echo '{}' | jq .", deep("[", "1", "]", n)));
        lines.push(format!("jq -n --argjson a '{}' '$a'", deep("[", "1", "]", n)));
        lines.push(format!("aws sts get-caller-identity --query '{}'", deep("(", "Account", ")", n)));
        lines.push(format!("aws sts get-caller-identity --query '{}Account'", "!".repeat(n)));
        lines.push(format!("aws ecr list-images --repository-name a --filter '{}'", deep("[", "1", "]", n)));
        lines.push(format!("aws ecr list-images --repository-name a --filter '{}'", deep("a={", "b=1", "}", n)));
    }
    // The longest programs that are read.
    for (unit, n) in
        [("-", 4000), ("try ", 1000), ("1 as $x|", 500), ("[.]|", 1000), ("1,", 2000), ("1+", 2000), ("1//", 1300)]
    {
        lines.push(format!("jq -n '{}1'", unit.repeat(n)));
        lines.push(format!("jq -n '{}1'", unit.repeat(40)));
        lines.push(format!("jq -n '{}1'", unit.repeat(90)));
    }
    lines.push(format!("jq -n '.{}'", "a.".repeat(1000) + "a"));
    lines.push(format!("jq -n '.{}'", "[]?".repeat(1000)));
    lines.push(format!("jq -n '{}1{}'", "if 1 then ".repeat(290), " end".repeat(290)));
    lines.push(format!("jq -n '1{}'", "|not".repeat(1000)));
    for unit in ["a.", "a|", "a||", "a&&", "a==", "[0].", "a[]."] {
        lines.push(format!("aws sts get-caller-identity --query '{}a'", unit.repeat(900)));
    }
    lines.push("jq -n 'reduce range(300) as $i (0; [.])'".to_owned());
    lines.push("seq 2900 | jq -s 'reduce .[] as $i (0; [.])'".to_owned());
    lines.push("jq -n 'reduce range(100000) as $i (0; [.])'".to_owned());
    lines.push("jq -n '\"[\" * 100000|fromjson'".to_owned());
    lines.push("jq -n '[range(100000)|\"[\"]|add|fromjson'".to_owned());
    lines.push("jq -n '[range(100000)]|null|setpath([range(100000)|\"a\"];1)'".to_owned());
    lines.push(format!("printf '%s\\n' '{}. ./f;{}' > f; . ./f", "{ ".repeat(50), " }; ".repeat(50)));
    lines.push("printf '#!/bin/sh\\n./f\\n' > f; chmod +x f; ./f".to_owned());
    let results = on_a_small_stack(lines.clone());
    assert_eq!(results.len(), lines.len());
    let too_deep = format!("echo $(({}))", deep("(", "1", ")", 20_000));
    let output = Terminal::new().run(&too_deep);
    assert!(output.text().contains("too deep") && output.code == 2, "{}", output.text());
}

#[test]
fn a_command_that_prints_too_much_is_stopped() {
    let output = Terminal::new().run("seq 1 1000000000; echo never");
    let text = output.text();
    assert!(text.ends_with("\n100000\nbash: stopped: one line may not run or print that much\n"), "{}", text.len());
    assert_eq!(output.code, 1);
    assert_eq!(Terminal::new().ok("seq 100000 | tail -n 1"), "100000\n");
}

#[test]
fn a_heredoc_without_its_end_runs_with_a_warning() {
    for line in ["cat <<E\nbody $USER", "cat <<E\nbody $USER\n"] {
        assert!(!shell::is_complete(line));
        let output = Terminal::new().run(line);
        let warning = "bash: warning: here-document at line 1 delimited by end-of-file (wanted `E')\n";
        assert_eq!((output.text(), output.code), (format!("{warning}body learner\n"), 0));
    }
    assert_eq!(Terminal::new().run("true\ncat <<'E'\n$USER").text().lines().last(), Some("$USER"));
}

#[test]
fn set_makes_failures_count() {
    check("set -e; echo a; false; echo b", "a\n");
    check("set -e; false || true; if false; then :; fi; ! true; false && true; echo on", "on\n");
    check("set -e; (false; echo a); echo b", "");
    check("set -e; echo $(false; echo a); x=$(false); echo b", "a\n");
    check("set -e; set +e; false; echo on", "on\n");
    check("set -u; echo ${x:-none}; echo $x; echo never", "none\nbash: x: unbound variable\n");
    check("set -euo pipefail; echo $-; false | true; echo never", "ehimuBH\n");
    let output = Terminal::new().run("set -x; echo never");
    assert_eq!((output.text(), output.code), ("bash: `set -x` is not simulated\n".to_owned(), 2));
    assert_eq!(Terminal::new().run("set -e; false; echo b").code, 1);
}

#[test]
fn a_script_runs_in_a_shell_of_its_own() {
    let script = "cat > a.sh <<'E'\n#!/bin/bash\nset -e\necho $0 $# \"$1\" [$x]\nfor i in \"$@\"; do echo \"<$i>\"; done\ncd web\nfalse\necho never\nE\n";
    let after = "./a.sh; chmod +x a.sh; x=1; ./a.sh 'b c' d; echo $? $PWD; false; echo on";
    check(
        &format!("{script}{after}"),
        "bash: ./a.sh: Permission denied\n./a.sh 2 b c []\n<b c>\n<d>\n1 /home/learner\non\n",
    );
    let output = Terminal::new().run("printf '\\177ELF' > tool; chmod +x tool; ./tool");
    assert_eq!((output.text(), output.code), ("bash: `./tool` is not simulated\n".to_owned(), 126));
}

#[test]
fn words_that_end_nothing_are_syntax_errors() {
    for word in ["fi", "done", "then", "esac", "}"] {
        let output = Terminal::new().run(word);
        let expected = format!("bash: syntax error near unexpected token `{word}'\n");
        assert_eq!((output.text(), output.code), (expected, 2));
        assert!(shell::is_complete(word));
    }
    for open in ["if true; then", "case a in b) ;;", "for i in 1; do", "{ echo }", "while true; do if x; then y; fi"] {
        assert!(!shell::is_complete(open), "{open}");
    }
}

#[test]
fn random_numbers_follow_the_seed() {
    let draw = |seed| shell::run(&mut World::new(seed), &Words::new(Lang::En), "echo $RANDOM $RANDOM").text();
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    // As bash 5.2 with RANDOM=42.
    assert_eq!(draw(42), "17772 26794\n");
    assert!(Terminal::new().ok("echo $BASH_VERSION").starts_with("5."));
}

#[test]
fn a_division_by_zero_names_the_divisor() {
    check("echo $((1/0))", "bash: 1/0: division by 0 (error token is \"0\")\n");
    check("echo $((4/2 + 3 % (1-1)))", "bash: 4/2 + 3 % (1-1): division by 0 (error token is \"(1-1)\")\n");
}

#[test]
fn help_shows_examples_in_the_learners_language() {
    let help = |lang| shell::run(&mut World::new(1), &Words::new(lang), "help why; help clock").text();
    assert!(help(Lang::En).contains("nothing was denied"));
    assert!(!help(Lang::Ko).contains("nothing was denied"));
    assert!(!help(Lang::Ko).contains("is not a duration"));
}
