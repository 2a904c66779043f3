// @ts-check
/** A notice that a text was copied in the Mac, with a button that copies it here. */

import { t } from "../../language/text.js";

/** So much of a text is quoted, in characters. */
const MAX_QUOTED = 40;

/**
 * Return the beginning of a text, in quotation marks and on one line.
 * @param {string} text
 * @returns {string}
 */
export function quote(text) {
  const line = text.slice(0, 10 * MAX_QUOTED).replace(/\s+/gu, " ").trim();
  const characters = Array.from(line);
  const isCut = characters.length > MAX_QUOTED || text.length > 10 * MAX_QUOTED;
  return isCut ? `“${characters.slice(0, MAX_QUOTED).join("").replace(/[\s.,;:]+$/u, "")}…”` : `“${line}”`;
}

/** The notice; it makes its elements. */
export class CopiedNotice {
  #section = document.createElement("section");
  #line = document.createElement("p");

  /** @param {{ copy: () => void, close: () => void }} actions */
  constructor({ copy, close }) {
    this.#section.id = "copied";
    this.#section.hidden = true;
    this.#line.setAttribute("role", "status");
    this.#section.append(this.#line, button("copied-copy", t("Copy"), copy), button("copied-close", "×", close));
    this.#section.setAttribute("aria-label", t("Copied in the Mac"));
    document.body.append(this.#section);
    document.getElementById("copied-close")?.setAttribute("aria-label", t("Do not copy it"));
  }

  /**
   * Show that a text was copied.
   * @param {string} text
   */
  show(text) {
    this.#section.hidden = false;
    this.#line.textContent = t("Copied in the Mac: {text}", { text: quote(text) });
  }

  /** Hide the notice. */
  hide() {
    this.#section.hidden = true;
    this.#line.textContent = "";
  }
}

/**
 * @param {string} id
 * @param {string} label
 * @param {() => void} click
 */
function button(id, label, click) {
  const made = document.createElement("button");
  made.type = "button";
  made.id = id;
  made.textContent = label;
  made.addEventListener("click", click);
  return made;
}
