// @ts-check
/** A button that copies what a field has. */

import { t } from "../../language/text.js";

const COPIED_DURATION = 2_000;

/**
 * Let a button copy a field's text. The clipboard is for pages from https or localhost alone; otherwise the person copies
 * what is selected.
 * @param {HTMLButtonElement} button
 * @param {HTMLInputElement} field
 */
export function copyClicks(button, field) {
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", () => void (async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = t("Copied");
    } catch {
      field.focus();
      button.textContent = t("Press Ctrl C");
    }
    setTimeout(() => { button.textContent = t("Copy"); }, COPIED_DURATION);
  })());
}
