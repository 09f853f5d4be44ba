// The spread chart: where the rounds lie in every launch of every backend.

/** The figures that can be shown of a row's launches: each launch is a list of quantiles. */
const SPREADS = {
  own: { name: "time per command against its own median", of: (row) => row.spread.time.map((launch) => launch.map((it) => it / row.time.value)), show: ratio, axis: short, noisy: (row) => row.time.noisy },
  ratio: { name: "ratio to plain tokio in the same round", of: (row) => row.spread.ratio, show: ratio, axis: short, noisy: (row) => row.ratio?.noisy },
  time: { name: "time per command", of: (row) => row.spread.time, show: nanos, axis: shortNanos, noisy: (row) => row.time.noisy },
};
const SHARES = ["least", "5 %", "25 %", "median", "75 %", "95 %", "most"];

let spreadOf = "own";

function startSpread() {
  if (DATA.tables.length === 0) return;
  section("spread", "How the rounds lie",
    "One strip per process launch: thin from the least to the most of all rounds, wider from the 5th to the 95th percentile, widest for the half in the middle, and a stroke at the median. Where launches of one backend disagree, the interval is wide.",
    drawSpread);
}

function drawSpread(width) {
  const [table, ...more] = chosen();
  if (!table) return [html("p", {}, "Nothing of this is shown; choose another workload.")];
  const spread = SPREADS[spreadOf];
  const rows = table.rows.filter((row) => isShown(row) && spread.of(row).length > 0);
  return [
    select("spread-of", "figures", Object.entries(SPREADS).map(([key, { name }]) => [key, name]), spreadOf, (value) => {
      spreadOf = value;
      redrawAll();
      document.getElementById("spread-of").focus();
      say(`Rounds: ${SPREADS[value].name}.`);
    }),
    html("h3", {}, `${table.workload}, ${laneName()}: ${table.title}`),
    more.length > 0 && html("p", { class: "note" }, "This is the first of the workloads above; choose one to see its rounds."),
    rows.length > 0 && strips(width, table, rows, spread),
    rows.length > 0 && sortable({
      caption: `${table.workload}, ${laneName()}: ${spread.name}, per launch`,
      rows: rows.flatMap((row) => spread.of(row).map((launch, index) => ({ row, launch, index }))),
      columns: [
        { name: "backend", text: ({ row }) => row.label, value: ({ row }) => row.label },
        { name: "launch", numeric: true, text: ({ index }) => String(index + 1), value: ({ index }) => index },
        ...SHARES.map((name, at) => ({ name, numeric: true, text: ({ launch }) => spread.show(launch[at]), value: ({ launch }) => launch[at] })),
      ],
    }),
    madeBy([table.command]),
  ];
}

function strips(width, table, rows, spread) {
  const [left, right, top] = [96, width - 14, 8];
  const step = 8;
  const x = axis(rows.flatMap(spread.of).flat(), [left + 8, right], state.scale === "log", 66);
  const height = (row) => spread.of(row).length * step + 12;
  const bottom = top + rows.reduce((sum, row) => sum + height(row), 0);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${bottom + 44}`, width, height: bottom + 44, role: "group", "aria-roledescription": "chart", "aria-label": `${spread.name} of ${table.workload}, a strip per launch; the table below has the same figures` },
    x.ticks.map((tick) => [
      svg("path", { d: `M${x.at(tick)} ${top}V${bottom}`, class: "grid" }),
      svg("text", { x: x.at(tick), y: bottom + 16, "text-anchor": "middle" }, spread.axis(tick)),
    ]),
    svg("text", { x: width / 2, y: bottom + 36, "text-anchor": "middle" }, `${spread.name}${x.isLog ? ", logarithmic" : ""}`));
  let y = top;
  walkable(rows.map((row) => {
    chart.append(svg("text", { x: left - 6, y: y + height(row) / 2 + 4, "text-anchor": "end", class: "name" }, row.label));
    const nodes = spread.of(row).map((launch, index) => {
      const node = strip(x, launch, y + 6 + (index + 0.5) * step, row, spread.noisy(row), {
        title: `${row.label}, ${table.workload}, ${laneName()}, launch ${index + 1}`,
        lines: SHARES.map((share, at) => [share, spread.show(launch[at])]),
        command: table.command,
      });
      chart.append(node);
      return node;
    });
    y += height(row);
    return nodes;
  }));
  return chart;
}

function strip(x, [least, low, quarter, median, threeQuarters, high, most], y, row, noisy, detail) {
  const bar = (from, to, size) => svg("path", { d: `M${x.at(from)} ${y}H${x.at(to)}`, stroke: "currentColor", "stroke-width": size });
  const node = svg("g", { class: `mark point${noisy ? " noisy" : ""}`, style: lookOf(row.label).style, role: "img", tabindex: -1, "aria-label": spoken(detail) },
    bar(least, most, 1), bar(low, high, 2.5), bar(quarter, threeQuarters, 6),
    svg("path", { d: `M${x.at(median)} ${y - 3}v6`, stroke: "var(--ink)", "stroke-width": 1.5 }),
    svg("rect", { x: x.at(least) - 2, y: y - 4, width: x.at(most) - x.at(least) + 4, height: 8, class: "hit" }));
  explain(node, detail);
  return node;
}
