//! Connections that are watched: a client that takes too long is cut.
//!
//! The dispatcher has a deadline for the first head of a connection and none for later heads, for answers that nobody
//! reads, and for clients that stop in the middle of a body that was refused. So each connection notes when it was asked,
//! how much it has read and sent and whether it has to wait, and one task in each thread looks through the notes. A small
//! request costs a few additions.

use std::{
    cell::{Cell, RefCell},
    fmt, io,
    mem::MaybeUninit,
    net::Shutdown,
    pin::Pin,
    rc::{Rc, Weak},
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use actix_web::rt::net::TcpStream;
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    runtime::Handle,
    sync::Semaphore,
    time::{interval, timeout},
};

use super::{
    bare::problem_instead,
    limits::{Limits, PIECE_BYTES},
    turns::{EARLY_BYTES_MAX, Turns},
};
use crate::clock::Clock;

/// How often the connections are looked through, at most and at least.
const LOOK_MAX: Duration = Duration::from_secs(1);
const LOOK_MIN: Duration = Duration::from_millis(10);
/// How long an unfinished request is read on when its refusal is sent. Closing at once would reset the connection, and
/// the client would not see why.
const LINGER_MAX: Duration = Duration::from_secs(1);
/// The most connections that are read on like this.
const LINGERING_MAX: usize = 1000;

static LINGERING: Semaphore = Semaphore::const_new(LINGERING_MAX);

/// What is noted of a connection.
struct Connection {
    stream: RefCell<Option<TcpStream>>,
    /// When it was first asked something that it has not answered yet.
    asked: Cell<Option<Instant>>,
    sent_bytes: Cell<u64>,
    read_bytes: Cell<u64>,
    /// Since when nothing was read or sent, and how much was until then.
    idle: Cell<(Instant, u64)>,
    /// Whether the client must take something before more can be sent.
    waits: Cell<bool>,
    /// Since when the client has had to take how much, and how much was sent until then.
    taking: Cell<(Instant, u64)>,
    /// Whether it has been cut.
    cut: Cell<bool>,
}

/// The connections of one thread.
pub(in crate::http) struct Watch {
    limits: Limits,
    clock: Arc<dyn Clock>,
    /// The time of the last look: good enough, and faster than to ask.
    now: Cell<Instant>,
    connections: RefCell<Vec<Weak<Connection>>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Watch {
    /// Begins to watch; `clock` makes ids for what is refused.
    pub(in crate::http) fn begin(limits: Limits, clock: Arc<dyn Clock>) -> Rc<Self> {
        let watch = Rc::new(Self { limits, clock, now: Cell::new(Instant::now()), connections: RefCell::default() });
        let Limits { request_max, taking_max, .. } = limits;
        let mut looks = interval((request_max.min(taking_max) / 4).clamp(LOOK_MIN, LOOK_MAX));
        let watched = Rc::downgrade(&watch);
        actix_web::rt::spawn(async move {
            loop {
                looks.tick().await;
                let Some(watch) = watched.upgrade() else { return };
                watch.look();
            }
        });
        watch
    }

    /// A new connection.
    pub(in crate::http) fn guard(self: &Rc<Self>, stream: TcpStream) -> Guarded {
        limit_kernel(&stream, &self.limits);
        let now = self.now.get();
        let connection = Rc::new(Connection {
            stream: RefCell::new(Some(stream)),
            asked: Cell::new(None),
            sent_bytes: Cell::new(0),
            read_bytes: Cell::new(0),
            idle: Cell::new((now, 0)),
            waits: Cell::new(false),
            taking: Cell::new((now, 0)),
            cut: Cell::new(false),
        });
        self.connections.borrow_mut().push(Rc::downgrade(&connection));
        let watch = Rc::clone(self);
        Guarded { connection, watch, instead: None, turns: Turns::default(), early: Vec::new(), over: false }
    }

    fn look(&self) {
        let now = Instant::now();
        self.now.set(now);
        self.connections.borrow_mut().retain(|connection| {
            let connection = connection.upgrade();
            if let Some(connection) = &connection
                && connection.is_late(now, &self.limits)
            {
                connection.cut();
            }
            connection.is_some()
        });
    }
}

/// Bounds what the kernel keeps. Where it cannot, the looks alone have to do.
fn limit_kernel(stream: &TcpStream, limits: &Limits) {
    #[cfg(target_os = "linux")]
    {
        let socket = SockRef::from(stream);
        // Ends a connection whose window stays closed, also when nobody here has it any more.
        let _ = socket.set_tcp_user_timeout(Some(limits.taking_max));
        // Without this it takes megabytes for a client that does not read, and what is sent says little of what is
        // taken.
        let _ = socket.set_tcp_notsent_lowat(u32::try_from(PIECE_BYTES).unwrap_or(u32::MAX));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, limits, PIECE_BYTES);
}

impl Connection {
    /// Whether the request does not end, the client takes too little of its answer, or nothing happens any more.
    fn is_late(&self, now: Instant, limits: &Limits) -> bool {
        if self.asked.get().is_some_and(|asked| now.duration_since(asked) > limits.request_max) {
            return true;
        }
        let moved = self.sent_bytes.get() + self.read_bytes.get();
        let (still_since, until_then) = self.idle.get();
        if moved != until_then || self.asked.get().is_some() {
            self.idle.set((now, moved));
        } else if now.duration_since(still_since) > limits.idle_max {
            return true;
        }
        let (since, sent_until_then) = self.taking.get();
        let sent = self.sent_bytes.get();
        if !self.waits.get() || sent - sent_until_then >= limits.taken_bytes_min {
            self.taking.set((now, sent));
            return false;
        }
        now.duration_since(since) > limits.taking_max
    }

    /// Ends the connection, with all that waits in the kernel. This wakes the dispatcher, which then drops it.
    fn cut(&self) {
        self.cut.set(true);
        if let Some(stream) = &*self.stream.borrow() {
            let socket = SockRef::from(stream);
            // An error means that it has ended already.
            let _ = socket.set_linger(Some(Duration::ZERO));
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// A connection that is watched.
pub(in crate::http) struct Guarded {
    connection: Rc<Connection>,
    watch: Rc<Watch>,
    instead: Option<Instead>,
    turns: Turns,
    /// What has arrived of the next request although it is not its turn.
    early: Vec<u8>,
    /// Whether the client or the dispatcher has ended it.
    over: bool,
}

/// A problem that is sent in place of an answer of the dispatcher.
struct Instead {
    problem: Vec<u8>,
    sent: usize,
    /// The length of what it stands for.
    length: usize,
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("over", &self.over).finish_non_exhaustive()
    }
}

impl Guarded {
    fn with<T>(&self, work: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if self.connection.cut.get() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        match self.connection.stream.borrow_mut().as_mut() {
            Some(stream) => work(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn send(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let sent = self.with(|stream| stream.poll_write(cx, bytes));
        let connection = &self.connection;
        match &sent {
            Poll::Pending => connection.waits.set(true),
            Poll::Ready(Ok(sent)) => {
                connection.sent_bytes.set(connection.sent_bytes.get() + *sent as u64);
                connection.waits.set(false);
                connection.asked.set(None);
            }
            Poll::Ready(Err(_)) => {}
        }
        sent
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.turns.is_over() {
            return self.wait_for_turn(cx);
        }
        let before = into.filled().len();
        if self.early.is_empty() {
            let read = ready!(self.with(|stream| stream.poll_read(cx, into)));
            if read.is_err() || into.filled().len() == before {
                self.over = true;
                return Poll::Ready(read);
            }
        } else {
            let length = self.early.len().min(into.remaining());
            into.put_slice(self.early.get(..length).unwrap_or_default());
            self.early.drain(..length);
        }
        let arrived = into.filled().get(before..).unwrap_or_default();
        let connection = &self.connection;
        connection.read_bytes.set(connection.read_bytes.get() + arrived.len() as u64);
        if connection.asked.get().is_none() {
            connection.asked.set(Some(self.watch.now.get()));
        }
        let taken = self.turns.take(arrived);
        if let Some(early) = arrived.get(taken..).filter(|early| !early.is_empty()) {
            let early = [early, &self.early].concat();
            self.early = early;
            into.set_filled(before + taken);
        }
        Poll::Ready(Ok(()))
    }
}

impl Guarded {
    /// The client has asked, and the answer has not begun. Reads on a little: this also notes that the client has gone.
    fn wait_for_turn(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.early.len() < EARLY_BYTES_MAX {
            // Clearing the room would cost more than the rest.
            let mut room = [MaybeUninit::uninit(); EARLY_BYTES_MAX];
            let mut early = ReadBuf::uninit(room.get_mut(self.early.len()..).unwrap_or_default());
            let read = ready!(self.with(|stream| stream.poll_read(cx, &mut early)));
            if read.is_err() || early.filled().is_empty() {
                if !self.early.is_empty() {
                    // The end is told again after what was asked before it.
                    return Poll::Pending;
                }
                self.over = true;
                return Poll::Ready(read);
            }
            self.early.extend_from_slice(early.filled());
        }
        // The beginning of the answer wakes it.
        Poll::Pending
    }

    /// Notes that some bytes are sent. If an answer begins in them, the next request has its turn.
    fn sent(&mut self, cx: &Context<'_>, bytes: &[u8]) {
        if self.turns.sent(bytes) && !self.early.is_empty() {
            cx.waker().wake_by_ref();
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.instead.is_none() {
            let Some(problem) = problem_instead(bytes, &*self.watch.clock) else {
                let sent = ready!(self.send(cx, bytes));
                if let Ok(length) = &sent {
                    self.sent(cx, bytes.get(..*length).unwrap_or_default());
                }
                return Poll::Ready(sent);
            };
            self.instead = Some(Instead { problem, sent: 0, length: bytes.len() });
        }
        while let Some(Instead { problem, sent, length }) = &self.instead {
            let (before, length) = (*sent, *length);
            let left = problem.get(before..).unwrap_or_default();
            if left.is_empty() {
                self.instead = None;
                return Poll::Ready(Ok(length));
            }
            let more = ready!(self.send(cx, left))?;
            if let Some(instead) = &mut self.instead {
                instead.sent = before + more;
            }
        }
        Poll::Ready(Ok(0))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.over = true;
        self.with(|stream| stream.poll_shutdown(cx))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // The dispatcher drops it at once when a request cannot be read.
        if !self.over
            && !self.connection.cut.get()
            && let Some(stream) = self.connection.stream.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(linger(stream));
        }
    }
}

/// Says that nothing more will come, and reads on for a moment.
async fn linger(stream: TcpStream) {
    let Ok(_place) = LINGERING.try_acquire() else { return };
    let read_on = async {
        SockRef::from(&stream).shutdown(Shutdown::Write)?;
        let mut rest = [0; 4096];
        loop {
            stream.readable().await?;
            match stream.try_read(&mut rest) {
                Ok(0) => return Ok(()),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
    };
    // Errors do not matter: the answer is sent, or cannot be.
    let _ = timeout(LINGER_MAX, read_on).await;
}
