//! The compact form of figures in results files. The files are kept for good, and hold a hundred thousand figures.

use serde::{Serialize, Serializer};

use crate::WindowFigures;

/// A number without the `.0` of a whole one. Readers take both.
struct Short(f64);

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Whole numbers are exact up to this size.
        if self.0.fract() == 0.0 && self.0.abs() < 9e15 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

pub(crate) fn launches<S: Serializer>(launches: &[Vec<f64>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(launches.iter().map(|rounds| rounds.iter().copied().map(Short).collect::<Vec<_>>()))
}

/// Writes a window as a list, in the order of its fields and without their names. Readers take a list as well as names:
/// the files of the first day have names.
impl Serialize for WindowFigures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { launch, offered, achieved, p50, p99, p999, max, service_p50, service_p99, lag_p99 } =
            *self;
        let rates = (Short(offered), Short(achieved));
        (launch, rates.0, rates.1, p50, p99, p999, max, service_p50, service_p99, lag_p99)
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;

    #[test]
    fn a_window_is_a_list_and_both_forms_are_read() {
        let window = WindowFigures {
            launch: 1,
            offered: 2000.0,
            achieved: 1999.5,
            p50: 3,
            p99: 4,
            p999: 5,
            max: 6,
            service_p50: 7,
            service_p99: 8,
            lag_p99: 9,
        };
        let text = serde_json::to_string(&window).expect("plain data");
        assert_eq!(text, "[1,2000,1999.5,3,4,5,6,7,8,9]");
        let named = r#"{"launch":1,"offered":2000.0,"achieved":1999.5,"p50":3,"p99":4,"p999":5,"max":6,
            "service_p50":7,"service_p99":8,"lag_p99":9}"#;
        for text in [text.as_str(), named] {
            assert_eq!(serde_json::from_str::<WindowFigures>(text).expect("a window"), window);
        }
    }

    #[test]
    fn whole_numbers_have_no_fraction_and_are_read_as_numbers() {
        let row = Row {
            label: "tokio".into(),
            backend: "tokio".into(),
            baseline: true,
            control: false,
            threads: "1".into(),
            launches: vec![vec![1055.0, 99.5], vec![0.25]],
        };
        let text = serde_json::to_string(&row).expect("plain data");
        assert!(text.ends_with("\"launches\":[[1055,99.5],[0.25]]}"), "{text}");
        assert_eq!(serde_json::from_str::<Row>(&text).expect("a row"), row);
    }
}
