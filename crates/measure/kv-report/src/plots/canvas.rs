//! The canvas: a card on which lines, text and the markers of backends are drawn.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::palette::{GROUND, Look, Marker, channels};

/// The colours of what belongs to no backend. They are chosen for the card, which is light in every theme.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x26, 0x2b);
pub(super) const FAINT: RGBColor = RGBColor(0x5c, 0x63, 0x6b);
pub(super) const GRID: RGBColor = RGBColor(0xdd, 0xe1, 0xe6);
/// The colour of figures that allow no conclusion.
pub(super) const NOISE: RGBColor = RGBColor(0x8a, 0x90, 0x97);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The side of a point on which a text stands.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// The canvas of one picture.
pub(super) struct Canvas<'a>(Area<'a>);

/// Draws a card of this size and returns its SVG; the title is what a screen reader says.
pub(super) fn card(title: &str, width: u32, height: u32, draw: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    {
        let canvas = Canvas(SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area());
        draw(&canvas);
        done(canvas.0.present());
    }
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let head = format!(
        " role=\"img\" aria-label=\"{}\">\n<title>{title}</title>\n<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n",
        title.replace('"', "&quot;"),
        GROUND.0
    );
    // The drawing backend has opened one tag before anything was drawn, and writes an opacity and a width that are the
    // default.
    svg.replacen(">\n", &head, 1).replace(" opacity=\"1\"", "").replace(" stroke-width=\"1\"", "")
}

/// Unwraps the result of drawing: a string takes everything that is written to it.
fn done<T, E: std::error::Error + Send + Sync>(drawn: Result<T, DrawingAreaErrorKind<E>>) {
    drawn.expect("drawing into a string does not fail");
}

impl Canvas<'_> {
    pub(super) fn line(&self, points: &[(i32, i32)], colour: RGBColor, width: u32) {
        let line = PathElement::new(points.to_vec(), colour.stroke_width(width));
        done(self.0.draw(&line));
    }

    pub(super) fn text(&self, text: &str, at: (i32, i32), size: u32, colour: RGBColor, align: Align) {
        self.write(text, at, size, FontStyle::Normal, colour, align);
    }

    pub(super) fn heading(&self, text: &str, at: (i32, i32)) {
        self.write(text, at, 19, FontStyle::Bold, INK, Align::Left);
    }

    fn write(&self, text: &str, at: (i32, i32), size: u32, font: FontStyle, colour: RGBColor, align: Align) {
        let side = match align {
            Align::Left => HPos::Left,
            Align::Middle => HPos::Center,
            Align::Right => HPos::Right,
        };
        let style = ("sans-serif", size, font).into_font().color(&colour);
        done(self.0.draw(&Text::new(text.to_owned(), at, style.pos(Pos::new(side, VPos::Center)))));
    }

    /// The marker of a backend.
    pub(super) fn mark(&self, marker: Marker, (x, y): (i32, i32), colour: RGBColor) {
        let fill = colour.filled();
        let shape = |points: [(i32, i32); 4]| {
            done(self.0.draw(&Polygon::new(points.map(|(dx, dy)| (x + dx, y + dy)).to_vec(), fill)));
        };
        match marker {
            Marker::Circle => done(self.0.draw(&Circle::new((x, y), 4, fill))),
            Marker::Ring => self.ring((x, y), 4, colour),
            Marker::Square => shape([(-4, -4), (4, -4), (4, 4), (-4, 4)]),
            Marker::Diamond => shape([(0, -5), (5, 0), (0, 5), (-5, 0)]),
            Marker::Up => shape([(0, -5), (5, 4), (-5, 4), (0, -5)]),
            Marker::Down => shape([(0, 5), (5, -4), (-5, -4), (0, 5)]),
            Marker::Plus => {
                self.line(&[(x - 5, y), (x + 5, y)], colour, 2);
                self.line(&[(x, y - 5), (x, y + 5)], colour, 2);
            }
            Marker::Cross => {
                self.line(&[(x - 4, y - 4), (x + 4, y + 4)], colour, 2);
                self.line(&[(x - 4, y + 4), (x + 4, y - 4)], colour, 2);
            }
        }
    }

    pub(super) fn ring(&self, at: (i32, i32), radius: i32, colour: RGBColor) {
        done(self.0.draw(&Circle::new(at, radius, colour.stroke_width(2))));
    }

    /// The legend of the markers, in rows from here on.
    pub(super) fn legend(&self, looks: &[(&str, Look)], (left, top): (i32, i32), width: i32) {
        let (mut x, mut y) = (left, top);
        for (label, look) in looks {
            // The width of a text is unknown without its font; six pixels a letter is about right.
            let wide = 36 + label.chars().count() as i32 * 6;
            if x + wide > left + width {
                (x, y) = (left, y + 18);
            }
            self.mark(look.marker, (x + 6, y), colour(look));
            self.text(label, (x + 16, y), 15, INK, Align::Left);
            x += wide;
        }
    }
}

/// A backend's colour on the card.
pub(super) fn colour(look: &Look) -> RGBColor {
    let (red, green, blue) = channels(look.light);
    RGBColor(red, green, blue)
}
