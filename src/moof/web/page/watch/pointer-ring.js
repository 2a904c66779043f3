// @ts-check
/** A ring around the Mac's pointer while it moves: in a small picture, or from the last row, it is hard to find. */

/** @import { FrameInfo } from "../video/frame-metadata.js" */

/** A pointer that has not moved for this time, ms, has no ring. */
const REST_DURATION = 1500;

/** The ring; it stands in the same positioned element as the picture. */
export class PointerRing {
  #ring;
  #video;
  #timer = 0;
  #place = "";

  /**
   * @param {HTMLElement} ring
   * @param {HTMLVideoElement} video the picture, as large as possible in its element (object-fit: contain)
   */
  constructor(ring, video) {
    this.#ring = ring;
    this.#video = video;
  }

  /**
   * Follow the pointer.
   * @param {FrameInfo} info
   */
  show({ cursor, width, height }) {
    const place = `${cursor.x} ${cursor.y}`;
    const moved = this.#place !== "" && place !== this.#place;
    this.#place = place;
    if (!cursor.visible) this.hide();
    if (!cursor.visible || !moved) return;
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = this.#video;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    this.#ring.style.left = `${offsetLeft + clientWidth / 2 + (cursor.x + 0.5 - width / 2) * scale}px`;
    this.#ring.style.top = `${offsetTop + clientHeight / 2 + (cursor.y + 0.5 - height / 2) * scale}px`;
    this.#ring.dataset.shows = "true";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), REST_DURATION);
  }

  /** Show no ring until the pointer moves. */
  hide() {
    this.#ring.dataset.shows = "false";
  }

  /** Forget where the pointer was: there is no picture. */
  reset() {
    this.#place = "";
    this.hide();
  }
}
