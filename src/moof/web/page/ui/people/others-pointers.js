// @ts-check
/** Where others point: a coloured arrow with a name over the Mac's screen for each. */

import { colourOf, nameOf } from "./floor.js";

/** @import { PeopleMessage, Pointing } from "../../connection/signaling-messages.js" */

/** An arrow that has not moved for this time, ms, goes away. */
const REST_DURATION = 4_000;

/** The arrows; they are children of the Mac's screen and move with it. */
export class OthersPointers {
  #screen;
  #size;
  /** @type {Map<string, { arrow: HTMLElement, timer: number }>} */ #shown = new Map();

  /**
   * @param {HTMLElement} screen
   * @param {{ width: number, height: number }} size of the Mac's screen, pixels
   */
  constructor(screen, size) {
    this.#screen = screen;
    this.#size = size;
  }

  /**
   * Show what has moved.
   * @param {readonly Pointing[]} pointers
   * @param {PeopleMessage} people
   */
  show(pointers, people) {
    for (const { viewer, x, y } of pointers) {
      const shown = this.#shown.get(viewer) ?? { arrow: this.#create(), timer: 0 };
      this.#shown.set(viewer, shown);
      clearTimeout(shown.timer);
      shown.timer = setTimeout(() => this.#remove(viewer), REST_DURATION);
      shown.arrow.dataset["colour"] = String(colourOf(people, viewer));
      const label = /** @type {HTMLElement} */ (shown.arrow.lastElementChild);
      label.textContent = nameOf(people, viewer);
      shown.arrow.style.left = `${percent(x, this.#size.width)}%`;
      shown.arrow.style.top = `${percent(y, this.#size.height)}%`;
    }
  }

  /**
   * Remove the arrows of those who have left, or have the mouse now.
   * @param {PeopleMessage} message
   */
  keep({ people, mode, holder }) {
    for (const viewer of [...this.#shown.keys()]) {
      const points = mode !== "free" && viewer !== holder && people.some((each) => each.viewer === viewer);
      if (!points) this.#remove(viewer);
    }
  }

  #create() {
    const arrow = document.createElement("div");
    arrow.className = "others-pointer";
    arrow.setAttribute("aria-hidden", "true");
    arrow.append(document.createElement("i"), document.createElement("span"));
    this.#screen.append(arrow);
    return arrow;
  }

  /** @param {string} viewer */
  #remove(viewer) {
    this.#shown.get(viewer)?.arrow.remove();
    this.#shown.delete(viewer);
  }
}

/**
 * @param {number} pixel
 * @param {number} size
 */
const percent = (pixel, size) => (100 * Math.min(pixel + 0.5, size)) / size;
