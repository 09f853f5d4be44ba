use std::collections::{BTreeMap, HashMap, HashSet};

use super::*;

fn key(n: u32) -> Key {
    Key::from(n.to_string())
}

fn table(entries: u32) -> KeyTable<u32> {
    let mut table = KeyTable::default();
    for n in 0..entries {
        assert_eq!(table.insert(key(n), n), None);
    }
    table
}

/// A whole scan, with something done after each page; how often each value was returned.
fn scan(table: &mut KeyTable<u32>, mut between: impl FnMut(&mut KeyTable<u32>)) -> HashMap<u32, usize> {
    let (mut cursor, mut seen) = (0, HashMap::new());
    loop {
        let (next, entries) = table.page(cursor, 7);
        entries.for_each(|(_, &n)| *seen.entry(n).or_default() += 1);
        cursor = next;
        if cursor == 0 {
            return seen;
        }
        between(table);
    }
}

#[test]
fn it_agrees_with_a_map() {
    let (mut table, mut map) = (KeyTable::default(), BTreeMap::new());
    // A fixed walk that inserts, replaces and removes, first more of one and then of the other.
    let mut state = 1_u32;
    for step in 0..40_000_u32 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (n, remove) = ((state >> 8) % 1000, state >> 28 < if step / 10_000 % 2 == 0 { 4 } else { 12 });
        if remove {
            assert_eq!(table.remove(&key(n)), map.remove(&n));
        } else {
            assert_eq!(table.insert(key(n), step), map.insert(n, step));
        }
        assert_eq!((table.len(), table.is_empty()), (map.len(), map.is_empty()));
        assert_eq!(table.get(&key(n)), map.get(&n));
    }
    let entries: BTreeMap<Key, u32> = table.into_entries().collect();
    assert_eq!(entries, map.into_iter().map(|(n, value)| (key(n), value)).collect());
}

#[test]
fn a_scan_returns_what_stays_once_while_others_come_and_go() {
    let mut table = table(1000);
    let (mut gone, mut new) = ((0..1000).step_by(3), 1000..);
    let seen = scan(&mut table, |table| {
        for n in gone.by_ref().take(2) {
            table.remove(&key(n));
        }
        let n = new.next().expect("endless");
        table.insert(key(n), n);
    });
    for n in (0..1000).filter(|n| table.get(&key(*n)).is_some()) {
        assert_eq!(seen[&n], 1, "{n}");
    }
}

#[test]
fn a_scan_misses_nothing_of_a_table_that_shrinks() {
    let mut table = table(1000);
    let mut gone = 0..950;
    let seen = scan(&mut table, |table| {
        for n in gone.by_ref().take(20) {
            table.remove(&key(n));
        }
    });
    let stayed: HashSet<u32> = (950..1000).collect();
    assert!(stayed.iter().all(|n| seen.contains_key(n)));
}

#[test]
fn a_page_of_a_table_with_holes_is_short_rather_than_slow() {
    let mut table = table(1000);
    for n in (0..1000).filter(|n| n % 4 != 3) {
        table.remove(&key(n));
    }
    let mut pages = 0;
    assert_eq!(scan(&mut table, |_| pages += 1).len(), 250);
    assert!(pages <= 1000 / 7, "{pages} pages");
}

#[test]
fn each_entry_is_as_likely_to_be_drawn() {
    let mut table = table(40);
    for n in (0..40).filter(|n| n % 4 != 3) {
        table.remove(&key(n));
    }
    let state = FixedState::default();
    let mut drawn: HashMap<u32, usize> = HashMap::new();
    for choice in 0..10_000_u64 {
        let (_, n) = table.draw(|attempt| state.hash_one((choice, attempt))).expect("there are some");
        *drawn.entry(*n).or_default() += 1;
    }
    assert!(drawn.len() == 10 && drawn.values().all(|times| (850..1150).contains(times)), "{drawn:?}");
    assert!(KeyTable::<u32>::default().draw(|_| 7).is_none());
}

#[test]
fn an_emptied_table_gives_memory_back() {
    let mut table = table(100_000);
    for n in 0..100_000 {
        assert_eq!(table.remove(&key(n)), Some(n));
    }
    assert!(table.is_empty() && table.places.capacity() < 5_000 && table.index.capacity() < 5_000);
    assert!(table.holes.capacity() < 5_000);
}

#[test]
fn a_table_that_is_filled_and_emptied_again_and_again_does_not_grow() {
    let mut table = table(1000);
    for round in 1..50 {
        for n in 0..1000 {
            table.remove(&key(n + (round - 1) * 1000));
            table.insert(key(n + round * 1000), n);
        }
    }
    assert_eq!((table.len(), table.places.len()), (1000, 1000));
    assert!(table.holes.len() <= 1000);
}
