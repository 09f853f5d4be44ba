use super::*;

type Matrix = [[f64; 3]; 3];

const NORMAL: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// The colour that an eye without one kind of cone sees, in linear sRGB: Machado, Oliveira and Fernandes, 2009,
/// severity 1.
const PROTANOPIA: Matrix =
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const DEUTERANOPIA: Matrix =
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];
const TRITANOPIA: Matrix =
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]];

/// The least difference in Oklab between two looks: it is seen at a glance between two small marks, and is about four
/// times the least visible one.
const APART: f64 = 0.08;

fn linear(colour: &str) -> [f64; 3] {
    let (red, green, blue) = channels(colour);
    [red, green, blue].map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    })
}

fn product(matrix: &Matrix, of: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(of).map(|(a, b)| a * b).sum())
}

fn oklab(linear: [f64; 3]) -> [f64; 3] {
    let cones = product(
        &[
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ],
        linear.map(|channel| channel.max(0.0)),
    );
    product(
        &[
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        cones.map(f64::cbrt),
    )
}

fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour| {
        let [red, green, blue] = linear(colour);
        0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

#[test]
fn colours_are_told_apart_by_every_kind_of_sight() {
    for (sight, matrix) in [
        ("normal", NORMAL),
        ("protanopia", PROTANOPIA),
        ("deuteranopia", DEUTERANOPIA),
        ("tritanopia", TRITANOPIA),
    ] {
        for (index, one) in LOOKS.iter().enumerate() {
            for other in &LOOKS[index + 1..] {
                for (theme, a, b) in [("light", one.light, other.light), ("dark", one.dark, other.dark)] {
                    let (a, b) = (oklab(product(&matrix, linear(a))), oklab(product(&matrix, linear(b))));
                    let apart = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    assert!(
                        apart >= APART,
                        "{theme}, {sight}: {} and {} are {apart:.3} apart",
                        one.label,
                        other.label
                    );
                }
            }
        }
    }
}

#[test]
fn colours_stand_out_from_the_ground() {
    for look in LOOKS {
        // The Web Content Accessibility Guidelines ask this contrast of a graphical object.
        assert!(contrast(look.light, GROUND.0) >= 3.0, "{} in light", look.label);
        assert!(contrast(look.dark, GROUND.1) >= 3.0, "{} in dark", look.label);
    }
}

#[test]
fn markers_and_dashes_tell_them_apart_without_colour() {
    for (index, one) in LOOKS.iter().enumerate() {
        for other in &LOOKS[index + 1..] {
            assert_ne!(one.marker, other.marker, "{} and {}", one.label, other.label);
            assert_ne!(one.dash, other.dash, "{} and {}", one.label, other.label);
        }
    }
}

#[test]
fn an_unknown_backend_has_a_look_as_well() {
    assert_eq!(look("xtra").label, "other");
    assert_eq!(channels("#3c22d8"), (0x3c, 0x22, 0xd8));
}

#[test]
fn a_first_backend_has_its_frameworks_colour_and_another_marker() {
    let (first, whole) = (look("kameo-first"), look("kameo"));
    assert_eq!((first.light, first.dark), (whole.light, whole.dark));
    assert!(first.marker != whole.marker && first.dash != whole.dash);
}
