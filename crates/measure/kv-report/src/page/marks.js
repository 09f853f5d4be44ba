// The looks of backends: a marker and a dash from the palette, a colour from the style sheet.

/** Another row of a backend: its first one, kameo-first, or the one with clients inside, elfo (inside). */
const OTHER_ROW = /-first$| \(inside\)$/;

/** The place of a row's backend in the palette; -1 for a label that is not there. */
const placeOf = (label) => DATA.looks.findIndex((look) => look.label === label.replace(OTHER_ROW, ""));

function lookOf(label) {
  const index = placeOf(label);
  if (index < 0) return { marker: "circle", dash: "1 4", style: "--hue: var(--noise)" };
  const style = `--hue: var(--hue-${index})`;
  return OTHER_ROW.test(label) ? { marker: "ring", dash: "1 3", style } : { ...DATA.looks[index], style };
}

/** The marker alone, around 0, 0. */
function markerShape(marker) {
  const filled = (d) => svg("path", { d, fill: "currentColor" });
  const drawn = (d) => svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 2.2 });
  switch (marker) {
    case "ring": return svg("circle", { r: 4.2, fill: "var(--ground)", stroke: "currentColor", "stroke-width": 2 });
    case "square": return filled("M-4.4-4.4H4.4V4.4H-4.4Z");
    case "diamond": return filled("M0-6 6 0 0 6-6 0Z");
    case "up": return filled("M0-5.5 5.8 4.5H-5.8Z");
    case "down": return filled("M0 5.5 5.8-4.5H-5.8Z");
    case "plus": return drawn("M-5.5 0H5.5M0-5.5V5.5");
    case "cross": return drawn("M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5");
    default: return svg("circle", { r: 4.8, fill: "currentColor" });
  }
}

/** A swatch of line and marker, for legends. */
function swatch(label) {
  const look = lookOf(label);
  return svg("svg", { width: 34, height: 16, viewBox: "-17 -8 34 16", class: "mark", style: look.style, "aria-hidden": "true" },
    svg("path", { d: "M-17 0H17", class: "line", "stroke-dasharray": look.dash }),
    markerShape(look.marker));
}

function legend(labels) {
  return html("ul", { class: "legend", "aria-label": "Legend" }, labels.map((label) => html("li", {}, swatch(label), label)));
}
