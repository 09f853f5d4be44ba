//! The binary as a user calls it: what it prints, and how it ends.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn audition(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_audition"))
        .args(arguments)
        .env_remove("BENCH_PROFILE")
        .output()
        .expect("the binary was built for this test")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file with this content, in a folder for this test alone.
fn file(name: &str, content: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(&folder).expect("cargo's own folder can be made");
    let path = folder.join(name);
    fs::write(&path, content).expect("cargo's own folder can be written");
    path
}

#[test]
fn the_demo_plays_the_scene_on_every_backend() {
    let output = audition(&["demo"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let printed = stdout(&output);
    for backend in kv_backends::all() {
        assert!(printed.contains(&format!("{}:\n  set foo bar", backend.name)), "{printed}");
    }
}

#[test]
fn the_books_transcript_is_what_it_prints() {
    let page = include_str!("../../../../docs/src/introduction.md");
    let printed = stdout(&audition(&["demo", "--backend", "tokio"]));
    assert!(page.contains(printed.trim_end()), "the book's first page must show:\n{printed}");
}

#[test]
fn the_probes_see_what_is_declared() {
    let output = audition(&["probe"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let printed = stdout(&output);
    assert!(printed.contains("waits for room\n"), "{printed}");
    assert!(stderr(&output).is_empty(), "wanted panics are not reported: {}", stderr(&output));
}

#[test]
fn one_framework_is_probed_alone() {
    let printed = stdout(&audition(&["probe", "--backend", "kameo", "--markdown"]));
    assert!(printed.contains("\n| | kameo |\n") && !printed.contains("ractor"), "{printed}");
    let output = audition(&["probe", "--backend", "mutex"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("choose one of: tokio, kameo, ractor"), "{}", stderr(&output));
}

#[test]
fn the_probes_go_between_the_markers_of_a_page() {
    let marked =
        "a\n<!-- BEGIN: behaviours: mailbox -->\nstale words\n<!-- END: behaviours: mailbox -->\nb\n";
    let (page, bare) = (file("probed.md", marked), file("unprobed.md", "no markers\n"));
    assert!(audition(&["probe", "--splice", &page.to_string_lossy()]).status.success());
    let spliced = fs::read_to_string(&page).expect("the page is still there");
    assert!(spliced.starts_with("a\n") && spliced.ends_with("b\n"), "{spliced}");
    assert!(spliced.contains("| Does a bound hold? |") && !spliced.contains("stale words"), "{spliced}");
    assert_eq!(audition(&["probe", "--splice", &bare.to_string_lossy()]).status.code(), Some(1));
}

#[test]
fn an_unknown_backend_is_named_with_the_known_ones() {
    for arguments in [&["demo", "--backend", "akka"][..], &["compare", "--quiet", "--backend", "akka"]] {
        let output = audition(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("choose one of: mutex, tokio-first, tokio, kameo-first"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn the_list_shows_versions() {
    let printed = stdout(&audition(&["list"]));
    assert!(printed.lines().any(|line| line.starts_with("elfo") && line.contains("elfo 0.2.0-alpha.21")));
    assert!(stdout(&audition(&["list", "--workloads"])).contains("ycsb-b: "));
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    assert_eq!(audition(&["compare", "--workload", "tpc-c"]).status.code(), Some(2));
    assert_eq!(audition(&[]).status.code(), Some(2));
}

#[test]
fn compare_prints_a_table_and_json_that_reads_back() {
    let json = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("results.json");
    let arguments = [
        "compare",
        "--profile",
        "smoke",
        "--lane",
        "ct",
        "--workload",
        "rtt",
        "--backend",
        "kameo",
        "--output",
    ];
    let output = audition(&[&arguments[..], &[&json.to_string_lossy()]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let printed = stdout(&output);
    for row in ["mutex", "tokio ", "tokio (A/A)", "kameo"] {
        assert!(printed.lines().any(|line| line.trim_start().starts_with(row)), "{row}: {printed}");
    }
    assert!(!printed.contains("ractor  "), "only what was asked for: {printed}");
    let again = stdout(&audition(&["report", "--from", &json.to_string_lossy()]));
    assert_eq!(again, printed, "the tables are made of the results and nothing else");
}

#[test]
fn a_report_goes_between_the_markers_of_a_page() {
    let json = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("spliced.json");
    let arguments = ["compare", "--profile", "smoke", "--lane", "ct", "--workload", "rtt", "--output"];
    assert!(audition(&[&arguments[..], &[&json.to_string_lossy()]].concat()).status.success());
    let page = file("page.md", "before\n<!-- BEGIN: results -->\nold\n<!-- END: results -->\nafter\n");
    let splice = ["report", "--from", &json.to_string_lossy(), "--splice", &page.to_string_lossy()];
    assert!(audition(&splice).status.success());
    let spliced = fs::read_to_string(&page).expect("the page is still there");
    assert!(spliced.starts_with("before\n") && spliced.ends_with("after\n") && spliced.contains("| `rtt` |"));
    let bare = file("bare.md", "no markers\n");
    let output =
        audition(&["report", "--from", &json.to_string_lossy(), "--splice", &bare.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&bare).expect("still there"), "no markers\n", "nothing is lost");
}

#[test]
fn a_page_and_pictures_are_made_of_a_results_file() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report");
    let (json, page, plots) =
        (folder.join("results.json"), folder.join("new/page.html"), folder.join("new/plots"));
    let arguments = ["compare", "--profile", "smoke", "--lane", "ct", "--workload", "rtt", "--output"];
    assert!(audition(&[&arguments[..], &[&json.to_string_lossy()]].concat()).status.success());
    let (from, page_argument, plots_argument) =
        (json.to_string_lossy(), page.to_string_lossy(), plots.to_string_lossy());
    let output = audition(&["report", "--from", &from, "--page", &page_argument, "--plots", &plots_argument]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", stderr(&output));
    assert!(fs::read_to_string(&page).expect("it was written").contains("one client, one ask at a time"));
    assert!(plots.join("ratios-traffic-ct-bounded-1024.svg").is_file());
    // A folder cannot be written as a file, and the message names the folder.
    let output = audition(&["report", "--from", &from, "--page", &plots_argument]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&*plots_argument), "{}", stderr(&output));
}

#[test]
fn latency_is_measured_and_put_into_a_page() {
    let results = file("latency.json", "");
    let (path, smoke) =
        (results.to_str().expect("a plain path"), ["latency", "--profile", "smoke", "--backend", "elfo"]);
    let output = audition(&[&smoke[..], &["--output", path]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    for line in ["latency under a load that does not wait: poisson arrivals", "mutex", "tokio", "elfo"] {
        assert!(stdout(&output).contains(line), "{}", stdout(&output));
    }
    assert!(!stdout(&output).contains("kameo   "), "{}", stdout(&output));
    let page = file("latency.md", "<!-- BEGIN: latency -->\n<!-- END: latency -->\n");
    let page = page.to_str().expect("a plain path");
    let output = audition(&["report", "--from", path, "--splice", page]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(fs::read_to_string(page).expect("it was written").contains("| elfo | "));
}

#[test]
fn what_cannot_be_offered_is_refused() {
    let output = audition(&["latency", "--profile", "smoke", "--lane", "ct", "--workload", "tell"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("only traffic of single asks"), "{}", stderr(&output));
}

const SMOKE: [&str; 6] = ["compare", "--profile", "smoke", "--quiet", "--workload", "rtt"];

#[test]
fn a_place_where_results_cannot_go_is_refused_before_the_run() {
    let (folder, held) = (env!("CARGO_TARGET_TMPDIR"), file("held.json", "as it was"));
    let below = held.join("results.json");
    for place in [folder, &below.to_string_lossy()] {
        for command in ["compare", "latency", "curves"] {
            let output = audition(&[command, "--profile", "smoke", "--output", place]);
            assert_eq!(output.status.code(), Some(1));
            assert!(output.stdout.is_empty(), "nothing was measured: {}", stdout(&output));
            assert!(stderr(&output).contains(&format!("cannot write {place}")), "{}", stderr(&output));
        }
    }
    assert_eq!(fs::read_to_string(held).expect("it is there"), "as it was");
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_do_not_fit_on_the_disk_are_printed_and_kept_elsewhere() {
    let output = audition(&[&SMOKE[..], &["--lane", "ct", "--output", "/dev/full"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("one client, one ask at a time"), "{}", stdout(&output));
    let said = stderr(&output);
    let (_, kept) = said.trim_end().split_once("the results are in ").expect("it says where they are");
    let again = stdout(&audition(&["report", "--from", kept]));
    assert_eq!(again, stdout(&output));
    fs::remove_file(kept).expect("it is a plain file");
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_no_text_is_a_file_name() {
    use std::os::unix::ffi::OsStringExt;
    let name = std::ffi::OsString::from_vec(b"results-\xff.json".to_vec());
    let json = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let run = |arguments: &[&str], name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_audition"));
        command.args(arguments).arg(name).arg(&json).output().expect("it starts")
    };
    let output = run(&[&SMOKE[..], &["--lane", "ct"]].concat(), "--output");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&run(&["report"], "--from")), stdout(&output));
}

#[test]
fn what_was_asked_for_by_name_plays_or_is_refused() {
    let trace = file("one.csv", "0,a,1,10,1,set,0\n");
    let trace = trace.to_string_lossy();
    for arguments in [
        &["compare", "--profile", "smoke", "--lane", "ct", "--backend", "actix"][..],
        &["compare", "--backend", "kameo,actix", "--trace", &trace],
        &["latency", "--profile", "smoke", "--lane", "ct", "--backend", "actix"],
        &["curves", "--profile", "smoke", "--lane", "ct", "--backend", "actix"],
    ] {
        let output = audition(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(stderr(&output).contains("actix has threads of its own"), "{}", stderr(&output));
        assert!(output.stdout.is_empty(), "{}", stdout(&output));
    }
    let both = audition(&[&SMOKE[..], &["--backend", "actix"]].concat());
    assert!(both.status.success() && stdout(&both).contains("actix  "), "{}", stderr(&both));
    assert!(stderr(&both).contains("not in all tables: actix"), "{}", stderr(&both));
    let twice = stdout(&audition(&[&SMOKE[..], &["--lane", "ct", "--workload", "rtt,rtt"]].concat()));
    assert_eq!(twice.matches("one client, one ask at a time").count(), 2, "once for each mailbox: {twice}");
}

#[test]
fn a_number_of_threads_that_is_none_is_a_wrong_command_line() {
    for arguments in [
        ["compare", "--workers", "100000"],
        ["serve", "--threads", "100000"],
        ["serve", "--threads", "0"],
        ["serve", "--topology", "sharded:0"],
        ["serve", "--topology", "sharded:100000"],
    ] {
        let output = audition(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("from 1 to "), "{}", stderr(&output));
    }
}

#[test]
fn one_launch_claims_nothing() {
    let output = audition(&[&SMOKE[..], &["--lane", "ct", "--launches", "1"]].concat());
    let printed = stdout(&output);
    let rows = printed.lines().filter(|line| line.contains("one launch") && line.contains("? "));
    assert!(rows.count() >= 5, "each row but the baseline: {printed}");
}

#[test]
fn options_that_would_be_dropped_are_a_wrong_command_line() {
    for (arguments, reason) in [
        (&["compare", "--lane", "ct", "--workers", "2"][..], "--workers is about the mt lane"),
        (&["latency", "--lane", "ct", "--workers", "2"], "--workers is about the mt lane"),
        (&["compare", "--quick", "--profile", "full"], "both name a profile"),
        (&["compare", "--trace", "a.csv", "--workers", "2"], "on one thread"),
    ] {
        let output = audition(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
    }
    // A variable in the environment is for all commands, and is no option of this one.
    let mut command = Command::new(env!("CARGO_BIN_EXE_audition"));
    command.args(["compare", "--trace", "there-is-no-such-file.csv"]).env("BENCH_WORKERS", "2");
    let output = command.output().expect("it starts");
    assert!(stderr(&output).contains("cannot read the trace"), "{}", stderr(&output));
    let nothing = audition(&["curves", "--profile", "smoke", "--lane", "ct", "--axis", "workers"]);
    assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(1), 0));
    let trace = file("both.csv", "0,a,1,10,1,set,0\n");
    let both = trace.to_string_lossy();
    let output = audition(&["compare", "--quiet", "--trace", &both, "--output", &both]);
    assert!(stderr(&output).contains("would overwrite the trace"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&trace).expect("it is there"), "0,a,1,10,1,set,0\n");
}
