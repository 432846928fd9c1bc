//! The API, tested through its own front door on both databases: one service and one database a
//! test, whatever the test does compared with a fresh load and with the replayed log at its end.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::wrong_self_convention,
    reason = "a test that cannot go on says so by panicking, and reads as a sentence: answer.is(200)"
)]

mod support;

mod command_line;
mod concurrency;
mod crash;
mod directory;
mod house;
mod leading_groups;
mod lists;
mod load;
mod locks;
mod manners;
mod migrations;
mod orgs;
mod people;
mod posts;
mod property;
mod regressions;
mod roles;
mod seats;
mod supervisions;
mod vacancies;
