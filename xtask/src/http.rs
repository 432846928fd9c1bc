//! Just enough HTTP/1.1 to ask a service many times over one connection, and just enough JSON to read ids from its
//! answers. Writes are sent with the key that may do everything, reads without one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::{Result, service};

/// The maximum length of a line in an answer's head.
const HEAD_LINE_BYTES_MAX: u64 = 16 << 10;
/// The maximum number of lines in an answer's head.
const HEAD_LINES_MAX: usize = 100;
/// The maximum length of a body.
const BODY_BYTES_MAX: u64 = 256 << 20;

/// The buffer of a connection: small, because there may be thousands of them.
const BUFFER_BYTES: usize = 2 << 10;

/// A connection that is kept alive.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    head: Vec<String>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.head.iter().filter_map(|line| line.split_once(':'));
        found.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The answer, if it has this status; otherwise an error.
    pub(crate) fn wanting(self, status: u16) -> Result<Self> {
        if self.status == status {
            Ok(self)
        } else {
            Err(format!("status {} and not {status}: {}", self.status, self.body).into())
        }
    }
}

impl Connection {
    pub(crate) fn open(address: &str, answer_max: Duration) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(answer_max))?;
        stream.set_write_timeout(Some(answer_max))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(BUFFER_BYTES, stream) })
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask(path)?;
        self.answer()
    }

    /// Reads with the key.
    pub(crate) fn get_with_key(&mut self, path: &str) -> Result<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", key()))?;
        self.answer()
    }

    pub(crate) fn delete(&mut self, path: &str) -> Result<Answer> {
        self.send(&format!("DELETE {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", key()))?;
        self.answer()
    }

    /// Sends a request; [`Connection::answer`] reads the answer.
    pub(crate) fn ask(&mut self, path: &str) -> Result<()> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    }

    /// Sends JSON.
    pub(crate) fn send_json(&mut self, method: &str, path: &str, json: &str) -> Result<Answer> {
        let (length, key) = (json.len(), key());
        self.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{key}Content-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{json}"
        ))?;
        self.answer()
    }

    fn send(&mut self, request: &str) -> Result<()> {
        Ok(self.stream.get_mut().write_all(request.as_bytes())?)
    }

    /// Reads the answer to the last request.
    pub(crate) fn answer(&mut self) -> Result<Answer> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("no status line")?;
        let mut head = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if head.len() == HEAD_LINES_MAX {
                return Err("a head of too many lines".into());
            }
            head.push(line);
        }
        let mut answer = Answer { status, body: String::new(), head };
        let mut body = Vec::new();
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            loop {
                let size = self.line()?;
                let bytes = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
                self.read(&mut body, bytes)?;
                self.line()?;
                if bytes == 0 {
                    break;
                }
            }
        } else if let Some(length) = answer.header("content-length") {
            let bytes = length.parse()?;
            self.read(&mut body, bytes)?;
        }
        answer.body = String::from_utf8(body)?;
        Ok(answer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.by_ref().take(HEAD_LINE_BYTES_MAX).read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_owned()),
            None if line.is_empty() => Err("the service closed the connection".into()),
            None => Err("a line of an answer is cut off or too long".into()),
        }
    }

    fn read(&mut self, to: &mut Vec<u8>, bytes: u64) -> Result<()> {
        let whole = to.len() as u64 + bytes;
        if whole > BODY_BYTES_MAX {
            return Err(format!("a body of more than {BODY_BYTES_MAX} bytes").into());
        }
        self.stream.by_ref().take(bytes).read_to_end(to)?;
        if to.len() as u64 == whole { Ok(()) } else { Err("an answer breaks off".into()) }
    }
}

/// The line of a request's head with the key that may do everything.
fn key() -> String {
    format!("Authorization: {}\r\n", service::authorization())
}

/// The depth of the members of an answer.
pub(crate) const OF_THE_ANSWER: usize = 1;
/// The depth of the members of each of its items.
pub(crate) const OF_EACH_ITEM: usize = 3;

/// The text values of `name` at `depth` nested objects and lists, in order. Escapes stay as they are: ids and
/// cursors have none.
pub(crate) fn texts<'j>(json: &'j str, depth: usize, name: &str) -> Vec<&'j str> {
    let (mut at, mut found, mut rest) = (0_usize, Vec::new(), json);
    // The last text, if it is a member's name and its value comes next.
    let mut member = None;
    while let Some(place) = rest.find(['"', '{', '}', '[', ']', ',']) {
        let (_, from) = rest.split_at(place);
        let mut chars = from.chars();
        let mark = chars.next();
        rest = chars.as_str();
        match mark {
            Some('"') => {
                let end = end_of_text(rest);
                let (text, after) = rest.split_at(end);
                rest = after.strip_prefix('"').unwrap_or(after);
                if let Some(value) = rest.strip_prefix(':') {
                    (member, rest) = (Some(text), value);
                } else {
                    if at == depth && member == Some(name) {
                        found.push(text);
                    }
                    member = None;
                }
            }
            Some('{' | '[') => (at, member) = (at + 1, None),
            Some('}' | ']') => (at, member) = (at.saturating_sub(1), None),
            _ => member = None,
        }
    }
    found
}

/// The number of bytes of `text` before the quotation mark that ends it.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return place,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn ids_and_cursors_are_read_at_their_depth_only() {
        let json = r#"{"items":[{"id":"a","name":"x\"id\":\"no","org":{"id":"deeper"},"n":[1,"id"]},{"x":"id","id":"b"}],"next":"c"}"#;
        assert_eq!(texts(json, OF_EACH_ITEM, "id"), ["a", "b"]);
        assert_eq!(texts(json, OF_THE_ANSWER, "next"), ["c"]);
        assert!(texts(json, OF_THE_ANSWER, "id").is_empty());
        assert!(texts(r#"{"items":["#, OF_EACH_ITEM, "id").is_empty());
    }

    #[test]
    fn answers_of_known_length_and_in_chunks_are_read_over_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answering = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1000];
            for answer in [
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: \"x\"\r\n\r\nhi",
                "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            ] {
                assert!(stream.read(&mut asked).unwrap() > 0);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let mut connection = Connection::open(&address, Duration::from_secs(5)).unwrap();
        let answer = connection.get("/x").unwrap();
        assert_eq!((answer.status, answer.body.as_str(), answer.header("etag")), (200, "hi", Some("\"x\"")));
        let answer = connection.send_json("POST", "/x", "{}").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (404, "abcd"));
        assert!(answer.wanting(200).is_err());
        answering.join().unwrap();
        assert!(connection.get("/x").is_err());
    }
}
