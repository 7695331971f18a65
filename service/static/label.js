// Keys for coding: 1-4 the stance, initials the speaker's type (told on each choice), n and t the
// fields of names, Enter saves, s skips, u takes the last one back, Esc leaves a field.
const form = document.getElementById("coding");
const keys = document.getElementById("keys");
if (form && keys) {
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  document.getElementById("asked")?.scrollIntoView({ block: "center" });
  const choices = new Map();
  for (const choice of form.querySelectorAll("input[type=radio]")) {
    choices.set(choice.parentElement.querySelector("kbd").textContent, choice);
  }
  const fields = { n: form.elements.speaker, t: form.elements.proposed_actors };
  const acts = { s: "skip", u: "undo" };
  const press = (act) => form.querySelector(`button[value=${act}]`)?.click();
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (choices.has(event.key)) {
      choices.get(event.key).checked = true;
      choices.get(event.key).focus();
    } else if (event.key in fields) fields[event.key].select();
    else if (event.key in acts) press(acts[event.key]);
    else if (event.key === "Enter" && !event.target.matches("button, a, summary")) press("save");
    else return;
    event.preventDefault();
  });
}
