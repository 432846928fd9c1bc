//! Where in a line its fault lies.

/// The member at a column of a line, as a path below the object, and the value that was read last there.
pub(super) fn place(line: &[u8], column: usize) -> (String, Option<String>) {
    let mut stack: Vec<Step> = Vec::new();
    let mut last: Option<String> = None;
    let mut place = 0;
    let end = column.min(line.len());
    while place < end {
        let Some(byte) = line.get(place) else { break };
        let start = place;
        place += 1;
        match byte {
            b'{' => stack.push(Step::Member(String::new())),
            b'[' => stack.push(Step::Item(0)),
            b'}' | b']' => {
                stack.pop();
            }
            b',' => match stack.last_mut() {
                Some(Step::Item(index)) => *index += 1,
                Some(Step::Member(name)) => name.clear(),
                None => {}
            },
            b':' => {
                if let (Some(Step::Member(name)), Some(key)) = (stack.last_mut(), last.take()) {
                    *name = key.trim_matches('"').to_owned();
                }
            }
            byte if byte.is_ascii_whitespace() => continue,
            byte => {
                place += rest_of_token(*byte, line.get(place..).unwrap_or_default());
                last = Some(String::from_utf8_lossy(line.get(start..place).unwrap_or_default()).into_owned());
                continue;
            }
        }
        last = None;
    }
    // The outermost member says only of which kind the object is.
    let path: Vec<String> = stack.iter().skip(1).map(Step::to_string).filter(|step| !step.is_empty()).collect();
    (path.join("/"), last)
}

/// How many bytes follow the first one of a string, a number or a word.
fn rest_of_token(first: u8, rest: &[u8]) -> usize {
    if first != b'"' {
        return rest.iter().take_while(|byte| !b",:]}".contains(byte) && !byte.is_ascii_whitespace()).count();
    }
    let mut escaped = false;
    let inside = rest.iter().take_while(|byte| {
        let goes_on = escaped || **byte != b'"';
        escaped = !escaped && **byte == b'\\';
        goes_on
    });
    (inside.count() + 1).min(rest.len())
}

enum Step {
    Member(String),
    Item(usize),
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Member(name) => name.fmt(f),
            Self::Item(index) => index.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_a_member_and_its_value() {
        let line = r#"{"org":{"id":"x\"y","versions":[{"name":"a"},{"name":" b","order": 12}]}}"#;
        let at = |text: &str| place(line.as_bytes(), line.find(text).expect("there") + text.len());
        for (text, path, value) in [
            (r#""x\"y""#, "id", Some(r#""x\"y""#)),
            (r#"" b""#, "versions/1/name", Some(r#"" b""#)),
            ("12", "versions/1/order", Some("12")),
            (r#""a"}"#, "versions/0", None),
        ] {
            assert_eq!(at(text), (path.to_owned(), value.map(str::to_owned)), "{text}");
        }
    }
}
