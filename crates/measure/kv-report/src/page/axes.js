// Axes: they map figures to pixels, and choose round figures to mark.

/**
 * An axis with room for all values. Logarithmic if asked for and all values are above 0; `isLog` says which it became.
 * It has at most one mark every `apart` pixels.
 */
function axis(values, [from, to], log, apart) {
  const isLog = log && values.every((value) => value > 0);
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (isLog) [low, high] = [low / 1.06, high * 1.06];
  else {
    const room = (high - low || Math.abs(high) || 1) * 0.04;
    [low, high] = [low >= 0 && low < high / 3 ? 0 : low - room, high + room];
  }
  const place = isLog ? Math.log : (value) => value;
  const at = (value) => from + (to - from) * (place(value) - place(low)) / (place(high) - place(low));
  const most = Math.max(2, Math.floor(Math.abs(to - from) / apart));
  const ticks = (isLog ? logTicks(low, high, most) : linearTicks(low, high, most));
  return { at, ticks, isLog, from, to };
}

function linearTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function logTicks(low, high, most) {
  const powers = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) powers.push(power);
  const marks = (steps, every) => powers.filter((power) => power % every === 0)
    .flatMap((power) => steps.map((step) => Number((step * 10 ** power).toPrecision(6))))
    .filter((tick) => tick >= low && tick <= high);
  const choices = [[[1, 1.5, 2, 3, 5, 7], 1], [[1, 2, 5], 1], [[1, 3], 1], [[1], 1], [[1], 2], [[1], 3]];
  const fitting = choices.map(([steps, every]) => marks(steps, every)).find((ticks) => ticks.length <= most);
  // Within less than a factor of about two, equal steps are as good.
  return fitting && fitting.length > 1 ? fitting : linearTicks(low, high, most);
}
