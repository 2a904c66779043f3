// @ts-check
/** The button that shows the whole picture again, while it is zoomed. */

import { elementById } from "./controls/elements.js";

/** @typedef {EventTarget & {readonly zoom: number, readonly zoomed: boolean, resetZoom: () => void}} Zoomed see Display */

/** Shows the zoom, as a multiple of the size that fits the window. */
export class ZoomButton {
  #button = elementById("zoom", HTMLButtonElement);
  #text = elementById("zoom-text", HTMLElement);
  #display;

  /** @param {Zoomed} display */
  constructor(display) {
    this.#display = display;
    this.#button.addEventListener("click", () => display.resetZoom());
    display.addEventListener("zoom", () => this.#update());
  }

  #update() {
    this.#button.hidden = !this.#display.zoomed;
    this.#text.textContent = `${this.#display.zoom.toFixed(1)} ×`;
  }
}
