// The overview: every backend beside every other, with intervals; and the table behind the chart.

function startOverview() {
  if (DATA.tables.length === 0) return;
  section("overview", "Side by side",
    "Each mark is a median over process launches, each line its 95 % interval. The table below says the same in figures. Arrow keys go from mark to mark.",
    drawOverview);
}

function drawOverview(width) {
  const metric = METRICS[state.metric];
  const tables = chosen();
  const lines = tables.flatMap((table) => ordered(table.rows.filter(isShown), metric).map((row) => ({ table, row, figure: metric.of(row) })));
  const warnings = warningsOf(tables);
  if (lines.length === 0) return [html("p", {}, "Nothing of this is shown; choose a backend or another workload.")];
  const drawn = lines.filter(({ figure }) => figure);
  const title = `${laneName()}: ${metric.name}`;
  return [
    warnings,
    tables.length > 1 ? legend(distinct(lines.map(({ row }) => row.label))) : html("h3", {}, `${tables[0].workload}: ${tables[0].title}`),
    drawn.length === 0 ? html("p", {}, "No mutex took part in this workload, so there is nothing to compare with.") : forest({
      width, log: state.scale === "log", reference: metric.reference, show: metric.axis, name: metric.name,
      about: `${title}, ${drawn.length} marks; the table below has the same figures`,
      groups: tables.map((table) => ({
        name: table.workload,
        rows: drawn.filter((line) => line.table === table).map(({ row, figure }) => ({
          ...figure, label: row.label, text: figure.noisy ? "too noisy to conclude" : `${about(figure)}${metric.show(figure.value)}  (${interval(figure, metric.show)})`,
          detail: detailOf(table, row, `${table.workload}, ${laneName()}`),
        })),
      })),
    }),
    sortable({ caption: title, rows: lines, columns: overviewColumns(metric, tables.length > 1), isNoisy: ({ figure }) => figure?.noisy,
      detail: ({ table, row }) => detailOf(table, row, `${table.workload}, ${laneName()}`) }),
    madeBy(tables.map((table) => table.command)),
  ];
}

/** The rows in the chosen order; rows that allow no conclusion come last, and have no rank. */
function ordered(rows, metric) {
  if (state.sort === "table") return rows;
  if (state.sort === "name") return inOrder(rows, (row) => row.label);
  const value = (row) => (metric.of(row) && !metric.of(row).noisy ? metric.of(row).value : null);
  return inOrder(rows, value, metric !== METRICS.rate);
}

function overviewColumns(metric, several) {
  const figureText = (figure) => (figure ? `${about(figure)}${metric.show(figure.value)}` : "-");
  const columns = [
    { name: "backend", text: ({ row }) => row.label, value: ({ row }) => row.label },
    { name: metric.name, numeric: true, text: ({ figure }) => figureText(figure), value: ({ figure }) => (figure && !figure.noisy ? figure.value : null) },
    { name: "95 % interval", numeric: true, text: ({ figure }) => (figure ? interval(figure, metric.show) : "-"), value: ({ figure }) => (figure ? figure.high / figure.low : null) },
    { name: "in words", text: ({ row, figure }) => verdict(row, metric, figure), value: ({ row, figure }) => verdict(row, metric, figure) },
  ];
  if (metric !== METRICS.time) columns.push({ name: "time per command", numeric: true, text: ({ row }) => nanos(row.time.value), value: ({ row }) => (row.time.noisy ? null : row.time.value) });
  if (metric !== METRICS.cost) columns.push({ name: "beyond the mutex", numeric: true, text: ({ row }) => (row.cost ? wholeNanos(row.cost.value) : "-"), value: ({ row }) => (row.cost && !row.cost.noisy ? row.cost.value : null) });
  columns.push({ name: "threads", text: ({ row }) => row.threads, value: ({ row }) => row.threads });
  if (several) columns.splice(1, 0, { name: "workload", text: ({ table }) => table.workload, value: ({ table }) => table.workload });
  return columns;
}

const laneName = () => `${state.lane}, mailbox ${state.mailbox}`;

function warningsOf(tables) {
  const warn = (text) => html("p", { class: "warn" }, text);
  const doubtful = tables.filter((table) => table.doubtful).map((table) => table.workload);
  const busy = Math.max(...tables.map((table) => table.foreign ?? 0));
  return [
    tables.some((table) => table.indicative) && warn(`Indicative only: other processes took up to ${percent(busy)} of the machine, or how much they took is not known.`),
    doubtful.length > 0 && warn(`Do not believe ${doubtful.join(", ")}: plain tokio played twice, and its two rows differ.`),
  ];
}
