//! Tables in Markdown, printed line by line as figures come.

use std::time::Duration;

/// A table, by the widths of its columns.
pub(crate) struct Table(Vec<usize>);

impl Table {
    /// Prints the head of the table.
    pub(crate) fn begin(title: &str, columns: &[&str]) -> Self {
        println!("\n{title}\n");
        let widths = columns.iter().enumerate().map(|(at, name)| name.len().max(if at == 0 { 34 } else { 8 }));
        let table = Self(widths.collect());
        table.row(&columns.iter().map(ToString::to_string).collect::<Vec<_>>());
        let lines: Vec<String> = table.0.iter().enumerate().map(|(at, width)| line(at, *width)).collect();
        println!("| {} |", lines.join(" | "));
        table
    }

    /// Prints a row.
    pub(crate) fn row(&self, cells: &[String]) {
        assert_eq!(cells.len(), self.0.len(), "a cell for each column");
        let padded: Vec<String> =
            cells.iter().zip(&self.0).enumerate().map(|(at, (cell, width))| pad(at, cell, *width)).collect();
        println!("| {} |", padded.join(" | "));
    }
}

/// Aligns names to the left, numbers to the right.
fn pad(at: usize, cell: &str, width: usize) -> String {
    if at == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
}

fn line(at: usize, width: usize) -> String {
    if at == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width - 1)) }
}

/// A number with this many digits after the point.
pub(crate) fn number(value: f64, digits: usize) -> String {
    format!("{value:.digits$}")
}

/// A count as a floating-point number.
pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a number of a size to wait for"))
}

/// Microseconds for each of `count`.
pub(crate) fn micros(time: Duration, count: usize) -> f64 {
    time.as_secs_f64() * 1e6 / float(count)
}

/// Bytes in mebibytes.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{}", bytes >> 20)
}
