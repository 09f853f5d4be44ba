//! Tests of the pictures: they exist, are small, are the same every time, and have the page's colours.

mod fixture;

use kv_report::palette::look;
use kv_report::plots::plots;

#[test]
fn there_is_one_of_everything_that_was_measured() {
    let plots = plots(&fixture::results());
    let names: Vec<&str> = plots.iter().map(|(name, _)| &**name).collect();
    for name in [
        "ratios-traffic-ct-bounded-1024.svg",
        "ratios-traffic-mt2-unbounded.svg",
        "ratios-work-ct-bounded-1024.svg",
        "ratios-lives-mt2-bounded-1024.svg",
        "latency-ct-ycsb-b-bounded-1024.svg",
        "curve-clients-mt2-ycsb-b-bounded-1024.svg",
        "curve-value-bytes-ct-ycsb-b-bounded-1024.svg",
    ] {
        assert_eq!(names.iter().filter(|other| **other == name).count(), 1, "{name} of {names:?}");
    }
    assert!(kv_report::plots::plots(&kv_report::Results::default()).is_empty());
}

#[test]
fn they_are_the_same_every_time() {
    assert_eq!(plots(&fixture::results()), plots(&fixture::results()));
}

#[test]
fn each_is_small_and_says_what_it_is() {
    for (name, svg) in plots(&fixture::results()) {
        assert!(svg.len() < 40_000, "{name}: {} bytes", svg.len());
        assert!(svg.contains("role=\"img\"") && svg.contains("<title>"), "{name}");
        assert!(svg.trim_end().ends_with("</svg>"), "{name}");
        assert_eq!(svg.matches("<title>").count(), 1, "{name}");
        assert!(!svg.contains("NaN"), "{name}");
    }
}

#[test]
fn backends_have_the_pages_colours() {
    let plots = plots(&fixture::results());
    let (_, svg) =
        plots.iter().find(|(name, _)| name.starts_with("ratios-traffic-mt2")).expect("it is there");
    for (label, ..) in fixture::CAST.iter().filter(|(label, ..)| *label != "tokio") {
        let colour = look(label).light.to_uppercase();
        assert!(svg.to_uppercase().contains(&colour), "{label} in {colour}");
    }
}

#[test]
fn what_is_too_noisy_is_grey() {
    // This grey belongs to no backend; one row of the multi-thread lane is noisy, and no row of the other.
    let grey = |svg: &str| svg.contains("#8A9097");
    for (name, svg) in
        plots(&fixture::results()).iter().filter(|(name, _)| name.starts_with("ratios-traffic"))
    {
        assert_eq!(grey(svg), name == "ratios-traffic-mt2-bounded-1024.svg", "{name}");
    }
}

#[test]
fn a_busy_machine_is_named() {
    let plots = plots(&fixture::results());
    let of = |start: &str| plots.iter().find(|(name, _)| name.starts_with(start)).map(|(_, svg)| &**svg);
    assert!(of("latency-mt2").is_some_and(|svg| svg.contains("Platform-limited")));
    assert!(of("latency-ct").is_some_and(|svg| !svg.contains("Platform-limited")));
    assert!(of("ratios-traffic-mt2").is_some_and(|svg| svg.contains("Indicative only")));
}
