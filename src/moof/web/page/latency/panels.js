// @ts-check
/** The way of a ping as a waterfall: each part where it begins and as long as it takes. */

import { SOUND_PARTS, describeClock, soundPath } from "./audio-latency.js";
import { PARTS } from "./meter.js";
import { Waterfall } from "./waterfall.js";

/** @typedef {import("../audio/receiver-stats.js").Listener} Listener */
/** @typedef {import("./meter.js").LatencyMeter} LatencyMeter */
/** @typedef {import("./meter.js").Part} Part */
/** @typedef {typeof SOUND_PARTS[number] | "total"} Row */

/** @type {Record<Part, string>} */
const PING_NAMES = {
  up: "Up to the server",
  ipc: "To the Mac",
  mac: "In the Mac",
  wait: "Picked up",
  encode: "Encoded",
  network: "Down to the page",
  buffer: "Held against jitter",
  decode: "Decoded",
  display: "Shown",
  total: "Altogether",
};

export class LatencyPanel {
  #meter;
  #panel = /** @type {HTMLElement} */ (document.getElementById("latency-panel"));
  #text = /** @type {HTMLElement} */ (document.getElementById("latency-text"));
  #button = /** @type {HTMLElement} */ (document.getElementById("latency"));
  #waterfall;

  /** @param {LatencyMeter} meter */
  constructor(meter) {
    this.#meter = meter;
    const body = /** @type {HTMLElement} */ (document.getElementById("latency-parts"));
    this.#waterfall = new Waterfall(body, PARTS, PING_NAMES);
    this.#panel.addEventListener("beforetoggle", () => this.#fill());
  }

  /** Call it when something new may have been measured. */
  update() {
    const total = this.#meter.quantile(0.5)?.total;
    this.#text.textContent = total === undefined ? "–" : `${Math.round(total)} ms`;
    this.#button.title = total === undefined ? "Latency: not measured yet" : "Latency: what half of the pings stay below";
    if (this.#panel.matches(":popover-open")) this.#fill();
  }

  #fill() {
    this.#waterfall.fill(this.#meter.quantile(0.5), this.#meter.quantile(0.95));
  }
}

/** @type {Record<Row, string>} */
const SOUND_NAMES = {
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
    this.#waterfall = new Waterfall(body, SOUND_PARTS, SOUND_NAMES);
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
