//! Finds commands that need one owner for all their keys and have several.

use std::collections::HashSet;

use kv_core::{Command, Key, Topology};

use crate::Setting;

/// Whether the command has to be refused because its keys live in different actors.
pub(super) fn crosses(setting: Setting, command: &Command) -> bool {
    let needs_one =
        matches!(command, Command::Rename { .. } | Command::Copy { .. } | Command::Transaction(_));
    if !needs_one || setting.topology == Topology::Single {
        return false;
    }
    match keys(command) {
        None => true,
        Some(keys) => keys.iter().map(|key| setting.owner(key)).collect::<HashSet<_>>().len() > 1,
    }
}

/// The keys that a command names; `None` for a command that concerns all keys.
fn keys(command: &Command) -> Option<Vec<Key>> {
    Some(match command {
        Command::Set(set) => vec![set.key.clone()],
        Command::Get { key }
        | Command::GetDelete { key }
        | Command::GetExpire { key, .. }
        | Command::Append { key, .. }
        | Command::Length { key }
        | Command::Range { key, .. }
        | Command::SetRange { key, .. }
        | Command::IncrementBy { key, .. }
        | Command::IncrementByFloat { key, .. }
        | Command::Expire { key, .. }
        | Command::ExpireTime { key }
        | Command::TimeToLive { key }
        | Command::Persist { key }
        | Command::Inspect { key }
        | Command::Version { key } => vec![key.clone()],
        Command::Delete { keys } | Command::Exists { keys } | Command::Touch { keys } => keys.clone(),
        Command::Rename { from, to, .. } | Command::Copy { from, to, .. } => vec![from.clone(), to.clone()],
        Command::Transaction(transaction) => {
            let watched = transaction.watched().iter().map(|(key, _)| vec![key.clone()]);
            let named = transaction.commands().iter().map(keys);
            watched.map(Some).chain(named).collect::<Option<Vec<_>>>()?.concat()
        }
        _ => return None,
    })
}
