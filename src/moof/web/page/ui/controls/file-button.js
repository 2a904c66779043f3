// @ts-check
/** A button that asks for a file. */

import { created } from "./created-element.js";

/** The button, in an element of its own. */
export class FileButton {
  element = created("div", { className: "panel-buttons" });
  #files = created("input", { type: "file", hidden: true });
  #button = created("button", { type: "button" });

  /**
   * @param {string} text of the button
   * @param {(file: File) => void} take is called with the file
   */
  constructor(text, take) {
    this.text = text;
    this.#button.addEventListener("click", () => this.#files.click());
    this.#files.addEventListener("change", () => {
      const [file] = this.#files.files ?? [];
      if (file) take(file);
      this.#files.value = "";
    });
    this.element.append(this.#files, this.#button);
  }

  /** @param {string} text of the button */
  set text(text) {
    this.#button.textContent = text;
    this.#files.ariaLabel = text;
  }
}
