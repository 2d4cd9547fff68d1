//! Docker: building, naming, pushing and pulling.

use ecr_quest::cloud::{Duration, EventKind};
use ecr_quest::shell;

use crate::support::{Terminal, check, sh};

const HOST: &str = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
const LOGIN: &str = "aws ecr get-login-password | docker login --username AWS --password-stdin 111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";

/// A terminal in which the project is built, tagged and its repository made.
fn ready() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.ok("cd web");
    terminal.ok("docker build -q -t web:v1.0 .");
    terminal.ok("aws ecr create-repository --repository-name web");
    terminal.ok(&format!("docker tag web:v1.0 {HOST}/web:v1.0"));
    terminal.ok(LOGIN);
    terminal
}

#[test]
fn a_build_tells_its_steps_as_buildkit_does() {
    insta::assert_snapshot!(sh(
        "docker build -t web:v1.0 web\ndocker build -t web:v1.0 web\ndocker images\ndocker history web:v1.0"
    ));
}

#[test]
fn an_unchanged_step_is_cached_and_a_changed_file_is_not() {
    let mut terminal = Terminal::new();
    terminal.ok("cd web; docker build -t web:1 .");
    let first = terminal.ok("docker inspect --format '{{json .RootFS.Layers}}' web:1");
    let again = terminal.run("docker build -t web:1 .").stderr();
    assert_eq!(again.matches("CACHED").count(), 4, "{again}");
    terminal.ok("echo changed > index.html");
    let changed = terminal.run("docker build -t web:2 .").stderr();
    assert_eq!(changed.matches("CACHED").count(), 2, "{changed}");
    let second = terminal.ok("docker inspect --format '{{json .RootFS.Layers}}' web:2");
    let layers = |text: &str| serde_json::from_str::<Vec<String>>(text).unwrap();
    let (first, second) = (layers(&first), layers(&second));
    assert_eq!(first.len(), second.len());
    // The base, the folder and the program are the same; the page is not.
    assert_eq!(first.iter().filter(|layer| second.contains(layer)).count(), first.len() - 1);
}

#[test]
fn a_build_that_fails_says_where() {
    insta::assert_snapshot!(sh("mkdir p && cd p
docker build .
printf 'FROM alpine:3.20\\nCOPY nope /\\n' > Dockerfile; docker build .
printf 'FROM alpine:3.20\\nRUN frobnicate\\nRUN true\\n' > Dockerfile; docker build .
printf 'FROM alpine:9\\n' > Dockerfile; docker build .
printf 'FROM alpine\\nRUNN x\\n' > Dockerfile; docker build .
docker build -t Web .
docker build nowhere"));
}

#[test]
fn commands_in_a_build_change_the_image() {
    let mut terminal = Terminal::new();
    terminal.ok("mkdir p; cd p; printf 'FROM alpine:3.20\\nARG V=1\\nENV A=x\\nWORKDIR /srv\\nRUN apk add --no-cache curl && echo $A-$V > f && rm /etc/passwd\\nCMD [\"cat\", \"f\"]\\n' > Dockerfile");
    terminal.ok("docker build -t p --build-arg V=2 .");
    assert_eq!(terminal.ok("docker run --rm p"), "x-2\n");
    assert_eq!(terminal.ok("docker run --rm p sh -c 'ls /etc; grep -c ^P: /lib/apk/db/installed'"), "os-release\n15\n");
    assert_eq!(terminal.ok("docker run --rm -e A=y alpine:3.20 sh -c 'echo $A' 2> err | tail -n 1"), "y\n");
}

#[test]
fn stages_copy_from_each_other() {
    let mut terminal = Terminal::new();
    terminal.ok("mkdir p; cd p; printf 'FROM alpine:3.20 AS build\\nRUN mkdir /out && echo made > /out/app\\nFROM alpine:3.20 AS unused\\nRUN frobnicate\\nFROM scratch\\nCOPY --from=build /out/app /app\\n' > Dockerfile");
    let log = terminal.run("docker build -t p .");
    assert_eq!(log.code, 0, "{}", log.text());
    assert!(log.stderr().contains("[build 2/2] RUN mkdir /out"), "{}", log.text());
    assert!(!log.stderr().contains("frobnicate"));
    assert_eq!(terminal.ok("docker inspect -f '{{len .RootFS.Layers}}' p"), "1\n");
}

#[test]
fn a_build_can_start_from_an_image_in_the_registry() {
    let mut terminal = ready();
    terminal.ok(&format!("docker push {HOST}/web:v1.0; docker rmi -f web:v1.0 {HOST}/web:v1.0"));
    terminal.ok(&format!(
        "mkdir ../next; cd ../next; printf 'FROM {HOST}/web:v1.0\\nRUN echo more > more\\n' > Dockerfile"
    ));
    let log = terminal.run("docker build -t next .");
    assert_eq!(log.code, 0, "{}", log.text());
    assert_eq!(terminal.ok("docker run --rm next cat /srv/more"), "more\n");
    terminal.ok(&format!("docker rmi next; docker logout {HOST}"));
    let refused = terminal.run("docker build .");
    assert!(refused.stderr().contains("no basic auth credentials"), "{}", refused.text());
}

#[test]
fn what_a_build_installs_is_what_a_scan_finds() {
    let mut terminal = ready();
    let findings = |terminal: &mut Terminal, tag: &str, base: &str, step: &str| {
        terminal.ok(&format!("printf 'FROM {base}\\nRUN {step}\\n' > Dockerfile; docker build -q -t {HOST}/web:{tag} . && docker push -q {HOST}/web:{tag}"));
        terminal.ok(&format!("aws ecr start-image-scan --repository-name web --image-id imageTag={tag}; aws ecr wait image-scan-complete --repository-name web --image-id imageTag={tag}"));
        let line = format!(
            "aws ecr describe-image-scan-findings --repository-name web --image-id imageTag={tag} --query 'imageScanFindings.findings[].name' --output text"
        );
        terminal.ok(&line)
    };
    assert!(findings(&mut terminal, "old", "alpine:3.14", "true").contains("CVE-2018-25032"));
    assert!(findings(&mut terminal, "curl", "alpine:3.18", "apk add curl").contains("CVE-2023-38545"));
    let before = findings(&mut terminal, "openssl", "alpine:3.18", "true");
    let after = findings(&mut terminal, "upgraded", "alpine:3.18", "apk upgrade");
    assert!(before.contains("CVE-2023-5363") && !after.contains("CVE-2023-5363"), "{before} {after}");
}

#[test]
fn what_pip_and_npm_install_is_what_an_enhanced_scan_finds() {
    let mut terminal = ready();
    terminal.ok("aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules \
         'scanFrequency=CONTINUOUS_SCAN,repositoryFilters=[{filter=*,filterType=WILDCARD}]'");
    let findings = |terminal: &mut Terminal, tag: &str, dockerfile: &str| {
        terminal.ok(&format!("printf '{dockerfile}' > Dockerfile; docker build -q -t {HOST}/web:{tag} . && docker push -q {HOST}/web:{tag}; clock advance 1m"));
        let line = format!(
            "aws ecr describe-image-scan-findings --repository-name web --image-id imageTag={tag} --query \
             'imageScanFindings.enhancedFindings[].[title,packageVulnerabilityDetails.vulnerablePackages[0].filePath]' --output text"
        );
        terminal.ok(&line)
    };
    terminal.ok("printf 'flask==2.2.2\\nrequests>=2.32\\n' > requirements.txt");
    let pip = findings(
        &mut terminal,
        "pip",
        "FROM python:3.12-slim\\nCOPY requirements.txt .\\nRUN pip install -r requirements.txt\\n",
    );
    assert!(pip.contains("CVE-2023-30861 - Flask"), "{pip}");
    assert!(!pip.contains("requests"), "{pip}");
    terminal.ok("echo '{\"name\": \"app\", \"dependencies\": {\"lodash\": \"4.17.20\"}}' > package.json");
    let npm =
        findings(&mut terminal, "npm", "FROM node:20-alpine\\nWORKDIR /srv\\nCOPY package.json .\\nRUN npm install\\n");
    assert!(npm.contains("CVE-2021-23337 - lodash\tsrv/node_modules/lodash/package.json"), "{npm}");
    // The base image brings one of its own.
    let own = "usr/local/lib/node_modules/npm/node_modules/cross-spawn/package.json";
    assert!(npm.contains(&format!("CVE-2024-21538 - cross-spawn\t{own}")), "{npm}");
}

#[test]
fn a_dockerignore_keeps_files_out() {
    let mut terminal = Terminal::new();
    terminal.ok("cd web; echo secret > .env; printf '.env\\nDockerfile\\n' > .dockerignore; printf 'FROM scratch\\nCOPY . /\\n' > Dockerfile; docker build -t p .");
    let layers = terminal.world.laptop.docker.images().next().unwrap().tree().unwrap();
    assert_eq!(layers.keys().collect::<Vec<_>>(), [".dockerignore", "app", "index.html"]);
}

#[test]
fn a_first_push_uploads_and_a_second_finds_all_there() {
    let mut terminal = ready();
    let first = terminal.run(&format!("docker push {HOST}/web:v1.0"));
    assert_eq!(first.code, 0, "{}", first.text());
    assert!(first.stdout().starts_with(&format!("The push refers to repository [{HOST}/web]\n")));
    assert_eq!(first.stdout().matches(": Pushed").count(), 4, "{}", first.text());
    assert!(first.stdout().contains("\nv1.0: digest: sha256:"));
    let second = terminal.ok(&format!("docker push {HOST}/web:v1.0"));
    assert_eq!(second.matches(": Layer already exists").count(), 4, "{second}");
    let pushed = terminal
        .ok("aws ecr describe-images --repository-name web --query 'imageDetails[0].imageDigest' --output text");
    let local = terminal.ok(&format!("docker inspect -f '{{{{index .RepoDigests 0}}}}' {HOST}/web:v1.0"));
    assert_eq!(local.trim(), format!("{HOST}/web@{}", pushed.trim()));
}

#[test]
fn a_push_that_is_refused_says_why_as_docker_does() {
    let mut terminal = Terminal::new();
    terminal.ok("docker build -q -t web web");
    let mut check = |line: &str, expect: &str| {
        let output = terminal.run(line);
        assert_eq!(output.code, 1, "{line}: {}", output.text());
        assert_eq!(output.stderr(), expect, "{line}");
    };
    check("docker push web", "denied: requested access to the resource is denied\n");
    check("docker push nope:1", "An image does not exist locally with the tag: nope\n");
    check("docker push App", "invalid reference format: repository name (App) must be lowercase\n");
    check(&format!("docker tag web {HOST}/web; docker push {HOST}/web"), "no basic auth credentials\n");
    check(
        &format!("{LOGIN} 2> /dev/null; docker push {HOST}/web"),
        "name unknown: The repository with name 'web' does not exist in the registry with id '111122223333'\n",
    );
    check(
        &format!(
            "aws ecr create-repository --repository-name web --image-tag-mutability IMMUTABLE; docker push {HOST}/web > f; echo x > web/index.html; docker build -q -t {HOST}/web web; docker push {HOST}/web"
        ),
        "tag invalid: The image tag 'latest' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.\n",
    );
    check(
        &format!("clock advance 12h; docker push {HOST}/web"),
        "denied: Your authorization token has expired. Reauthenticate and try again.\n",
    );
}

#[test]
fn login_checks_the_token() {
    let mut terminal = Terminal::new();
    assert_eq!(terminal.run(LOGIN).stdout(), "Login Succeeded\n");
    assert!(terminal.ok("cat ~/.docker/config.json").contains(HOST));
    assert_eq!(terminal.ok(&format!("docker logout {HOST}")), format!("Removing login credentials for {HOST}\n"));
    assert!(!terminal.ok("cat ~/.docker/config.json").contains(HOST));
    let mut check = |line: &str, expect: &str| assert_eq!(terminal.run(line).stderr(), expect, "{line}");
    check(
        &format!("echo wrong | docker login -u AWS --password-stdin {HOST}"),
        &format!(
            "Error response from daemon: login attempt to https://{HOST}/v2/ failed with status: 400 Bad Request\n"
        ),
    );
    check(
        &format!("aws ecr get-login-password --region us-east-1 | docker login -u AWS --password-stdin {HOST}"),
        &format!(
            "Error response from daemon: login attempt to https://{HOST}/v2/ failed with status: 400 Bad Request\n"
        ),
    );
    check("docker login", "Error: Cannot perform an interactive login from a non TTY device\n");
    check("docker login --password-stdin host", "the --password-stdin option requires --username to be set\n");
    check(
        "docker login --username AWS --password x --password-stdin host",
        "conflicting options: cannot specify both --password and --password-stdin\n",
    );
    check(
        "echo '{' > ~/.docker/config.json; docker logout x",
        "WARNING: Error loading config file: /home/learner/.docker/config.json: EOF while parsing an object at line 2 column 0\n",
    );
}

#[test]
fn a_pull_brings_back_what_was_pushed() {
    let mut terminal = ready();
    terminal.ok(&format!("docker push {HOST}/web:v1.0"));
    let id = terminal.ok("docker images -q web");
    let gone = terminal.ok(&format!("docker rmi web:v1.0 {HOST}/web:v1.0"));
    assert!(gone.starts_with("Untagged: web:v1.0\n") && gone.contains("Deleted: sha256:"), "{gone}");
    assert_eq!(terminal.ok("docker images -q"), "");
    let mark = terminal.world.cloud.trail().len() as u64;
    let pulled = terminal.ok(&format!("docker pull {HOST}/web:v1.0"));
    assert_eq!(pulled.matches(": Pull complete").count(), 4, "{pulled}");
    assert!(pulled.contains(&format!("Status: Downloaded newer image for {HOST}/web:v1.0\n{HOST}/web:v1.0\n")));
    let downloads = terminal.world.cloud.trail().since(mark).iter();
    assert_eq!(downloads.filter(|event| matches!(event.kind, EventKind::Layer { upload: false, .. })).count(), 5);
    assert_eq!(terminal.ok("docker images -q"), id);
    let again = terminal.ok(&format!("docker pull {HOST}/web:v1.0"));
    assert!(again.contains("Status: Image is up to date for"), "{again}");
}

#[test]
fn a_pull_that_is_refused_says_why_as_docker_does() {
    let mut terminal = Terminal::new();
    let mut check = |line: &str, expect: &str| {
        let output = terminal.run(line);
        assert_eq!((output.stderr().as_str(), output.code), (expect, 1), "{line}");
    };
    check(
        &format!("docker pull {HOST}/web"),
        &format!(
            "Error response from daemon: Head \"https://{HOST}/v2/web/manifests/latest\": no basic auth credentials\n"
        ),
    );
    check(
        &format!("{LOGIN} 2> /dev/null; docker pull {HOST}/web"),
        &format!(
            "Error response from daemon: repository {HOST}/web not found: name unknown: The repository with name 'web' does not exist in the registry with id '111122223333'\n"
        ),
    );
    check(
        &format!("aws ecr create-repository --repository-name web; docker pull {HOST}/web:v9"),
        &format!(
            "Error response from daemon: manifest for {HOST}/web:v9 not found: manifest unknown: Requested image not found\n"
        ),
    );
    check(
        "docker pull nope",
        "Error response from daemon: pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied\n",
    );
    check(
        "docker pull alpine:9",
        "Error response from daemon: manifest for alpine:9 not found: manifest unknown: manifest unknown\n",
    );
    check("docker pull App:1.0", "invalid reference format: repository name (library/App) must be lowercase\n");
    check("docker pull app:a:b", "invalid reference format\n");
    check(
        "docker pull registry.example.com/a/b",
        "Error response from daemon: Get \"https://registry.example.com/v2/\": dial tcp: lookup registry.example.com: no such host\n",
    );
}

#[test]
fn a_denied_pull_can_be_explained() {
    let mut terminal = ready();
    terminal.ok(&format!("docker push {HOST}/web:v1.0"));
    terminal.ok("aws iam put-user-policy --user-name learner --policy-name no-pull --policy-document '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"NoPull\",\"Effect\":\"Deny\",\"Action\":\"ecr:BatchGetImage\",\"Resource\":\"*\"}]}'");
    let output = terminal.run(&format!("docker pull {HOST}/web:v1.0"));
    assert_eq!(output.code, 1);
    assert!(
        output.stderr().starts_with(&format!("Error response from daemon: pull access denied for {HOST}/web, repository does not exist or may require 'docker login': denied: User: arn:aws:iam::111122223333:user/learner is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:ap-northeast-2:111122223333:repository/web")),
        "{}",
        output.stderr()
    );
    insta::assert_snapshot!(terminal.ok("why"));
}

#[test]
fn images_can_be_tagged_listed_and_removed() {
    insta::assert_snapshot!(sh("docker build -q -t web:v1.0 web > /dev/null
docker tag web:v1.0 web:latest
docker tag nope:1 web:2
docker tag web 'WEB:2'
docker images web
docker rmi web:latest
docker rmi nope
docker image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}'
docker run --name once web:v1.0 echo hi
docker rmi web:v1.0
docker ps -a --format '{{.Names}} {{.Status}}'
docker rm once
docker rmi web:v1.0
docker image prune -f"));
}

#[test]
fn containers_run_their_command() {
    let mut terminal = Terminal::new();
    assert!(terminal.ok("docker run --rm hello-world 2>&1").contains("Hello from Docker!"));
    terminal.ok("docker build -q -t web web");
    let id = terminal.ok("docker run -d -p 8080:8080 --name web web");
    assert_eq!(id.trim().len(), 64);
    let shown = terminal.ok("docker ps");
    assert!(shown.contains("Up 1 second") && shown.contains("0.0.0.0:8080->8080/tcp"), "{shown}");
    assert_eq!(terminal.ok("docker logs web"), "serving /srv on :8080\n");
    assert_eq!(terminal.run("docker rmi web").code, 1);
    terminal.ok("docker stop web && docker rm web");
    assert_eq!(terminal.run("docker run --rm web").code, 130);
    assert_eq!(terminal.run("docker run --rm web aws s3 ls").code, 127);
    assert_eq!(terminal.run("docker run --rm web sh -c 'exit 3'").code, 3);
    assert_eq!(terminal.run("docker run nope").code, 125);
}

#[test]
fn usage_errors_are_dockers_own() {
    insta::assert_snapshot!(sh("docker push
docker tag app
docker rmi
docker push --nope app
docker push -z app
docker image frobnicate
docker pussh
docker build
docker build -t
docker images a b
docker compose up
docker buildx build --platform linux/amd64,linux/arm64 ."));
}

#[test]
fn inspect_shows_the_image() {
    check("docker inspect nope; echo $?", "[]\nError: No such object: nope\n1\n");
    let mut terminal = Terminal::new();
    terminal.ok("docker build -q -t web web");
    insta::assert_snapshot!(terminal.ok("docker inspect web"));
    assert_eq!(terminal.ok("docker inspect web | jq -r '.[0].Config.Cmd[0]'"), "/usr/local/bin/app\n");
}

#[test]
fn two_images_share_the_layers_of_their_base_in_the_registry() {
    let mut terminal = ready();
    terminal.ok(&format!("docker push {HOST}/web:v1.0"));
    terminal.ok(&format!(
        "echo 2 > index.html; docker build -q -t {HOST}/web:v2 . && docker push {HOST}/web:v2 > f; cat f"
    ));
    let pushed = terminal.ok("cat f");
    assert_eq!(
        (pushed.matches("Layer already exists").count(), pushed.matches(": Pushed").count()),
        (3, 1),
        "{pushed}"
    );
}

#[test]
fn the_same_lines_give_the_same_image() {
    let id = || {
        let mut terminal = Terminal::new();
        terminal.ok("docker build -q -t web web")
    };
    assert_eq!(id(), id());
    let mut later = Terminal::new();
    later.world.cloud.advance(Duration::days(1));
    assert_ne!(later.ok("docker build -q -t web web"), id(), "the config holds the time");
}

#[test]
fn tab_completes_dockers_words_and_images() {
    let mut terminal = ready();
    let candidates = |line: &str| shell::complete(&terminal.world, line, line.len()).candidates;
    assert_eq!(candidates("docker pus"), ["push "]);
    assert_eq!(candidates("docker image h"), ["history "]);
    assert_eq!(candidates("docker push 111"), [format!("{HOST}/web:"), format!("{HOST}/web:v1.0 ")]);
    assert_eq!(candidates("docker rmi w"), ["web:v1.0 "]);
    assert_eq!(candidates("docker build -f Do"), ["Dockerfile "]);
    assert_eq!(candidates("docker login --use"), ["--username "]);
    assert_eq!(candidates("aws ecr describe-repositori"), ["describe-repositories "]);
    terminal.ok("docker rmi web:v1.0");
}

#[test]
fn a_folder_that_exists_is_an_empty_layer_to_workdir() {
    let mut terminal = Terminal::new();
    terminal.ok("mkdir w; cd w; printf 'FROM alpine:3.20\\nWORKDIR /etc\\nWORKDIR /\\nWORKDIR srv/new\\n' > Dockerfile; docker build -q -t w .");
    let layers = terminal.ok("docker inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' w");
    let layers: Vec<&str> = layers.split_whitespace().collect();
    // The base's one, the empty one that everyone knows, and the folder that is new.
    assert_eq!(layers.len(), 3);
    assert_eq!(layers[1], "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");
    let history = terminal.ok("docker history w");
    let steps: Vec<&str> = history.lines().filter(|line| line.contains("WORKDIR")).collect();
    assert!(
        steps[0].contains("WORKDIR /srv/new") && steps[1].contains("WORKDIR / ") && steps[2].contains("WORKDIR /etc")
    );
    assert_eq!(terminal.ok("docker inspect --format '{{.Config.WorkingDir}}' w"), "/srv/new\n");
}

#[test]
fn lists_are_printed_as_a_template_says() {
    let mut terminal = Terminal::new();
    terminal.ok("docker pull -q alpine:3.20; docker run -d --name box -p 8080:80 nginx:1.27 > /dev/null 2>&1");
    assert_eq!(terminal.ok("docker images --format '{{.Repository}}:{{.Tag}}' alpine"), "alpine:3.20\n");
    let json = terminal.ok("docker images --format json alpine");
    let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(
        row.keys().collect::<Vec<_>>(),
        [
            "Containers",
            "CreatedAt",
            "CreatedSince",
            "Digest",
            "ID",
            "Repository",
            "SharedSize",
            "Size",
            "Tag",
            "UniqueSize",
            "VirtualSize"
        ]
    );
    assert_eq!((row["Containers"].as_str(), row["Tag"].as_str()), (Some("N/A"), Some("3.20")));
    assert!(row["CreatedAt"].as_str().unwrap().ends_with(" +0000 UTC"), "{json}");
    let table = terminal.ok("docker images --format 'table {{.Repository}}\\t{{.Size}}' alpine");
    assert!(table.starts_with("REPOSITORY   SIZE\nalpine       "), "{table}");
    assert_eq!(
        terminal.ok("docker ps --format '{{.Names}} {{.State}} {{.Ports}}'"),
        "box running 0.0.0.0:8080->80/tcp\n"
    );
    assert_eq!(
        terminal.ok("docker ps --format 'table {{.Names}}\\t{{.Image}}'"),
        "NAMES     IMAGE\nbox       nginx:1.27\n"
    );
    assert_eq!(
        terminal.run("docker images --format '{{.Nope}}'").text(),
        "template parsing error: template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *formatter.imageContext\n"
    );
    assert_eq!(
        terminal.run("docker ps --format '{{'").text(),
        "template parsing error: template: :1: unclosed action\n"
    );
}

#[test]
fn what_nobody_uses_is_told_and_pruned() {
    let mut terminal = Terminal::new();
    terminal.ok("docker build -q -t web web; docker run --name once web echo hi; docker pull -q alpine:3.20");
    let usage = terminal.ok("docker system df");
    let lines: Vec<&str> = usage.lines().collect();
    let column =
        |line: usize, at: usize| lines[line].split("   ").filter(|cell| !cell.is_empty()).nth(at).unwrap().trim();
    assert_eq!(column(0, 4), "RECLAIMABLE");
    assert_eq!((column(1, 0), column(1, 1), column(1, 2)), ("Images", "2", "1"));
    assert!(column(1, 4).ends_with("%)"), "{usage}");
    assert_eq!((column(2, 0), column(2, 1), column(2, 2)), ("Containers", "1", "0"));
    assert_eq!((column(3, 0), column(4, 0)), ("Local Volumes", "Build Cache"));
    let asked = terminal.run("docker system prune");
    assert!(asked.stdout().starts_with("WARNING! This will remove:\n  - all stopped containers\n"), "{}", asked.text());
    assert_eq!((asked.code, terminal.ok("docker ps -aq | wc -l").as_str()), (1, "1\n"));
    let pruned = terminal.ok("echo y | docker container prune");
    assert!(
        pruned.contains("Deleted Containers:\n") && pruned.ends_with("\n\nTotal reclaimed space: 0B\n"),
        "{pruned}"
    );
    assert_eq!(terminal.ok("docker ps -aq; docker image prune -f"), "Total reclaimed space: 0B\n");
    let pruned = terminal.ok("docker system prune --all --force");
    assert!(pruned.starts_with("Deleted Images:\nuntagged: "), "{pruned}");
    assert!(pruned.contains("untagged: web:latest\n") && !pruned.ends_with(" 0B\n"), "{pruned}");
    assert_eq!(terminal.ok("docker images -q"), "");
}

#[test]
fn commands_that_are_not_simulated_say_so() {
    for line in
        ["docker stats", "docker save web", "docker container exec web ls", "docker image load", "docker system events"]
    {
        let run = sh(line);
        assert!(run.contains("not simulated") && !run.contains("unknown command"), "{run}");
    }
}
