//! Reads what a source file names: its `use` declarations, its paths, its words.

use std::collections::BTreeSet;

/// A `use` of one name, or of everything in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) path: Vec<String>,
    /// The name in this file; `None` for `*`.
    pub(super) name: Option<String>,
    /// Whether it begins with `pub`: it passes the name on.
    pub(super) exported: bool,
}

/// What a file names.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) uses: Vec<Use>,
    /// Paths outside `use`, such as `check::holders` or `super::Draft`. A path of a macro begins with `$crate`.
    pub(super) paths: BTreeSet<Vec<String>>,
    /// Every word outside `use`.
    pub(super) words: BTreeSet<String>,
    /// The items that the file defines, methods included.
    pub(super) defined: BTreeSet<String>,
}

impl Code {
    /// Of a whole file, or of a file without its tests.
    pub(super) fn read(text: &str, with_tests: bool) -> Self {
        let tokens = tokens(text);
        let tokens = if with_tests { tokens } else { without_tests(&tokens) };
        let mut code = Self::default();
        let mut rest = Vec::new();
        let mut inline = Inline::default();
        let mut at = 0;
        while at < tokens.len() {
            inline.see(&tokens[..=at]);
            // `+ use<'a>` is no declaration.
            if tokens[at] == "use" && tokens.get(at + 1).is_none_or(|next| next != "<") {
                let exported = at > 0 && matches!(tokens[at - 1].as_str(), "pub" | ")");
                at += 1;
                let first = code.uses.len();
                tree(&tokens, &mut at, &[], exported, &mut code.uses);
                code.uses[first..].iter_mut().for_each(|one| inline.of_file(&mut one.path));
            } else {
                rest.push(tokens[at].clone());
                at += 1;
            }
        }
        code.note(&rest);
        code
    }

    fn note(&mut self, tokens: &[String]) {
        let rest: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let mut inline = Inline::default();
        let mut at = 0;
        while at < rest.len() {
            inline.see(&tokens[..=at]);
            let before = at.checked_sub(1).map(|before| rest[before]);
            if is_word(rest[at]) && !matches!(before, Some("::" | ".")) {
                let visibility = rest[..at].ends_with(&["pub", "(", "in"]);
                let start = if before == Some("$") { format!("${}", rest[at]) } else { rest[at].to_owned() };
                let mut path = vec![start];
                while rest.get(at + 1) == Some(&"::") && rest.get(at + 2).is_some_and(|next| is_word(next)) {
                    path.push(rest[at + 2].to_owned());
                    at += 2;
                }
                if matches!(before, Some("fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union")) {
                    self.defined.insert(path[0].clone());
                }
                if before == Some("!") && at > 1 && rest[at - 2] == "macro_rules" {
                    self.defined.insert(path[0].clone());
                }
                self.words.extend(path.iter().cloned());
                inline.of_file(&mut path);
                // `pub(in crate::http)` says who may use, and uses nothing.
                if path.len() > 1 && !visibility {
                    self.paths.insert(path);
                }
            }
            at += 1;
        }
    }
}

/// The modules within a file that are open at a place in it.
#[derive(Debug, Default)]
struct Inline {
    depth: usize,
    opened: Vec<usize>,
}

impl Inline {
    /// Goes on to the last of `tokens`.
    fn see(&mut self, tokens: &[String]) {
        match tokens.last().map(String::as_str) {
            Some("{") => {
                self.depth += 1;
                if tokens.len() > 2 && tokens[tokens.len() - 3] == "mod" {
                    self.opened.push(self.depth);
                }
            }
            Some("}") => {
                self.opened.pop_if(|depth| *depth == self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// Turns a path at this place into one of the file: in a module within it, the first `super` is the file itself.
    fn of_file(&self, path: &mut Vec<String>) {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let within = supers.min(self.opened.len());
        if within == supers && supers > 0 {
            path.splice(..supers, ["self".to_owned()]);
        } else {
            path.drain(..within);
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads one tree of a `use` up to its `,`, `}` or `;`.
fn tree(tokens: &[String], at: &mut usize, prefix: &[String], exported: bool, found: &mut Vec<Use>) {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token.as_str() {
            "::" => {}
            "{" => {
                while tokens.get(*at).is_some_and(|token| token != "}") {
                    tree(tokens, at, &path, exported, found);
                    if tokens.get(*at).is_some_and(|token| token == ",") {
                        *at += 1;
                    }
                }
                *at += 1;
                return;
            }
            "*" => {
                found.push(Use { path, name: None, exported });
                return;
            }
            "$" => {}
            word => {
                let is_macro = *at > 1 && tokens[*at - 2] == "$";
                path.push(if is_macro { format!("${word}") } else { word.to_owned() });
                match tokens.get(*at).map(String::as_str) {
                    Some("::") => {}
                    Some("as") => {
                        let name = tokens.get(*at + 1).cloned();
                        *at += 2;
                        found.push(Use { path, name, exported });
                        return;
                    }
                    _ => {
                        // `a::{self}` names `a`.
                        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                            path.pop();
                        }
                        let name = path.last().cloned();
                        found.push(Use { path, name, exported });
                        return;
                    }
                }
            }
        }
    }
}

/// The words and signs of a text, without comments, literals and lifetimes. `::` is one sign.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut i) = (Vec::new(), 0);
    while i < chars.len() {
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => {
                while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                    i += 1;
                }
                i += 2;
            }
            '"' => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            '\'' => {
                i += 1;
                while continues(at(i)) {
                    i += 1;
                }
            }
            c if continues(c) => {
                let start = i;
                while continues(at(i)) {
                    i += 1;
                }
                let word: String = chars[start..i].iter().collect();
                let hashes = (i..).take_while(|index| at(*index) == '#').count();
                if matches!(word.as_str(), "r" | "br" | "cr") && at(i + hashes) == '"' {
                    i += hashes + 1;
                    while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|hash| at(i + hash) == '#')) {
                        i += 1;
                    }
                    i += hashes + 1;
                } else if !c.is_ascii_digit() {
                    found.push(word);
                }
            }
            ':' if at(i + 1) == ':' => {
                found.push("::".to_owned());
                i += 2;
            }
            c => {
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
                i += 1;
            }
        }
    }
    found
}

/// The same without the items that are marked `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if !tokens[at..].iter().map(String::as_str).take(MARK.len()).eq(MARK) {
            found.push(tokens[at].clone());
            at += 1;
            continue;
        }
        // The item ends with its `;`, or with the block that it opens.
        let (mut depth, mut marked) = (0_usize, at + MARK.len());
        while let Some(token) = tokens.get(marked) {
            marked += 1;
            match token.as_str() {
                "{" | "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "}" if depth == 1 => break,
                "}" => depth = depth.saturating_sub(1),
                ";" if depth == 0 => break,
                _ => {}
            }
        }
        at = marked;
    }
    found
}

#[test]
fn every_way_to_name_something_is_read() {
    let text = r##"
        use crate::{store::{self, RequestKey}, domain::{Day as Date, *}}; // use crate::no;
        pub(super) use super::super::Far;
        const TEXT: &str = r#"use crate::not::This;"#;
        fn f<'a>(c: char) -> impl Sized + use<'a> { check::holders(self::here(), '"', $crate::http::Page) }
        #[cfg(test)]
        mod tests { use super::Hidden; }
    "##;
    let code = Code::read(text, false);
    let uses: Vec<_> = code.uses.iter().map(|one| (one.path.join("::"), one.name.as_deref(), one.exported)).collect();
    let expected = [
        ("crate::store", Some("store"), false),
        ("crate::store::RequestKey", Some("RequestKey"), false),
        ("crate::domain::Day", Some("Date"), false),
        ("crate::domain", None, false),
        ("super::super::Far", Some("Far"), true),
    ];
    assert_eq!(uses, expected.map(|(path, name, exported)| (path.to_owned(), name, exported)));
    let paths: Vec<_> = code.paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["$crate::http::Page", "check::holders", "self::here"]);
    assert!(code.defined.contains("TEXT") && code.defined.contains("f"));
    let whole = Code::read(text, true);
    assert!(whole.uses.iter().any(|one| one.path.join("::") == "self::Hidden"));
}
