"use strict";

/* Runs before anything is drawn, so that a chosen theme does not flash up after the system's. */
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
}
