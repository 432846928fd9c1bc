//! Tests of the API over HTTP on both databases. Each test has one service and one database. After each test its
//! state is compared with a fresh load and with the replayed log.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::wrong_self_convention,
    reason = "a test that cannot go on says so by panicking, and reads as a sentence: answer.is(200)"
)]

mod support;

mod access;
mod bounds;
mod clock;
mod command_line;
mod concurrency;
mod crash;
mod database_file;
mod dated;
mod directory;
mod dump;
mod encryption;
mod examples;
mod feed;
mod house;
mod leading_groups;
mod listed_problems;
mod lists;
mod load;
mod locks;
mod manners;
mod merged;
mod migrations;
mod orgs;
mod people;
mod posts;
mod property;
mod regressions;
mod roles;
mod seats;
mod snapshot;
mod supervisions;
mod told;
mod vacancies;
