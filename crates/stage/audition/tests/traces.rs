//! The command `compare --trace` as a user calls it: with files, packed files and pipes, and its errors for bad ones.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The longest wait for a replay of a few hundred lines, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Two hundred requests, packed by the `zstd` program.
const ZSTD: &[u8] = include_bytes!("traces/requests.csv.zst");

/// The requests that are in [`ZSTD`].
fn requests() -> String {
    let line = |n: usize| format!("{},key{},4,10,{},{},0\n", n / 50, n % 7, n % 3, ["set", "get"][n % 2]);
    (0..200).map(line).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// A new, empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("traces").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("it is this test's own");
    }
    fs::create_dir_all(&folder).expect("cargo's own folder can be made");
    folder
}

/// A file with this content, in a folder for one test.
fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder(name).join(name);
    fs::write(&path, content).expect("cargo's own folder can be written");
    path
}

/// The output of `compare --trace` with two launches and this input, whose temporary files go to that folder.
fn compare(trace: &Path, stdin: Stdio, temporary: &Path) -> Output {
    let child = Command::new(env!("CARGO_BIN_EXE_audition"))
        .args(["compare", "--profile", "smoke", "--launches", "2", "--backend", "elfo", "--trace"])
        .arg(trace)
        .env("TMPDIR", temporary)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built for this test");
    let id = child.id();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    if let Ok(output) = ended.recv_timeout(PATIENCE) {
        return output.expect("its output can be read");
    }
    #[cfg(unix)]
    if let Some(id) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
    }
    panic!("the replay of {} (process {id}) did not end", trace.display());
}

fn of_file(trace: &Path) -> Output {
    compare(trace, Stdio::null(), &std::env::temp_dir())
}

/// A pipe as standard input, which gives these bytes once.
fn pipe(content: &[u8]) -> Stdio {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let content = content.to_vec();
    // The write fails if the program has ended before it read all.
    thread::spawn(move || writer.write_all(&content));
    reader.into()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_replayed(output: &Output, name: &str) {
    assert!(output.status.success(), "{name}: {}", stderr(output));
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("replay of") && printed.contains(name), "{printed}");
}

/// The one line that the program prints before any launch.
#[track_caller]
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    let said = stderr(output);
    assert!(!said.contains("launch"), "this was found out too late: {said}");
    said
}

#[test]
fn a_trace_is_replayed_plain_or_packed() {
    for (name, content) in
        [("plain.csv", requests().into_bytes()), ("gzip.csv", gzip(&requests())), ("zstd.csv", ZSTD.to_vec())]
    {
        assert_replayed(&of_file(&file(name, content)), name);
    }
}

#[test]
fn what_other_programs_add_to_a_trace_is_tolerated() {
    let header = "timestamp,anonymized key,key size,value size,client id,operation,TTL";
    let text = format!("\u{feff}{header}\n{}\n", requests().replace("get,0", "GET,-1"));
    let trace = file("strange.csv", text.replace('\n', "\r\n"));
    assert_replayed(&of_file(&trace), "strange.csv");
}

#[test]
fn standard_input_is_read_once_for_all_launches_and_leaves_nothing() {
    for (name, content) in
        [("plain", requests().into_bytes()), ("gzip", gzip(&requests())), ("zstd", ZSTD.to_vec())]
    {
        let temporary = folder(&format!("standard-input-{name}"));
        assert_replayed(&compare(Path::new("-"), pipe(&content), &temporary), "standard input");
        assert_eq!(fs::read_dir(&temporary).expect("a folder").count(), 0);
    }
    // A shell's `<` gives a file, although standard input can be a pipe too.
    let redirected = File::open(file("redirected.csv", requests())).expect("just written");
    assert_replayed(&compare(Path::new("-"), redirected.into(), &folder("redirected")), "standard input");
}

#[test]
fn a_malformed_line_of_a_pipe_leaves_nothing() {
    let temporary = folder("malformed-pipe");
    let text = format!("time,key,key size,value size,client id,operation,TTL\n{}oops\n", requests());
    let said = refusal(&compare(Path::new("-"), pipe(text.as_bytes()), &temporary));
    assert!(said.contains("standard input:202: 1 fields"), "{said}");
    assert_eq!(fs::read_dir(&temporary).expect("a folder").count(), 0);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_and_the_device_are_read_once_for_all_launches() {
    let fifo = folder("fifo").join("requests.fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("a Unix has mkfifo").success());
    let path = fifo.clone();
    // The thread's opening of the pipe waits for the reader.
    thread::spawn(move || fs::write(path, requests()));
    assert_replayed(&of_file(&fifo), "requests.fifo");

    let device = Path::new("/dev/stdin");
    let output = compare(device, pipe(requests().as_bytes()), &std::env::temp_dir());
    assert_replayed(&output, "/dev/stdin");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_cannot_be_kept_is_said() {
    let nowhere = folder("nowhere").join("missing");
    let output = compare(Path::new("-"), pipe(requests().as_bytes()), &nowhere);
    let said = refusal(&output);
    assert!(said.contains("cannot keep the trace") && said.contains("nowhere"), "{said}");
}

#[test]
fn a_fault_in_the_last_line_is_found_before_the_first_launch() {
    let trace = file("bad.csv", format!("{}1,b,1,ten,1,get,0\n", requests()));
    let said = refusal(&of_file(&trace));
    assert!(said.contains("bad.csv:201: the value size \"ten\""), "{said}");
    // The line numbers count the lines of the text, not of the packed file.
    let packed = file("bad.csv.gz", gzip(&format!("\n{}1,b,1,ten,1,get,0\n", requests())));
    let said = refusal(&of_file(&packed));
    assert!(said.contains("bad.csv.gz:202: the value size \"ten\""), "{said}");
}

#[test]
fn a_trace_that_cannot_be_used_is_named() {
    assert!(refusal(&of_file(Path::new("no-such-file.csv"))).contains("no-such-file.csv"));
    assert!(refusal(&of_file(&folder("a-folder"))).contains("a-folder"));
    assert!(refusal(&of_file(&file("empty.csv", ""))).contains("empty.csv holds no request"));
    let header = "timestamp,key,key size,value size,client id,operation,TTL\n\n";
    assert!(refusal(&of_file(&file("header.csv", header))).contains("header.csv holds no request"));
    let nothing = compare(Path::new("-"), Stdio::null(), &std::env::temp_dir());
    assert!(refusal(&nothing).contains("standard input holds no request"));
    let cut = file("cut.zst", &ZSTD[..ZSTD.len() / 2]);
    assert!(refusal(&of_file(&cut)).contains("cut.zst:"));
    let bzip2 = refusal(&of_file(&file("other.csv", b"BZh91AY&SY")));
    assert!(bzip2.contains("other.csv") && bzip2.contains("packed with bzip2"), "{bzip2}");
}

#[cfg(unix)]
#[test]
fn a_trace_whose_name_is_no_text_is_replayed() {
    use std::os::unix::ffi::OsStringExt;
    let name = std::ffi::OsString::from_vec(b"requests-\xff.csv".to_vec());
    let trace = folder("no-text").join(name);
    fs::write(&trace, requests()).expect("cargo's own folder can be written");
    assert_replayed(&of_file(&trace), "requests-");
}
