// @ts-check
/** A waterfall chart: the parts of a latency as rows of a table, each with a bar from its begin to its end. */

import { language } from "../language/text.js";

const FIGURES = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });

/**
 * Fills the rows of a table body.
 * @template {string} Part
 */
export class Waterfall {
  #parts;
  /** @type {Map<Part | "total", {bar: HTMLElement, time: HTMLElement, late: HTMLElement}>} */ #rows = new Map();

  /**
   * @param {HTMLElement} body of the table
   * @param {readonly Part[]} parts in order of travel
   * @param {Record<Part | "total", string>} labels for people
   */
  constructor(body, parts, labels) {
    this.#parts = parts;
    for (const part of [...parts, /** @type {const} */ ("total")]) body.append(this.#createRow(part, labels[part]));
  }

  /**
   * Show the times.
   * @param {Record<Part | "total", number> | null} times ms, as bars and figures; null: not measured yet
   * @param {Record<Part | "total", number> | null} [late] ms, for the second column of figures; undefined: no column
   */
  update(times, late) {
    const whole = times ? this.#parts.reduce((sum, part) => sum + times[part], 0) : 0;
    let begin = 0;
    for (const [part, row] of this.#rows) {
      row.time.textContent = times ? FIGURES.format(times[part]) : "–";
      if (late !== undefined) row.late.textContent = late ? FIGURES.format(late[part]) : "–";
      if (!times || part === "total") continue;
      row.bar.style.left = `${(100 * begin) / whole}%`;
      row.bar.style.width = `${(100 * times[part]) / whole}%`;
      begin += times[part];
    }
  }

  /**
   * @param {Part | "total"} part
   * @param {string} label
   * @returns {HTMLElement}
   */
  #createRow(part, label) {
    const row = document.createElement("tr");
    if (part === "total") row.className = "sum";
    const header = document.createElement("th");
    header.scope = "row";
    header.textContent = label;
    const track = document.createElement("td");
    track.className = "track";
    const bar = document.createElement("div");
    bar.className = "span";
    if (part !== "total") track.append(bar);
    const [time, late] = [document.createElement("td"), document.createElement("td")];
    row.append(header, track, time, late);
    this.#rows.set(part, { bar, time, late });
    return row;
  }
}
