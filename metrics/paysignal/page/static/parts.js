/* Puts what a newly fetched page shows in place of what stands: its parts, or all of it where it has none. */

function parts(root) {
  const found = [...root.querySelectorAll("#live .part")];
  return found.length ? found : [...root.querySelectorAll("#live")];
}

/* What each part said when it came: scripts draw in it, and what it says now is no longer that. */
const told = new Map(parts(document).map((part) => [part.id, part.innerHTML]));

/* Where the focus was, in the new content: by id, or by the same address. */
function again(part, focused) {
  if (focused.id) return document.getElementById(focused.id);
  const address = focused.getAttribute("href");
  return address === null ? null : [...part.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === address);
}

/* Fetches an address of ours; gives the page, and whether the server said that it is about to have a newer one. */
export async function fetched(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, signal });
  if (!answer.ok && answer.status !== 404) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, behind: answer.headers.has("Paysignal-Behind") };
}

/* Whether something was put in place: what says the same is left alone, with whatever is selected in it. */
export function put(page) {
  let changed = false;
  for (const part of parts(page)) {
    const old = document.getElementById(part.id);
    if (old === null || told.get(part.id) === part.innerHTML) continue;
    told.set(part.id, part.innerHTML);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceChildren(...document.adoptNode(part).childNodes);
    Object.assign(old.dataset, part.dataset);
    if (focused !== null) (again(old, focused) ?? document.getElementById("live")).focus({ preventScroll: true });
    changed = true;
  }
  const [past, next] = [document.getElementById("past"), page.getElementById("past")];
  if (past !== null && next !== null) past.dataset.moments = next.dataset.moments;
  if (changed) document.dispatchEvent(new Event("shown"));
  return changed;
}
