// @ts-check
/** Chooses the picture's size and how its pixels are drawn, in the panel "Settings". */

import { t } from "../../language/text.js";
import { PIXELS, SCALES } from "../../video/scaling.js";
import { elementById } from "../controls/elements.js";

/** @import { Pixels, Scale } from "../../video/scaling.js" */
/** @import { Settings } from "./settings.js" */

/**
 * @typedef {EventTarget & {
 *   readonly scale: number,
 *   readonly overflows: boolean,
 *   setScaling: (scale: Scale, pixels: Pixels) => void,
 * }} ScalableDisplay see Display; dispatches "layout"
 */

/**
 * Sets the display to the person's choice. One in the page's address (`?scale=fill&pixels=smooth`) comes before that
 * of the settings, and is not stored there.
 */
export class ScalingPanel {
  #display;
  #settings;
  /** @type {Scale} */ #scale;
  /** @type {Pixels} */ #pixels;
  #note = elementById("scaling-note", HTMLElement);

  /**
   * @param {ScalableDisplay} display
   * @param {Settings} settings
   * @param {string} search the address's part after "?"
   */
  constructor(display, settings, search) {
    this.#display = display;
    this.#settings = settings;
    const parameters = new URLSearchParams(search);
    this.#scale = find(SCALES, parameters.get("scale")) ?? settings.get("scale");
    this.#pixels = find(PIXELS, parameters.get("pixels")) ?? settings.get("pixels");
    this.#listen("scale", this.#scale, (value) => this.#chooseScale(value));
    this.#listen("pixels", this.#pixels, (value) => this.#choosePixels(value));
    display.addEventListener("layout", () => this.#describe());
    this.#apply();
  }

  /**
   * @param {"scale" | "pixels"} name
   * @param {string} chosen
   * @param {(value: string) => void} onChange
   */
  #listen(name, chosen, onChange) {
    const group = elementById(`${name}-choices`, HTMLElement);
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (group.querySelectorAll("input"))) {
      input.checked = input.value === chosen;
      input.addEventListener("change", () => onChange(input.value));
    }
  }

  /** @param {string} value */
  #chooseScale(value) {
    this.#scale = find(SCALES, value) ?? this.#scale;
    this.#settings.set("scale", this.#scale);
    this.#apply();
  }

  /** @param {string} value */
  #choosePixels(value) {
    this.#pixels = find(PIXELS, value) ?? this.#pixels;
    this.#settings.set("pixels", this.#pixels);
    this.#apply();
  }

  #apply() {
    this.#display.setScaling(this.#scale, this.#pixels);
    this.#describe();
  }

  #describe() {
    const scale = Number(this.#display.scale.toFixed(2));
    const wide = scale === 1
      ? t("Each Mac pixel is 1 display pixel wide.")
      : t("Each Mac pixel is {scale} display pixels wide.", { scale });
    const pan = this.#display.overflows ? t("Move to the window’s edge, or with two fingers, to see the rest.") : "";
    this.#note.textContent = [wide, pan].filter(Boolean).join(" ");
  }
}

/**
 * @template {string} T
 * @param {readonly T[]} names
 * @param {string | null} value
 * @returns {T | undefined}
 */
function find(names, value) {
  return names.find((name) => name === value);
}
