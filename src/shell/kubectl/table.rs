//! Tables as `kubectl` aligns them: three blanks between columns. Source: cli-runtime, `GetNewTabWriter`.

/// Rows under a header.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    spaced(rows, 3)
}

/// The same with so many blanks between columns.
pub(super) fn spaced(rows: &[Vec<String>], blanks: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if at + 1 == row.len() {
                line += cell;
            } else {
                line += &format!("{cell:<width$}{:blanks$}", "");
            }
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}
