// @ts-check
/**
 * Lossless pictures: rectangles (PNG or WebP files) that arrive over the WebSocket, painted onto the canvas one whole
 * update at a time, so that nobody ever sees half of one.
 */

import { now } from "../latency/clock-offset.js";
import { FRAME_MESSAGE, parseFrameInfo, parseRectangle } from "./frame-metadata.js";

/** @typedef {import("./frame-metadata.js").FrameInfo} FrameInfo */
/** @typedef {import("./frame-metadata.js").RectanglePart} RectanglePart */

/**
 * @typedef {object} Rectangle
 * @property {number} x
 * @property {number} y
 * @property {Promise<ImageBitmap>} image being decoded, off this thread
 */

/** Decoded pixels must be the Mac's own, not adjusted to this monitor. */
const EXACT = /** @type {const} */ ({ colorSpaceConversion: "none", premultiplyAlpha: "none" });

export class TilePainter {
  #canvas;
  #context;
  #onPainted;
  #onBroken;
  /** @type {RectanglePart[]} */ #parts = [];
  /** @type {Rectangle[]} */ #rectangles = [];
  /** @type {RectanglePart | null} the last one of this update, for the screen's size */ #newest = null;
  #broken = false;
  /** Updates are decoded side by side and painted in order. */
  #painting = Promise.resolve();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(info: FrameInfo, arrived: number) => void} onPainted an update is on the canvas that arrived then
   * @param {() => void} onBroken the canvas no longer is what the server thinks: a whole picture is needed
   */
  constructor(canvas, onPainted, onBroken) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.#onPainted = onPainted;
    this.#onBroken = onBroken;
  }

  /**
   * Takes one message of an update.
   * @param {ArrayBuffer} data
   */
  receive(data) {
    if (data.byteLength > 0 && new DataView(data).getUint8(0) === FRAME_MESSAGE) {
      const info = parseFrameInfo(data);
      if (info) this.#close(info);
      return;
    }
    const part = parseRectangle(data);
    if (part) this.#add(part);
    else this.#broken = true;
  }

  /** Forgets an update that has begun: another connection starts anew. */
  reset() {
    this.#parts = [];
    this.#rectangles = [];
    this.#newest = null;
    this.#broken = false;
  }

  /** @param {RectanglePart} part */
  #add(part) {
    if (part.first && part.chunk === 0) this.reset();
    if (part.chunk !== this.#parts.length) {
      this.#broken = true;
      return;
    }
    this.#parts.push(part);
    this.#newest = part;
    if (this.#parts.length < part.chunks) return;
    const file = new Blob(this.#parts.map(({ payload }) => payload), { type: part.mime });
    const image = createImageBitmap(file, EXACT);
    image.catch(() => {}); // #paint sees the failure; until then it must not count as unhandled
    this.#rectangles.push({ x: part.x, y: part.y, image });
    this.#parts = [];
  }

  /** @param {FrameInfo} info */
  #close(info) {
    const update = { rectangles: this.#rectangles, newest: this.#newest };
    const broken = this.#broken || this.#parts.length > 0;
    this.reset();
    const arrived = now();
    this.#painting = this.#painting
      .then(() => this.#paint(update.rectangles, update.newest, broken))
      .then(() => this.#onPainted(info, arrived));
  }

  /**
   * @param {Rectangle[]} rectangles
   * @param {RectanglePart | null} newest
   * @param {boolean} broken
   */
  async #paint(rectangles, newest, broken) {
    const decoded = await Promise.allSettled(rectangles.map(({ image }) => image));
    if (newest) this.#fit(newest);
    decoded.forEach((result, i) => {
      if (result.status === "rejected") {
        broken = true;
        return;
      }
      this.#context.drawImage(result.value, rectangles[i].x, rectangles[i].y);
      result.value.close();
    });
    if (broken) this.#onBroken();
  }

  /** @param {RectanglePart} part */
  #fit({ screenWidth, screenHeight }) {
    // Setting either clears the canvas, even to the size it has.
    if (this.#canvas.width !== screenWidth) this.#canvas.width = screenWidth;
    if (this.#canvas.height !== screenHeight) this.#canvas.height = screenHeight;
  }
}
