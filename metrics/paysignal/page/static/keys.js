/* The theme's button, and the keys: / searches, t turns the theme, g goes to growth, a to alerts, p to the pipeline. */

const PLACES = { g: "/", s: "/search", a: "/alerts", p: "/pipeline" };

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function turn(button) {
  const next = dark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
  name(button);
  document.dispatchEvent(new Event("themed"));
}

function name(button) {
  button.textContent = dark() ? "Light" : "Dark";
  button.setAttribute("aria-label", `${dark() ? "Light" : "Dark"} theme`);
}

const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

export function keys() {
  const button = document.createElement("button");
  button.type = "button";
  name(button);
  button.addEventListener("click", () => turn(button));
  document.getElementById("tools").append(button);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("asked").focus();
    } else if (event.key === "t") {
      turn(button);
    } else if (Object.hasOwn(PLACES, event.key)) {
      location.assign(PLACES[event.key]);
    }
  });
}
