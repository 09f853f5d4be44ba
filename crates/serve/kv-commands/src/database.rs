//! The numbers of databases, of which this server has one.
//!
//! Redis has sixteen by default, and its manual advises against more than one: they share one thread and one `FLUSHALL`. Here
//! a second database would be a prefix on every key of every command, event and pattern, for all backends. The server
//! must see to it that no write lands in the wrong database, and an error alone does not achieve that: some clients
//! send `SELECT 1`, do not look at the answer and go on writing.

use kv_resp::{Request, parse_integer};

use super::Failure;

/// Redis's default for `databases`. A number below it means another database to a client, and a number above it is a
/// mistake to Redis as well.
const DATABASES_OF_REDIS: i32 = 16;

/// The meaning of a database number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The only database of this server.
    Here,
    /// A database that a Redis has by default and this server has not.
    Elsewhere,
}

/// Reads the argument at `index` as the number of a database.
///
/// # Errors
/// The words of Redis for a text that is no number of 32 bits, or is the number of no database.
pub fn database(request: &Request, index: usize) -> Result<Database, Failure> {
    let number = parse_integer(request.arg(index)).ok_or(Failure::NOT_AN_INTEGER)?;
    match i32::try_from(number) {
        Ok(0) => Ok(Database::Here),
        Ok(1..DATABASES_OF_REDIS) => Ok(Database::Elsewhere),
        Ok(_) => Err(Failure::fixed("ERR DB index is out of range")),
        Err(_) => {
            Err(Failure::fixed("ERR value is out of range, value must between -2147483648 and 2147483647"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_database_among_those_of_redis() {
        let read =
            |text: &str| database(&["SELECT", text].into_iter().collect(), 1).map_err(|it| it.to_string());
        assert_eq!(read("0"), Ok(Database::Here));
        for number in ["1", "9", "15"] {
            assert_eq!(read(number), Ok(Database::Elsewhere));
        }
        for number in ["16", "-1", "2147483647", "-2147483648"] {
            assert_eq!(read(number), Err("ERR DB index is out of range".to_owned()));
        }
        for number in ["2147483648", "-2147483649"] {
            let message = "ERR value is out of range, value must between -2147483648 and 2147483647";
            assert_eq!(read(number), Err(message.to_owned()));
        }
        for text in ["abc", "", "01", "1.5", "99999999999999999999"] {
            assert_eq!(read(text), Err("ERR value is not an integer or out of range".to_owned()));
        }
    }
}
