//! What a line of the log looks like, as far as it is chosen.

use clap::ValueEnum;

/// The target of the log line of each request.
pub const REQUEST: &str = "campus_org::request";

/// The format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object on each line, for programs.
    Json,
}
