//! Small sets whose members have names: what `COMMAND INFO` lists.
//!
//! Rejected: `bitflags`. It names the members like the constants, in capitals, and Redis's names are in small letters.

/// Declares a set type; `names` lists the members in the order of their declaration.
macro_rules! bit_set {
    ($(#[$doc:meta])* $vis:vis $set:ident of $place:ident { $($(#[$member_doc:meta])* $member:ident = $name:literal,)+ }) => {
        #[allow(dead_code, non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the constants are")]
        enum $place { $($member),+ }

        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        $vis struct $set(u32);

        impl $set {
            /// The empty set.
            #[allow(dead_code, reason = "not every set is ever empty")]
            pub(crate) const NONE: Self = Self(0);

            const NAMES: &'static [&'static str] = &[$($name),+];

            $(
                $(#[$member_doc])*
                #[allow(dead_code, reason = "listed, whether or not a command is in it")]
                $vis const $member: Self = Self(1 << $place::$member as u32);
            )+

            /// The union of the two sets.
            #[must_use]
            pub(crate) const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Whether the set holds all members of `other`.
            #[must_use]
            #[allow(dead_code, reason = "not every set is asked")]
            $vis const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// The members' names.
            pub(crate) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
                let has = move |place: &(usize, &&'static str)| self.0 & (1 << place.0) != 0;
                Self::NAMES.iter().enumerate().filter(has).map(|(_, name)| *name)
            }

            /// The member of this name, in any case.
            #[allow(dead_code, reason = "not every set is looked up in")]
            pub(crate) fn named(name: &[u8]) -> Option<Self> {
                let place = Self::NAMES.iter().position(|known| known.as_bytes().eq_ignore_ascii_case(name))?;
                Some(Self(1 << place))
            }
        }
    };
}

pub(super) use bit_set;
