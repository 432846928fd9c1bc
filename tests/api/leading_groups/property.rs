//! Properties of leading groups, seats and supervision: random documents, orgs, roles and supervisions over a
//! calendar of a few weeks are sent to the API, and its answers are compared with what the test computes from the
//! list of what it entered.

mod coverage;
mod declared;
mod dice;
mod document;
mod field;
mod records;
mod replace;
mod seats;
mod unchanged;
