// @ts-check
/** The elements in which the questions of add-mac.js are answered. */

import { NUMBERS, t } from "../language/text.js";

/** @type {Record<string, string>} */
const DEPTHS = { 1: t("black and white"), 16: t("thousands"), 32: t("millions") };

/**
 * Create an element with these properties.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} properties
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function created(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/**
 * Return a choice of the server's for people.
 * @param {string} question
 * @param {string} value
 * @returns {string}
 */
export function choiceText(question, value) {
  if (question === "sound") return value === "yes" ? t("yes") : t("no");
  if (question === "screen") return value.replace("x", " × ");
  if (question === "depth") return DEPTHS[value] ?? NUMBERS.format(2 ** Number(value));
  return question === "memory" ? `${value} MB` : value;
}

/** A button that asks for a file. */
export class FileAnswer {
  element = created("div", { className: "panel-buttons" });

  /**
   * @param {string} text of the button
   * @param {(file: File) => void} take is called with the file
   */
  constructor(text, take) {
    const files = created("input", { type: "file", hidden: true, ariaLabel: text });
    const button = created("button", { type: "button", textContent: text });
    button.addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      const [file] = files.files ?? [];
      if (file) take(file);
      files.value = "";
    });
    this.element.append(files, button);
  }
}
