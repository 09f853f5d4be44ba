// The curves: the time of a command as one parameter grows.

const curveState = { axis: null, of: null, metric: "time" };

function startCurves() {
  if (DATA.curves.length === 0) return;
  section("curves", "As one thing grows",
    "The same workload, with one thing set to one value after another. Lines are 95 % intervals; times are of this machine.",
    drawCurves);
}

const curveOf = (table) => `${table.curve_lane}, ${table.workload}, mailbox ${table.mailbox}`;

function drawCurves(width) {
  const axes = distinct(DATA.curves.map((table) => table.scale.axis));
  if (!axes.includes(curveState.axis)) curveState.axis = axes[0];
  const ofAxis = DATA.curves.filter((table) => table.scale.axis === curveState.axis);
  const all = distinct(ofAxis.map(curveOf));
  if (!all.includes(curveState.of)) curveState.of = all[0];
  const tables = inOrder(ofAxis.filter((table) => curveOf(table) === curveState.of), (table) => table.scale.at);
  const metric = METRICS[curveState.metric];
  const choose = (id, key, label, options) => select(id, label, options, curveState[key], (value) => {
    curveState[key] = value;
    redrawAll();
    document.getElementById(id).focus();
    say(`Curve: ${METRICS[curveState.metric].name} by ${curveState.axis}, ${curveState.of}.`);
  });
  const labels = distinct(tables.flatMap((table) => table.rows.filter((row) => isShown(row) && metric.of(row)).map((row) => row.label)));
  const lines = tables.flatMap((table) => table.rows.filter((row) => labels.includes(row.label)).map((row) => ({ table, row, figure: metric.of(row) })));
  const where = (table) => `${table.scale.at} ${table.scale.axis}, ${curveOf(table)}`;
  const title = `${metric.name} by ${curveState.axis}, ${curveState.of}`;
  // A logarithmic axis has no place for 0.
  const place = (table) => Math.max(table.scale.at, 0.5);
  return [
    html("div", { class: "fields" },
      choose("curve-axis", "axis", "what grows", axes.map((it) => [it, it])),
      choose("curve-of", "of", "where", all.map((it) => [it, it])),
      choose("curve-metric", "metric", "figures", ["time", "rate", "ratio", "cost", "mutex"].map((it) => [it, METRICS[it].name]))),
    warningsOf(tables),
    legend(labels),
    lines.length > 0 ? lineChart({
      width, xLog: true, yLog: true, xName: curveState.axis, yName: metric.name, showY: metric.axis, reference: metric.isRatio ? 1 : null,
      marks: tables.map((table) => [place(table), table.scale.at < 1e5 ? count(table.scale.at) : short(table.scale.at)]),
      about: `${title}; the table below has the same figures`,
      series: labels.map((label) => ({
        label,
        points: lines.filter(({ row }) => row.label === label).map(({ table, row, figure }) => ({ ...figure, x: place(table), y: figure.value, detail: detailOf(table, row, where(table)) })),
      })),
    }) : html("p", {}, "Nothing of this is shown; choose a backend or other figures."),
    lines.length > 0 && sortable({
      caption: title,
      rows: lines,
      isNoisy: ({ figure }) => figure.noisy,
      detail: ({ table, row }) => detailOf(table, row, where(table)),
      columns: [
        { name: "backend", text: ({ row }) => row.label, value: ({ row }) => row.label },
        { name: curveState.axis, numeric: true, text: ({ table }) => count(table.scale.at), value: ({ table }) => table.scale.at },
        { name: metric.name, numeric: true, text: ({ figure }) => `${about(figure)}${metric.show(figure.value)}`, value: ({ figure }) => (figure.noisy ? null : figure.value) },
        { name: "95 % interval", numeric: true, text: ({ figure }) => interval(figure, metric.show), value: ({ figure }) => figure.high / figure.low },
        { name: "in words", text: ({ row, figure }) => verdict(row, metric, figure), value: ({ row, figure }) => verdict(row, metric, figure) },
      ],
    }),
    html("p", {}, `Where it bends (a command takes a quarter more than at the best step): ${
      DATA.bends.filter((bend) => bend.axis === curveState.axis && bend.lane === tables[0].curve_lane && labels.includes(bend.label))
        .map((bend) => `${bend.label} ${bend.words}`).join("; ")}.`),
    madeBy(tables.map((table) => table.command)),
  ];
}
