// @ts-check
/** Shows the Mac's screen: either the video or the canvas, at its position and size. */

import { place } from "./scaling.js";
import { View } from "./view.js";

/** @import { ScalingMode } from "./scaling.js" */
/** @import { Box, Point } from "./view.js" */

/** @typedef {"rtp" | "tiles"} Transport */

/** After a change of transport the old picture stays for this time, ms, unless the first new frame is earlier. */
const SWITCH_TIMEOUT = 400;

/** The browser's pointer, when it is shown, has images for this many scales: page.css chooses one. */
const MAX_POINTER_SCALE = 3;

/** From this many device pixels per Mac pixel on, pixels are sharp without being whole. */
const SHARP_ZOOM = 3;

/** The pointer is kept this far from the edges of the window, CSS pixels, while the picture is larger. */
const POINTER_MARGIN = 48;

/** @typedef {EventTarget & {readonly whole: Box, readonly free: Box}} Area see WindowArea */

/** The element with the Mac's screen. Dispatches "zoom" when the zoom has changed. */
export class Display extends EventTarget {
  #area;
  #view = new View();
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
   * @param {Area} area of the window
   */
  constructor(screen, video, canvas, area) {
    super();
    this.#area = area;
    this.#screen = screen;
    this.#video = video;
    this.#canvas = canvas;
    this.#show("rtp");
    area.addEventListener("change", () => this.layout());
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

  /** CSS pixels per Mac pixel. */
  get cssPerMacPixel() {
    return this.#view.box.width / this.width;
  }

  /** How many times as large as it fits the window. */
  get zoom() {
    return this.#view.zoom;
  }

  /** The picture is larger than it fits the window. */
  get zoomed() {
    return this.#view.zoomed;
  }

  /** The picture is larger than the free part of the window: it can be panned. */
  get overflows() {
    return this.#view.overflows;
  }

  /**
   * Zoom around a point of the window.
   * @param {number} factor
   * @param {Point} at CSS pixels
   */
  zoomBy(factor, at) {
    this.#view.zoomBy(factor, at);
    this.#zoomChanged();
  }

  /**
   * Move the picture, no further than its edges.
   * @param {number} dx CSS pixels
   * @param {number} dy
   */
  panBy(dx, dy) {
    this.#view.panBy(dx, dy);
    this.layout();
  }

  /** End a zoom gesture: show the whole picture if it almost is. */
  settleZoom() {
    this.#view.settle();
    this.#zoomChanged();
  }

  /** Show the whole picture. */
  resetZoom() {
    this.#view.reset();
    this.#zoomChanged();
  }

  /**
   * Move the picture so that a pixel is in the window, where it is larger than the window.
   * @param {Point} pixel of the Mac
   */
  follow({ x, y }) {
    const before = this.#view.box;
    this.#view.show({ x: (x + 0.5) / this.width, y: (y + 0.5) / this.height }, POINTER_MARGIN);
    const after = this.#view.box;
    if (before.left !== after.left || before.top !== after.top) this.layout();
  }

  /** Place the picture in the window. */
  layout() {
    const ratio = window.devicePixelRatio;
    const { whole, free } = this.#area;
    const bare = document.fullscreenElement !== null;
    const fitted = place(this, whole, ratio, this.#scaling, bare);
    const box = this.#view.place(fitted, free);
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      const snapped = side === "left" || side === "top" ? Math.round(box[side] * ratio) / ratio : box[side];
      this.#screen.style[side] = `${snapped}px`;
    }
    const scale = box.width / this.width;
    document.documentElement.dataset["pointerScale"] = String(Math.min(Math.max(Math.round(scale), 1), MAX_POINTER_SCALE));
    const classes = document.documentElement.classList;
    classes.toggle("sharp", this.#view.zoom === 1 ? fitted.sharp : scale * ratio >= SHARP_ZOOM);
    classes.toggle("framed", fitted.framed && this.#view.zoom === 1 && free.height === whole.height);
    this.#bounds = null;
  }

  #zoomChanged() {
    this.layout();
    this.dispatchEvent(new Event("zoom"));
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
