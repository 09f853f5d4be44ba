//! The flags of key events, which say what is published and where: the letters of `notify-keyspace-events`.

use std::fmt;

/// The letters of the classes in the order in which Redis prints them, all of which `A` stands for.
const CLASSES: &str = "g$lshzxetd";
/// All letters that stand for themselves; each has the bit of its place.
const LETTERS: &str = "g$lshzxetdnKEm";

/// A set of classes of events, and of the channels on which they are published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EventFlags(u16);

impl EventFlags {
    /// Every class that `A` stands for: all but new keys and misses.
    const ALL: Self = Self((1 << CLASSES.len()) - 1);

    /// The flags that the letters stand for; `None` if Redis does not know one of the letters.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.chars().try_fold(Self::default(), |flags, letter| match letter {
            'A' => Some(Self(flags.0 | Self::ALL.0)),
            letter => Some(Self(flags.0 | bit(letter)?)),
        })
    }

    /// Whether the set has the class with this letter.
    pub(crate) fn has(self, letter: char) -> bool {
        bit(letter).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Whether the events are published on the channel of the key.
    pub(crate) fn keyspace(self) -> bool {
        self.has('K')
    }

    /// Whether the events are published on the channel of the event.
    pub(crate) fn keyevent(self) -> bool {
        self.has('E')
    }

    /// Whether anything is published: that takes a class and a channel.
    pub(crate) fn publishes(self) -> bool {
        let is_class = |letter: char| !"KE".contains(letter);
        (self.keyspace() || self.keyevent())
            && LETTERS.chars().any(|letter| is_class(letter) && self.has(letter))
    }
}

impl fmt::Display for EventFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0 & Self::ALL.0 == Self::ALL.0;
        if all {
            f.write_str("A")?;
        }
        for letter in LETTERS.chars().filter(|&letter| self.has(letter)) {
            // New keys are not part of `A`. Redis 7.0 nevertheless leaves them out beside `A`, and a client that sets
            // what it has read turns them off; here they are shown.
            if !all || !CLASSES.contains(letter) {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}

fn bit(letter: char) -> Option<u16> {
    LETTERS.chars().position(|known| known == letter).map(|place| 1 << place)
}
