//! What `docker images` and `docker ps` list: as a table, in JSON, or as a template says.
//! Source: docker/cli's `formatter` package.

use serde_json::{Map, Value};

use super::table::table;
use super::template::Template;
use crate::shell::Io;

/// A member of a row: its name in templates and what stands over its column.
pub(super) type Column = (&'static str, &'static str);

/// A list's rows, with everything that templates may ask for.
pub(super) struct Listing {
    /// All members, by name.
    pub(super) columns: &'static [Column],
    /// Those of the usual table.
    pub(super) shown: Vec<&'static str>,
    /// How docker calls a row's type.
    pub(super) kind: &'static str,
    pub(super) rows: Vec<Map<String, Value>>,
}

impl Listing {
    /// Prints it under `--format`, or what is wrong with the template.
    pub(super) fn show(&self, io: &mut Io<'_>, format: Option<&str>) -> i32 {
        match self.print(format) {
            Ok(text) => {
                io.print(text);
                0
            }
            Err(message) => {
                io.eprint(format!("{message}\n"));
                1
            }
        }
    }

    /// What is printed under `--format`.
    ///
    /// # Errors
    /// What docker says about the template.
    fn print(&self, format: Option<&str>) -> Result<String, String> {
        let usual = self.shown.iter().map(|name| format!("{{{{.{name}}}}}")).collect::<Vec<_>>().join("\t");
        match format.unwrap_or("table") {
            "table" => self.table(&usual),
            // The rows are made to JSON by Go's own writer, which spells out what HTML would take for markup.
            "json" => Ok(self.rows.iter().map(|row| escaped(&Value::Object(row.clone()).to_string()) + "\n").collect()),
            format => match format.strip_prefix("table ") {
                Some(columns) => self.table(columns),
                None => {
                    let template = Template::new(format, Some(self.kind))?;
                    self.rows.iter().map(|row| Ok(template.fill(&Value::Object(row.clone()))? + "\n")).collect()
                }
            },
        }
    }

    fn table(&self, columns: &str) -> Result<String, String> {
        let template = Template::new(columns, Some(self.kind))?;
        let header = |name: &str| self.columns.iter().find(|(known, _)| *known == name).map(|(_, header)| *header);
        let mut lines = vec![template.headed(header)];
        for row in &self.rows {
            lines.push(template.fill(&Value::Object(row.clone()))?);
        }
        let cells: Vec<Vec<String>> = lines.iter().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
        Ok(table(&cells))
    }
}

fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
