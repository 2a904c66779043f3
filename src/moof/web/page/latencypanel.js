// @ts-check
/** The way of a ping as a waterfall: each part where it begins and as long as it takes. */

import { PARTS } from "./latency.js";

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
  /** @type {Map<Part, {span: HTMLElement, median: HTMLElement, late: HTMLElement}>} */ #rows = new Map();

  /** @param {LatencyMeter} meter */
  constructor(meter) {
    this.#meter = meter;
    const body = /** @type {HTMLElement} */ (document.getElementById("latency-parts"));
    for (const part of /** @type {Part[]} */ ([...PARTS, "total"])) body.append(this.#row(part));
    this.#panel.addEventListener("beforetoggle", () => this.#fill());
  }

  /** Call it when something new may have been measured. */
  update() {
    const total = this.#meter.quantile(0.5)?.total;
    this.#text.textContent = total === undefined ? "–" : `${Math.round(total)} ms`;
    this.#button.title = total === undefined ? "Latency: not measured yet" : "Latency: what half of the pings stay below";
    if (this.#panel.matches(":popover-open")) this.#fill();
  }

  /** @param {Part} part */
  #row(part) {
    const row = document.createElement("tr");
    if (part === "total") row.className = "sum";
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = NAMES[part];
    const [track, median, late] = [1, 2, 3].map(() => document.createElement("td"));
    track.className = "track";
    const span = document.createElement("div");
    span.className = "span";
    if (part !== "total") track.append(span);
    row.append(name, track, median, late);
    this.#rows.set(part, { span, median, late });
    return row;
  }

  #fill() {
    const medians = this.#meter.quantile(0.5);
    const late = this.#meter.quantile(0.95);
    const whole = medians ? PARTS.reduce((sum, part) => sum + medians[part], 0) : 0;
    let begin = 0;
    for (const [part, row] of this.#rows) {
      row.median.textContent = medians ? medians[part].toFixed(1) : "–";
      row.late.textContent = late ? late[part].toFixed(1) : "–";
      if (!medians || part === "total") continue;
      row.span.style.left = `${(100 * begin) / whole}%`;
      row.span.style.width = `${(100 * medians[part]) / whole}%`;
      begin += medians[part];
    }
  }
}
