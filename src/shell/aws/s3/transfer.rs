//! `aws s3 cp`, `mv`, `rm` and `sync`: which files go where, and what is printed of each.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::filters::Filters;
use super::sync::{self, Strategy};
use super::{Bucket, is_on, local, remote, uri};
use crate::cloud::Timestamp;
use crate::laptop::{FsError, name, parent};
use crate::shell::Io;
use crate::shell::aws::args::Parsed;
use crate::shell::aws::error::Failure;
use crate::shell::aws::{json as json_text, shorthand};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Upload,
    Download,
    Copy,
}

/// A file or an object to transfer.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Below the source.
    pub(super) name: String,
    /// On the laptop an absolute path, in S3 `bucket/key`.
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) modified: Timestamp,
}

/// One end of a transfer.
#[derive(Clone, Debug)]
struct End {
    is_s3: bool,
    /// An absolute path, or `bucket/key`. A directory or a prefix ends with a slash.
    path: String,
    /// Whether names of the source are put behind it.
    takes_names: bool,
}

/// What is told of transfers, and what they carry.
struct Manner {
    /// `upload`, `move`, …
    verb: &'static str,
    dry: bool,
    /// Nothing but errors.
    silent: bool,
    /// Not even errors.
    quiet: bool,
    moves: bool,
    guesses_type: bool,
    /// Members that an upload and a copy have in common.
    extra: Map<String, Value>,
}

/// The words of the real command's usage.
fn usage(command: &str) -> String {
    let paths = match command {
        "rm" => "<S3Uri>",
        _ => "<LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>",
    };
    format!("usage: aws s3 {command} {paths}\nError: Invalid argument type")
}

/// Runs a transfer command: exit code 1 where something failed, 2 where something was skipped.
///
/// # Errors
/// For words that make no sense together.
pub(super) fn run(
    io: &mut Io<'_>,
    s3: &Bucket,
    command: &str,
    parsed: &Parsed,
    paths: &[String],
) -> Result<i32, Failure> {
    let source = paths.first().map(String::as_str).unwrap_or_default();
    if command == "rm" {
        if !uri::is_s3(source) {
            return Err(Failure::Params(usage(command)));
        }
        let manner = manner("delete", false, parsed)?;
        let filters = Filters::of(io.args);
        return Ok(remove(io, s3, &manner, source, is_on(parsed, "--recursive"), &filters));
    }
    let target = paths.get(1).map(String::as_str).unwrap_or_default();
    let kind = match (uri::is_s3(source), uri::is_s3(target)) {
        (false, true) => Kind::Upload,
        (true, false) => Kind::Download,
        (true, true) => Kind::Copy,
        (false, false) => return Err(Failure::Params(usage(command))),
    };
    let recursive = command == "sync" || is_on(parsed, "--recursive");
    let verb = match kind {
        _ if command == "mv" => "move",
        Kind::Upload => "upload",
        Kind::Download => "download",
        Kind::Copy => "copy",
    };
    let manner = manner(verb, command == "mv", parsed)?;
    if source == "-" || target == "-" {
        if command != "cp" || recursive {
            let text = "Streaming currently is only compatible with non-recursive cp commands";
            return Err(Failure::Params(text.to_owned()));
        }
        return stream(io, s3, &manner, source, target);
    }
    if command == "mv" && source == target {
        return Err(Failure::Params(format!("Cannot mv a file onto itself: {source} - {target}")));
    }
    let laptop = &io.world.laptop;
    if kind == Kind::Upload && laptop.files.entry(&laptop.absolute(source)).is_err() {
        return Err(Failure::Other(format!("The user-provided path {source} does not exist.")));
    }
    let (from, to) = (end(io, source, recursive), end(io, target, recursive));
    if kind == Kind::Download && recursive && !manner.dry {
        let now = io.world.cloud.now();
        let directory = to.path.trim_end_matches('/');
        let made = io.world.laptop.files.create_directories(if directory.is_empty() { "/" } else { directory }, now);
        made.map_err(|error| Failure::Other(format!("[Errno 17] {error}: '{directory}'")))?;
    }
    let filters = Filters::of(io.args);
    let strategy = Strategy {
        size_only: is_on(parsed, "--size-only"),
        exact_timestamps: is_on(parsed, "--exact-timestamps"),
        delete: is_on(parsed, "--delete"),
    };
    let plan = Work { kind, recursive, is_sync: command == "sync", strategy, filters, from, to };
    Ok(transfer(io, s3, &manner, &plan))
}

fn manner(verb: &'static str, moves: bool, parsed: &Parsed) -> Result<Manner, Failure> {
    let text = |flag: &str| parsed.value(flag).map(Value::from);
    let mut extra = Map::new();
    let members = [
        ("ACL", text("--acl")),
        ("ServerSideEncryption", text("--sse")),
        ("SSEKMSKeyId", text("--sse-kms-key-id")),
        ("StorageClass", text("--storage-class")),
        ("ContentType", text("--content-type")),
        ("MetadataDirective", text("--metadata-directive")),
    ];
    extra.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    if let Some(metadata) = parsed.value("--metadata") {
        extra.insert("Metadata".to_owned(), read_metadata(metadata)?);
    }
    Ok(Manner {
        verb,
        dry: is_on(parsed, "--dryrun"),
        silent: is_on(parsed, "--only-show-errors") || is_on(parsed, "--quiet"),
        quiet: is_on(parsed, "--quiet"),
        moves,
        guesses_type: !is_on(parsed, "--no-guess-mime-type"),
        extra,
    })
}

/// `a=1,b=2`, or JSON.
fn read_metadata(text: &str) -> Result<Value, Failure> {
    let read = if text.trim_start().starts_with('{') {
        json_text::loads(text).map_err(|_| format!("Invalid JSON:\n{text}"))
    } else {
        shorthand::parse(text, &|path| Err(path.to_owned()))
    };
    read.map_err(|error| Failure::Params(format!("Error parsing parameter '--metadata': {error}")))
}

/// What a word means as an end of a transfer.
fn end(io: &Io<'_>, word: &str, recursive: bool) -> End {
    if uri::is_s3(word) {
        let (bucket, key) = uri::split(word);
        let mut path = format!("{bucket}/{key}");
        if recursive && !path.ends_with('/') {
            path.push('/');
        }
        return End { is_s3: true, takes_names: path.ends_with('/'), path };
    }
    let mut path = io.path(word);
    let takes_names = recursive || word.ends_with('/') || io.world.laptop.files.is_directory(&path);
    if takes_names && !path.ends_with('/') {
        path.push('/');
    }
    End { is_s3: false, path, takes_names }
}

impl End {
    /// Where something called `name` at the source goes.
    fn target(&self, item: &str) -> String {
        if self.takes_names { format!("{}{item}", self.path) } else { self.path.clone() }
    }

    /// As the real command shows a path at this end.
    fn shown(&self, io: &Io<'_>, path: &str) -> String {
        if self.is_s3 { format!("s3://{path}") } else { local::shown(&io.world.laptop, path) }
    }
}

impl Manner {
    fn done(&self, io: &mut Io<'_>, location: &str) {
        if !self.silent {
            let dry = if self.dry { "(dryrun) " } else { "" };
            io.print(format!("{dry}{}: {location}\n", self.verb));
        }
    }

    fn failed(&self, io: &mut Io<'_>, location: &str, what: &str) {
        if !self.quiet {
            io.eprint(format!("{} failed: {location} {what}\n", self.verb));
        }
    }

    fn fatal(&self, io: &mut Io<'_>, failure: &Failure) -> i32 {
        if !self.quiet {
            io.eprint(format!("fatal error: {}\n", failure.said()));
        }
        1
    }
}

/// What is at one end, below its path.
fn list(io: &mut Io<'_>, s3: &Bucket, at: &End) -> Result<Vec<Item>, Failure> {
    if !at.is_s3 {
        return Ok(local::below(&io.world.laptop, &at.path));
    }
    let (bucket, prefix) = uri::split(&at.path);
    let pages = remote::pages(io.world, s3, bucket, prefix, None)?;
    let found = pages.iter().flat_map(remote::items);
    // What stands for a directory is no file.
    let files = found.filter(|found| !(found.size == 0 && found.key.ends_with('/')));
    Ok(files
        .map(|found| Item {
            name: found.key.get(prefix.len()..).unwrap_or_default().to_owned(),
            path: format!("{bucket}/{}", found.key),
            size: found.size,
            modified: found.modified,
        })
        .collect())
}

/// The one file or object that a path names.
fn single(io: &mut Io<'_>, s3: &Bucket, at: &End) -> Result<Item, Failure> {
    let (size, modified) = if at.is_s3 {
        let (bucket, key) = uri::split(&at.path);
        let head = s3.call(io.world, "HeadObject", json!({"Bucket": bucket, "Key": key}));
        let head = head.map_err(|failure| missing_key(failure, key))?;
        (head.get("ContentLength").and_then(Value::as_u64).unwrap_or_default(), remote::time(&head, "LastModified"))
    } else {
        let entry = io.world.laptop.files.entry(&at.path).ok();
        (0, entry.map_or(Timestamp::START, |entry| entry.modified))
    };
    let name = at.path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Item { name, path: at.path.clone(), size, modified })
}

/// The real command says more of a missing key than a HEAD request's error does.
fn missing_key(failure: Failure, key: &str) -> Failure {
    match failure {
        Failure::Service { operation, mut error, retries } if error.code == "404" => {
            error.message = format!("Key \"{key}\" does not exist");
            Failure::Service { operation, error, retries }
        }
        other => other,
    }
}

/// What is to be transferred, how and where.
struct Work {
    kind: Kind,
    recursive: bool,
    is_sync: bool,
    strategy: Strategy,
    filters: Filters,
    from: End,
    to: End,
}

fn transfer(io: &mut Io<'_>, s3: &Bucket, manner: &Manner, work: &Work) -> i32 {
    let Work { kind, recursive, is_sync, strategy, ref filters, ref from, ref to } = *work;
    if recursive && !from.is_s3 && io.world.laptop.files.is_file(from.path.trim_end_matches('/')) {
        io.eprint(format!("warning: Skipping file {}. File does not exist.\n", from.path));
        return 2;
    }
    let listed = if recursive { list(io, s3, from) } else { single(io, s3, from).map(|item| vec![item]) };
    let source = match listed {
        Ok(items) => items,
        Err(failure) => return manner.fatal(io, &failure),
    };
    let mut source: Vec<Item> = source.into_iter().filter(|item| filters.takes(&item.name)).collect();
    let mut deleted = Vec::new();
    if is_sync {
        let there = match list(io, s3, to) {
            Ok(items) => items.into_iter().filter(|item| filters.takes(&item.name)).collect(),
            Err(failure) => return manner.fatal(io, &failure),
        };
        let plan = sync::plan(kind, strategy, source, there);
        (source, deleted) = (plan.copied, plan.deleted);
    }
    let mut code = 0;
    for item in source {
        let target = to.target(&item.name);
        let location = format!("{} to {}", from.shown(io, &item.path), to.shown(io, &target));
        match carry(io, s3, manner, kind, &item, &target) {
            Ok(()) => manner.done(io, &location),
            Err(failure) => {
                manner.failed(io, &location, &failure.said());
                code = 1;
            }
        }
    }
    let deleting = Manner { verb: "delete", extra: Map::new(), ..*manner };
    for item in deleted {
        code = code.max(delete(io, s3, &deleting, to, &item));
    }
    code
}

/// Transfers one.
fn carry(io: &mut Io<'_>, s3: &Bucket, manner: &Manner, kind: Kind, item: &Item, target: &str) -> Result<(), Failure> {
    if manner.dry {
        return Ok(());
    }
    let (bucket, key) = uri::split(target);
    match kind {
        Kind::Upload => {
            let blob = io.read(&item.path).map_err(|error| os_error(error, &item.path))?;
            let body = STANDARD.encode(blob.as_bytes());
            put(io, s3, manner, (bucket, key), body, Some(&item.path))?;
        }
        Kind::Download => {
            let (from, from_key) = uri::split(&item.path);
            let answer = s3.call(io.world, "GetObject", json!({"Bucket": from, "Key": from_key}))?;
            let directory = parent(target).unwrap_or("/").to_owned();
            let files = &mut io.world.laptop.files;
            let made = files.create_directories(&directory, item.modified);
            // The file gets the object's time, so that a later `sync` finds them alike.
            let written = made.and_then(|()| files.write(target, body(&answer), item.modified));
            written.map_err(|error| os_error(error, target))?;
        }
        Kind::Copy => {
            let mut request = manner.extra.clone();
            request.extend([
                ("Bucket".to_owned(), bucket.into()),
                ("Key".to_owned(), key.into()),
                ("CopySource".to_owned(), item.path.replace('%', "%25").into()),
            ]);
            s3.call(io.world, "CopyObject", Value::Object(request))?;
        }
    }
    if !manner.moves {
        return Ok(());
    }
    if kind == Kind::Upload {
        return io.world.laptop.files.remove(&item.path).map_err(|error| os_error(error, &item.path));
    }
    let (from, from_key) = uri::split(&item.path);
    s3.call(io.world, "DeleteObject", json!({"Bucket": from, "Key": from_key})).map(drop)
}

fn put(
    io: &mut Io<'_>,
    s3: &Bucket,
    manner: &Manner,
    (bucket, key): (&str, &str),
    body: String,
    path: Option<&str>,
) -> Result<(), Failure> {
    let mut request = manner.extra.clone();
    request.shift_remove("MetadataDirective");
    if let Some(guess) = path.filter(|_| manner.guesses_type).and_then(local::content_type) {
        request.entry("ContentType").or_insert_with(|| guess.into());
    }
    request.extend([
        ("Bucket".to_owned(), bucket.into()),
        ("Key".to_owned(), key.into()),
        ("Body".to_owned(), body.into()),
    ]);
    s3.call(io.world, "PutObject", Value::Object(request)).map(drop)
}

fn body(answer: &Value) -> Vec<u8> {
    STANDARD.decode(answer.get("Body").and_then(Value::as_str).unwrap_or_default()).unwrap_or_default()
}

/// As Python tells of what the system refused.
fn os_error(error: FsError, path: &str) -> Failure {
    let number = match error {
        FsError::NotFound => 2,
        FsError::Exists => 17,
        FsError::NotADirectory => 20,
        FsError::IsADirectory => 21,
        FsError::TooLarge => 27,
        FsError::NameTooLong => 36,
        _ => 5,
    };
    Failure::Other(format!("[Errno {number}] {error}: '{path}'"))
}

/// `-`: from standard input, or to standard output.
fn stream(io: &mut Io<'_>, s3: &Bucket, manner: &Manner, source: &str, target: &str) -> Result<i32, Failure> {
    let location = format!("{source} to {target}");
    let done = if source == "-" {
        let bytes = io.stdin().map(|blob| STANDARD.encode(blob.as_bytes())).unwrap_or_default();
        put(io, s3, manner, uri::split(target), bytes, None)
    } else {
        let (bucket, key) = uri::split(source);
        let request = json!({"Bucket": bucket, "Key": key});
        // It asks for the size first.
        let head = s3.call(io.world, "HeadObject", request.clone());
        head.and_then(|_| s3.call(io.world, "GetObject", request)).map(|answer| io.write(&body(&answer)))
    };
    match done {
        Ok(()) => Ok(0),
        Err(failure) => {
            manner.failed(io, &location, &failure.said());
            Ok(1)
        }
    }
}

/// Deletes one at an end.
fn delete(io: &mut Io<'_>, s3: &Bucket, manner: &Manner, at: &End, item: &Item) -> i32 {
    let location = at.shown(io, &item.path);
    let deleted = if manner.dry {
        Ok(())
    } else if at.is_s3 {
        let (bucket, key) = uri::split(&item.path);
        s3.call(io.world, "DeleteObject", json!({"Bucket": bucket, "Key": key})).map(drop)
    } else {
        io.world.laptop.files.remove(&item.path).map_err(|error| os_error(error, &item.path))
    };
    match deleted {
        Ok(()) => {
            manner.done(io, &location);
            0
        }
        Err(failure) => {
            manner.failed(io, &location, &failure.said());
            1
        }
    }
}

/// Deletes an object, without asking whether it is there, or all that begins with a prefix.
fn remove(io: &mut Io<'_>, s3: &Bucket, manner: &Manner, word: &str, recursive: bool, filters: &Filters) -> i32 {
    let (bucket, key) = uri::split(word);
    let prefix = if recursive && !key.is_empty() && !key.ends_with('/') { format!("{key}/") } else { key.to_owned() };
    let at = End { is_s3: true, path: format!("{bucket}/{prefix}"), takes_names: recursive };
    let items = if recursive {
        let pages = remote::pages(io.world, s3, bucket, &prefix, None);
        pages.map(|pages| {
            let found = pages.iter().flat_map(remote::items);
            let item = |found: remote::Found| Item {
                name: found.key.get(prefix.len()..).unwrap_or_default().to_owned(),
                path: format!("{bucket}/{}", found.key),
                size: found.size,
                modified: found.modified,
            };
            found.map(item).filter(|item| filters.takes(&item.name)).collect()
        })
    } else {
        let path = at.path.clone();
        Ok(vec![Item { name: name(&path).to_owned(), path, size: 0, modified: Timestamp::START }])
    };
    match items {
        Ok(items) => items.into_iter().fold(0, |code, item| code.max(delete(io, s3, manner, &at, &item))),
        Err(failure) => manner.fatal(io, &failure),
    }
}

/// `aws s3 rm s3://BUCKET --recursive`, for `rb --force`.
///
/// # Errors
/// None of its own.
pub(super) fn remove_all(io: &mut Io<'_>, s3: &Bucket, bucket: &str) -> Result<i32, Failure> {
    let manner = Manner {
        verb: "delete",
        dry: false,
        silent: false,
        quiet: false,
        moves: false,
        guesses_type: false,
        extra: Map::new(),
    };
    Ok(remove(io, s3, &manner, &format!("s3://{bucket}"), true, &Filters::of(&[])))
}
