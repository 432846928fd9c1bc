//! What holds of leading groups, seats and supervision whatever is entered: random documents, bodies,
//! roles and supervisions over a calendar of a few weeks, through the front door, against what the test
//! works out by itself from the list of what it entered.

mod coverage;
mod dice;
mod document;
mod field;
mod records;
mod replace;
mod seats;
mod unchanged;
