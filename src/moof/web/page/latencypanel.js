// @ts-check
/** The way of a ping as a waterfall: each part where it begins and as long as it takes. */

import { PARTS } from "./latency.js";
import { Waterfall } from "./waterfall.js";

/** @typedef {import("./latency.js").LatencyMeter} LatencyMeter */
/** @typedef {import("./latency.js").Part} Part */

/** @type {Record<Part, string>} */
const NAMES = {
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
    this.#waterfall = new Waterfall(body, PARTS, NAMES);
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
