//! `cargo xtask tour`: runs the `sh` blocks of the pages that show the API, on the demo, and compares what each of
//! them prints with the `text` block after it. A block without an answer must print nothing.
//!
//! Nothing but ids differs from run to run, so each page is made anew and must come out as it is. [`Ids`] writes
//! them. Requests whose answers depend on the day say `as_of`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{find, run};
use crate::report::Outcome;
use crate::service::{ADMIN_KEY, Service};
use crate::workspace::Workspace;
use crate::{Result, Wanted, apt};

/// The pages in the order in which they are run on one demo: those that only read come first.
const PAGES: [&str; 3] = ["README.md", "README.zh-CN.md", "docs/API.md"];
/// The address that a demo has without flags; every page uses it.
const ADDRESS: &str = "127.0.0.1:8080";
const RUN_MAX: Duration = Duration::from_secs(5 * 60);
const STOP_MAX: Duration = Duration::from_secs(20);
const DIFF_MAX: Duration = Duration::from_secs(10);

pub(crate) fn check(workspace: &Workspace, wanted: Wanted) -> Vec<Outcome> {
    let folder = workspace.tool("tour");
    let (started, demo) = Outcome::of("demo for the tour starts", || {
        for program in ["bash", "curl", "jq"] {
            if find(program).is_none() {
                apt::install(program, &[program])?;
            }
        }
        Service::demo(workspace, &folder)
    });
    let mut outcomes = vec![started];
    let Some(demo) = demo else {
        return outcomes;
    };
    for path in PAGES {
        let tour = Tour { path, file: workspace.source(path), folder: folder.join(path) };
        outcomes.push(Outcome::of(&format!("answers in {path}"), || tour.check(demo.address(), wanted)).0);
    }
    outcomes.push(Outcome::of("demo for the tour stops cleanly", || demo.stop(STOP_MAX)).0);
    outcomes
}

/// One page and the folder for everything that its run leaves.
#[derive(Debug)]
struct Tour {
    path: &'static str,
    file: PathBuf,
    folder: PathBuf,
}

impl Tour {
    fn check(&self, address: &str, wanted: Wanted) -> Result<()> {
        let text = fs::read_to_string(&self.file)?;
        let page = Page::parse(&text)?;
        fs::create_dir_all(&self.folder)?;
        self.run(&page.script().replace(ADDRESS, address))?;
        let mut ids = Ids::default();
        let answers = page.steps.iter().enumerate().map(|(number, _)| {
            let printed = fs::read_to_string(self.folder.join(number.to_string()))?;
            // Every line ends with LF: curl prints headers with CR and LF, and many bodies with neither.
            let printed: String = printed.lines().flat_map(|line| [line, "\n"]).collect();
            Ok(ids.shorten(&printed).replace(address, ADDRESS))
        });
        let renewed = page.with_answers(&answers.collect::<Result<Vec<_>>>()?);
        if renewed == text {
            return Ok(());
        }
        let new = self.folder.join("page.md");
        fs::write(&new, &renewed)?;
        match wanted {
            Wanted::Accepted => Ok(fs::write(&self.file, renewed)?),
            Wanted::Kept => {
                // It ends with an error, because they differ.
                let _ = self.diff(&new);
                Err("the answers differ as shown above; `cargo xtask tour --accept` writes them into the page".into())
            }
        }
    }

    /// Runs the script in one bash, which stops at the first command that fails.
    fn run(&self, script: &str) -> Result<()> {
        let file = self.folder.join("script.sh");
        fs::write(&file, format!("{PREAMBLE}{script}"))?;
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-euo", "pipefail", "-O", "inherit_errexit"]).arg(&file).current_dir(&self.folder);
        // What the demo tells its user to set.
        bash.env("KEY", ADMIN_KEY);
        bash.env("TOUR", self.path).env("ANSWERS", &self.folder).env("LC_ALL", "C.UTF-8");
        // No proxy and no `.curlrc` of the developer's; temporary files stay here.
        bash.env("no_proxy", "*").env("HOME", &self.folder).env("TMPDIR", &self.folder);
        run(&mut bash, RUN_MAX)
            .map_err(|error| format!("{error}; above are the line, its command and the answer").into())
    }

    fn diff(&self, new: &Path) -> Result<()> {
        run(
            Command::new("diff")
                .args(["--unified=1", "--label", self.path, "--label", "what the service answers"])
                .args([&self.file, new]),
            DIFF_MAX,
        )
    }
}

/// Stands before the first line of the script, on the same line. When a command fails, its line on the page is
/// shown, and what jq read last: mostly the problem that the service answered.
const PREAMBLE: &str = r#"jq() { tee "$ANSWERS/last" | command jq "$@"; }; trap '{ echo "$TOUR:$LINENO: $BASH_COMMAND"; cat "$ANSWERS/last"; echo; } >&2' ERR; "#;

const COMMANDS: &str = "```sh\n";
const ANSWER: &str = "\n```text\n";
const END: &str = "```\n";

/// A page, taken apart at its blocks of commands.
#[derive(Debug)]
struct Page<'a> {
    steps: Vec<Step<'a>>,
    rest: &'a str,
}

#[derive(Debug)]
struct Step<'a> {
    /// What stands before the commands.
    prose: &'a str,
    commands: &'a str,
    answer: Option<&'a str>,
}

impl<'a> Page<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        let mut page = Self { steps: Vec::new(), rest: text };
        while let Some((prose, after)) = page.rest.split_once(COMMANDS) {
            let (commands, after) = after.split_once(END).ok_or("a block of commands does not end")?;
            let (answer, rest) = match after.strip_prefix(ANSWER) {
                Some(after) => {
                    let (answer, rest) = after.split_once(END).ok_or("an answer does not end")?;
                    (Some(answer), rest)
                }
                None => (None, after),
            };
            page.steps.push(Step { prose, commands, answer });
            page.rest = rest;
        }
        Ok(page)
    }

    /// The commands of all blocks, each on its line of the page. What a block prints goes to the file in `$ANSWERS`
    /// that bears its number.
    fn script(&self) -> String {
        let mut script = String::new();
        for (number, Step { prose, commands, answer }) in self.steps.iter().enumerate() {
            script.extend(prose.lines().map(|_| '\n'));
            script.push_str(&format!("exec >\"$ANSWERS/{number}\"\n{commands}\n"));
            if let Some(answer) = answer {
                script.push_str("\n\n");
                script.extend(answer.lines().map(|_| '\n'));
                script.push('\n');
            }
        }
        script
    }

    /// The page with these answers instead of its own.
    fn with_answers(&self, answers: &[String]) -> String {
        let mut page = String::new();
        for (Step { prose, commands, answer: _ }, answer) in self.steps.iter().zip(answers) {
            page.extend([prose, COMMANDS, commands, END]);
            if !answer.is_empty() {
                page.extend([ANSWER, answer, END]);
            }
        }
        page + self.rest
    }
}

/// Ids in the order in which a page shows them. Each is shortened to its number, so that the page is the same after
/// every run, and the same id looks the same wherever it is shown.
#[derive(Debug, Default)]
struct Ids(Vec<String>);

impl Ids {
    fn shorten(&mut self, text: &str) -> String {
        let mut short = String::new();
        for word in text.split_inclusive(|c: char| !c.is_ascii_hexdigit() && c != '-') {
            let id = word.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
            if is_id(id) {
                let number = self.0.iter().position(|known| known == id).unwrap_or_else(|| {
                    self.0.push(id.to_owned());
                    self.0.len() - 1
                });
                // Writing to a string cannot fail.
                let _ = write!(short, "01a2…{:04}{}", number + 1, word.strip_prefix(id).unwrap_or_default());
            } else {
                short.push_str(word);
            }
        }
        short
    }
}

fn is_id(word: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    word.len() == 36 && word.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# Tour\n\n```sh\nA=1\n```\n\nThen:\n\n```sh\necho $A\n```\n\n```text\n1\n```\n\n```text\nprose\n```\n";

    #[test]
    fn every_command_of_the_script_stands_on_its_line_of_the_page() {
        let script = Page::parse(PAGE).unwrap().script();
        for (at, line) in PAGE.lines().enumerate().filter(|(_, line)| ["A=1", "echo $A"].contains(line)) {
            assert_eq!(script.lines().nth(at), Some(line));
        }
        assert!(!script.contains("prose"));
    }

    #[test]
    fn a_page_with_its_own_answers_is_as_it_was_and_another_answer_shows() {
        let page = Page::parse(PAGE).unwrap();
        assert_eq!(page.with_answers(&[String::new(), "1\n".to_owned()]), PAGE);
        assert_eq!(page.with_answers(&[String::new(), "2\n".to_owned()]), PAGE.replace("\n1\n", "\n2\n"));
        assert_eq!(page.with_answers(&[String::new(), String::new()]), PAGE.replace("\n```text\n1\n```\n", ""));
        let more = PAGE.replace("A=1\n```\n", "A=1\n```\n\n```text\n0\n```\n");
        assert_eq!(page.with_answers(&["0\n".to_owned(), "1\n".to_owned()]), more);
        assert!(Page::parse("```sh\necho\n").is_err());
    }

    #[test]
    fn an_id_is_shortened_to_its_number_wherever_it_stands() {
        let (one, two) = ("01a2b3c4-0000-7000-8000-000000000001", "01a2b3c4-0000-7000-8000-000000000002");
        let mut ids = Ids::default();
        assert_eq!(ids.shorten(&format!("Org {two}, \"{one}\"\n")), "Org 01a2…0001, \"01a2…0002\"\n");
        assert_eq!(ids.shorten(&format!("/orgs/{one}")), "/orgs/01a2…0002");
        for other in ["\"39-f07bdf94ea04d009\"", "2024-01-01", &one[1..]] {
            assert_eq!(ids.shorten(other), other);
        }
    }
}
