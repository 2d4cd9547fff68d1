//! One operation from its words to what is printed.

use serde_json::{Map, Value};

use super::args::{self, Parsed};
use super::client;
use super::config::Config;
use super::error::Failure;
use super::globals::Globals;
use super::group_rules;
use super::model::{Model, Operation, Waiter};
use super::outfile;
use super::output::{Format, json, table, text, yaml};
use super::paginate::{self, Pages, Paging};
use super::paramfile;
use super::params::{self, PAGING};
use super::run_instances;
use super::skeleton;
use super::wait;
use super::zip_file;
use crate::laptop::{FsError, Laptop};
use crate::world::World;

/// An operation that was asked for.
pub(super) struct Command<'m> {
    pub(super) model: &'static Model,
    pub(super) name: &'m str,
    pub(super) operation: &'m Operation,
}

/// An answer: whole, or in pages.
enum Answer {
    Whole(Value),
    Pages(Pages),
}

/// The number that the operating system gives an error with a file.
pub(super) fn errno(error: &FsError) -> i32 {
    match error {
        FsError::NotFound => 2,
        FsError::NotADirectory => 20,
        FsError::IsADirectory => 21,
        FsError::NameTooLong => 36,
        _ => 5,
    }
}

/// Reads a file of the laptop for a parameter.
pub(super) fn load(laptop: &Laptop, path: &str) -> Result<Vec<u8>, String> {
    let expanded = super::config::expand_home(laptop, path);
    laptop
        .files
        .read(&laptop.absolute(&expanded))
        .map(|blob| blob.as_bytes().to_vec())
        .map_err(|error| paramfile::os_error(errno(&error), &error.to_string(), &expanded))
}

impl Command<'_> {
    /// Runs the operation and gives what is printed on standard output.
    ///
    /// # Errors
    /// Whatever goes wrong, from the first word to the service's answer.
    pub(super) fn run(&self, world: &mut World, globals: &Globals, words: &[String]) -> Result<String, Failure> {
        let (parsed, paged, outfile) = self.parse(globals, words, true)?;
        let request = self.request(world, globals, &parsed, paged)?;
        match parsed.value("--generate-cli-skeleton") {
            Some("output") => {
                let answer = self.model.output(self.operation).map(skeleton::answer).unwrap_or_default();
                return self.print(world, globals, Answer::Whole(answer));
            }
            Some(form) => {
                let empty = || Value::Object(Map::new());
                let example = self.model.input(self.operation).map_or_else(empty, skeleton::skeleton);
                return Ok(if form == "yaml-input" { yaml::dump(&example) } else { json::pretty(&example) });
            }
            None => {}
        }
        let client = client::open(world, self.model, globals)?;
        // A token or a page size given by hand turns paging off.
        let by_hand = self.operation.pagination.as_ref().is_some_and(|pagination| {
            let keys = pagination.input_token.names().iter().chain(&pagination.limit_key);
            keys.into_iter().any(|key| request.contains_key(key))
        });
        let mut answer = match &self.operation.pagination {
            Some(pagination) if paged && !by_hand => {
                let paging = paging(&parsed)?;
                let request = Value::Object(request);
                let pages = paginate::fetch(world, &client, self.name, self.operation, pagination, request, &paging)?;
                Answer::Pages(pages)
            }
            _ => Answer::Whole(client.call(world, self.name, self.operation, Value::Object(request))?),
        };
        let streamed = match (&mut answer, outfile) {
            (Answer::Whole(answer), Some(path)) => outfile::save(world, &self.model.name, self.name, &path, answer)?,
            _ => String::new(),
        };
        Ok(streamed + &self.print(world, globals, answer)?)
    }

    /// Runs the operation until what `waiter` waits for is so.
    ///
    /// # Errors
    /// As for the operation, and when the wait ends badly.
    pub(super) fn wait(
        &self,
        world: &mut World,
        globals: &Globals,
        words: &[String],
        name: &str,
        waiter: &Waiter,
    ) -> Result<String, Failure> {
        let (parsed, paged, _) = self.parse(globals, words, false)?;
        let request = Value::Object(self.request(world, globals, &parsed, paged)?);
        let client = client::open(world, self.model, globals)?;
        wait::wait(world, &client, name, waiter, self.operation, &request)?;
        Ok(String::new())
    }

    /// The operation's options from its words, whether its results are to be paged, and the file for what it streams.
    fn parse(
        &self,
        globals: &Globals,
        words: &[String],
        pages: bool,
    ) -> Result<(Parsed, bool, Option<String>), Failure> {
        // With an example asked for or the request in a file, nothing is required on the command line.
        let skeleton = words.iter().position(|word| word == "--generate-cli-skeleton");
        let output = skeleton.and_then(|at| words.get(at + 1)).is_some_and(|word| word == "output");
        let in_file = words.iter().any(|word| {
            let name = word.split('=').next().unwrap_or_default();
            matches!(name, "--cli-input-json" | "--cli-input-yaml")
        });
        let lenient = in_file || (skeleton.is_some() && !output);
        let arguments = params::arguments(self.model, self.name, self.model.input(self.operation));
        let mut options = params::options(&arguments, self.operation, pages, lenient);
        options.extend(group_rules::options(&self.model.name, self.name));
        run_instances::change_options(&self.model.name, self.name, &mut options);
        zip_file::change_options(&self.model.name, self.name, &mut options);
        let words = params::present_names(&self.model.name, self.name, words);
        let mut parsed = args::parse(&words, &options, false)?;
        let missing = args::missing(&parsed, &options);
        let outfile = outfile::take(&self.model.name, self.name, &mut parsed, &missing)?;
        if !parsed.rest.is_empty() {
            return Err(Failure::UnknownOptions(parsed.rest));
        }
        let paged = pages && self.operation.pagination.is_some();
        if !paged || (globals.paginate && !self.pages_by_hand(&parsed)) {
            return Ok((parsed, paged, outfile));
        }
        // IAM's own `--max-items` may stay: it is a member of the request.
        let own = |flag: &str| arguments.iter().any(|argument| argument.flag == flag);
        let used: Vec<&str> = PAGING.into_iter().filter(|flag| parsed.is_given(flag) && !own(flag)).collect();
        if used.is_empty() {
            return Ok((parsed, false, outfile));
        }
        Err(Failure::Other(format!(
            "Error during pagination: Cannot specify --no-paginate along with pagination arguments: {}",
            used.join(", ")
        )))
    }

    /// Whether the command line has one of the service's own paging members.
    fn pages_by_hand(&self, parsed: &Parsed) -> bool {
        self.operation.pagination.as_ref().is_some_and(|pagination| {
            pagination.input_token.names().iter().chain(&pagination.limit_key).any(|member| {
                let flag = format!("--{}", super::model::xform_name(member));
                !PAGING.contains(&flag.as_str()) && parsed.is_given(&flag)
            })
        })
    }

    fn request(
        &self,
        world: &World,
        globals: &Globals,
        parsed: &Parsed,
        paged: bool,
    ) -> Result<Map<String, Value>, Failure> {
        let raw_blobs = match globals.raw_blobs {
            Some(raw) => raw,
            None => {
                let config = Config::load(&world.laptop, globals.profile.as_deref())?;
                config.get("cli_binary_format") == Some("raw-in-base64-out")
            }
        };
        let mut arguments = params::arguments(self.model, self.name, self.model.input(self.operation));
        // IAM's own `--max-items` gives way to the one that counts over all pages.
        arguments.retain(|argument| !(paged && PAGING.contains(&argument.flag.as_str())));
        let mut request = params::build(&arguments, parsed, raw_blobs, &|path| load(&world.laptop, path))?;
        group_rules::add(&self.model.name, self.name, parsed, &mut request)?;
        let load = |path: &str| load(&world.laptop, path);
        zip_file::add(&self.model.name, self.name, parsed, &mut request, &load)?;
        run_instances::change_request(&self.model.name, self.name, parsed, &mut request)?;
        Ok(request)
    }

    fn print(&self, world: &World, globals: &Globals, answer: Answer) -> Result<String, Failure> {
        let format = match globals.output {
            Some(format) => format,
            None => configured_format(world, globals)?,
        };
        let search = |value: Value| match &globals.query {
            Some(query) => query.search(&value).map_err(Failure::Other),
            None => Ok(value),
        };
        // Text and streams are printed page by page; everything else as one.
        if matches!(format, Format::Text | Format::YamlStream) {
            let pages = match answer {
                Answer::Whole(value) => vec![value],
                Answer::Pages(pages) => pages.each(),
            };
            let pages = pages.into_iter().map(search).collect::<Result<Vec<_>, _>>()?;
            return Ok(match format {
                Format::Text => pages.iter().map(text::format).collect(),
                _ => yaml::stream(&pages),
            });
        }
        let whole = search(match answer {
            Answer::Whole(value) => value,
            Answer::Pages(pages) => pages.joined(),
        })?;
        match format {
            Format::Json => Ok(json::format(&whole)),
            Format::Yaml => Ok(yaml::format(&whole)),
            Format::Table => table::format(self.name, &whole).map_err(Failure::Other),
            Format::Text | Format::YamlStream | Format::Off => Ok(String::new()),
        }
    }
}

/// The output format of the environment or the profile.
pub(super) fn configured_format(world: &World, globals: &Globals) -> Result<Format, Failure> {
    let config = Config::load(&world.laptop, globals.profile.as_deref())?;
    let variable = super::config::variable(&world.laptop, "AWS_DEFAULT_OUTPUT");
    match variable.or_else(|| config.get("output")) {
        None => Ok(Format::Json),
        Some(name) => Format::from_name(name).ok_or_else(|| Failure::Other(format!("Unknown output type: {name}"))),
    }
}

fn paging(parsed: &Parsed) -> Result<Paging, Failure> {
    let number = |flag| parsed.value(flag).map(super::python::int).transpose().map_err(Failure::Other);
    Ok(Paging {
        max_items: number("--max-items")?,
        page_size: number("--page-size")?,
        starting_token: parsed.value("--starting-token").map(str::to_owned),
    })
}
