//! Columns of text, aligned, for people and for `cut`.

use crate::catalogue::text::one_line;

/// The most rows that a command lists at once.
pub const MOST_ROWS: u64 = 100_000;

/// Lines with their columns padded to the widest; two spaces between columns. Each cell is on one
/// line, see [`one_line`].
pub fn table(rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let hostile = vec!["a\u{1b}[2Jb\nc\u{202E}".to_owned()];
        assert_eq!(table(&[hostile]), "a [2Jb c");
        let rows = [["a", "bb"], ["ccc", "é"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "a    bb\nccc  é");
    }
}
