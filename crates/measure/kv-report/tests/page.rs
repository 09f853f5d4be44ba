//! Tests of the page: it has all data, and loads nothing.

mod fixture;

use kv_report::page;
use kv_report::palette::LOOKS;
use serde_json::Value;

/// The data that the page's scripts read.
fn data(page: &str) -> Value {
    let (_, data) =
        page.split_once(r#"<script type="application/json" id="data">"#).expect("it has its data");
    let (data, _) = data.split_once("</script>").expect("the data ends");
    serde_json::from_str(data).expect("the data is JSON")
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn every_row_of_every_table_is_in_it() {
    let results = fixture::results();
    let data = data(&page::html(&results));
    for (name, tables) in [("tables", &results.tables), ("curves", &results.curves)] {
        assert_eq!(array(&data, name).len(), tables.len());
        for (shown, table) in array(&data, name).iter().zip(tables) {
            assert_eq!(shown["workload"], *table.workload);
            assert_eq!(shown["command"], *table.command);
            let labels: Vec<&str> =
                array(shown, "rows").iter().filter_map(|row| row["label"].as_str()).collect();
            assert_eq!(labels, table.rows.iter().map(|row| &*row.label).collect::<Vec<_>>());
        }
    }
    for (shown, table) in array(&data, "latency").iter().zip(&results.latency) {
        let points = |row: &Value| array(row, "points").len();
        let measured: Vec<usize> = table.rows.iter().map(|row| row.points.len()).collect();
        assert_eq!(array(shown, "rows").iter().map(points).collect::<Vec<_>>(), measured);
    }
    assert_eq!(array(&data, "latency").len(), results.latency.len());
    assert_eq!(array(&data, "costs").len(), results.costs.len());
    assert_eq!(array(&data, "memory").len(), results.memory.len());
    assert_eq!(array(&data, "overload").len(), results.overload.len());
}

#[test]
fn figures_are_the_tables_estimates() {
    let results = fixture::results();
    let data = data(&page::html(&results));
    // The last bit is not compared, because this JSON reader does not promise it.
    let is = |shown: &Value, figure: f64| {
        shown.as_f64().is_some_and(|shown| (shown - figure).abs() <= 1e-12 * figure.abs())
    };
    for (shown, table) in array(&data, "tables").iter().zip(&results.tables) {
        for (shown, row) in array(shown, "rows").iter().zip(&table.rows) {
            let estimate = kv_report::Estimate::of(row, table, results.seed).expect("rounds");
            let figure = &shown["ratio"];
            assert!(is(&figure["value"], estimate.ratio), "{figure} is not {estimate:?}");
            assert!(is(&figure["low"], estimate.low) && is(&figure["high"], estimate.high), "{figure}");
            assert_eq!(figure["about"], estimate.is_about_one());
            assert_eq!(figure["noisy"], !estimate.is_conclusive());
            assert_eq!(shown["cost"].is_null(), estimate.overhead_ns.is_none());
            assert!(estimate.overhead_ns.is_none_or(|cost| is(&shown["cost"]["value"], cost)), "{shown}");
        }
    }
}

#[test]
fn a_noisy_row_and_a_doubtful_table_are_marked() {
    let data = data(&page::html(&fixture::results()));
    let table = |workload: &str| {
        let is = |table: &&Value| table["workload"] == workload && table["lane"] == "mt2";
        array(&data, "tables").iter().find(is).cloned().expect("it is there")
    };
    let noisy: Vec<Value> =
        array(&table("ycsb-b"), "rows").iter().filter(|row| row["ratio"]["noisy"] == true).cloned().collect();
    assert_eq!(noisy.iter().map(|row| &row["label"]).collect::<Vec<_>>(), ["elfo"]);
    assert_eq!(table("tell")["doubtful"], true);
    assert_eq!(table("rtt")["doubtful"], false);
}

#[test]
fn nothing_in_the_figures_ends_the_script() {
    let mut results = fixture::results();
    results.tables[0].title = "</script><!-- {{script}} <script>".to_owned();
    let page = page::html(&results);
    assert_eq!(page.matches("</script>").count(), 2, "the data's and the script's own");
    assert!(!page.contains("<!--"));
    assert_eq!(data(&page)["tables"][0]["title"], results.tables[0].title);
    assert_eq!(data(&page)["run"]["command"], results.command);
}

#[test]
fn it_loads_nothing() {
    let page = page::html(&fixture::results());
    // The name of SVG's elements is an address, which browsers never load.
    let page = page.replace("http://www.w3.org/2000/svg", "");
    for loads in ["http:", "https:", " src=", "@import", "url(", "fetch(", "import("] {
        assert!(!page.contains(loads), "{loads}");
    }
    assert!(page.contains("default-src 'none'"), "and the browser is told not to");
}

#[test]
fn it_has_the_palettes_colours() {
    let page = page::html(&fixture::results());
    for look in LOOKS {
        assert!(page.contains(&format!("light-dark({}, {})", look.light, look.dark)), "{}", look.label);
    }
}

#[test]
fn an_empty_run_makes_a_page_as_well() {
    let page = page::html(&kv_report::Results::default());
    assert!(array(&data(&page), "tables").is_empty());
}

#[test]
fn a_full_run_stays_below_a_megabyte() {
    let mut results = fixture::results();
    // The tables are as many as in a full run, and their rounds more: the page must still be short.
    let tables = results.tables.clone();
    for _ in 0..4 {
        results.tables.extend(tables.iter().cloned());
    }
    let bytes = page::html(&results).len();
    assert!(bytes < 1_000_000, "{bytes}");
}
