//! The probes: the frameworks' own behaviours are observed, compared with what is declared, and printed.

mod table;

use std::panic::catch_unwind;

use kv_backends::{Framework, UnknownFramework, framework, frameworks};
use kv_behaviour::{Answer, Behaviours};
use kv_report::splice::{MissingMarkers, splice};
use thiserror::Error;

/// The command that puts the tables into pages.
const COMMAND: &str = "cargo run -- probe --splice README.md --splice docs/src/behaviours.md";

/// The answers of some frameworks, side by side.
#[derive(Clone, Debug)]
pub struct Probe {
    columns: Vec<Column>,
}

#[derive(Clone, Debug)]
struct Column {
    framework: &'static str,
    answers: Vec<Answer>,
}

impl Column {
    fn of(framework: &Framework, behaviours: &Behaviours) -> Self {
        Self { framework: framework.name, answers: behaviours.answers() }
    }
}

/// The error of a probe, after which there is no table to print.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// The name is no framework's.
    #[error(transparent)]
    Unknown(#[from] UnknownFramework),
    /// A probe saw a behaviour for which it has no answer, and has printed it.
    #[error("{0}: a probe failed; its own words are above")]
    Failed(&'static str),
    /// The observed behaviours differ from the declared ones.
    #[error("declared wrongly:\n{}", .0.join("\n"))]
    Wrong(Vec<String>),
}

/// Runs all probes on the frameworks of these names, or on all frameworks if no name is given.
///
/// # Errors
/// [`ProbeError`]; it lists all wrong declarations, and not only the first.
pub fn probe(names: &[String]) -> Result<Probe, ProbeError> {
    let chosen: Vec<Framework> = match names {
        [] => frameworks().collect(),
        names => names.iter().map(|name| framework(name)).collect::<Result<_, _>>()?,
    };
    let (mut columns, mut wrong) = (Vec::new(), Vec::new());
    for framework in chosen {
        let observed = catch_unwind(framework.observe).map_err(|_| ProbeError::Failed(framework.name))?;
        wrong.extend(differences(&framework, &observed));
        columns.push(Column::of(&framework, &observed));
    }
    if wrong.is_empty() { Ok(Probe { columns }) } else { Err(ProbeError::Wrong(wrong)) }
}

fn differences(framework: &Framework, observed: &Behaviours) -> Vec<String> {
    let declared = framework.declared.answers();
    let pairs = declared.iter().zip(observed.answers());
    let wrong = pairs.filter(|(declared, observed)| *declared != observed);
    let line = |(declared, observed): (&Answer, Answer)| {
        let Answer { row, text, .. } = declared;
        format!("  {}, {row}: declared {text}; observed {}", framework.name, observed.text)
    };
    wrong.map(line).collect()
}

/// The declared behaviours of all frameworks. The call starts nothing; each framework's own tests check that the
/// declarations are true.
#[must_use]
pub fn declared() -> Probe {
    let columns = frameworks().map(|framework| Column::of(&framework, &framework.declared));
    Probe { columns: columns.collect() }
}

impl Probe {
    /// The answers for a terminal: a block per question, with frameworks that answer alike on one line.
    #[must_use]
    pub fn text(&self) -> String {
        table::text(&self.columns)
    }

    /// The answers as Markdown: a table per group.
    #[must_use]
    pub fn markdown(&self) -> String {
        let groups = table::groups(&self.columns).into_iter();
        groups.map(|group| format!("**{group}**\n\n{}\n", table::of_group(&self.columns, group))).collect()
    }

    /// The page with the tables that it has markers for: `behaviours: summary` and one for each group of questions,
    /// such as `behaviours: mailbox`.
    ///
    /// # Errors
    /// [`MissingMarkers`] when the page has none of the markers, or has one twice.
    pub fn splice(&self, page: &str) -> Result<String, MissingMarkers> {
        let mut tables = vec![("summary", table::summary(&self.columns))];
        let groups = table::groups(&self.columns).into_iter();
        tables.extend(groups.map(|group| (group, table::of_group(&self.columns, group))));
        let name = |table| format!("behaviours: {table}");
        let mut wanted: Vec<_> = tables
            .iter()
            .filter(|(table, _)| page.contains(&format!("<!-- BEGIN: {} -->", name(table))))
            .collect();
        if wanted.is_empty() {
            // The splice then fails, and its error names these markers.
            wanted.push(&tables[0]);
        }
        wanted.into_iter().try_fold(page.to_owned(), |page, (table, generated)| {
            splice(&page, &name(table), COMMAND, generated)
        })
    }
}
