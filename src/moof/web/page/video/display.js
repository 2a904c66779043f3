// @ts-check
/** Shows the Mac's screen: either the video or the canvas, at its position and size. */

import { EnlargedPicture } from "./enlarged-picture.js";
import { chooseDrawing, place } from "./scaling.js";
import { View } from "./view.js";

/** @import { Pixels, Scale } from "./scaling.js" */
/** @import { Box, Point } from "./view.js" */

/** @typedef {"rtp" | "tiles"} Transport */

/** After a change of transport the old picture stays for this time, ms, unless the first new frame is earlier. */
const SWITCH_TIMEOUT = 400;

/** The browser's pointer, when it is shown, has images for this many scales: page.css chooses one. */
const MAX_POINTER_SCALE = 3;

/** The lines of a picture tube are this many device pixels apart, or further. */
const MIN_TUBE_LINE = 2;

/** The pointer is kept this far from the edges of the window, CSS pixels, while the picture is larger. */
const POINTER_MARGIN = 48;

/** A picture that moves less than this, CSS pixels, is at its edge: the rest is the arithmetic's error. */
const MIN_PAN = 0.001;

/** @typedef {EventTarget & {readonly whole: Box, readonly free: Box}} Area see WindowArea */

/**
 * The element with the Mac's screen. Dispatches "zoom" when the zoom has changed, "layout" when the place has, and
 * "frame" for each new frame.
 */
export class Display extends EventTarget {
  #area;
  #view = new View();
  #screen;
  #video;
  #canvas;
  #enlarged;
  /** @type {Scale} */ #scale = "auto";
  /** @type {Pixels} */ #pixels = "sharp";
  /** Device pixels per Mac pixel. */
  scale = 1;
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
   * @param {HTMLCanvasElement} enlarged for a copy of what either shows
   * @param {Area} area of the window
   */
  constructor(screen, video, canvas, enlarged, area) {
    super();
    this.#area = area;
    this.#screen = screen;
    this.#video = video;
    this.#canvas = canvas;
    this.#enlarged = new EnlargedPicture(enlarged);
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
   * Set the picture's size, and how its pixels are drawn. A picture that is larger than the window begins at its
   * upper left corner, where a Mac's menus are.
   * @param {Scale} scale
   * @param {Pixels} pixels
   */
  setScaling(scale, pixels) {
    const changed = scale !== this.#scale;
    this.#scale = scale;
    this.#pixels = pixels;
    if (changed) this.#view.reset();
    this.layout();
    if (changed && this.#view.overflows) this.#view.show({ x: 0, y: 0 }, 0);
    if (changed) this.#zoomChanged();
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
    if (transport !== this.shown) return;
    this.#enlarged.draw(this.picture);
    this.dispatchEvent(new Event("frame"));
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

  /** The element that shows the Mac. */
  get picture() {
    return this.shown === "rtp" ? this.#video : this.#canvas;
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
   * @returns {boolean} it has moved
   */
  panBy(dx, dy) {
    const before = this.#view.box;
    this.#view.panBy(dx, dy);
    this.layout();
    const after = this.#view.box;
    return Math.hypot(after.left - before.left, after.top - before.top) > MIN_PAN;
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
    const fitted = place(this, whole, ratio, this.#scale, document.fullscreenElement !== null);
    const box = this.#view.place(fitted, free);
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      this.#screen.style[side] = `${Math.round(box[side] * ratio) / ratio}px`;
    }
    this.scale = this.#view.zoom === 1 ? fitted.scale : (box.width * ratio) / this.width;
    const framed = fitted.framed && this.#view.zoom === 1 && free.height === whole.height;
    document.documentElement.classList.toggle("framed", framed);
    this.#bounds = null;
    this.#drawPixels(ratio);
    this.dispatchEvent(new Event("layout"));
  }

  /**
   * Set how the browser draws the picture at its scale, and the images of its pointer and the lines of a picture tube.
   * @param {number} ratio device pixels per CSS pixel
   */
  #drawPixels(ratio) {
    const { method, copies } = chooseDrawing(this, this.scale, this.#pixels);
    this.#enlarged.setCopies(copies, this.picture);
    const root = document.documentElement;
    root.classList.toggle("sharp", method === "nearest");
    root.classList.toggle("crt", this.#pixels === "crt");
    root.style.setProperty("--tube-line", `${Math.max(Math.round(this.scale), MIN_TUBE_LINE) / ratio}px`);
    const pointerScale = Math.min(Math.max(Math.round(this.scale / ratio), 1), MAX_POINTER_SCALE);
    root.dataset["pointerScale"] = String(pointerScale);
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
    this.#enlarged.hide(); // its picture is the other one's
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
