// @ts-check
/** Position and size of the picture in the window: pure arithmetic, in CSS pixels. */

/** Width of the bezel with its margin, on each side. */
export const FRAME = 34;

/** In windows narrower or lower than this there is no bezel. */
const SMALL = 560;

/** In small windows, mostly on phones, a whole scale must use at least this share of the largest scale. */
const SMALL_MIN_USE = 0.75;

/** @typedef {"whole" | "fill"} ScalingMode whole: a whole number wherever the picture fits; fill: as large as fits */

/**
 * @typedef {object} Size
 * @property {number} width
 * @property {number} height
 */

/**
 * @typedef {object} Placement
 * @property {number} left CSS pixels, on a whole device pixel
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} scale device pixels per Mac pixel
 * @property {boolean} sharp each Mac pixel is a whole number of device pixels
 * @property {boolean} framed there is space for the bezel
 */

/**
 * Return where to show the picture.
 * @param {Size} picture the Mac's screen, Mac pixels
 * @param {Size} viewport the window, CSS pixels
 * @param {number} ratio device pixels per CSS pixel
 * @param {ScalingMode} mode
 * @param {boolean} bare without bezel (full screen)
 * @returns {Placement}
 */
export function place(picture, viewport, ratio, mode, bare) {
  const small = Math.min(viewport.width, viewport.height) < SMALL;
  const inside = bare || small ? viewport : { width: viewport.width - 2 * FRAME, height: viewport.height - 2 * FRAME };
  const scale = chooseScale(largestScale(picture, viewport, ratio), largestScale(picture, inside, ratio), mode, small);
  const width = (picture.width * scale) / ratio;
  const height = (picture.height * scale) / ratio;
  /** @param {number} css */
  const snapped = (css) => Math.round(css * ratio) / ratio;
  return {
    left: snapped((viewport.width - width) / 2),
    top: snapped((viewport.height - height) / 2),
    width,
    height,
    scale,
    sharp: Number.isInteger(scale),
    framed: !bare && width <= viewport.width - FRAME && height <= viewport.height - FRAME,
  };
}

/**
 * Return the scale. A whole scale may use the bezel's space: sharp pixels matter more than the frame around them.
 * @param {number} largest that fits the window
 * @param {number} framed the largest that fits the window with the bezel
 * @param {ScalingMode} mode
 * @param {boolean} small
 * @returns {number}
 */
function chooseScale(largest, framed, mode, small) {
  const whole = Math.floor(largest);
  if (mode === "fill" || whole < 1) return framed;
  return small && whole < SMALL_MIN_USE * largest ? framed : whole;
}

/**
 * @param {Size} picture
 * @param {Size} viewport
 * @param {number} ratio
 * @returns {number}
 */
function largestScale(picture, viewport, ratio) {
  return Math.min((viewport.width * ratio) / picture.width, (viewport.height * ratio) / picture.height);
}
