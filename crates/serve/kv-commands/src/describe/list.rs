//! `COMMAND LIST`.

use kv_core::glob_matches;
use kv_resp::{Encoder, Request};

use super::{all, everything, is};
use crate::{Categories, Failure, Spec};

/// Writes the names that the request `COMMAND LIST [FILTERBY ...]` asks for. A filter also finds commands that are
/// known and not served, as `COMMAND INFO` does; the plain list leaves them out.
///
/// # Errors
/// A syntax error if the request has another option.
pub fn list(request: &Request, out: &mut Encoder<'_>) -> Result<(), Failure> {
    if request.len() == 2 {
        write(all().flat_map(|spec| std::iter::once(spec).chain(spec.subcommands)), out);
        return Ok(());
    }
    if request.len() != 5 || !is(request.arg(2), "FILTERBY") {
        return Err(Failure::SYNTAX);
    }
    let (by, wanted) = (request.arg(3), request.arg(4));
    if is(by, "MODULE") {
        // The server has no modules.
        out.array(0);
    } else if is(by, "ACLCAT") {
        let category = Categories::named(wanted);
        write(
            everything()
                .filter(|spec| category.is_some_and(|category| spec.all_categories().contains(category))),
            out,
        );
    } else if is(by, "PATTERN") {
        let pattern = wanted.to_ascii_lowercase();
        write(everything().filter(|spec| glob_matches(&pattern, spec.name.as_bytes())), out);
    } else {
        return Err(Failure::SYNTAX);
    }
    Ok(())
}

fn write(specs: impl Iterator<Item = &'static Spec> + Clone, out: &mut Encoder<'_>) {
    out.array(specs.clone().count());
    for spec in specs {
        out.bulk(spec.name.as_bytes());
    }
}
