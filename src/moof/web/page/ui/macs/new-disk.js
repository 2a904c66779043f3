// @ts-check
/** The form that makes an empty disk: its name and its size. */

import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";

const MAX_NAME = 27;
const MAX_SIZE = "2000";
const SIZE = "500";
const FORBIDDEN = /[/\\:*?"<>|]|^[.-]+/gu;
const SUFFIX = ".img";

/** @typedef {{ volume: string, size: number }} WantedDisk volume: the disk's name on the Mac's desktop; size in MB */

/** The form, and the button that shows it. */
export class NewDisk {
  button = created("button", { id: "images-new", type: "button", textContent: t("New empty disk…") });
  element = created("form", { id: "new-disk", hidden: true });
  #name = created("input", {
    type: "text", required: true, maxLength: MAX_NAME, autocomplete: "off", spellcheck: false, value: "Macintosh HD",
  });
  #size = created("input", { type: "number", required: true, min: "1", max: MAX_SIZE, step: "1", value: SIZE });

  /** @param {(wanted: WantedDisk) => Promise<boolean>} create returns whether it was made */
  constructor(create) {
    const cancel = created("button", { type: "button", textContent: t("Cancel") });
    const buttons = created("div", { className: "panel-buttons" });
    buttons.append(cancel, created("button", { type: "submit", textContent: t("Create") }));
    this.element.append(field(t("Name of the disk"), this.#name), field(t("Size of the empty disk (MB)"), this.#size), buttons);
    this.button.addEventListener("click", () => this.#show(true));
    cancel.addEventListener("click", () => this.#show(false));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = { volume: this.#name.value.trim(), size: Number(this.#size.value) };
      void create(wanted).then((made) => { if (made) this.#show(false); });
    });
  }

  /** @param {boolean} shown */
  #show(shown) {
    this.element.hidden = !shown;
    this.button.hidden = shown;
    if (shown) this.#name.select();
    else this.button.focus();
  }
}

/**
 * Return a field with its name before it.
 * @param {string} name
 * @param {HTMLInputElement} input
 */
function field(name, input) {
  const label = created("label", { className: "setting", textContent: name });
  label.append(input);
  return label;
}

/**
 * Return the name of the file for a disk, in the characters that files on the server have.
 * @param {string} volume
 * @returns {string}
 */
export function imageName(volume) {
  return `${volume.replaceAll(FORBIDDEN, "_").trim() || "_"}${SUFFIX}`;
}
