// @ts-check
/** A way in parts as rows of a table: each part where it begins and as long as it takes, and in figures. */

/**
 * @template {string} Part
 */
export class Waterfall {
  #parts;
  /** @type {Map<Part | "total", {span: HTMLElement, figures: HTMLElement[]}>} */ #rows = new Map();

  /**
   * @param {HTMLElement} body of the table
   * @param {readonly Part[]} parts in the order of travel
   * @param {Record<Part | "total", string>} names for people
   */
  constructor(body, parts, names) {
    this.#parts = parts;
    for (const part of [...parts, /** @type {const} */ ("total")]) body.append(this.#row(part, names[part]));
  }

  /**
   * @param {Record<Part | "total", number> | null} times ms, which are drawn, too; null: not measured yet
   * @param {Record<Part | "total", number> | null} [late] ms, for the second column
   */
  fill(times, late) {
    const whole = times ? this.#parts.reduce((sum, part) => sum + times[part], 0) : 0;
    let begin = 0;
    for (const [part, { span, figures }] of this.#rows) {
      figures[0].textContent = times ? times[part].toFixed(1) : "–";
      if (late !== undefined) figures[1].textContent = late ? late[part].toFixed(1) : "–";
      if (!times || part === "total") continue;
      span.style.left = `${(100 * begin) / whole}%`;
      span.style.width = `${(100 * times[part]) / whole}%`;
      begin += times[part];
    }
  }

  /**
   * @param {Part | "total"} part
   * @param {string} name
   */
  #row(part, name) {
    const row = document.createElement("tr");
    if (part === "total") row.className = "sum";
    const header = document.createElement("th");
    header.scope = "row";
    header.textContent = name;
    const [track, ...figures] = [1, 2, 3].map(() => document.createElement("td"));
    track.className = "track";
    const span = document.createElement("div");
    span.className = "span";
    if (part !== "total") track.append(span);
    row.append(header, track, ...figures);
    this.#rows.set(part, { span, figures });
    return row;
  }
}
