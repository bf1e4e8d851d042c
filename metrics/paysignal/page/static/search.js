/* The list of series while words are typed: the page that the form would show, in place of the list. */

import { fetched, put } from "./parts.js";

const WAIT_MS = 150;

export function search() {
  const field = document.getElementById("asked");
  if (location.pathname !== "/search") return;
  let waiting = 0;
  let asking = null;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      const address = `/search?${new URLSearchParams({ q: field.value })}`;
      try {
        const { page } = await fetched(address, asking.signal);
        put(page);
        history.replaceState(null, "", address);
        document.getElementById("told").textContent = document.querySelector("#live .about")?.textContent ?? "";
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }, WAIT_MS);
  });
}
