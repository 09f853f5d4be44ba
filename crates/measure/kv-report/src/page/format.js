// Figures as text, in the format of the tables on the terminal.

/** A time with three digits, in the unit that fits. */
function nanos(value) {
  const units = [[1e3, 1, "ns"], [1e6, 1e3, "µs"], [1e9, 1e6, "ms"], [Infinity, 1e9, "s"]];
  const [, unit, name] = units.find(([below]) => Math.abs(value) < below);
  return `${threeDigits(value / unit)} ${name}`;
}

function threeDigits(value) {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

const wholeNanos = (value) => `${value.toFixed(0)} ns`;
const ratio = (value) => value.toFixed(2);
const percent = (share) => `${(share * 100).toFixed(0)} %`;
const rate = (value) => (value < 1e6 ? `${(value / 1e3).toFixed(value < 1e4 ? 1 : 0)} k/s` : `${(value / 1e6).toFixed(2)} M/s`);
const count = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

function bytes(value) {
  if (value < 1024) return `${count(Math.round(value))} B`;
  return value < 1024 ** 2 ? `${threeDigits(value / 1024)} KiB` : `${threeDigits(value / 1024 ** 2)} MiB`;
}

/** A figure with its ends, each written by `show`. */
const interval = (figure, show) => (figure.once ? "one launch, none" : `${show(figure.low)} to ${show(figure.high)}`);

/** A round figure at an axis. */
function short(value) {
  const [unit, name] = value >= 1e6 ? [1e6, "M"] : value >= 1e3 ? [1e3, "k"] : [1, ""];
  return `${Number((value / unit).toPrecision(6))}${name}`;
}

/** A round time at an axis. */
function shortNanos(value) {
  const [unit, name] = value >= 0.999e9 ? [1e9, "s"] : value >= 0.999e6 ? [1e6, "ms"] : value >= 0.999e3 ? [1e3, "µs"] : [1, "ns"];
  return `${Number((value / unit).toPrecision(6))} ${name}`;
}
