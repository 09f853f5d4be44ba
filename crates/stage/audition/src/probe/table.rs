//! The answers as tables.

use std::fmt::Write;

use kv_behaviour::Answer;

use super::Column;

/// The questions whose answers surprise most.
const SUMMARY: [&str; 8] = [
    "default_mailbox",
    "bound",
    "ask_dropped",
    "reentrant",
    "stop_dead_tell",
    "handles_dropped",
    "restart_queue",
    "timer",
];

/// The names of the groups of questions.
pub(super) fn groups(columns: &[Column]) -> Vec<&'static str> {
    let mut groups: Vec<_> = questions(columns).map(|question| question.group).collect();
    groups.dedup();
    groups
}

/// The questions, taken from the first framework's answers: all frameworks have the same questions.
fn questions(columns: &[Column]) -> impl Iterator<Item = &Answer> {
    columns.first().into_iter().flat_map(|column| &column.answers)
}

/// Each framework's answer to a question.
fn answers<'a>(columns: &'a [Column], row: &str) -> impl Iterator<Item = (&'static str, &'a str)> {
    columns.iter().filter_map(move |column| {
        let answer = column.answers.iter().find(|answer| answer.row == row)?;
        Some((column.framework, answer.text.as_str()))
    })
}

pub(super) fn text(columns: &[Column]) -> String {
    let mut out = String::new();
    let mut group = "";
    for question in questions(columns) {
        if question.group != group {
            group = question.group;
            let _ = writeln!(out, "{}{group}", if out.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(out, "\n  {}  [{}]", question.question, question.row);
        let mut alike: Vec<(&str, Vec<&str>)> = Vec::new();
        for (framework, answer) in answers(columns, question.row) {
            match alike.iter_mut().find(|(text, _)| *text == answer) {
                Some((_, frameworks)) => frameworks.push(framework),
                None => alike.push((answer, vec![framework])),
            }
        }
        for (answer, frameworks) in alike {
            let _ = writeln!(out, "    {:<36}{answer}", frameworks.join(", "));
        }
    }
    out.push_str("\nThe mutex is no actor and has no mailbox: none of this arises.\n");
    out
}

pub(super) fn of_group(columns: &[Column], group: &str) -> String {
    markdown(columns, questions(columns).filter(|question| question.group == group))
}

pub(super) fn summary(columns: &[Column]) -> String {
    markdown(columns, questions(columns).filter(|question| SUMMARY.contains(&question.row)))
}

fn markdown<'a>(columns: &[Column], questions: impl Iterator<Item = &'a Answer>) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.framework).collect();
    let mut out = format!("| | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for question in questions {
        let _ = write!(out, "| {} |", question.question);
        for (_, answer) in answers(columns, question.row) {
            let _ = write!(out, " {answer} |");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::declared;
    use super::*;

    #[test]
    fn every_row_of_the_summary_is_a_question() {
        let probe = declared();
        for row in SUMMARY {
            assert!(questions(&probe.columns).any(|question| question.row == row), "{row}");
        }
    }

    #[test]
    fn a_question_has_a_cell_for_every_framework() {
        let probe = declared();
        let markdown = probe.markdown();
        let rows: Vec<_> = markdown.lines().filter(|line| line.starts_with('|')).collect();
        assert!(rows.len() > 30, "{markdown}");
        for row in rows {
            assert_eq!(row.matches('|').count(), probe.columns.len() + 2, "{row}");
        }
    }
}
