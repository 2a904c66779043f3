// @ts-check
/**
 * Paints lossless tiles (PNG or WebP files that arrive over the WebSocket) onto the canvas, one whole update at a
 * time, so that a partial update is never visible.
 */

import { now } from "../latency/clock-offset.js";
import { FRAME_MESSAGE, parseFrameInfo, parseTileChunk } from "./frame-metadata.js";

/** @import { FrameInfo, TileChunk } from "./frame-metadata.js" */

/**
 * @typedef {object} Tile
 * @property {number} x
 * @property {number} y
 * @property {Promise<ImageBitmap>} image being decoded, off this thread
 */

/** Decoded pixels must be the Mac's own, without the monitor's colour correction. */
const EXACT = /** @type {const} */ ({ colorSpaceConversion: "none", premultiplyAlpha: "none" });

/** Collects the messages of an update, decodes its tiles and paints them when the update is complete. */
export class TilePainter {
  #canvas;
  #context;
  #onPainted;
  #onBroken;
  /** @type {TileChunk[]} */ #chunks = [];
  /** @type {Tile[]} */ #tiles = [];
  /**
   * The newest chunk of this update, which has the screen's size.
   * @type {TileChunk | null}
   */
  #newest = null;
  #broken = false;
  /** Updates are decoded in parallel and painted in order. */
  #painting = Promise.resolve();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(info: FrameInfo, arrived: number) => void} onPainted an update that arrived then is on the canvas
   * @param {() => void} onBroken the canvas differs from what the server assumes: a full frame is needed
   */
  constructor(canvas, onPainted, onBroken) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.#onPainted = onPainted;
    this.#onBroken = onBroken;
  }

  /**
   * Handle one message of an update; a frame message completes it.
   * @param {ArrayBuffer} data
   */
  receive(data) {
    if (data.byteLength > 0 && new DataView(data).getUint8(0) === FRAME_MESSAGE) {
      const info = parseFrameInfo(data);
      if (info) this.#completeUpdate(info);
      return;
    }
    const chunk = parseTileChunk(data);
    if (chunk) this.#addChunk(chunk);
    else this.#broken = true;
  }

  /** Discard an incomplete update: another connection begins with a new one. */
  reset() {
    this.#chunks = [];
    this.#tiles = [];
    this.#newest = null;
    this.#broken = false;
  }

  /** @param {TileChunk} chunk */
  #addChunk(chunk) {
    if (chunk.first && chunk.chunk === 0) this.reset();
    if (chunk.chunk !== this.#chunks.length) {
      this.#broken = true;
      return;
    }
    this.#chunks.push(chunk);
    this.#newest = chunk;
    if (this.#chunks.length < chunk.chunks) return;
    const file = new Blob(this.#chunks.map(({ payload }) => payload), { type: chunk.mime });
    const image = createImageBitmap(file, EXACT);
    image.catch(() => {
      // #paint handles the failure; until then it must not count as unhandled.
    });
    this.#tiles.push({ x: chunk.x, y: chunk.y, image });
    this.#chunks = [];
  }

  /** @param {FrameInfo} info */
  #completeUpdate(info) {
    const [tiles, newest] = [this.#tiles, this.#newest];
    const broken = this.#broken || this.#chunks.length > 0;
    this.reset();
    const arrived = now();
    this.#painting = this.#painting
      .then(() => this.#paint(tiles, newest, broken))
      .then(() => this.#onPainted(info, arrived));
  }

  /**
   * @param {Tile[]} tiles
   * @param {TileChunk | null} newest
   * @param {boolean} broken
   */
  async #paint(tiles, newest, broken) {
    const decoded = await Promise.allSettled(tiles.map(async ({ x, y, image }) => ({ x, y, image: await image })));
    if (newest) this.#resizeCanvas(newest);
    for (const result of decoded) {
      if (result.status === "rejected") {
        broken = true;
        continue;
      }
      const { x, y, image } = result.value;
      this.#context.drawImage(image, x, y);
      image.close();
    }
    if (broken) this.#onBroken();
  }

  /** @param {TileChunk} chunk */
  #resizeCanvas({ screenWidth, screenHeight }) {
    // Setting either clears the canvas, even to the same value.
    if (this.#canvas.width !== screenWidth) this.#canvas.width = screenWidth;
    if (this.#canvas.height !== screenHeight) this.#canvas.height = screenHeight;
  }
}
