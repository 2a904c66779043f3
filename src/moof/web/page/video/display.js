// @ts-check
/** Shows the Mac's screen: either the video or the canvas, at its position and size. */

import { place } from "./scaling.js";

/** @import { ScalingMode } from "./scaling.js" */

/** @typedef {"rtp" | "tiles"} Transport */

/** After a change of transport the old picture stays for this time, ms, unless the first new frame is earlier. */
const SWITCH_TIMEOUT = 400;

/** The browser's pointer, when it is shown, has images for this many scales: page.css chooses one. */
const MAX_POINTER_SCALE = 3;

/** The element with the Mac's screen. */
export class Display {
  #screen;
  #video;
  #canvas;
  /** @type {ScalingMode} */ #scaling = "whole";
  /** @type {Transport} */ #expected = "rtp";
  #switchTimer = 0;
  /** @type {DOMRect | null} */ #bounds = null;
  /** Of the Mac's screen, pixels. */
  width = 640;
  height = 480;
  /** @type {Transport} */ shown = "rtp";

  /**
   * @param {HTMLElement} screen
   * @param {HTMLVideoElement} video
   * @param {HTMLCanvasElement} canvas
   */
  constructor(screen, video, canvas) {
    this.#screen = screen;
    this.#video = video;
    this.#canvas = canvas;
    this.#show("rtp");
    window.addEventListener("resize", () => this.layout());
    document.addEventListener("fullscreenchange", () => this.layout());
    this.#watchPixelRatio();
  }

  /**
   * Set the size of the Mac's screen.
   * @param {number} width Mac pixels
   * @param {number} height
   */
  setSize(width, height) {
    if (width < 1 || height < 1 || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    this.layout();
  }

  /**
   * Set how the picture is scaled to the window.
   * @param {ScalingMode} scaling
   */
  setScaling(scaling) {
    this.#scaling = scaling;
    this.layout();
  }

  /**
   * Expect frames over this transport from now on. The picture on the screen stays until the first one arrives.
   * @param {Transport} transport
   */
  expect(transport) {
    this.#expected = transport;
    clearTimeout(this.#switchTimer);
    if (transport !== this.shown) this.#switchTimer = setTimeout(() => this.#show(transport), SWITCH_TIMEOUT);
  }

  /**
   * Note that a frame arrived over this transport.
   * @param {Transport} transport
   */
  frameArrived(transport) {
    if (transport === this.#expected && transport !== this.shown) this.#show(transport);
  }

  /**
   * Convert window coordinates to Mac pixels; outside of the picture to the nearest one.
   * @param {number} clientX
   * @param {number} clientY
   * @returns {{x: number, y: number}}
   */
  toMacPixels(clientX, clientY) {
    this.#bounds ??= this.#screen.getBoundingClientRect();
    const { left, top, width, height } = this.#bounds;
    const x = Math.floor(((clientX - left) * this.width) / width);
    const y = Math.floor(((clientY - top) * this.height) / height);
    return { x: Math.min(Math.max(x, 0), this.width - 1), y: Math.min(Math.max(y, 0), this.height - 1) };
  }

  /** Place the picture in the window. */
  layout() {
    const viewport = { width: window.innerWidth, height: window.innerHeight };
    const bare = document.fullscreenElement !== null;
    const placement = place(this, viewport, window.devicePixelRatio, this.#scaling, bare);
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      this.#screen.style[side] = `${placement[side]}px`;
    }
    const pointerScale = Math.round(placement.width / this.width);
    document.documentElement.dataset.pointerScale = String(Math.min(Math.max(pointerScale, 1), MAX_POINTER_SCALE));
    const classes = document.documentElement.classList;
    classes.toggle("sharp", placement.sharp);
    classes.toggle("framed", placement.framed);
    this.#bounds = null;
  }

  /** @param {Transport} transport */
  #show(transport) {
    clearTimeout(this.#switchTimer);
    this.shown = transport;
    this.#video.hidden = transport !== "rtp";
    this.#canvas.hidden = transport !== "tiles";
  }

  /** Moving the window to another monitor changes the pixel ratio without a resize event. */
  #watchPixelRatio() {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", () => {
      this.layout();
      this.#watchPixelRatio();
    }, { once: true });
  }
}
