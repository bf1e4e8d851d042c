/* The slider: a step at each moment at which what is known of the series changed, the last one being now. */

import { fetched, put } from "./parts.js";

const WAIT_MS = 120;

let form = null;
let slider = null;
let output = null;
let waiting = 0;
let asking = null;

const moments = () => (form.dataset.moments ? form.dataset.moments.split(" ") : []);
const chosen = () => moments()[Number(slider.value)] ?? "";

/* What the address asks for may be anything. */
function words(moment) {
  if (!moment) return "As known now";
  return /^[\d:.TZ-]{10,30}$/.test(moment) ? `As known on ${moment.replace("T", " ").replace("Z", " UTC")}` : "As known when?";
}

function say(moment) {
  output.textContent = words(moment);
  slider.setAttribute("aria-valuetext", words(moment));
}

/* The step of a moment: the last one that is not after it; dates and instants are compared as text, as they sort. */
function step(asOf) {
  const all = moments();
  if (!asOf) return all.length;
  const after = all.findIndex((moment) => moment > asOf);
  return Math.max(0, (after < 0 ? all.length : after) - 1);
}

function address() {
  const asked = new URLSearchParams({ series: form.elements.series.value });
  if (chosen()) asked.set("as_of", chosen());
  return `/series?${asked}`;
}

async function load() {
  asking?.abort();
  asking = new AbortController();
  const at = address();
  try {
    const { page } = await fetched(at, asking.signal);
    history.replaceState(null, "", at);
    form.elements.as_of.value = chosen().slice(0, 10);
    put(page);
  } catch (error) {
    if (error.name !== "AbortError") output.textContent = "No answer; try again.";
  }
}

function build() {
  slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.id = "as-of";
  slider.setAttribute("aria-label", "As of");
  output = document.createElement("output");
  output.htmlFor = "as-of";
  const box = document.createElement("div");
  box.className = "slider";
  box.append(slider, output);
  form.prepend(box);
  slider.addEventListener("input", () => {
    say(chosen());
    clearTimeout(waiting);
    waiting = setTimeout(load, WAIT_MS);
  });
}

/* New facts bring new steps; who stood at now stays there. */
function place(asOf) {
  slider.max = moments().length;
  slider.value = step(asOf);
  // The address may ask for a day between two steps.
  say(asOf);
}

export function past() {
  form = document.getElementById("past");
  if (form === null || moments().length === 0) return;
  build();
  place(form.dataset.asOf);
  document.addEventListener("shown", () => place(new URLSearchParams(location.search).get("as_of") ?? ""));
}
