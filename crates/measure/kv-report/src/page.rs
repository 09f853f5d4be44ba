//! The page: one file with all results in it, which loads nothing and works without a network.
//!
//! All figures are computed here, by the code that makes the tables, so that page and tables cannot disagree. The
//! scripts draw, sort and choose.

mod data;
mod latency;
mod load;
mod tables;

use std::fmt::Write;

use crate::Results;
use crate::palette::{GROUND, LOOKS};

/// The scripts in the order in which they stand in the page; the last one starts the others.
const SCRIPTS: [&str; 17] = [
    include_str!("page/dom.js"),
    include_str!("page/format.js"),
    include_str!("page/marks.js"),
    include_str!("page/detail.js"),
    include_str!("page/axes.js"),
    include_str!("page/points.js"),
    include_str!("page/forest.js"),
    include_str!("page/lines.js"),
    include_str!("page/table.js"),
    include_str!("page/state.js"),
    include_str!("page/overview.js"),
    include_str!("page/spread.js"),
    include_str!("page/work.js"),
    include_str!("page/latency.js"),
    include_str!("page/curves.js"),
    include_str!("page/costs.js"),
    include_str!("page/main.js"),
];

/// The page of a run, as HTML.
///
/// The call takes a moment: the bootstrap of every interval in the page draws a thousand times.
///
/// # Panics
/// Never: the page's data can always be serialised.
#[must_use]
pub fn html(results: &Results) -> String {
    let data = serde_json::to_string(&data::Data::of(results)).expect("plain data serialises");
    // In a script, `</script` ends it and `<!--` changes how it is read, even within a string. In JSON, a `<` can only
    // be within a string, so it is written as an escape.
    let data = data.replace('<', "\\u003c");
    let script = format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.join("\n"));
    let mut page = String::new();
    // The template is read in one pass, so that no part of the data is taken for a placeholder.
    let mut rest = include_str!("page/page.html");
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        page.push_str(before);
        match name {
            "style" => page.push_str(&style()),
            "data" => page.push_str(&data),
            "script" => page.push_str(&script),
            other => panic!("page.html has a place for {other:?}, of which nothing is known"),
        }
        rest = after;
    }
    page + rest
}

/// The style sheet, with the palette's colours as `--hue-0` and so on.
fn style() -> String {
    let mut style = format!(":root {{\n  --ground: light-dark({}, {});\n", GROUND.0, GROUND.1);
    for (index, look) in LOOKS.iter().enumerate() {
        let _ = writeln!(style, "  --hue-{index}: light-dark({}, {});", look.light, look.dark);
    }
    style + "}\n" + include_str!("page/page.css")
}
