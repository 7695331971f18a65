// Draws each chart in place of its picture, with tooltips; without script the picture stays.
import { View, expressionInterpreter, parse } from "./vendor/vega.js";

const ground = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

for (const place of document.querySelectorAll("[data-chart]")) {
  const answer = await fetch(`${place.dataset.chart}&ground=${ground}`);
  if (!answer.ok) continue;
  const spec = await answer.json();
  // As wide as its place, which on a phone is less than the picture's width.
  const wide = spec.signals?.find((signal) => signal.name === "width");
  const room = Math.max(280, place.clientWidth - 20);
  if (wide) wide.value = room;
  else spec.width = room;
  const canvas = document.createElement("div");
  await new View(parse(spec, null, { ast: true }), {
    expr: expressionInterpreter, renderer: "svg", container: canvas, hover: true,
  }).runAsync();
  // One picture with one name, not a name for every mark of it.
  canvas.querySelector("svg").setAttribute("aria-hidden", "true");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.querySelector("img").alt);
  place.replaceChildren(canvas);
}
