//! A hash table whose entries keep their place.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::Key;

/// A page looks at this many places for each entry that it is to have, at most: in a table with many holes a page may be
/// shorter than asked for, but takes no longer.
const PLACES_PER_ENTRY: usize = 8;

/// A table with more places than so many times its entries fills its holes.
const MOST_PLACES: usize = 4;

/// The room that a collection keeps when most of its capacity is unused, or `None` while it is to be left alone. A
/// collection of what comes and goes asks this after it has removed something; the entries that move are few beside those
/// that went before.
#[must_use]
pub const fn room_to_keep(entries: usize, capacity: usize) -> Option<usize> {
    if capacity > 1024 && entries < capacity / 8 { Some(entries * 2) } else { None }
}

/// Keys and what belongs to each, in an order that a scan can walk while keys come and go.
///
/// It holds a [`Store`](crate::Store)'s keys, and for [`KeyRegistry`](crate::KeyRegistry)s the actors that live now.
///
/// An entry keeps its place in a list of places until it is removed, and leaves a hole that the next new entry takes. So a
/// scan, which walks the places, returns what is there all the time exactly once. Only a table that has become three quarters
/// empty moves entries, from the end into holes: a scan walks *down*, so it misses none of them, and may return one of them
/// twice. Redis's scan does the same while its table shrinks.
///
/// Rejected: an index map, which closes each hole with its last entry. Nearly every scan that ran beside deletions returned
/// some keys twice.
#[derive(Debug)]
pub struct KeyTable<T> {
    /// The places of the keys, by their hashes. The hasher has a fixed seed, so that equal stores behave and cost the same
    /// in every run.
    index: HashTable<usize>,
    /// The last place is never a hole.
    places: Vec<Option<Entry<T>>>,
    /// The holes, and places that were holes: whether a place still is one is checked when it is taken.
    holes: Vec<usize>,
}

#[derive(Debug)]
struct Entry<T> {
    /// The key's hash, kept so that a growing table reads no keys.
    hash: u64,
    key: Key,
    value: T,
}

impl<T> Default for KeyTable<T> {
    fn default() -> Self {
        Self { index: HashTable::new(), places: Vec::new(), holes: Vec::new() }
    }
}

#[inline]
fn hash_of(key: &Key) -> u64 {
    FixedState::default().hash_one(key)
}

impl<T> KeyTable<T> {
    /// An empty table with room for so many entries.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Self {
            index: HashTable::with_capacity(entries),
            places: Vec::with_capacity(entries),
            holes: Vec::new(),
        }
    }

    /// The value that belongs to the key.
    #[must_use]
    #[inline]
    pub fn get(&self, key: &Key) -> Option<&T> {
        self.place_of(key).and_then(|place| self.at(place)).map(|(_, value)| value)
    }

    /// Adds a key, or replaces the value that belongs to it; returns the value before.
    pub fn insert(&mut self, key: Key, value: T) -> Option<T> {
        if let Some(place) = self.place_of(&key) {
            return self.at_mut(place).map(|(_, old)| std::mem::replace(old, value));
        }
        let entry = Entry { hash: hash_of(&key), key, value };
        self.add(entry);
        None
    }

    /// Takes a key out. Gives memory back once most of it is unused, as a table of actors that come and go must.
    pub fn remove(&mut self, key: &Key) -> Option<T> {
        let (_, removed) = self.remove_at(self.place_of(key)?)?;
        if let Some(room) = room_to_keep(self.places.len(), self.places.capacity()) {
            self.places.shrink_to(room);
            self.holes.retain(|&hole| self.places.get(hole).is_some_and(Option::is_none));
            self.holes.shrink_to(room);
            let places = &self.places;
            self.index.shrink_to(room, |&place| hash_at(places, place));
        }
        Some(removed)
    }

    /// How many keys the table has.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether the table has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &T)> {
        self.places.iter().flatten().map(|entry| (&entry.key, &entry.value))
    }

    /// All entries, taken out of the table.
    pub fn into_entries(self) -> impl Iterator<Item = (Key, T)> {
        self.places.into_iter().flatten().map(|entry| (entry.key, entry.value))
    }

    /// The next page of a scan: about `count` entries from a cursor on, and the cursor after them. The first cursor and
    /// the last one are 0. An entry that is in the table during the whole scan is returned at least once.
    pub fn page(&self, cursor: u64, count: usize) -> (u64, impl Iterator<Item = (&Key, &T)>) {
        let end = match usize::try_from(cursor) {
            Ok(0) | Err(_) => self.places.len(),
            Ok(cursor) => cursor.min(self.places.len()),
        };
        let count = count.max(1);
        let lowest = end.saturating_sub(count.saturating_mul(PLACES_PER_ENTRY));
        let (mut start, mut entries) = (end, 0);
        while start > lowest && entries < count {
            start -= 1;
            entries += usize::from(self.places[start].is_some());
        }
        let page = self.places[start..end].iter().rev().flatten();
        (start as u64, page.map(|entry| (&entry.key, &entry.value)))
    }

    /// An entry drawn by lot, each as likely as any other; `lot` gives a random number for each attempt. At least one place
    /// in four has an entry.
    pub(crate) fn draw(&self, lot: impl FnMut(u64) -> u64) -> Option<(&Key, &T)> {
        let places = self.places.len() as u64;
        if places == 0 {
            return None;
        }
        (0..).map(lot).find_map(|lot| self.at((lot % places) as usize))
    }

    /// Where a key's entry is. The place is good until an entry is removed.
    #[inline]
    pub(crate) fn place_of(&self, key: &Key) -> Option<usize> {
        let is_at = |place: &usize| matches!(&self.places[*place], Some(entry) if entry.key == *key);
        self.index.find(hash_of(key), is_at).copied()
    }

    /// The entry at a place.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> Option<(&Key, &T)> {
        self.places.get(place)?.as_ref().map(|entry| (&entry.key, &entry.value))
    }

    /// The entry at a place, whose value can be changed.
    #[inline]
    pub(crate) fn at_mut(&mut self, place: usize) -> Option<(&Key, &mut T)> {
        self.places.get_mut(place)?.as_mut().map(|entry| (&entry.key, &mut entry.value))
    }

    /// Takes out the entry at a place. The places of other entries are no longer good.
    pub(crate) fn remove_at(&mut self, place: usize) -> Option<(Key, T)> {
        let Entry { hash, key, value } = self.places.get_mut(place)?.take()?;
        if let Ok(found) = self.index.find_entry(hash, |&at| at == place) {
            found.remove();
        }
        if self.index.len() * MOST_PLACES >= self.places.len() {
            self.holes.push(place);
        } else if let Some(Some(last)) = self.places.pop_if(|last| last.is_some()) {
            if let Some(at) = self.index.find_mut(last.hash, |&at| at == self.places.len()) {
                *at = place;
            }
            self.places[place] = Some(last);
        }
        while self.places.pop_if(|last| last.is_none()).is_some() {}
        Some((key, value))
    }

    /// Takes out all entries.
    pub(crate) fn clear(&mut self) {
        self.index.clear();
        self.places.clear();
        self.holes.clear();
    }

    fn add(&mut self, entry: Entry<T>) {
        let hash = entry.hash;
        let hole = loop {
            match self.holes.pop() {
                Some(hole) if matches!(self.places.get(hole), Some(None)) => break Some(hole),
                Some(_) => {}
                None => break None,
            }
        };
        let place = hole.unwrap_or(self.places.len());
        match hole {
            Some(hole) => self.places[hole] = Some(entry),
            None => self.places.push(Some(entry)),
        }
        let places = &self.places;
        self.index.insert_unique(hash, place, |&place| hash_at(places, place));
    }
}

/// The hash of the entry at a place that the index has.
fn hash_at<T>(places: &[Option<Entry<T>>], place: usize) -> u64 {
    places[place].as_ref().expect("the index knows no holes").hash
}

#[cfg(test)]
mod tests;
