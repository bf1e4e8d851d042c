/* Live: hears from /events that something changed, fetches this page anew and puts it in place.

   Whoever selects text in the figures, or stands in them with the keyboard, is asked first: a button shows the news. */

import { fetched, put } from "./parts.js";

/* Many browsers hear of a change at once; they come one after the other. */
const SPREAD_MS = 500;
const AGAIN_MS = 2000;

let waiting = 0;
let mark = null;

function say(state, words) {
  mark.className = `live ${state}`;
  mark.textContent = words;
}

function busy() {
  const live = document.getElementById("live");
  const selection = document.getSelection();
  const selecting = selection !== null && !selection.isCollapsed && live.contains(selection.anchorNode);
  return selecting || (live !== document.activeElement && live.contains(document.activeElement));
}

async function refresh() {
  waiting = 0;
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => soon(0), { once: true });
    return;
  }
  try {
    const { page, behind } = await fetched(location.href);
    if (behind) soon(AGAIN_MS);
    if (busy()) offer(page);
    else show(page);
  } catch {
    say("late", "No answer");
    soon(AGAIN_MS * 2);
  }
}

function show(page) {
  document.getElementById("news")?.remove();
  if (put(page)) {
    document.documentElement.dataset.updates = Number(document.documentElement.dataset.updates ?? 0) + 1;
    say("on", "Live");
  }
}

/* Asks; the last page that came is the one that is shown. */
function offer(page) {
  let button = document.getElementById("news");
  if (button === null) {
    button = document.createElement("button");
    button.id = "news";
    button.type = "button";
    button.textContent = "Show new figures";
    document.getElementById("tools").prepend(button);
    document.getElementById("told").textContent = "There are new figures.";
  }
  button.onclick = () => show(page);
}

function soon(ms) {
  if (waiting === 0) waiting = setTimeout(refresh, ms);
}

export function live() {
  mark = document.createElement("span");
  document.getElementById("tools").append(mark);
  say("", "Connecting");
  let last = null;
  const events = new EventSource("/events");
  events.addEventListener("open", () => say("on", "Live"));
  events.addEventListener("error", () => say("late", "Not connected"));
  events.addEventListener("change", (event) => {
    const first = last === null;
    last = event.data;
    // What the page was made of may have changed before we listened.
    soon(first ? AGAIN_MS : Math.random() * SPREAD_MS);
  });
  addEventListener("pagehide", () => events.close());
}
