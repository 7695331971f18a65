// Draws each chart in place of its picture, with tooltips; without script the picture stays.
import { View, expressionInterpreter, parse } from "./vendor/vega.js";

for (const place of document.querySelectorAll("[data-chart]")) {
  const answer = await fetch(place.dataset.chart);
  if (!answer.ok) continue;
  const spec = await answer.json();
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
