//! The count of one file's lines that have code on them, and of the unsafe ones among them.

use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::str::FromStr;

use proc_macro2::{Delimiter, LexError, Span, TokenStream, TokenTree};

/// Lines with code on them: not blank, no comment, no test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The number of all such lines.
    pub code: usize,
    /// The number of those in unsafe blocks, functions, impls and traits, which are counted whole.
    pub in_unsafe: usize,
}

impl AddAssign for Lines {
    fn add_assign(&mut self, other: Self) {
        self.code += other.code;
        self.in_unsafe += other.in_unsafe;
    }
}

/// The findings in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    code: BTreeSet<usize>,
    in_unsafe: BTreeSet<usize>,
    /// Modules in files of their own that are compiled for tests only.
    pub(crate) test_modules: Vec<String>,
}

impl Found {
    /// Looks through the text of a file.
    ///
    /// The search goes by tokens. Rejected: a parser, which does not see the code in a macro's braces, and tokio wraps
    /// half of its source, unsafe blocks included, in macros that stand for a `cfg`.
    pub(crate) fn in_file(text: &str) -> Result<Self, LexError> {
        let mut found = Self::default();
        found.walk(TokenStream::from_str(text)?);
        Ok(found)
    }

    pub(crate) fn lines(&self) -> Lines {
        Lines { code: self.code.len(), in_unsafe: self.in_unsafe.intersection(&self.code).count() }
    }

    fn walk(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            match Attribute::at(&trees[at..]) {
                Some(Attribute::Doc(length)) => {
                    at += length;
                    continue;
                }
                // `#![cfg(test)]` holds for the rest of the file.
                Some(Attribute::Test { inner: true, .. }) => return,
                Some(Attribute::Test { length, .. }) => {
                    let item = at + length;
                    at = end_of_item(&trees, item);
                    self.test_modules.extend(module_in_a_file(&trees[item..at]));
                    continue;
                }
                None => {}
            }
            if let Some(end) = end_of_unsafe(&trees, at) {
                self.in_unsafe.extend(first(tree.span())..=last(trees[end - 1].span()));
            }
            self.mark(tree);
            at += 1;
        }
    }

    fn mark(&mut self, tree: &TokenTree) {
        match tree {
            TokenTree::Group(group) => {
                if group.delimiter() != Delimiter::None {
                    self.code.extend([first(group.span_open()), last(group.span_close())]);
                }
                self.walk(group.stream());
            }
            leaf => self.code.extend(first(leaf.span())..=last(leaf.span())),
        }
    }
}

fn first(span: Span) -> usize {
    span.start().line
}

fn last(span: Span) -> usize {
    span.end().line
}

/// The attributes that matter to the count, with their number of tokens.
enum Attribute {
    /// A doc comment, which the tokenizer hands over as `#[doc = "..."]`.
    Doc(usize),
    /// `cfg(test)`, or `cfg(all(test, ...))`: the item is for tests only.
    Test { length: usize, inner: bool },
}

impl Attribute {
    fn at(trees: &[TokenTree]) -> Option<Self> {
        if !is_punct(trees.first(), '#') {
            return None;
        }
        let inner = is_punct(trees.get(1), '!');
        let length = if inner { 3 } else { 2 };
        let inside = inside(trees.get(length - 1), Delimiter::Bracket)?;
        if is_ident(inside.first(), "doc") && is_punct(inside.get(1), '=') {
            return Some(Self::Doc(length));
        }
        let of_test = is_ident(inside.first(), "cfg")
            && needs_test(&self::inside(inside.get(1), Delimiter::Parenthesis)?);
        of_test.then_some(Self::Test { length, inner })
    }
}

/// Whether a `cfg`'s condition can only hold in tests: it is `test`, or an `all` with such a condition in it.
fn needs_test(condition: &[TokenTree]) -> bool {
    match condition {
        [only] => is_ident(Some(only), "test"),
        [all, of] if is_ident(Some(all), "all") => inside(Some(of), Delimiter::Parenthesis)
            .is_some_and(|of| of.split(|tree| is_punct(Some(tree), ',')).any(needs_test)),
        _ => false,
    }
}

/// The place behind the last token of the item, field or statement that begins at `at`, its other attributes included.
fn end_of_item(trees: &[TokenTree], mut at: usize) -> usize {
    while is_punct(trees.get(at), '#') {
        at += 2;
    }
    if is_ident(trees.get(at), "pub") {
        at += 1 + usize::from(inside(trees.get(at + 1), Delimiter::Parenthesis).is_some());
    }
    // A function's keywords come first, and it ends with its braces.
    let is_function = trees[at.min(trees.len())..].iter().take(5).any(|tree| is_ident(Some(tree), "fn"));
    let by_semicolon = ["use", "const", "static", "type", "let"];
    let by_brace = ["mod", "fn", "struct", "enum", "union", "impl", "trait", "unsafe", "async", "extern"];
    let is_one_of = |words: &[&str]| words.iter().any(|word| is_ident(trees.get(at), word));
    let ends = |tree: &TokenTree| {
        let (semicolon, brace) = (is_punct(Some(tree), ';'), inside(Some(tree), Delimiter::Brace).is_some());
        if is_one_of(&by_semicolon) && !is_function {
            semicolon
        } else if is_one_of(&by_semicolon) || is_one_of(&by_brace) {
            semicolon || brace
        } else {
            semicolon || brace || is_punct(Some(tree), ',')
        }
    };
    trees.iter().skip(at).position(ends).map_or(trees.len(), |length| at + length + 1)
}

/// The name in `mod name;`.
fn module_in_a_file(item: &[TokenTree]) -> Option<String> {
    let at = item.iter().position(|tree| is_ident(Some(tree), "mod"))?;
    match &item[at + 1..] {
        [TokenTree::Ident(name), end] if is_punct(Some(end), ';') => Some(name.to_string()),
        _ => None,
    }
}

/// The place behind the last token of the unsafe block, function, impl or trait that begins at `at`.
fn end_of_unsafe(trees: &[TokenTree], at: usize) -> Option<usize> {
    if !is_ident(trees.get(at), "unsafe") {
        return None;
    }
    let mut next = at + 1;
    if inside(trees.get(next), Delimiter::Brace).is_some() {
        return Some(next + 1);
    }
    if is_ident(trees.get(next), "extern") {
        // The name of the calling convention may be left out.
        next += if matches!(trees.get(next + 1), Some(TokenTree::Literal(_))) { 2 } else { 1 };
    }
    // `unsafe fn(...)` is the type of a pointer, and no code.
    let is_function =
        is_ident(trees.get(next), "fn") && inside(trees.get(next + 1), Delimiter::Parenthesis).is_none();
    if !is_function && !["impl", "trait", "auto"].iter().any(|word| is_ident(trees.get(next), word)) {
        return None;
    }
    let ends = |tree: &TokenTree| is_punct(Some(tree), ';') || inside(Some(tree), Delimiter::Brace).is_some();
    let length = trees.iter().skip(next).position(ends)?;
    Some(next + length + 1)
}

fn is_ident(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_punct(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The tokens between such brackets, if the token is a pair of them.
fn inside(tree: Option<&TokenTree>, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match tree {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
