//! The unpacking of a trace that may be packed with gzip or zstd.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

use super::zstd::Frames;

/// The number of bytes that are read at once.
const BUFFER_BYTES: usize = 64 * 1024;
/// The number of bytes at the beginning that tell how a file is packed.
const MAGIC_BYTES: usize = 4;

/// The text of a trace from a file that is plain, or packed with gzip or zstd. The first bytes of the file say which;
/// its name does not count, since a pipe has none. Checksums are verified if the file has some.
///
/// # Errors
/// The input's own errors; [`io::ErrorKind::Unsupported`] for bzip2, lz4, xz and zip, with the name of the
/// format in the message. A file that is damaged further on fails when that place is read.
pub fn unpacked<'a>(packed: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut packed = BufReader::with_capacity(BUFFER_BYTES, packed);
    let mut magic = Vec::with_capacity(MAGIC_BYTES);
    packed.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut magic)?;
    let packing = Packing::of(&magic);
    let whole = Cursor::new(magic).chain(packed);
    Ok(match packing {
        Packing::None => Box::new(whole),
        Packing::Gzip => Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(whole))),
        Packing::Zstd => Box::new(BufReader::with_capacity(BUFFER_BYTES, Frames::new(whole))),
        Packing::Other(name) => {
            let what = format!("it is packed with {name}; unpack it, or pack it with gzip or zstd");
            return Err(io::Error::new(io::ErrorKind::Unsupported, what));
        }
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
    /// A format that is recognised and not supported.
    Other(&'static str),
}

impl Packing {
    /// The format that the first bytes tell. No packed file begins as a trace does: with a digit, a byte-order mark or
    /// the name of a column.
    const fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // The frame is one of data, or one that a decoder is to skip: parallel packers begin with such frames.
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9'] => Self::Other("bzip2"),
            [0x04, 0x22, 0x4d, 0x18] => Self::Other("lz4"),
            [0xfd, b'7', b'z', b'X'] => Self::Other("xz"),
            [b'P', b'K', 3, 4] => Self::Other("zip"),
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// The output of `zstd -19` for [`TEXT`], with the checksum at the end.
    const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x24\x11\x89\x00\x000,a,1,10,1,set,0\n\x56\xdc\x2e\x9d";
    const TEXT: &[u8] = b"0,a,1,10,1,set,0\n";

    fn text(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        unpacked(packed)?.read_to_end(&mut text)?;
        Ok(text)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for plain in [&b""[..], b"0", b"0,a", TEXT] {
            assert_eq!(text(plain).expect("plain"), plain);
        }
    }

    #[test]
    fn packed_text_is_unpacked_in_all_its_pieces() {
        // Both formats allow files that are appended to each other.
        let twice = TEXT.repeat(2);
        assert_eq!(text(&gzip(TEXT)).expect("gzip"), TEXT);
        assert_eq!(text(&gzip(TEXT).repeat(2)).expect("gzip"), twice);
        assert_eq!(text(ZSTD).expect("zstd"), TEXT);
        assert_eq!(text(&ZSTD.repeat(2)).expect("zstd"), twice);
        let skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00xyz";
        assert_eq!(text(&[skipped, ZSTD, &skipped[..], ZSTD].concat()).expect("zstd"), twice);
    }

    #[test]
    fn an_input_that_gives_a_byte_at_a_time_is_recognised() {
        struct Drops<'a>(&'a [u8]);
        impl Read for Drops<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let some = buffer.len().min(1);
                self.0.read(&mut buffer[..some])
            }
        }
        for packed in [ZSTD, &gzip(TEXT)] {
            let mut text = Vec::new();
            unpacked(Drops(packed)).expect("known").read_to_end(&mut text).expect("whole");
            assert_eq!(text, TEXT);
        }
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let gzip = gzip(TEXT);
        for packed in [ZSTD, &gzip] {
            for cut in MAGIC_BYTES..packed.len() {
                assert!(text(&packed[..cut]).is_err(), "{cut} bytes of {packed:?}");
            }
            let mut changed = packed.to_vec();
            changed[packed.len() - 4] ^= 1;
            assert!(text(&changed).is_err(), "a wrong checksum in {packed:?}");
            assert!(text(&[packed, b"junk"].concat()).is_err(), "junk after {packed:?}");
        }
    }

    #[test]
    fn other_formats_are_named() {
        for (packed, name) in [
            (&b"BZh91AY"[..], "bzip2"),
            (b"\xfd7zXZ\0", "xz"),
            (b"PK\x03\x04", "zip"),
            (b"\x04\x22\x4d\x18", "lz4"),
        ] {
            assert!(text(packed).expect_err("not read").to_string().contains(name));
        }
    }
}
