// @ts-check
/**
 * The input channel's messages, byte for byte (little endian). The server's other end of it is
 * moof/server/protocol/input_decoder.py; docs/protocol.md has the table.
 */

export const BUTTON_LEFT = 1;

/** What the mouse's positions mean to the Mac: the contract's two mouse modes. */
export const MODE_ABSOLUTE = 0;
export const MODE_RELATIVE = 1;

const KEY = 1;
const MOUSE = 2;
const PING = 4;
const MODE = 6;
const WHEEL = 0x20;
const RELEASE = 0x21;
const SOUND_REPORT = 0x30;

const FLAG_DOWN = 0x01;
const FLAG_ABSOLUTE = 0x10;

/**
 * @param {number} size bytes
 * @param {number} type
 * @returns {DataView<ArrayBuffer>}
 */
function message(size, type) {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint8(0, type);
  return view;
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(Math.max(Math.round(value), low), high);

/** @param {number} value */
const i16 = (value) => clamp(value, -0x8000, 0x7fff);

/**
 * @param {number} adb ADB key code, 0 to 127
 * @param {boolean} down
 * @returns {ArrayBuffer} 4 bytes
 */
export function keyMessage(adb, down) {
  const view = message(4, KEY);
  view.setUint8(1, down ? FLAG_DOWN : 0);
  view.setUint8(2, adb);
  return view.buffer;
}

/**
 * @typedef {object} MouseState
 * @property {boolean} absolute
 * @property {number} x Mac pixels: a position where absolute, else the way moved
 * @property {number} y
 * @property {number} buttons 1 left, 2 right, 4 middle: the same bits as MouseEvent.buttons
 * @property {number} time milliseconds since 1970, when the mouse moved
 */

/**
 * @param {MouseState} mouse
 * @returns {ArrayBuffer} 16 bytes
 */
export function mouseMessage({ absolute, x, y, buttons, time }) {
  const view = message(16, MOUSE);
  view.setUint8(1, absolute ? FLAG_ABSOLUTE : 0);
  view.setUint8(2, buttons & 7);
  if (absolute) {
    view.setUint16(4, clamp(x, 0, 0xffff), true);
    view.setUint16(6, clamp(y, 0, 0xffff), true);
  } else {
    view.setInt16(4, i16(x), true);
    view.setInt16(6, i16(y), true);
  }
  view.setFloat64(8, time, true);
  return view.buffer;
}

/**
 * @param {number} sequence u32, never 0 (0 says "no ping" in the answers)
 * @param {number} time milliseconds since 1970: the ping's t1
 * @returns {ArrayBuffer} 16 bytes
 */
export function pingMessage(sequence, time) {
  const view = message(16, PING);
  view.setUint32(4, sequence, true);
  view.setFloat64(8, time, true);
  return view.buffer;
}

/**
 * @param {number} mode MODE_ABSOLUTE or MODE_RELATIVE
 * @returns {ArrayBuffer} 4 bytes
 */
export function modeMessage(mode) {
  const view = message(4, MODE);
  view.setUint8(1, mode);
  return view.buffer;
}

/**
 * @param {number} dx pixels, right is positive
 * @param {number} dy pixels, down is positive
 * @returns {ArrayBuffer} 8 bytes
 */
export function wheelMessage(dx, dy) {
  const view = message(8, WHEEL);
  view.setInt16(4, i16(dx), true);
  view.setInt16(6, i16(dy), true);
  return view.buffer;
}

/**
 * Every key and button that this viewer holds is up again.
 * @returns {ArrayBuffer} 4 bytes
 */
export function releaseMessage() {
  return message(4, RELEASE).buffer;
}

/**
 * How the sound fares here; the server lets its clock keep pace with our sound card.
 * @param {import("../audio/receiver-stats.js").Listening} report
 * @returns {ArrayBuffer} 40 bytes
 */
export function soundReportMessage({ time, consumed, depth, target, concealed, inserted, removed }) {
  const view = message(40, SOUND_REPORT);
  view.setUint32(4, concealed, true);
  view.setFloat64(8, time, true);
  view.setFloat64(16, consumed, true);
  view.setFloat32(24, depth, true);
  view.setFloat32(28, target, true);
  view.setUint32(32, inserted, true);
  view.setUint32(36, removed, true);
  return view.buffer;
}
