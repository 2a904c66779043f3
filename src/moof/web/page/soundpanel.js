// @ts-check
/** The way of a sound as a waterfall, below the one of a ping. */

import { SOUND_PARTS, describeClock, soundPath } from "./soundpath.js";

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
  /** @type {Map<Row, {span: HTMLElement, time: HTMLElement}>} */ #rows = new Map();

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    const body = /** @type {HTMLElement} */ (document.getElementById("sound-parts"));
    for (const part of /** @type {Row[]} */ ([...SOUND_PARTS, "total"])) body.append(this.#row(part));
    this.#panel.addEventListener("beforetoggle", () => this.#fill());
  }

  /** Call it when something new may have been measured. */
  update() {
    if (this.#panel.matches(":popover-open")) this.#fill();
  }

  /** @param {Row} part */
  #row(part) {
    const row = document.createElement("tr");
    if (part === "total") row.className = "sum";
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = NAMES[part];
    const [track, time, unused] = [1, 2, 3].map(() => document.createElement("td"));
    track.className = "track";
    const span = document.createElement("div");
    span.className = "span";
    if (part !== "total") track.append(span);
    row.append(name, track, time, unused);
    this.#rows.set(part, { span, time });
    return row;
  }

  #fill() {
    const times = soundPath(this.#listener);
    this.#note.textContent = describeClock(this.#listener);
    let begin = 0;
    for (const [part, row] of this.#rows) {
      row.time.textContent = times ? times[part].toFixed(1) : "–";
      if (!times || part === "total") continue;
      row.span.style.left = `${(100 * begin) / times.total}%`;
      row.span.style.width = `${(100 * times[part]) / times.total}%`;
      begin += times[part];
    }
  }
}
