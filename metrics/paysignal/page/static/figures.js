/* Figures as people read them; the tables have the exact words. */

const COUNT = new Intl.NumberFormat("en", { notation: "compact", compactDisplay: "long", maximumSignificantDigits: 4 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
const SHARE = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const amount = (value, unit) => (unit === "ratio" ? SHARE : COUNT).format(value);
export const tick = (value, unit) => (unit === "ratio" ? SHARE : SHORT).format(value);
export const growth = (value) => PERCENT.format(value);
export const day = (seconds) => DATE.format(new Date(seconds * 1000));

function within(figure, words) {
  const { value, low, high } = figure;
  if (low === null && high === null) return "";
  if (low === value && high === value) return "";
  if (low === null) return ` (at most ${words(high)})`;
  if (high === null) return ` (at least ${words(low)})`;
  return words(low) === words(high) ? "" : ` (${words(low)} to ${words(high)})`;
}

const many = (count, one, more) => `${count} ${count === 1 ? one : more}`;

/* One period in a sentence. */
export function told(seconds, point, unit) {
  const parts = [];
  const level = point.level ?? point.computed;
  if (level !== null) parts.push(amount(level.value, unit) + within(level, (value) => amount(value, unit)));
  if (point.year_ago !== null) parts.push(`${growth(point.year_ago.value)} on the year${within(point.year_ago, growth)}`);
  if (point.previous !== null) parts.push(`${growth(point.previous.value)} on the previous`);
  for (const each of point.stated) {
    if (each.kind === "growth") parts.push(`stated ${growth(each.shown.value)}`);
  }
  if (point.revisions) parts.push(many(point.revisions, "statement revised", "statements revised"));
  if (point.conflicts) parts.push(many(point.conflicts, "statement contradicts it", "statements contradict it"));
  if (point.broken !== null) parts.push("break in its definition");
  return `${day(seconds)}: ${parts.join("; ")}`;
}
