//! The source files of the service, and which of them uses which.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::code::{Code, Use};

/// A source file of the service.
#[derive(Debug)]
pub(super) struct File {
    /// Below `src`.
    pub(super) path: String,
    /// The path of its module, without `crate`.
    module: Vec<String>,
    /// All that it names, its tests included.
    whole: Code,
    /// What it names outside its tests; nothing where the file is a test.
    product: Code,
}

/// All source files of the service.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) files: Vec<File>,
    modules: BTreeMap<Vec<String>, usize>,
}

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OrderNumber {
    File(usize),
    /// To another crate, or to a module as such.
    Elsewhere,
    Unknown,
}

pub(super) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let stem = path.trim_end_matches(".rs");
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let module: Vec<String> = if stem == "lib" { Vec::new() } else { stem.split('/').map(str::to_owned).collect() };
        let is_test = module.iter().any(|part| part == "tests");
        let product = if is_test { Code::default() } else { Code::read(text, false) };
        Self { path: path.to_owned(), module, whole: Code::read(text, true), product }
    }
}

impl Files {
    /// All below `src`.
    pub(super) fn read(src: &Path) -> Self {
        let mut found = Vec::new();
        sources(src, &mut found);
        assert!(found.len() > 50, "not the sources");
        let file = |path: PathBuf| {
            let below = path.strip_prefix(src).unwrap().display().to_string();
            File::new(&below, &fs::read_to_string(&path).unwrap())
        };
        Self::of(found.into_iter().map(file).collect())
    }

    pub(super) fn of(files: Vec<File>) -> Self {
        let modules = files.iter().enumerate().map(|(at, file)| (file.module.clone(), at)).collect();
        Self { files, modules }
    }

    /// The path from `crate` on of a path that stands in `file`. `None`: it leads to another crate, or begins with
    /// a name of the file itself.
    fn absolute(&self, file: &File, code: &Code, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let from = |start: &[String]| Some([start, rest].concat());
        match first.as_str() {
            "crate" | "$crate" | "campus_org" => return Some(rest.to_vec()),
            "self" => return from(&file.module),
            "super" => {
                let supers = path.iter().take_while(|part| *part == "super").count();
                let above = file.module.len().checked_sub(supers)?;
                return Some([&file.module[..above], &path[supers..]].concat());
            }
            _ => {}
        }
        let child = [file.module.as_slice(), std::slice::from_ref(first)].concat();
        if self.modules.contains_key(&child) {
            return from(&child);
        }
        let import = code.uses.iter().find(|one| one.name.as_ref() == Some(first) && one.path[0] != *first)?;
        from(&self.absolute(file, code, &import.path)?)
    }

    /// The module file on the way, and what of the path is left in it.
    fn module<'p>(&self, path: &'p [String]) -> (usize, &'p [String]) {
        let lengths = (0..=path.len()).rev();
        let (at, length) =
            lengths.filter_map(|length| Some((*self.modules.get(&path[..length])?, length))).next().expect("lib.rs");
        (at, &path[length..])
    }

    /// The file that defines what a path names. A name that a module only passes on leads further.
    fn definer(&self, path: &[String], steps: usize) -> OrderNumber {
        let (at, rest) = self.module(path);
        let Some((name, inner)) = rest.split_first() else { return OrderNumber::Elsewhere };
        let file = &self.files[at];
        if file.whole.defined.contains(name) {
            return OrderNumber::File(at);
        }
        if steps == 0 {
            return OrderNumber::Unknown;
        }
        if let Some(import) = file.whole.uses.iter().find(|one| one.name.as_ref() == Some(name)) {
            return match self.absolute(file, &file.whole, &import.path) {
                Some(target) => self.named(&[target, inner.to_vec()].concat(), steps - 1),
                None => OrderNumber::Elsewhere,
            };
        }
        let globs = file.whole.uses.iter().filter(|one| one.name.is_none());
        let through = |one: &Use| {
            let place = [self.absolute(file, &file.whole, &one.path)?, rest.to_vec()].concat();
            Some(self.definer(&place, steps - 1)).filter(|found| matches!(found, OrderNumber::File(_)))
        };
        globs.filter_map(through).next().unwrap_or(OrderNumber::Unknown)
    }

    /// The same; what no file defines in so many words was made by a macro in the module that it is named in.
    fn named(&self, path: &[String], steps: usize) -> OrderNumber {
        match self.definer(path, steps) {
            OrderNumber::Unknown => OrderNumber::File(self.module(path).0),
            known => known,
        }
    }

    /// The files that a file uses, outside its tests.
    ///
    /// An arrow leads to the file that *defines* what is named, not to those on the way: `mod x;` and
    /// `pub use x::Name;` are no use by themselves, and to name a module is none either. So a parent that only
    /// declares its children and passes their names on has no arrow to them. Once it names one of them in code of
    /// its own it has, and then that child must not use what the parent itself defines. What a macro writes is
    /// used where the macro is called, so `$crate::` is no arrow. Methods and fields are not seen.
    pub(super) fn used_by(&self, at: usize) -> BTreeSet<usize> {
        const STEPS: usize = 8;
        let file = &self.files[at];
        let code = &file.product;
        let mut named: Vec<Vec<String>> = Vec::new();
        for one in &code.uses {
            let Some(path) = self.absolute(file, code, &one.path) else { continue };
            match &one.name {
                Some(name) if one.exported && !code.words.contains(name) => {}
                Some(_) => named.push(path),
                None if self.modules.contains_key(&path) => {
                    let words = code.words.iter().filter(|_| !one.exported);
                    for word in words.filter(|word| !code.defined.contains(*word)) {
                        let within = [path.as_slice(), std::slice::from_ref(word)].concat();
                        if matches!(self.definer(&within, STEPS), OrderNumber::File(_)) {
                            named.push(within);
                        }
                    }
                }
                None => named.push(path),
            }
        }
        let paths = code.paths.iter().filter(|path| path[0] != "$crate");
        named.extend(paths.filter_map(|path| self.absolute(file, code, path)));
        let places = named.iter().map(|path| self.named(path, STEPS));
        places
            .filter_map(|place| if let OrderNumber::File(used) = place { Some(used) } else { None })
            .filter(|used| *used != at)
            .collect()
    }

    /// The module files that a file names, its tests and macros included, with the path that names each.
    pub(super) fn named_in(&self, at: usize) -> BTreeSet<(usize, String)> {
        let file = &self.files[at];
        let code = &file.whole;
        let paths = code.uses.iter().map(|one| &one.path).chain(&code.paths);
        let absolute = paths.filter_map(|path| self.absolute(file, code, path));
        absolute.map(|path| (self.module(&path).0, path.join("::"))).collect()
    }

    /// The first words of all paths of a file that lead to another crate.
    pub(super) fn crates_of(&self, at: usize) -> BTreeSet<&str> {
        let file = &self.files[at];
        let code = &file.whole;
        let paths = code.uses.iter().map(|one| &one.path).chain(&code.paths);
        paths.filter(|path| self.absolute(file, code, path).is_none()).map(|path| path[0].as_str()).collect()
    }

    /// The circles: groups of files each of which uses every other, by way of others of the group or directly.
    /// Told as the arrows within each.
    pub(super) fn circles(&self) -> Vec<Vec<String>> {
        let arrows: Vec<BTreeSet<usize>> = (0..self.files.len()).map(|at| self.used_by(at)).collect();
        let reached = |from: usize| {
            let (mut found, mut waiting) = (BTreeSet::new(), vec![from]);
            while let Some(at) = waiting.pop() {
                waiting.extend(arrows[at].iter().filter(|next| found.insert(**next)));
            }
            found
        };
        let reached: Vec<BTreeSet<usize>> = (0..arrows.len()).map(reached).collect();
        let mut told = BTreeSet::new();
        let mut circles = Vec::new();
        for start in 0..arrows.len() {
            if !reached[start].contains(&start) || told.contains(&start) {
                continue;
            }
            let group: BTreeSet<usize> =
                reached[start].iter().copied().filter(|other| reached[*other].contains(&start)).collect();
            let within = |from: usize| {
                let to = arrows[from].intersection(&group);
                to.map(|to| format!("{} -> {}", self.files[from].path, self.files[*to].path)).collect::<Vec<_>>()
            };
            circles.push(group.iter().flat_map(|from| within(*from)).collect());
            told.extend(group);
        }
        circles
    }
}

#[test]
fn a_circle_is_seen() {
    let files = |texts: &[(&str, &str)]| Files::of(texts.iter().map(|(path, text)| File::new(path, text)).collect());
    let parent = ("a/mod.rs", "mod x; mod y; pub use x::X; pub use y::Y;");
    let lib = ("lib.rs", "mod a;");
    let circle = [
        lib,
        parent,
        ("a/x.rs", "use super::Y; pub struct X(Y);"),
        ("a/y.rs", "pub struct Y; impl Y { fn x() -> super::x::X {} }"),
    ];
    assert_eq!(files(&circle).circles(), [["a/x.rs -> a/y.rs", "a/y.rs -> a/x.rs"]]);
    let tested = [
        lib,
        parent,
        ("a/x.rs", "use super::Y; pub struct X(Y);"),
        ("a/y.rs", "pub struct Y; #[cfg(test)] mod tests { use crate::a::X; }"),
    ];
    assert!(files(&tested).circles().is_empty());
    let own = [lib, ("a/mod.rs", "mod x; pub struct Z(x::X);"), ("a/x.rs", "pub struct X; fn f(z: super::Z) {}")];
    assert_eq!(files(&own).circles(), [["a/mod.rs -> a/x.rs", "a/x.rs -> a/mod.rs"]]);
}
