/* The charts of a series: its levels, and its growth. uPlot draws; what is drawn the table below says in words. */

import { growth as growthWords, tick, told } from "./figures.js";
import { breakGaps, marks } from "./marks.js";
import { columns, some } from "./points.js";

const HEIGHT = 240;
let drawn = [];
let asking = null;

function colours() {
  // Of a probe, not of the root: there a property is what was written, light-dark() and all.
  const probe = document.createElement("i");
  document.body.append(probe);
  const found = {};
  for (const name of ["accent", "warn", "ink", "soft", "line", "sheet"]) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

const faint = (colour) => colour.replace("rgb(", "rgba(").replace(")", ", 0.18)");

/* A line goes on over periods of which nothing is known, and stops where the definition broke. */
const parted = (points) => ({ spanGaps: false, gaps: (plot) => breakGaps(plot, points) });

const line = (stroke, points, more = {}) => ({ stroke, width: 2, ...parted(points), points: { show: true, size: 6, fill: stroke }, ...more });
const edge = (points) => ({ stroke: "transparent", width: 0, points: { show: false }, ...parted(points) });

function options(box, look, words, lines) {
  const axis = { stroke: look.soft, grid: { stroke: look.line, width: 1 }, ticks: { stroke: look.line, width: 1 }, font: "12px system-ui, sans-serif" };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    axes: [axis, { ...axis, size: 64, values: (_, values) => values.map(words) }],
    series: [{}, ...lines],
    bands: [{ series: [3, 2], fill: faint(look.accent) }],
  };
}

/* By the arrow keys from period to period, as the pointer does it. */
function walk(plot, box) {
  box.addEventListener("keydown", (event) => {
    const last = plot.data[0].length - 1;
    const at = plot.cursor.idx ?? last + 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(next, 0), last);
    plot.setCursor({ left: plot.valToPos(plot.data[0][to], "x"), top: 0 });
  });
}

function figure(section, name, table, points, unit, made) {
  const box = document.createElement("div");
  box.className = "chart";
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${name}: ${points.length} periods. The arrow keys go from one to the next.`);
  const readout = document.createElement("output");
  readout.className = "readout";
  // Told to who walks along the chart, and not whenever it is drawn anew.
  readout.setAttribute("aria-live", "off");
  box.addEventListener("focus", () => readout.setAttribute("aria-live", "polite"));
  box.addEventListener("blur", () => readout.setAttribute("aria-live", "off"));
  const heading = document.createElement("h3");
  heading.textContent = name;
  section.append(heading, box, readout);
  const say = (at) => (readout.textContent = told(table[0][at], points[at], unit));
  const set = made(box);
  set.hooks = { ...set.hooks, setCursor: [(plot) => plot.cursor.idx !== null && plot.cursor.idx !== undefined && say(plot.cursor.idx)] };
  const plot = new uPlot(set, table, box);
  walk(plot, box);
  say(table[0].length - 1);
  drawn.push({ plot, box });
}

function levels(section, found, unit, look) {
  figure(section, `Level, ${section.dataset.unit}`, [found.times, ...found.level], found.points, unit, (box) => ({
    ...options(box, look, (value) => tick(value, unit), [line(look.accent, found.points), edge(found.points), edge(found.points)]),
    hooks: { draw: [marks(found.points, look)] },
  }));
}

function growths(section, found, unit, look) {
  const dots = { stroke: look.ink, width: 0, paths: () => null, points: { show: true, size: 8, fill: look.sheet, stroke: look.ink, width: 2 } };
  const previous = line(look.soft, found.points, { width: 1, dash: [4, 4], points: { show: false } });
  figure(section, "Growth", [found.times, ...found.growth], found.points, unit, (box) => ({
    ...options(box, look, growthWords, [line(look.accent, found.points), edge(found.points), edge(found.points), previous, dots]),
    hooks: { draw: [marks(found.points.map((point) => ({ ...point, revisions: 0, conflicts: 0 })), look)] },
  }));
}

const LEGEND = [
  ["line", "figure, computed growth on the year"],
  ["band", "what its digits leave open"],
  ["dash", "growth on the previous period"],
  ["ring", "stated growth on the year"],
  ["diamond", "revised"],
  ["triangle", "contradicted"],
  ["break", "break in the definition"],
];

function legend(section) {
  const list = document.createElement("ul");
  list.className = "signs";
  for (const [sign, words] of LEGEND) {
    const item = document.createElement("li");
    item.className = sign;
    item.textContent = words;
    list.append(item);
  }
  section.append(list);
}

function clear(section) {
  for (const { plot } of drawn) plot.destroy();
  drawn = [];
  section.replaceChildren(...section.querySelectorAll("h2"));
}

async function draw() {
  const section = document.getElementById("charts");
  if (section === null) return;
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams({ series: section.dataset.series });
  if (section.dataset.asOf) asked.set("as_of", section.dataset.asOf);
  try {
    const answer = await fetch(`/v1/history?${asked}`, { signal: asking.signal });
    if (answer.ok && section.isConnected) show(section, columns(await answer.json()));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function show(section, found) {
  clear(section);
  section.hidden = false;
  const unit = found.points.find((point) => point.level !== null)?.level.unit ?? "";
  const look = colours();
  if (some(found.level[0])) levels(section, found, unit, look);
  if (found.growth.some(some)) growths(section, found, unit, look);
  legend(section);
  section.dataset.drawn = found.times.length;
}

export function chart() {
  draw();
  document.addEventListener("shown", draw);
  document.addEventListener("themed", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => {
    for (const { plot, box } of drawn) plot.setSize({ width: box.clientWidth, height: HEIGHT });
  });
}
