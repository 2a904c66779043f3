// @ts-check
/** The part of the window that is free for the picture: without notches, the home indicator and keyboards. */

/** @import { Box } from "../video/view.js" */

/** Names of custom properties that page.css sets to the safe area's insets. */
const SIDES = /** @type {const} */ (["top", "right", "bottom", "left"]);

/**
 * Follows the window's size, the system's keyboard (visual viewport) and the page's own one. Dispatches "change". The
 * root element gets the custom property --covered, the height that a keyboard covers at the window's lower edge.
 */
export class WindowArea extends EventTarget {
  #keyboardHeight = 0;
  #root = document.documentElement;

  constructor() {
    super();
    window.addEventListener("resize", () => this.#update());
    document.addEventListener("fullscreenchange", () => this.#update());
    for (const type of ["resize", "scroll"]) visualViewport?.addEventListener(type, () => this.#update());
  }

  /**
   * Set the height of the page's own keyboard, at the window's lower edge.
   * @param {number} height CSS pixels, 0 while it is closed
   */
  set keyboardHeight(height) {
    if (height === this.#keyboardHeight) return;
    this.#keyboardHeight = height;
    this.#update();
  }

  /**
   * The window without the parts that belong to the device. The picture's size depends on it alone, so that it stays
   * when a keyboard opens.
   * @returns {Box}
   */
  get whole() {
    const [top = 0, right = 0, bottom = 0, left = 0] = SIDES.map((side) => this.#inset(side));
    return { left, top, width: window.innerWidth - left - right, height: window.innerHeight - top - bottom };
  }

  /**
   * What keyboards leave of it.
   * @returns {Box}
   */
  get free() {
    const whole = this.whole;
    const top = Math.max(whole.top, this.#visible.top);
    const bottom = Math.min(whole.top + whole.height, window.innerHeight - this.#covered);
    return { ...whole, top, height: Math.max(bottom - top, 1) };
  }

  /** The part of the window, top to bottom, that the system's keyboard leaves visible. */
  get #visible() {
    const viewport = window.visualViewport;
    if (!viewport || Math.abs(viewport.scale - 1) > 0.01) return { top: 0, bottom: window.innerHeight }; // the person has zoomed the page
    return { top: Math.round(viewport.offsetTop), bottom: Math.round(viewport.offsetTop + viewport.height) };
  }

  get #covered() {
    return Math.max(window.innerHeight - this.#visible.bottom, this.#keyboardHeight, 0);
  }

  /** @param {(typeof SIDES)[number]} side */
  #inset(side) {
    return parseFloat(getComputedStyle(this.#root).getPropertyValue(`--safe-${side}`)) || 0;
  }

  #update() {
    this.#root.style.setProperty("--covered", `${this.#covered}px`);
    this.dispatchEvent(new Event("change"));
  }
}
