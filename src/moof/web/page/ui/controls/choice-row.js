// @ts-check
/** Rows of the panel "Settings" that are made when the panel is loaded: a name, and a list of what may be chosen. */

/**
 * Return a row; its list is its last element. The list is disabled until somebody fills or shows it.
 * @param {string} id of the list
 * @param {string} name that people read
 * @param {readonly (readonly [value: string, label: string])[]} entries
 * @returns {HTMLElement}
 */
export function createChoiceRow(id, name, entries) {
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = name;
  const list = document.createElement("select");
  list.id = id;
  list.autocomplete = "off";
  list.disabled = true;
  list.append(...entries.map(([value, text]) => new Option(text, value)));
  const row = document.createElement("div");
  row.className = "choice-row setting";
  row.append(label, list);
  return row;
}
