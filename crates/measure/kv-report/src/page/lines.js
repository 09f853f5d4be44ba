// The line chart.

/**
 * `series` are `{ label, points: [{ x, y, low, high, noisy, ring, detail }] }`; `marks` are values on the x axis with a name, or
 * null for round figures; `stems` are `{ label, x }`, strokes on the x axis.
 */
function lineChart({ width, series, xName, xLog, marks = null, showX, yName, yLog, showY, reference = null, stems = [], about }) {
  const [left, right, top, bottom] = [62, width - 16, 26, width < 560 ? 300 : 380];
  const points = series.flatMap((it) => it.points);
  const xs = points.map((it) => it.x).concat(stems.map((it) => it.x), marks ? marks.map(([at]) => at) : []);
  const x = axis(xs, [left + 12, right - 12], xLog, 60);
  const y = axis(points.flatMap((it) => [it.low, it.y, it.high]).concat(reference ?? []), [bottom, top], yLog, 34);
  const xMarks = marks ?? x.ticks.map((tick) => [tick, showX(tick)]);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${bottom + 44}`, width, height: bottom + 44, role: "group", "aria-roledescription": "chart", "aria-label": about },
    y.ticks.map((tick) => [
      svg("path", { d: `M${left} ${y.at(tick)}H${right}`, class: "grid" }),
      svg("text", { x: left - 6, y: y.at(tick) + 4, "text-anchor": "end" }, showY(tick)),
    ]),
    xMarks.map(([at, text]) => [
      svg("path", { d: `M${x.at(at)} ${top}V${bottom}`, class: "grid" }),
      svg("text", { x: x.at(at), y: bottom + 16, "text-anchor": "middle" }, text),
    ]),
    reference === null ? null : svg("path", { d: `M${left} ${y.at(reference)}H${right}`, class: "reference" }),
    svg("text", { x: width / 2, y: bottom + 36, "text-anchor": "middle" }, `${xName}${x.isLog ? ", logarithmic" : ""}`),
    svg("text", { x: 4, y: 12 }, `${yName}${y.isLog ? ", logarithmic" : ""}`),
    stems.map((stem) => svg("path", { d: `M${x.at(stem.x)} ${bottom}v-16`, style: lookOf(stem.label).style, stroke: "var(--hue)", "stroke-width": 3 })));
  // Lines first, so that no line lies on a point.
  for (const { label, points: own } of series) {
    const look = lookOf(label);
    const d = own.map((it, index) => `${index ? "L" : "M"}${x.at(it.x)} ${y.at(it.y)}`).join("");
    chart.append(svg("path", { d, class: "line", style: look.style, "stroke-dasharray": look.dash }));
  }
  walkable(series.map(({ label, points: own }) => own.map((it) => {
    const at = x.at(it.x);
    const node = point({ ...it, label, x: at, y: y.at(it.y), whisker: `M${at} ${y.at(it.low)}V${y.at(it.high)}` });
    chart.append(node);
    return node;
  })));
  return chart;
}
