//! The matrix of promises and backends.

use std::fmt::Write as _;

use kv_backends::Description;
use kv_core::{Clock, Promise, Topology};
use kv_report::splice::{MissingMarkers, those_with_markers};
use kv_report::{Environment, date_of};

use super::{Played, PromisesError, Wrong};
use crate::compare::environment;

/// The command that puts the matrix into the book and its summary into the README.
const COMMAND: &str = "cargo run --release -- promises --splice docs/src/promises.md --splice README.md";

/// What each backend keeps of each promise.
#[derive(Clone, Debug)]
pub struct Matrix {
    backends: Vec<Description>,
    played: Vec<Played>,
}

/// What a backend keeps of one promise: of `cases` cases, `kept` held in every topology and every run.
#[derive(Clone, Debug)]
struct Cell<'a> {
    kept: usize,
    cases: usize,
    /// Whether the backend declares that it breaks the promise by a race.
    race: bool,
    broken: Option<&'a Played>,
}

impl Cell<'_> {
    /// Whether the promise is kept: there are cases for it, and all of them held.
    fn is_kept(&self) -> bool {
        self.cases > 0 && self.kept == self.cases
    }

    fn text(&self) -> String {
        match self {
            Self { cases: 0, .. } => "-".to_owned(),
            cell if cell.is_kept() && cell.race => "kept*".to_owned(),
            cell if cell.is_kept() => "kept".to_owned(),
            Self { kept, cases, .. } => format!("{kept}/{cases}"),
        }
    }
}

impl Matrix {
    pub(super) fn new(backends: Vec<Description>, mut played: Vec<Played>) -> Self {
        // The cases in their order, whichever worker played them.
        let order = |played: &Played| {
            let position = kv_conformance::cases().position(|case| case.name == played.case.name);
            (position, played.topology != Topology::Single)
        };
        played.sort_by_key(order);
        Self { backends, played }
    }

    fn cell(&self, backend: &Description, promise: Promise) -> Cell<'_> {
        let of_promise = || {
            self.played
                .iter()
                .filter(|played| played.backend == backend.name && played.case.promise == promise)
        };
        let mut names: Vec<_> = of_promise().map(|played| played.case.name).collect();
        names.dedup();
        let holds = |name: &&str| {
            of_promise().filter(|played| played.case.name == *name).all(|played| played.reason().is_none())
        };
        Cell {
            kept: names.iter().filter(|name| holds(name)).count(),
            cases: names.len(),
            race: backend.races.contains(&promise),
            broken: of_promise().find(|played| played.reason().is_some()),
        }
    }

    /// Compares what the backends keep with what they declare.
    ///
    /// # Errors
    /// [`PromisesError::Wrong`] with all declarations that are wrong.
    pub fn check(&self) -> Result<(), PromisesError> {
        let mut wrong = Vec::new();
        for backend in &self.backends {
            for &promise in Promise::ALL {
                let cell = self.cell(backend, promise);
                let declared = backend.promises.contains(&promise);
                if backend.races.contains(&promise) {
                    continue;
                }
                if declared && let Some(broken) = cell.broken {
                    wrong.push(Wrong::Broken {
                        backend: backend.name,
                        promise,
                        case: broken.case.name,
                        reason: broken.reason().unwrap_or_default().to_owned(),
                    });
                } else if !declared && cell.is_kept() {
                    wrong.push(Wrong::Undeclared { backend: backend.name, promise });
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(PromisesError::Wrong(wrong)) }
    }

    /// The matrix for a terminal, and below it the first case of each promise that broke.
    #[must_use]
    pub fn text(&self) -> String {
        let width = |backend: &Description| backend.name.len().max(5) + 2;
        let mut text = format!("{:26}", "");
        for backend in &self.backends {
            let _ = write!(text, "{:width$}", backend.name, width = width(backend));
        }
        text.truncate(text.trim_end().len());
        for promise in Promise::ALL {
            let mut line = format!("{promise:26}");
            for backend in &self.backends {
                let _ =
                    write!(line, "{:width$}", self.cell(backend, *promise).text(), width = width(backend));
            }
            let _ = write!(text, "\n{}", line.trim_end());
        }
        text.push_str("\n\nkept: every case of the promise held, with one actor and with three; 3/5: so many of so many cases did.\nkept*: they held this time; the backend declares a race that breaks one.\n");
        for backend in &self.backends {
            let broken: Vec<_> = self.broken(backend).collect();
            if !broken.is_empty() {
                let _ = write!(text, "\n{}\n", backend.name);
            }
            for (promise, played) in broken {
                let _ = writeln!(text, "  {promise}: {}", first_line(played));
            }
        }
        text
    }

    /// The matrix as Markdown for a page of the book, a row per promise.
    #[must_use]
    pub fn markdown(&self) -> String {
        let backends: Vec<_> = self.backends.iter().collect();
        let mut text = self.rows(&backends, Promise::ALL.iter().copied(), "../../");
        text.push_str(&Self::origin());
        text
    }

    /// The summary for the README: the first backends, and the promises that one of them breaks or keeps but for a race.
    #[must_use]
    pub fn summary(&self) -> String {
        let firsts: Vec<_> = self.backends.iter().filter(|backend| backend.whole.is_some()).collect();
        let all_keep = |promise: &Promise| {
            firsts.iter().all(|backend| {
                let cell = self.cell(backend, *promise);
                cell.is_kept() && !cell.race
            })
        };
        let (kept, open): (Vec<_>, Vec<_>) =
            Promise::WITHOUT_PER_KEY.iter().copied().partition(|promise| all_keep(promise));
        let mut text = self.rows(&firsts, open.into_iter(), "");
        let kept: Vec<_> = kept.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "\nAll of them keep: {}.", kept.join(", "));
        text.push_str(&Self::origin());
        text
    }

    /// A row per promise and a column per backend. A cell that is not kept links to the case that broke first.
    fn rows(&self, backends: &[&Description], promises: impl Iterator<Item = Promise>, root: &str) -> String {
        let mut text = String::from("| promise |");
        for backend in backends {
            let _ = write!(text, " {} |", backend.name);
        }
        text.push_str("\n|---|");
        text.push_str(&":-:|".repeat(backends.len()));
        text.push('\n');
        for promise in promises {
            let _ = write!(text, "| {promise} |");
            for backend in backends {
                let cell = self.cell(backend, promise);
                let _ = match cell.broken {
                    Some(broken) => {
                        let file =
                            format!("{root}crates/proof/kv-conformance/src/cases/{}.rs", broken.case.section);
                        write!(text, " [{}]({file}) |", cell.text())
                    }
                    None => write!(text, " {} |", cell.text()),
                };
            }
            text.push('\n');
        }
        text
    }

    /// When and on what it was played.
    fn origin() -> String {
        let Environment { cpu, processors, rustc, versions, .. } = environment();
        let versions: Vec<_> = versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        let date = date_of(Clock::System.now());
        let versions = versions.join(", ");
        format!("\nPlayed {date} on {cpu}, {processors} processors; {rustc}; {versions}.\n")
    }

    /// The first case of each promise that broke, as a Markdown list per backend.
    #[must_use]
    pub fn breaks(&self) -> String {
        let mut text = String::new();
        for backend in &self.backends {
            for (promise, played) in self.broken(backend) {
                let _ = writeln!(text, "- **{}**, {promise}: {}", backend.name, first_line(played));
            }
        }
        text
    }

    /// The page with what it has markers for: the matrix between those of `promises`, the list of what breaks between
    /// those of `promises: breaks`, the summary between those of `promises: summary`.
    ///
    /// # Errors
    /// [`MissingMarkers`] when the page has none of them, or has one twice.
    pub fn splice(&self, page: &str) -> Result<String, MissingMarkers> {
        let sections = [
            ("promises", self.markdown()),
            ("promises: breaks", self.breaks()),
            ("promises: summary", self.summary()),
        ];
        those_with_markers(page, COMMAND, &sections)
    }

    fn broken<'a>(&'a self, backend: &'a Description) -> impl Iterator<Item = (Promise, &'a Played)> {
        Promise::ALL.iter().filter_map(|&promise| Some((promise, self.cell(backend, promise).broken?)))
    }
}

/// The case, how often it broke, and what happened the first time.
fn first_line(played: &Played) -> String {
    /// A reason that shows data is cut there: the case can be run to see all of it.
    const LONGEST: usize = 120;
    let runs = played.outcomes.len();
    let broke = played.outcomes.iter().filter(|outcome| **outcome != super::Outcome::Kept).count();
    let often = if runs > 1 { format!(" ({broke} of {runs})") } else { String::new() };
    let reason = played.reason().unwrap_or_default();
    let shown: String = reason.chars().take(LONGEST).collect();
    let more = if shown.len() < reason.len() { " ..." } else { "" };
    format!("{}{often}: {shown}{more}", played.case.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promises::Outcome;

    /// What the check says of `tokio-first` when every case of one promise ends like this.
    fn checked(promise: Promise, outcome: &Outcome) -> Result<(), String> {
        let backend = kv_backends::describe("tokio-first").expect("it is there");
        let of_promise = kv_conformance::cases().filter(|case| case.promise == promise);
        let played = of_promise.map(|case| Played {
            backend: backend.name,
            topology: Topology::Single,
            case,
            outcomes: vec![outcome.clone()],
        });
        Matrix::new(vec![backend], played.collect()).check().map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn a_declaration_that_the_runs_contradict_is_wrong_and_a_declared_race_contradicts_none() {
        let broke = Outcome::Broke("it rains".to_owned());
        assert_eq!(checked(Promise::Order, &Outcome::Kept), Ok(()));
        let broken = checked(Promise::Order, &broke).expect_err("it is declared");
        assert!(
            broken.contains("tokio-first promises Order and breaks") && broken.contains("it rains"),
            "{broken}"
        );
        assert_eq!(checked(Promise::Restarts, &broke), Ok(()));
        let undeclared = checked(Promise::Restarts, &Outcome::Kept).expect_err("it is not declared");
        assert!(undeclared.contains("tokio-first keeps Restarts; add it"), "{undeclared}");
        assert_eq!(checked(Promise::Killed, &Outcome::Kept), Ok(()));
        assert_eq!(checked(Promise::Killed, &broke), Ok(()));
    }
}
