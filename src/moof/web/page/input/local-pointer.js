// @ts-check
/** Shows the browser's own pointer, which follows the mouse at once, while the Mac's is behind it. */

/** @import { Cursor } from "../video/frame-metadata.js" */
/** @import { Position } from "./pointer.js" */

/** The Mac's pointer is where the browser's is up to this distance, Mac pixels in each direction. */
const TOLERANCE = 3;

/**
 * The browser's pointer is shown when the Mac's has been behind for this time, ms. Without a delay it would flicker: of
 * a fast mouse each move is ahead until the next frame.
 */
const LEAD_TIME = 40;

/**
 * Sets two classes of the root element, from which page.css chooses the pointer over the picture: `mac-pointer` while
 * the Mac draws its pointer into the picture, `pointer-ahead` while that one is behind the browser's. Whether it is,
 * cannot depend on frames alone: none arrive while the stream stalls.
 */
export class LocalPointer {
  #root;
  #pointer;
  /** @type {Cursor | null} */ #macCursor = null;
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} viewport where moves count
   * @param {{position: Position | null}} pointer see Pointer; it must have its listeners already
   */
  constructor(root, viewport, pointer) {
    this.#root = root;
    this.#pointer = pointer;
    viewport.addEventListener("pointermove", () => this.#update());
  }

  /**
   * Set where the Mac's pointer is in the newest frame.
   * @param {Cursor | null} cursor null while there is none in the picture
   */
  setMacCursor(cursor) {
    this.#macCursor = cursor;
    this.#root.classList.toggle("mac-pointer", cursor !== null);
    this.#update();
  }

  #update() {
    if (this.#distance() <= TOLERANCE) this.#show(false);
    else if (this.#timer === 0) this.#timer = setTimeout(() => this.#show(true), LEAD_TIME);
  }

  /** @param {boolean} ahead */
  #show(ahead) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#root.classList.toggle("pointer-ahead", ahead);
  }

  #distance() {
    const { position } = this.#pointer;
    if (position === null || this.#macCursor === null) return 0;
    return Math.max(Math.abs(this.#macCursor.x - position.x), Math.abs(this.#macCursor.y - position.y));
  }
}
