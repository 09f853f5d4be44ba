//! The check of the rules between the pages, the summary and the source files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::anchors::Anchors;
use crate::page::{Fence, Page};

/// The languages of code that may be typed into a page. Rust is not among them: it comes from a file that is compiled.
const TYPED: [&str; 3] = ["text", "console", "toml"];
/// The part of the summary whose pages all have the same headings.
const ALIKE: &str = "The backends";

/// All defects of the book in `docs` and of the anchors in `crates`, a sentence each.
pub(crate) fn check(root: &Path) -> Vec<String> {
    let src = root.join("docs/src");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a listed file can be read");
        (relative(root, &path), text)
    };
    let pages = files(&src, &["md"]).into_iter().map(read).map(|(path, text)| (path, Page::read(&text)));
    let sources = files(&root.join("crates"), &["rs", "toml"]).into_iter().map(read);
    let anchors = sources.map(|(path, text)| (path, Anchors::read(&text)));
    let mut book = Book { root, pages: pages.collect(), anchors: anchors.collect(), defects: Vec::new() };
    book.check_anchors();
    book.check_summary();
    for path in book.pages.keys().cloned().collect::<Vec<_>>() {
        book.check_page(&path);
    }
    book.defects
}

struct Book<'a> {
    root: &'a Path,
    /// The pages by their path from the root, as the anchors are.
    pages: BTreeMap<PathBuf, Page>,
    anchors: BTreeMap<PathBuf, Anchors>,
    defects: Vec<String>,
}

impl Book<'_> {
    fn report(&mut self, path: &Path, line: usize, what: &str) {
        self.defects.push(format!("{}:{line}: {what}", path.display()));
    }

    /// Checks that every anchor is whole and used by some page.
    fn check_anchors(&mut self) {
        let mut used: BTreeSet<(PathBuf, String)> = BTreeSet::new();
        for (path, page) in &self.pages {
            for (_, directive) in &page.directives {
                if let Some((target, Some(anchor))) = include(directive) {
                    used.insert((beside(path, target), anchor.to_owned()));
                }
            }
        }
        let mut found = Vec::new();
        for (path, anchors) in &self.anchors {
            found.extend(anchors.defects.iter().map(|(line, what)| (path.clone(), *line, what.clone())));
            for (name, line) in &anchors.begins {
                if !used.contains(&(path.clone(), name.clone())) {
                    found.push((path.clone(), *line, format!("no page uses anchor `{name}`")));
                }
            }
        }
        for (path, line, what) in found {
            self.report(&path, line, &what);
        }
    }

    /// Checks that the summary names every page, and that the chapters to be compared have the same headings.
    fn check_summary(&mut self) {
        let summary = PathBuf::from("docs/src/SUMMARY.md");
        let Some(page) = self.pages.get(&summary) else {
            return self.report(&summary, 1, "there is no summary");
        };
        let named: BTreeSet<PathBuf> =
            page.links.iter().map(|(_, target)| beside(&summary, target)).collect();
        let text = fs::read_to_string(self.root.join(&summary)).expect("it was read before");
        let part = text.split_once(&format!("\n# {ALIKE}\n")).map_or("", |(_, part)| part);
        let part = part.split_once("\n# ").map_or(part, |(part, _)| part);
        let alike: Vec<_> =
            Page::read(part).links.iter().map(|(_, target)| beside(&summary, target)).collect();

        let orphans: Vec<_> =
            self.pages.keys().filter(|path| **path != summary && !named.contains(*path)).cloned().collect();
        for path in orphans {
            self.report(&path, 1, "the summary does not name this page");
        }
        let sections = |path: &PathBuf| {
            let headings = self.pages.get(path).map(|page| page.headings.iter());
            let second = headings.into_iter().flatten().filter(|heading| heading.level == 2);
            second.map(|heading| heading.text.clone()).collect::<Vec<_>>()
        };
        let template = alike.first().map(sections);
        let different: Vec<_> =
            alike.iter().filter(|path| Some(sections(path)) != template).cloned().collect();
        for path in different {
            self.report(&path, 1, &format!("the headings are not those of {}", alike[0].display()));
        }
    }

    fn check_page(&mut self, path: &Path) {
        let page = &self.pages[path];
        let mut found: Vec<(usize, String)> =
            page.unreadable.iter().map(|(line, what)| (*line, (*what).to_owned())).collect();
        found.extend(page.fences.iter().filter_map(|fence| Some((fence.line, self.wrong_fence(fence)?))));
        found.extend(
            page.directives
                .iter()
                .filter_map(|(line, directive)| Some((*line, self.wrong_directive(path, directive)?))),
        );
        found.extend(
            page.links.iter().filter_map(|(line, target)| Some((*line, self.wrong_link(path, target)?))),
        );
        let files = page.code.iter().filter(|(_, code)| code.starts_with("crates/"));
        let missing = files.filter(|(_, code)| !self.root.join(code).exists());
        found.extend(missing.map(|(line, code)| (*line, format!("there is no file `{code}`"))));
        for (line, what) in found {
            self.report(path, line, &what);
        }
    }

    fn wrong_fence(&self, fence: &Fence) -> Option<String> {
        let language = fence.language.as_str();
        if TYPED.contains(&language) {
            return None;
        }
        if language != "rust" {
            return Some(format!("code in `{language}`; may be typed: {}", TYPED.join(", ")));
        }
        let is_include = |line: &String| line.starts_with("{{#include ") && line.ends_with("}}");
        let included = !fence.body.is_empty() && fence.body.iter().all(is_include);
        (!included).then(|| "Rust typed into a page; include it from a file that is compiled".to_owned())
    }

    fn wrong_directive(&self, path: &Path, directive: &str) -> Option<String> {
        let Some((target, anchor)) = include(directive) else {
            return Some(format!("`{directive}` is not an include"));
        };
        let target = beside(path, target);
        let Ok(text) = fs::read_to_string(self.root.join(&target)) else {
            return Some(format!("there is no file {}", target.display()));
        };
        let anchor = anchor?;
        if !anchor.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Some(format!("included by line numbers, which move: `{directive}`"));
        }
        let known = Anchors::read(&text).begins.contains_key(anchor);
        (!known).then(|| format!("{} has no anchor `{anchor}`", target.display()))
    }

    fn wrong_link(&self, path: &Path, target: &str) -> Option<String> {
        if target.starts_with("https://") || target.starts_with("http://") || target.starts_with("mailto:") {
            return None;
        }
        let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
        let file = if file.is_empty() { path.to_path_buf() } else { beside(path, file) };
        if !self.root.join(&file).exists() {
            return Some(format!("dead link: {target}"));
        }
        let page = self.pages.get(&file);
        if page.is_none() && file.extension().is_some_and(|extension| extension == "md") {
            // mdBook turns every link to `.md` into a link to `.html`.
            return Some(format!("{target} is outside of the book; link to its folder instead"));
        }
        if fragment.is_empty() || page.is_some_and(|page| page.ids().iter().any(|id| id == fragment)) {
            return None;
        }
        Some(format!("dead fragment: {target}"))
    }
}

/// The file and the anchor of an include; `None` for any other directive.
fn include(directive: &str) -> Option<(&str, Option<&str>)> {
    let target = directive.strip_prefix("include ")?.trim();
    Some(target.split_once(':').map_or((target, None), |(file, anchor)| (file, Some(anchor))))
}

/// The path, from the root, of a target that a page names relative to itself.
fn beside(page: &Path, target: &str) -> PathBuf {
    let folder = page.parent().expect("a page lies in a folder");
    let mut path = PathBuf::new();
    for component in folder.join(target).components() {
        match component {
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            component => path.push(component),
        }
    }
    path
}

fn relative(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).expect("the file was found under the root").to_path_buf()
}

/// The files below a folder that have one of these extensions.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| extensions.contains(&e)) {
            found.push(path);
        }
    }
    found.sort();
    found
}
