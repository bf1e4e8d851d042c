/* The tiles with the arrow keys: one stop of the tab key, and from there to the next market in each direction. */

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const middle = (link) => {
  const box = link.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
};

/* The nearest link that lies that way; what is aside counts twice. */
function next(links, from, [right, down]) {
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const link of links) {
    const [otherX, otherY] = middle(link);
    const along = (otherX - x) * right + (otherY - y) * down;
    const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
    const distance = along + 2 * aside;
    if (along > 1 && distance < least) [best, least] = [link, distance];
  }
  return best;
}

function only(links, current) {
  for (const link of links) link.tabIndex = link === current ? 0 : -1;
}

function prepare() {
  const links = document.querySelectorAll(".tiles a");
  if (links.length) only(links, links[0]);
}

export function tiles() {
  prepare();
  document.addEventListener("shown", prepare);
  document.addEventListener("keydown", (event) => {
    const from = event.target.closest(".tiles a");
    if (from === null || !(event.key in WAYS)) return;
    event.preventDefault();
    const links = document.querySelectorAll(".tiles a");
    const to = next(links, from, WAYS[event.key]);
    if (to === null) return;
    only(links, to);
    to.focus();
  });
}
