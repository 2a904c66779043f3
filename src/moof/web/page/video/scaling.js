// @ts-check
/** Where the picture goes in the window, and how big: pure arithmetic, in CSS pixels. */

/** Bezel, rim and a little air, on each side. */
export const FRAME = 34;

/** Windows narrower or lower than this give everything to the picture. */
const SMALL = 560;

/** And in these, telephones mostly, a whole scale must not leave more than a quarter of the width unused. */
const SMALL_USE = 0.75;

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
 * @property {number} scale device pixels for one of the Mac's
 * @property {boolean} sharp each of the Mac's pixels is a whole number of device pixels
 * @property {boolean} framed there is room for the bezel
 */

/**
 * @param {Size} picture the Mac's screen, in its own pixels
 * @param {Size} room the window, in CSS pixels
 * @param {number} ratio device pixels for a CSS pixel
 * @param {"whole" | "fill"} wish whole: by whole numbers where the picture fits at all; fill: as big as can be
 * @param {boolean} bare no bezel wanted (full screen)
 * @returns {Placement}
 */
export function place(picture, room, ratio, wish, bare) {
  const small = Math.min(room.width, room.height) < SMALL;
  const inside = bare || small ? room : { width: room.width - 2 * FRAME, height: room.height - 2 * FRAME };
  const scale = chooseScale(largest(picture, room, ratio), largest(picture, inside, ratio), wish, small);
  const width = (picture.width * scale) / ratio;
  const height = (picture.height * scale) / ratio;
  /** @param {number} css */
  const snapped = (css) => Math.round(css * ratio) / ratio;
  return {
    left: snapped((room.width - width) / 2),
    top: snapped((room.height - height) / 2),
    width,
    height,
    scale,
    sharp: Number.isInteger(scale),
    framed: !bare && width <= room.width - FRAME && height <= room.height - FRAME,
  };
}

/**
 * A whole scale may use the bezel's room: sharp pixels are worth more than the frame around them.
 * @param {number} most the largest scale that fits the window
 * @param {number} framed the largest that fits the bezel, too
 * @param {"whole" | "fill"} wish
 * @param {boolean} small
 */
function chooseScale(most, framed, wish, small) {
  const whole = Math.floor(most);
  if (wish === "fill" || whole < 1) return framed;
  return small && whole < SMALL_USE * most ? framed : whole;
}

/** @param {Size} picture @param {Size} room @param {number} ratio */
function largest(picture, room, ratio) {
  return Math.min((room.width * ratio) / picture.width, (room.height * ratio) / picture.height);
}
