// The sheet of a circle: what phone.js needs only where a steward types for others.

// Some of a sheet was refused: what was kept is not sent again, and each refused field says why.
export function partly(form, entry, left) {
  refill(form, entry);
  for (const said of form.querySelectorAll("[data-refused]")) said.remove();
  for (const field of form.querySelectorAll("textarea, select, [type=radio], [type=checkbox], input.code")) {
    if (field.name in left) continue;
    if (entry.fields[field.name]) field.disabled = true;
  }
  for (const [name, sentence] of Object.entries(left)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!field) continue;
    const line = document.createElement("p");
    line.className = "notice";
    line.dataset.refused = name;
    line.textContent = sentence;
    (field.closest("fieldset, label") ?? field).before(line);
    field.closest("details")?.setAttribute("open", "");
  }
}

// Put what was sent back into the fields of a sheet, where the page was opened anew meanwhile.
export function refill(form, entry) {
  for (const [name, value] of Object.entries(entry.fields)) {
    const fieldsOfName = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    for (const field of fieldsOfName) {
      if (field.matches("[type=radio], [type=checkbox]")) field.checked = field.value === value;
      else if (field.matches("textarea, select, input.code")) field.value = value;
      else if (name === "sheet_key") field.value = value;
    }
  }
}
