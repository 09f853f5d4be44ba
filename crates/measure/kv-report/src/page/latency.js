// The latency charts: how long callers wait, by the offered load.

const QUANTILES = { p50: "median", p99: "99th percentile", p999: "99.9th percentile", max: "longest", service_p99: "99th percentile from sending" };
const latencyState = { table: 0, quantile: "p99", load: "offered" };

function startLatency() {
  if (DATA.latency.length === 0) return;
  section("latency", "Latency under a load that does not wait",
    "Asks come on a schedule, whether or not the last was answered; a wait counts from when an ask was due. Lines show the half of the windows in the middle. A ring is where the median has grown tenfold, a stroke on the axis where the backend is saturated. Windows in which the generator itself lagged are thrown out.",
    drawLatency);
}

function drawLatency(width) {
  const table = DATA.latency[latencyState.table];
  const rows = table.rows.filter(isShown);
  const where = `${table.workload}, ${table.lane}, mailbox ${table.mailbox}`;
  const name = QUANTILES[latencyState.quantile];
  const byShare = latencyState.load === "share";
  const choose = (id, key, label, options) => select(id, label, options, String(latencyState[key]), (value) => {
    latencyState[key] = key === "table" ? Number(value) : value;
    redrawAll();
    document.getElementById(id).focus();
    say(`Latency: ${QUANTILES[latencyState.quantile]}, ${DATA.latency[latencyState.table].lane}.`);
  });
  const lines = rows.flatMap((row) => row.points.map((load) => ({ row, load, figures: load.figures })));
  return [
    html("div", { class: "fields" },
      choose("latency-table", "table", "lane", DATA.latency.map((it, index) => [String(index), `${it.lane}, ${it.workload}, ${it.mailbox}`])),
      choose("quantile", "quantile", "wait", Object.entries(QUANTILES)),
      choose("load", "load", "load", [["offered", "asks per second"], ["share", "share of each one's saturation"]])),
    html("h3", {}, `${where}: ${table.arrivals} arrivals, ${table.clients} clients, windows of ${table.window_ms} ms`),
    table.limited && html("p", { class: "warn" }, "Platform-limited: the mutex itself waits too long here, so no tail in this picture is a framework's."),
    legend(rows.map((row) => row.label)),
    lines.some((line) => line.figures) && lineChart({
      width, yLog: true, xLog: !byShare, xName: byShare ? "load, as a share of each one's saturation" : "asks offered per second", yName: `${name} of the wait`,
      showX: byShare ? percent : short, showY: shortNanos,
      about: `${name} of the wait by load, ${where}; the table below has the same figures`,
      stems: byShare ? [] : rows.filter((row) => row.saturation).map((row) => ({ label: row.label, x: row.saturation })),
      series: rows.map((row) => ({
        label: row.label,
        points: row.points.filter((load) => load.figures).map((load) => {
          const figure = load.figures[latencyState.quantile];
          const own = latencyState.quantile === "max" ? { low: figure.value, high: figure.value } : { low: figure.low, high: figure.high };
          return { ...own, x: byShare ? load.share : load.figures.offered, y: figure.value, ring: load.share === row.knee, detail: latencyDetail(table, row, load, where) };
        }),
      })),
    }),
    sortable({
      caption: `Latency under load, ${where}`,
      rows: lines,
      columns: latencyColumns(),
      isNoisy: ({ figures }) => !figures,
      detail: ({ row, load }) => latencyDetail(table, row, load, where),
    }),
    madeBy([table.command]),
  ];
}

function latencyColumns() {
  const of = (name, get, show) => ({ name, numeric: true, text: ({ figures }) => (figures ? show(get(figures)) : "-"), value: ({ figures }) => (figures ? get(figures) : null) });
  return [
    { name: "backend", text: ({ row }) => row.label, value: ({ row }) => row.label },
    { name: "load", numeric: true, text: ({ load }) => percent(load.share), value: ({ load }) => load.share },
    { name: "windows", numeric: true, text: ({ load }) => windowsOf(load), value: ({ load }) => load.figures?.windows ?? 0 },
    of("offered", (figures) => figures.offered, rate),
    of("answered", (figures) => figures.achieved, rate),
    ...Object.entries({ p50: "median", p99: "p99", p999: "p99.9", max: "longest", service_p99: "p99 from sending" }).map(([key, name]) => of(name, (figures) => figures[key].value, nanos)),
  ];
}

function windowsOf(load) {
  if (!load.figures) return `none, ${load.thrown_out} thrown out`;
  return load.thrown_out ? `${load.figures.windows}, ${load.thrown_out} thrown out` : String(load.figures.windows);
}

function latencyDetail(table, row, load, where) {
  const figures = load.figures ?? {};
  const waits = Object.entries(QUANTILES).filter(([key]) => figures[key]).map(([key, name]) => {
    const figure = figures[key];
    return [name, key === "max" ? nanos(figure.value) : `${nanos(figure.value)} (half of the windows: ${interval(figure, nanos)})`];
  });
  const loads = load.figures ? [["offered", rate(figures.offered)], ["answered", rate(figures.achieved)]] : [];
  const whole = [["saturation", row.saturation ? rate(row.saturation) : "not known"], ["median tenfold", row.bends]];
  const limited = table.limited ? [["caution", "platform-limited"]] : [];
  return { title: `${row.label} at ${percent(load.share)}, ${where}`, lines: [...limited, ...loads, ...waits, ["windows", windowsOf(load)], ...whole, ["threads", row.threads]], command: table.command };
}
