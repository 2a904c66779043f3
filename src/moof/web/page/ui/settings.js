// @ts-check
/** What this browser remembers between visits; without storage (private windows) it is forgotten, no more. */

const PREFIX = "moof.";

/**
 * @typedef {object} Values
 * @property {"meta" | "alt" | null} commandKey null: the platform's
 * @property {"absolute" | "relative"} mouseMode
 * @property {"whole" | "fill"} scaling
 * @property {number} volume 0 to 1
 * @property {boolean} muted
 * @property {string | null} codec null: the server's choice
 */

/** @type {Values} */
const DEFAULTS = { commandKey: null, mouseMode: "absolute", scaling: "whole", volume: 1, muted: false, codec: null };

/** What may be stored is what may be read: anything else there is not ours. @type {{[K in keyof Values]: (value: any) => boolean}} */
const VALID = {
  commandKey: (value) => value === null || value === "meta" || value === "alt",
  mouseMode: (value) => value === "absolute" || value === "relative",
  scaling: (value) => value === "whole" || value === "fill",
  volume: (value) => typeof value === "number" && value >= 0 && value <= 1,
  muted: (value) => typeof value === "boolean",
  codec: (value) => value === null || (typeof value === "string" && /^[a-z0-9-]{1,16}$/.test(value)),
};

export class Settings {
  #values = { ...DEFAULTS };

  constructor() {
    for (const name of /** @type {(keyof Values)[]} */ (Object.keys(DEFAULTS))) {
      const value = load(name);
      if (value !== undefined && VALID[name](value)) this.#values[name] = /** @type {never} */ (value);
    }
  }

  /**
   * @template {keyof Values} K
   * @param {K} name
   * @returns {Values[K]}
   */
  get(name) {
    return this.#values[name];
  }

  /**
   * @template {keyof Values} K
   * @param {K} name
   * @param {Values[K]} value
   */
  set(name, value) {
    this.#values[name] = value;
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the choice holds for this visit.
    }
  }
}

/** @param {string} name @returns {unknown} */
function load(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
