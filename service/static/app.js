// Copy buttons; everything else works without script.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  navigator.clipboard.writeText(text).then(() => { button.textContent = "Copied"; });
});
document.addEventListener("input", (event) => {
  const output = event.target.matches("[data-submit]") && event.target.closest("div").querySelector("output");
  if (output) output.textContent = event.target.value;
});
