// Keys for coding: 1-4 choose the stance, Enter saves, s skips, u takes the last one back.
const form = document.getElementById("coding");
if (form) {
  document.getElementById("asked")?.scrollIntoView({ block: "center" });
  const stances = form.querySelectorAll("input[name=stance]");
  const press = (act) => form.querySelector(`button[value=${act}]`).click();
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    if (event.key >= "1" && event.key <= String(stances.length)) {
      const chosen = stances[Number(event.key) - 1];
      chosen.checked = true;
      chosen.focus();
    } else if (event.key === "Enter" && !event.target.matches("button, a")) press("save");
    else if (event.key === "s") press("skip");
    else if (event.key === "u") press("undo");
    else return;
    event.preventDefault();
  });
}
