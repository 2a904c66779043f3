// @ts-check
/** Size and position of the picture in the window, and how its pixels are drawn: pure arithmetic, in CSS pixels. */

/** Width of the bezel with its margin, on each side. */
export const FRAME = 34;

/** In windows narrower or lower than this there is no bezel. */
const SMALL = 560;

/** The automatic size is a whole number of device pixels per Mac pixel if that is at least this share of the largest. */
const MIN_WHOLE_USE = 0.75;

/** The automatic size leaves space for the bezel if that costs no more than the rest of this share. */
const MIN_FRAMED_USE = 0.92;

/** From this many device pixels per Mac pixel on, nearest pixels look even without being whole. */
const EVEN_SCALE = 3;

/** Below this scale a device pixel has more Mac pixels than interpolation takes: fine patterns become coarse ones. */
const MAX_HALVED_SCALE = 0.6;

/** Of an enlarged copy of the picture; for larger ones the copy costs more than it shows. */
const MAX_ENLARGED_PIXELS = 8_000_000;

/** Two scales this near to each other are the same, in spite of the arithmetic's errors. */
const TOLERANCE = 1e-3;

/** The sizes, by their names in settings and in the page's address. */
export const SCALES = /** @type {const} */ (["auto", "fit", "whole", "1:1", "fill"]);

/** How the Mac's pixels are drawn, likewise. */
export const PIXELS = /** @type {const} */ (["sharp", "smooth", "crt"]);

/**
 * fit: the largest that fits the window. whole: the largest whole number of device pixels per Mac pixel. auto: whole
 * where little of the window is lost, else fit. 1:1: a Mac pixel is a CSS pixel, rounded to whole device pixels. fill:
 * the smallest that covers the window.
 * @typedef {(typeof SCALES)[number]} Scale
 */

/** @typedef {(typeof PIXELS)[number]} Pixels */

/** @typedef {{width: number, height: number}} Size */

/**
 * @typedef {object} Placement
 * @property {number} width CSS pixels, a whole number of device pixels
 * @property {number} height
 * @property {number} scale device pixels per Mac pixel
 * @property {boolean} framed there is space for the bezel
 */

/**
 * How to draw pixels. nearest: each device pixel has the colour of one Mac pixel. linear: the browser interpolates.
 * enlarged: the browser interpolates a copy of the picture with `copies` × `copies` pixels per Mac pixel, which blends
 * only at the borders between Mac pixels: about what averaging over the area of each device pixel gives. halved: it
 * interpolates a copy in which each pixel is the average of 2 × 2 Mac pixels.
 * @typedef {{method: "nearest" | "linear", copies: 1} | {method: "enlarged" | "halved", copies: number}} Drawing
 */

/**
 * Return the picture's size.
 * @param {Size} picture the Mac's screen, Mac pixels
 * @param {Size} viewport the window, CSS pixels
 * @param {number} ratio device pixels per CSS pixel
 * @param {Scale} choice
 * @param {boolean} bare without bezel (full screen)
 * @returns {Placement}
 */
export function place(picture, viewport, ratio, choice, bare) {
  const scale = chooseScale(picture, viewport, ratio, choice, bare);
  const width = Math.round(picture.width * scale) / ratio;
  const height = Math.round(picture.height * scale) / ratio;
  const framed = !bare && width <= viewport.width - FRAME && height <= viewport.height - FRAME;
  return { width, height, scale, framed };
}

/**
 * Return how to draw the picture.
 * @param {Size} picture Mac pixels
 * @param {number} scale device pixels per Mac pixel
 * @param {Pixels} pixels
 * @returns {Drawing}
 */
export function chooseDrawing(picture, scale, pixels) {
  if (scale < MAX_HALVED_SCALE) return { method: "halved", copies: 0.5 };
  const isWhole = Math.abs(scale - Math.round(scale)) < TOLERANCE;
  if (pixels !== "sharp" || scale < 1 - TOLERANCE) return { method: "linear", copies: 1 };
  if (isWhole) return { method: "nearest", copies: 1 };
  const copies = Math.ceil(scale);
  if (picture.width * picture.height * copies ** 2 <= MAX_ENLARGED_PIXELS) return { method: "enlarged", copies };
  return { method: scale >= EVEN_SCALE ? "nearest" : "linear", copies: 1 };
}

/**
 * @param {Size} picture
 * @param {Size} viewport
 * @param {number} ratio
 * @param {Scale} choice
 * @param {boolean} bare
 * @returns {number} device pixels per Mac pixel
 */
function chooseScale(picture, viewport, ratio, choice, bare) {
  const largest = Math.min(...scales(picture, viewport, ratio));
  const whole = Math.floor(largest + TOLERANCE);
  if (choice === "1:1") return Math.max(Math.round(ratio), 1);
  if (choice === "fill") return Math.max(...scales(picture, viewport, ratio));
  if (choice === "fit") return largest;
  if (choice === "whole") return whole > 0 ? whole : largest;
  return whole > 0 && whole >= MIN_WHOLE_USE * largest ? whole : largestWithBezel(picture, viewport, ratio, bare);
}

/**
 * Return the largest scale that fits, with the bezel unless that costs too much.
 * @param {Size} picture
 * @param {Size} viewport
 * @param {number} ratio
 * @param {boolean} bare
 * @returns {number} device pixels per Mac pixel
 */
function largestWithBezel(picture, viewport, ratio, bare) {
  const largest = Math.min(...scales(picture, viewport, ratio));
  const small = Math.min(viewport.width, viewport.height) < SMALL;
  const inside = { width: viewport.width - 2 * FRAME, height: viewport.height - 2 * FRAME };
  const framed = Math.min(...scales(picture, inside, ratio));
  return !bare && !small && framed >= MIN_FRAMED_USE * largest ? framed : largest;
}

/**
 * Return the scales at which the picture is as wide, and as high, as an area.
 * @param {Size} picture
 * @param {Size} area CSS pixels
 * @param {number} ratio
 * @returns {[number, number]}
 */
function scales(picture, area, ratio) {
  return [(area.width * ratio) / picture.width, (area.height * ratio) / picture.height];
}
