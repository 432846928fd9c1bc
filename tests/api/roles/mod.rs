//! `/roles`, one file for each verb.

mod correct;
mod create;
mod delete;
mod end;
mod holders;
mod list;

/// An unknown id.
const UNKNOWN: &str = "01931b66-7d50-7c8a-9a57-000000000000";
