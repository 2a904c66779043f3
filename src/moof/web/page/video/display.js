// @ts-check
/** The Mac's screen on the page: either the video or the canvas, at its place and size. */

import { place } from "./scaling.js";

/** @typedef {"rtp" | "tiles"} Transport */

/** How long to wait for the first sign of a picture from the other side before showing it anyway, ms. */
const SWITCH_PATIENCE = 400;

export class Display {
  #screen;
  #video;
  #canvas;
  /** @type {"whole" | "fill"} */ #wish = "whole";
  /** @type {Transport} */ #expected = "rtp";
  #patience = 0;
  /** @type {DOMRect | null} */ #box = null;
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
    this.#watchRatio();
  }

  /** @param {number} width @param {number} height the Mac's pixels */
  setSize(width, height) {
    if (width < 1 || height < 1 || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    this.layout();
  }

  /** @param {"whole" | "fill"} wish */
  setScaling(wish) {
    this.#wish = wish;
    this.layout();
  }

  /**
   * The picture will come this way from now on. What is on the screen stays until it does.
   * @param {Transport} transport
   */
  expect(transport) {
    this.#expected = transport;
    clearTimeout(this.#patience);
    if (transport !== this.shown) this.#patience = setTimeout(() => this.#show(transport), SWITCH_PATIENCE);
  }

  /**
   * A picture came this way.
   * @param {Transport} transport
   */
  arrived(transport) {
    if (transport === this.#expected && transport !== this.shown) this.#show(transport);
  }

  /**
   * From the window's coordinates to the Mac's. Outside of the picture: the nearest of its pixels.
   * @param {number} clientX
   * @param {number} clientY
   */
  toMac(clientX, clientY) {
    this.#box ??= this.#screen.getBoundingClientRect();
    const x = Math.floor(((clientX - this.#box.left) * this.width) / this.#box.width);
    const y = Math.floor(((clientY - this.#box.top) * this.height) / this.#box.height);
    return { x: Math.min(Math.max(x, 0), this.width - 1), y: Math.min(Math.max(y, 0), this.height - 1) };
  }

  layout() {
    const room = { width: window.innerWidth, height: window.innerHeight };
    const bare = document.fullscreenElement !== null;
    const placement = place(this, room, window.devicePixelRatio, this.#wish, bare);
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      this.#screen.style[side] = `${placement[side]}px`;
    }
    const classes = document.documentElement.classList;
    classes.toggle("sharp", placement.sharp);
    classes.toggle("framed", placement.framed);
    this.#box = null;
  }

  /** @param {Transport} transport */
  #show(transport) {
    clearTimeout(this.#patience);
    this.shown = transport;
    this.#video.hidden = transport !== "rtp";
    this.#canvas.hidden = transport !== "tiles";
  }

  /** Moving the window to another monitor changes the ratio without any resize event. */
  #watchRatio() {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", () => {
      this.layout();
      this.#watchRatio();
    }, { once: true });
  }
}
