/* What a series' history is as columns, one entry a period that has a figure: what the charts take. */

const DAY = 86400;

/* Seconds since 1970 of the period's last day, by which people name it; an instant as it is. */
function time(period) {
  const end = Date.parse(period.end) / 1000;
  return period.end.length === 10 ? end - DAY : end;
}

const statedGrowth = (point) =>
  point.stated.find((each) => each.kind === "growth" && each.baseline === "year_ago")?.shown ?? null;

/* Two periods may end on one day; a chart has one place for both, and the later in the list is the longer. */
function byTime(points) {
  const held = new Map();
  for (const point of points) held.set(time(point.period), point);
  return [...held.entries()].sort((one, other) => one[0] - other[0]);
}

const column = (figures, field) => figures.map((figure) => figure?.[field] ?? null);

/* An open side of an interval has no end to be drawn: the band ends at the figure there. */
function band(figures) {
  return [figures.map((figure) => figure && (figure.low ?? figure.value)), figures.map((figure) => figure && (figure.high ?? figure.value))];
}

export function columns(history) {
  const entries = byTime(history.points);
  const points = entries.map(([, point]) => point);
  const levels = points.map((point) => point.level ?? point.computed);
  const years = points.map((point) => point.year_ago);
  return {
    times: entries.map(([at]) => at),
    points,
    level: [column(levels, "value"), ...band(levels)],
    growth: [column(years, "value"), ...band(years), column(points.map((point) => point.previous), "value"), column(points.map(statedGrowth), "value")],
  };
}

export const some = (list) => list.some((value) => value !== null);
