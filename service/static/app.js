// What makes the pages handier; everything works without it.

// Copy buttons.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  const told = button.textContent;
  navigator.clipboard.writeText(text).then(() => {
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = told; }, 2000);
  });
});

// A slider tells its value, and shows its page when it is let go.
document.addEventListener("input", (event) => {
  const output = event.target.matches("[data-submit]") && event.target.closest("div").querySelector("output");
  if (output) output.textContent = event.target.value;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// The article stays where it is when a sentence's panel is opened beside it.
document.addEventListener("click", (event) => {
  if (!event.target.closest("a.sentence, a.step")) return;
  const y = scrollY;
  addEventListener("hashchange", () => scrollTo({ top: y, behavior: "instant" }), { once: true });
});

// The sentence of the open panel is marked in the text.
const mark = () => {
  document.querySelector("a.sentence[aria-current]")?.removeAttribute("aria-current");
  const number = /^#s(\d+)$/.exec(location.hash)?.[1];
  document.getElementById(`t${number}`)?.setAttribute("aria-current", "true");
};
addEventListener("hashchange", mark);
mark();

// Lines of carried speech: in the margin, from the sentence that names a speaker to those in which
// they speak on.
const SVG = "http://www.w3.org/2000/svg";
const STEP = 7;
function drawLines(text) {
  text.querySelector("svg.lines")?.remove();
  const top = text.getBoundingClientRect().top;
  const middle = (sentence) => {
    const line = sentence.getClientRects()[0];
    return line.top + line.height / 2 - top;
  };
  const runs = new Map();
  for (const sentence of text.querySelectorAll("a.sentence[data-source]")) {
    const { source } = sentence.dataset;
    if (!runs.has(source)) runs.set(source, []);
    runs.get(source).push(middle(sentence));
  }
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "lines");
  svg.setAttribute("aria-hidden", "true");
  const lanes = [];
  for (const [source, ends] of runs) {
    const from = middle(document.getElementById(source));
    const [low, high] = [Math.min(from, ...ends), Math.max(from, ...ends)];
    if (high - low < 4) continue; // all in one line of the text: the sign before the words says it
    let lane = lanes.findIndex((until) => until < low - 2);
    if (lane < 0) lane = lanes.length;
    lanes[lane] = high;
    const x = 20 - STEP * (lane % 3);
    const path = document.createElementNS(SVG, "path");
    const ticks = ends.map((y) => `M${x} ${y}h${24 - x}`).join("");
    path.setAttribute("d", `M24 ${from}H${x}M${x} ${low}V${high}${ticks}`);
    const dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of [["cx", 24], ["cy", from], ["r", 3]]) dot.setAttribute(name, value);
    svg.append(path, dot);
  }
  text.prepend(svg);
}
for (const text of document.querySelectorAll("[data-carried]")) {
  new ResizeObserver(() => drawLines(text)).observe(text);
}

// A node of the network shows its edges.
for (const node of document.querySelectorAll(".node")) {
  const edges = [...document.querySelectorAll(".edge")].filter(
    (edge) => edge.dataset.ends.split("|").includes(node.dataset.node));
  const show = (on) => {
    node.closest("svg").classList.toggle("chosen", on);
    for (const edge of edges) edge.classList.toggle("chosen", on);
  };
  node.addEventListener("mouseenter", () => show(true));
  node.addEventListener("mouseleave", () => show(false));
}
