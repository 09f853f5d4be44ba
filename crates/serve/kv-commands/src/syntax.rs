//! The parser of the manual's notation for a command's arguments.
//!
//! `COMMAND DOCS` tells clients of arguments as a tree, and people read a line. The table has only the line, and the
//! tree is computed from it: two descriptions would come to differ.

#[cfg(test)]
mod tests;

/// An argument, or a group of arguments that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The argument's name; empty for a group.
    pub(crate) name: &'static str,
    /// The word in front of the argument, or the word that the argument is.
    pub(crate) token: Option<&'static str>,
    /// Whether the argument is a word without a value.
    pub(crate) pure: bool,
    /// Whether the argument may be left out.
    pub(crate) optional: bool,
    /// Whether the argument may be repeated.
    pub(crate) multiple: bool,
    /// The parts of a group.
    pub(crate) parts: Parts,
}

/// The parts of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Parts {
    /// No parts: a single argument.
    #[default]
    None,
    /// A group of which all parts belong together.
    All(Vec<Argument>),
    /// A group of which one part is chosen.
    OneOf(Vec<Argument>),
}

/// Reads a line such as `key [NX | XX] [EX seconds] [name ...]`.
pub(crate) fn arguments(line: &'static str) -> Vec<Argument> {
    match (Reader { rest: line }).group() {
        Parts::None => Vec::new(),
        Parts::All(all) => all,
        choice @ Parts::OneOf(_) => vec![Argument { parts: choice, ..Argument::default() }],
    }
}

struct Reader {
    rest: &'static str,
}

impl Reader {
    /// Reads everything up to the end of the line or to the bracket that closes the group.
    fn group(&mut self) -> Parts {
        let (mut choices, mut run) = (Vec::new(), Vec::new());
        while let Some(word) = self.word() {
            match word {
                "]" | ">" => break,
                "|" => choices.push(one(std::mem::take(&mut run))),
                "..." => repeat(&mut run),
                "[" => {
                    let argument = wrap(self.group());
                    if !continues(&mut run, &argument) {
                        run.push(Argument { optional: true, ..argument });
                    }
                }
                "<" => run.push(wrap(self.group())),
                word if is_token(word) => {
                    run.push(Argument { name: word, token: Some(word), pure: true, ..Argument::default() });
                }
                word => name(word, &mut run),
            }
        }
        if choices.is_empty() {
            if run.is_empty() { Parts::None } else { Parts::All(run) }
        } else {
            choices.push(one(run));
            Parts::OneOf(choices)
        }
    }

    /// The next word; a bracket is a word, and three dots are one.
    fn word(&mut self) -> Option<&'static str> {
        let rest = self.rest.trim_start();
        let length = match rest.chars().next()? {
            '[' | ']' | '<' | '>' => 1,
            _ => rest.find([' ', '[', ']', '<', '>']).unwrap_or(rest.len()),
        };
        let (word, rest) = rest.split_at(length);
        self.rest = rest;
        Some(word)
    }
}

/// Whether the word is in capitals, and so is sent as it is.
fn is_token(word: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '-')
}

/// Adds a name. It belongs to the word in front of it, if there is one.
fn name(name: &'static str, run: &mut Vec<Argument>) {
    match run.last_mut() {
        Some(last) if last.pure => (last.name, last.pure) = (name, false),
        _ => run.push(Argument { name, ..Argument::default() }),
    }
}

/// Marks all arguments in front of three dots in their group as repeated.
fn repeat(run: &mut Vec<Argument>) {
    let again = one(std::mem::take(run));
    run.push(Argument { multiple: true, ..again });
}

/// Whether `again` repeats the last argument: the manual writes `key [key ...]` for one argument that may be repeated.
fn continues(run: &mut Vec<Argument>, again: &Argument) -> bool {
    let once = Argument { multiple: false, ..again.clone() };
    let length = match &once.parts {
        Parts::All(parts) if run.ends_with(parts) => parts.len(),
        _ if run.last() == Some(&once) => 1,
        _ => return false,
    };
    if again.multiple {
        run.truncate(run.len() - length);
        run.push(again.clone());
    }
    again.multiple
}

fn one(mut run: Vec<Argument>) -> Argument {
    match run.len() {
        1 => run.remove(0),
        _ => Argument { parts: Parts::All(run), ..Argument::default() },
    }
}

fn wrap(parts: Parts) -> Argument {
    match parts {
        Parts::All(run) => one(run),
        parts => Argument { parts, ..Argument::default() },
    }
}
