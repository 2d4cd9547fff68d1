//! `aws configure import`: the access keys of a CSV file that the console gave, each as a profile.
//!
//! Source: AWS CLI command reference, `configure import`; the texts of its messages are the real command's.

use super::super::args::{self, Opt, Takes};
use super::super::config::Setting;
use super::super::error::Failure;
use super::super::paramfile::{self, Loaded};
use super::super::{command, params};
use super::Place;
use crate::shell::Io;

/// The columns that it reads, as the messages name them.
const HEADERS: [&str; 3] = ["User Name", "Access Key ID", "Secret Access key"];

pub(super) fn options() -> Vec<Opt> {
    vec![
        Opt::new("--csv", Takes::One).required(true),
        Opt::new("--skip-invalid", Takes::Nothing),
        Opt::new("--profile-prefix", Takes::One),
    ]
}

/// Writes a profile for each line and says how many.
///
/// # Errors
/// For a file that is not there, and one that is no such list.
pub(super) fn run(io: &mut Io<'_>, words: &[String]) -> Result<String, Failure> {
    let options = options();
    let parsed = args::parse(words, &options, false)?;
    let missing = args::missing(&parsed, &options);
    if !missing.is_empty() {
        return Err(args::required(&missing.join(", ")));
    }
    super::nothing_else(&parsed.rest)?;
    let given = parsed.value("--csv").unwrap_or_default();
    let laptop = &io.world.laptop;
    let loaded = paramfile::load(given, &|path| command::load(laptop, path)).transpose();
    let text = match loaded.map_err(|error| params::parse_error("--csv", error))? {
        Some(Loaded::Text(text)) => text,
        Some(Loaded::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        None => given.to_owned(),
    };
    let rows = read(&text, parsed.is_given("--skip-invalid")).map_err(Failure::Other)?;
    let prefix = parsed.value("--profile-prefix").unwrap_or_default();
    for [user, id, secret] in &rows {
        let settings = [Setting::new("aws_access_key_id", *id), Setting::new("aws_secret_access_key", *secret)];
        super::write(io, Place::Credentials, &format!("{prefix}{user}"), &settings)?;
    }
    Ok(format!("Successfully imported {} profile(s)\n", rows.len()))
}

/// The three columns of each row. A comma is always the end of a field: the real command knows no quotes.
fn read(text: &str, skips_invalid: bool) -> Result<Vec<[&str; 3]>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err("Provided CSV contains no contents".to_owned());
    }
    let mut lines = text.lines();
    let headers: Vec<String> =
        lines.next().unwrap_or_default().split(',').map(|header| header.trim().to_lowercase()).collect();
    let mut places = [0; 3];
    for (place, header) in places.iter_mut().zip(HEADERS) {
        let found = headers.iter().position(|known| *known == header.to_lowercase());
        *place = found.ok_or_else(|| format!("Expected header \"{header}\" not found"))?;
    }
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(lines) {
        match row(line, places) {
            Ok(row) => rows.push(row),
            Err(_) if skips_invalid => {}
            Err(missing) => {
                let why = format!("Row missing value for header \"{missing}\"");
                return Err(format!("Failed to parse entry #{number}: {why}"));
            }
        }
    }
    Ok(rows)
}

/// The fields at these places, or the header of the first that is empty.
fn row(line: &str, places: [usize; 3]) -> Result<[&str; 3], &'static str> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let mut row = [""; 3];
    for ((slot, place), header) in row.iter_mut().zip(places).zip(HEADERS) {
        *slot = fields.get(place).copied().filter(|field| !field.is_empty()).ok_or(header)?;
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "\u{feff}User name,Password,Access key ID,Secret access key,Console login link\r\n\
                    dev,, AKIA1 ,s1,https://x\r\nci,,AKIA2,s2,\r\n";
        assert_eq!(read(text, false).unwrap(), [["dev", "AKIA1", "s1"], ["ci", "AKIA2", "s2"]]);
    }

    #[test]
    fn what_is_no_such_list_is_named() {
        let fails = |text: &str| read(text, false).unwrap_err();
        assert_eq!(fails(" \n"), "Provided CSV contains no contents");
        // What the console gives for one key.
        assert_eq!(fails("Access key ID,Secret access key\nA,s\n"), "Expected header \"User Name\" not found");
        let text = "User Name,Access Key ID,Secret Access Key\na,A,s\nb,,\n";
        assert_eq!(fails(text), "Failed to parse entry #2: Row missing value for header \"Access Key ID\"");
        assert_eq!(read(text, true).unwrap(), [["a", "A", "s"]]);
    }
}
