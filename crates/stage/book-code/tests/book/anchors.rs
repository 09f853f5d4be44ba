//! The anchors: marks in source files by which pages include code.

use std::collections::BTreeMap;

/// The anchors of one file, and its defects.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// The line of each begin, by name.
    pub(crate) begins: BTreeMap<String, usize>,
    pub(crate) defects: Vec<(usize, String)>,
}

impl Anchors {
    pub(crate) fn read(text: &str) -> Self {
        let mut anchors = Self::default();
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        for (line, text) in (1..).zip(text.lines()) {
            // An anchor is a comment that has no other text, so a test may talk of anchors.
            let Some(comment) = text.trim_start().strip_prefix("// ").or_else(|| text.strip_prefix("# "))
            else {
                continue;
            };
            if let Some(name) = comment.strip_prefix("ANCHOR: ") {
                if anchors.begins.insert(name.to_owned(), line).is_some() {
                    anchors.defects.push((line, format!("anchor `{name}` begins twice")));
                }
                open.insert(name, line);
            } else if let Some(name) = comment.strip_prefix("ANCHOR_END: ") {
                match open.remove(name) {
                    None => anchors.defects.push((line, format!("anchor `{name}` ends and never began"))),
                    Some(begin) if begin + 1 == line => {
                        anchors.defects.push((line, format!("anchor `{name}` holds nothing")));
                    }
                    Some(_) => {}
                }
            } else if comment.starts_with("ANCHOR") {
                anchors.defects.push((line, format!("not an anchor: `{comment}`")));
            }
        }
        let endless = open.into_iter().map(|(name, line)| (line, format!("anchor `{name}` does not end")));
        anchors.defects.extend(endless);
        anchors
    }
}
