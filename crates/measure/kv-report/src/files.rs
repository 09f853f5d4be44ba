//! Files that hold results: checked before a run, and written whole or not at all.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Checks, before a run that may take an hour, whether its results can be written to this file. What is in the file
/// stays.
///
/// # Errors
/// The operating system's error, or the one that a write would get: the file is a folder, or its folder is not
/// writable.
pub fn check(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // The path is a pipe or a device. Opening a pipe could wait for its reader.
        Ok(found) if !found.is_file() => Ok(()),
        Ok(_) => {
            OpenOptions::new().append(true).open(path)?;
            try_beside(&fs::canonicalize(path)?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A missing folder will be made: what counts is the folder in which it will be.
            let folder = path.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("."));
            try_beside(&folder.join("audition"))
        }
        Err(error) => Err(error),
    }
}

/// Checks whether a file can be made beside `path`, where a new text is written before it replaces the old one.
fn try_beside(path: &Path) -> io::Result<()> {
    let probe = beside(path);
    fs::write(&probe, "")?;
    fs::remove_file(&probe)
}

/// Writes a file: the whole new text, or, if that fails, nothing. The old text is lost only when the new text is safe.
/// Creates the folder if need be.
///
/// # Errors
/// The operating system's error.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    // A link is followed to its file: the link is to stay.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        // A pipe or a device has no old text to replace.
        return OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = beside(path);
    let written = fs::write(&beside, text).and_then(|()| {
        if let Ok(old) = fs::metadata(path) {
            // The new text can be read by the same users as the old one.
            fs::set_permissions(&beside, old.permissions())?;
        }
        fs::rename(&beside, path)
    });
    if written.is_err() {
        // The half-written file may be what fills the disk. A failure to remove it is not the error that the caller
        // needs.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the same folder, and so on the same disk, that no other process uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("audition-files-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("the system's temporary folder can be written");
        folder
    }

    #[test]
    fn a_check_leaves_everything_as_it_is() {
        let folder = folder("check");
        let (new, old) = (folder.join("new.json"), folder.join("old.json"));
        fs::write(&old, "old").expect("it can be written");
        check(&new).expect("it can be written");
        check(&old).expect("it can be written");
        assert_eq!(fs::read_to_string(&old).expect("it is there"), "old");
        assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
        assert_eq!(check(&folder).expect_err("a folder").kind(), io::ErrorKind::IsADirectory);
        check(&folder.join("to be made").join("too").join("new.json")).expect("it can be made");
        assert!(check(&old.join("new.json")).is_err(), "a file holds no files");
        assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[test]
    fn a_write_that_fails_loses_nothing() {
        let folder = folder("write");
        let path = folder.join("a").join("results.json");
        write(&path, "first").expect("the folder is made");
        write(&path, "second").expect("it is replaced");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "second");
        assert_eq!(fs::read_dir(folder.join("a")).expect("it is there").count(), 1);
        assert!(write(&folder.join("a"), "text").is_err(), "a folder is no file");
        assert!(path.exists());
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error_and_stays_a_device() {
        let full = Path::new("/dev/full");
        check(full).expect("only a write finds out");
        assert!(write(full, "text").is_err());
        assert!(!fs::metadata(full).expect("it is there").is_file());
    }
}
