//! `HELP` of a container.

use kv_resp::Encoder;

use crate::Spec;

/// Writes a container's subcommands, each with its arguments and one line on what it does.
pub fn help(container: &Spec, out: &mut Encoder<'_>) {
    let name = container.name.to_ascii_uppercase();
    out.array(1 + 2 * container.subcommands.len());
    out.simple(&format!("{name} <subcommand> [<argument> ...], where the subcommand is one of:"));
    for subcommand in container.subcommands {
        let name = subcommand.short_name().to_ascii_uppercase();
        out.simple(format!("{name} {}", subcommand.syntax).trim_end());
        out.simple(&format!("    {}", subcommand.summary));
    }
}
