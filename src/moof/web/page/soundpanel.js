// @ts-check
/** The way of a sound as a waterfall, below the one of a ping. */

import { SOUND_PARTS, describeClock, soundPath } from "./soundpath.js";
import { Waterfall } from "./waterfall.js";

/** @typedef {import("./listener.js").Listener} Listener */
/** @typedef {typeof SOUND_PARTS[number] | "total"} Row */

/** @type {Record<Row, string>} */
const NAMES = {
  wait: "Waits to be due",
  encode: "Encoded",
  network: "Down to the page",
  buffer: "Jitter buffer",
  output: "Sound card",
  total: "Altogether",
};

export class SoundPanel {
  #listener;
  #panel = /** @type {HTMLElement} */ (document.getElementById("latency-panel"));
  #note = /** @type {HTMLElement} */ (document.getElementById("sound-note"));
  #waterfall;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    const body = /** @type {HTMLElement} */ (document.getElementById("sound-parts"));
    this.#waterfall = new Waterfall(body, SOUND_PARTS, NAMES);
    this.#panel.addEventListener("beforetoggle", () => this.#fill());
  }

  /** Call it when something new may have been measured. */
  update() {
    if (this.#panel.matches(":popover-open")) this.#fill();
  }

  #fill() {
    this.#note.textContent = describeClock(this.#listener);
    this.#waterfall.fill(soundPath(this.#listener));
  }
}
