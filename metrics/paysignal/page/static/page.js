"use strict";

/* Keeps the tables current: fetches the page every few seconds and puts its tables in place of these.
   Nothing is fetched while the page is hidden, while text in it is selected, or while a link in it has the focus. */

const EVERY_MS = 5000;

function busy(live) {
  const selection = document.getSelection();
  const selecting = selection !== null && !selection.isCollapsed && live.contains(selection.anchorNode);
  return document.hidden || selecting || live.contains(document.activeElement);
}

async function refresh() {
  const live = document.getElementById("live");
  if (busy(live)) return;
  const state = live.querySelector(".state");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    if (next !== null && !busy(live)) live.replaceChildren(...next.childNodes);
  } catch {
    if (!state.classList.contains("late")) {
      state.classList.add("late");
      state.append(" The exporter does not answer; this page shows what it said last.");
    }
  }
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
