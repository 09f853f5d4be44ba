// The forest chart: figures with their intervals, one below the other.

/**
 * `groups` are `{ name, rows: [{ label, value, low, high, noisy, text, detail }] }`. One group has a line of text per row;
 * several have a band each, in which rows lie close and only markers tell them apart.
 */
function forest({ width, groups, log, reference, show, name, about }) {
  const alone = groups.length === 1;
  const wide = width >= 560;
  const left = alone ? 96 : wide ? 128 : 10;
  const right = width - (alone && wide ? 190 : 14);
  const step = alone ? 30 : 11;
  const head = alone ? 0 : wide ? 8 : 24;
  const rows = groups.flatMap((group) => group.rows);
  const values = rows.flatMap((row) => [row.low, row.value, row.high]);
  if (reference !== null) values.push(reference);
  const x = axis(values, [left + 8, right], log, 62);
  const top = alone ? 8 : 24;
  const height = (group) => head + 12 + group.rows.length * step;
  const bottom = top + groups.reduce((sum, group) => sum + height(group), 0);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${bottom + 44}`, width, height: bottom + 44, role: "group", "aria-roledescription": "chart", "aria-label": about },
    x.ticks.map((tick) => [
      svg("path", { d: `M${x.at(tick)} ${top}V${bottom}`, class: "grid" }),
      // A long chart has its marks above as well.
      [bottom + 16, ...(alone ? [] : [top - 8])].map((y) => svg("text", { x: x.at(tick), y, "text-anchor": "middle" }, show(tick))),
    ]),
    reference !== null && (!x.isLog || reference > 0) ? svg("path", { d: `M${x.at(reference)} ${top}V${bottom}`, class: "reference" }) : null,
    svg("text", { x: width / 2, y: bottom + 36, "text-anchor": "middle" }, `${name}${x.isLog ? ", logarithmic" : ""}`));
  let y = top;
  const walked = [];
  for (const group of groups) {
    if (!alone) {
      const at = wide ? { x: left - 8, y: y + height(group) / 2 + 4, "text-anchor": "end" } : { x: 4, y: y + 18 };
      chart.append(svg("text", { ...at, class: "name" }, group.name));
      chart.append(svg("path", { d: `M0 ${y + height(group)}H${width}`, class: "grid" }));
    }
    group.rows.forEach((row, index) => {
      const own = y + head + 6 + (index + 0.5) * step;
      const node = point({ ...row, x: x.at(row.value), y: own, whisker: `M${x.at(row.low)} ${own}H${x.at(row.high)}`, hit: alone ? 12 : 8 });
      if (alone) {
        chart.append(svg("text", { x: left - 6, y: own + 4, "text-anchor": "end", class: "name" }, row.label));
        if (wide) chart.append(svg("text", { x: right + 12, y: own + 4 }, row.text));
      }
      chart.append(node);
      walked.push([node]);
    });
    y += height(group);
  }
  walkable(walked);
  return chart;
}
