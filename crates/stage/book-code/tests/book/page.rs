//! A page of the book, parsed as far as the check needs it: blocks of code, headings, links, code in the text.

/// A page and its parts.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) fences: Vec<Fence>,
    pub(crate) headings: Vec<Heading>,
    /// Targets of links and images, with their lines.
    pub(crate) links: Vec<(usize, String)>,
    /// The texts between backticks, with their lines.
    pub(crate) code: Vec<(usize, String)>,
    /// The directives `{{#...}}`, without the braces, with their lines.
    pub(crate) directives: Vec<(usize, String)>,
    /// Syntax that this reader does not understand, and that no page may have, with its lines.
    pub(crate) unreadable: Vec<(usize, &'static str)>,
}

/// A fenced block of code.
#[derive(Debug)]
pub(crate) struct Fence {
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) body: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) level: usize,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut fence: Option<Fence> = None;
        for (line, text) in (1..).zip(text.lines()) {
            page.read_directives(line, text);
            match (&mut fence, text.trim_start().strip_prefix("```")) {
                (None, Some(language)) => {
                    fence = Some(Fence { line, language: language.trim().to_owned(), body: Vec::new() });
                }
                (Some(_), Some(_)) => page.fences.extend(fence.take()),
                (Some(open), None) => open.body.push(text.to_owned()),
                (None, None) => page.read_text(line, text),
            }
        }
        if let Some(open) = fence {
            page.unreadable.push((open.line, "a block of code does not end"));
        }
        page
    }

    /// The ids that mdBook gives to the headings.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for heading in &self.headings {
            let base = id(&heading.text);
            let numbered = (1..).map(|n| format!("{base}-{n}"));
            let free = std::iter::once(base.clone()).chain(numbered).find(|id| !ids.contains(id));
            ids.extend(free);
        }
        ids
    }

    fn read_directives(&mut self, line: usize, text: &str) {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("{{#") {
            let Some((directive, after)) = after.split_once("}}") else {
                self.unreadable.push((line, "a directive does not end on its line"));
                return;
            };
            self.directives.push((line, directive.trim().to_owned()));
            rest = after;
        }
    }

    fn read_text(&mut self, line: usize, text: &str) {
        let level = text.bytes().take_while(|byte| *byte == b'#').count();
        if let (1..=6, Some(heading)) = (level, text[level..].strip_prefix(' ')) {
            self.headings.push(Heading { level, text: heading.trim().to_owned() });
        }
        if text.matches('`').count() % 2 == 1 {
            self.unreadable.push((line, "code in the text does not end on its line"));
        }
        let mut prose = String::new();
        for (n, part) in text.split('`').enumerate() {
            if n % 2 == 1 {
                self.code.push((line, part.to_owned()));
            } else {
                prose.push_str(part);
            }
        }
        self.read_links(line, &prose);
    }

    fn read_links(&mut self, line: usize, prose: &str) {
        for after in prose.split("](").skip(1) {
            match after.split_once(')') {
                Some((target, _)) => self.links.push((line, target.trim().to_owned())),
                None => self.unreadable.push((line, "a link does not end on its line")),
            }
        }
        // The line is the definition of a link that the text refers to by its label.
        if prose.starts_with('[')
            && let Some((_, target)) = prose.split_once("]: ")
        {
            self.links.push((line, target.trim().to_owned()));
        }
    }
}

/// The id of a heading, as mdBook makes it: letters and digits in lower case, blanks as hyphens, nothing else.
fn id(heading: &str) -> String {
    let kept = heading.chars().filter_map(|char| match char {
        char if char.is_alphanumeric() || char == '_' || char == '-' => Some(char.to_ascii_lowercase()),
        char if char.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}
