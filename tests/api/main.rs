//! The API, tested through its own front door.
