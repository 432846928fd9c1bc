//! What no client can do: wear the service down.

mod connections;
mod heavy;
mod room;

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use campus_org::http::{Limits, Settings};

use crate::support::{TestApp, settings};

/// How long a test waits for what must come.
const ANSWER_MAX: Duration = Duration::from_secs(20);
/// A time that is over soon.
const SOON: Duration = Duration::from_millis(100);

/// The settings of an open service with other limits.
fn limited(change: impl FnOnce(&mut Limits)) -> Settings {
    let mut settings = settings(true);
    change(&mut settings.limits);
    settings
}

/// A connection to the service, and what came over it.
struct Raw(TcpStream);

impl Raw {
    fn open(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.address.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(ANSWER_MAX)).unwrap();
        stream.set_write_timeout(Some(ANSWER_MAX)).unwrap();
        Self(stream)
    }

    /// Sends bytes; the service may have ended the connection already.
    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        match self.0.write_all(bytes.as_ref()) {
            Err(error) if matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {}
            sent => sent.unwrap(),
        }
    }

    /// Reads until the service ends the connection, and says how.
    fn rest(&mut self) -> (String, io::Result<()>) {
        let mut bytes = Vec::new();
        let ended = self.0.read_to_end(&mut bytes).map(|_| ());
        (String::from_utf8(bytes).unwrap(), ended)
    }
}

/// Does something that waits, on a thread where it keeps nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}
