// @ts-check
/**
 * Encodes the input channel's messages (little endian). moof/server/protocol/input_decoder.py decodes them;
 * docs/protocol.md has the table.
 */

/** @import { ReceiverReport } from "../audio/receiver-stats.js" */

export const BUTTON_LEFT = 1;
export const BUTTON_RIGHT = 2;

/** The two mouse modes of the IPC contract: positions, or movements. */
export const MODE_ABSOLUTE = 0;
export const MODE_RELATIVE = 1;

const KEY = 1;
const MOUSE = 2;
const PING = 4;
const MODE = 6;
const WHEEL = 0x20;
const RELEASE = 0x21;
const HELD_KEYS = 0x22;
const CHARACTER = 0x23;
const AUDIO_REPORT = 0x30;

/** Types of messages that tell the server something and do nothing in the Mac. */
const MEASUREMENTS = [PING, AUDIO_REPORT];

const FLAG_DOWN = 0x01;
const FLAG_ABSOLUTE = 0x10;
const FLAG_ARROW_KEYS = 0x01;

/**
 * @param {number} size bytes
 * @param {number} type of the message
 * @returns {DataView<ArrayBuffer>}
 */
function message(size, type) {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint8(0, type);
  return view;
}

/**
 * Return whether a message does nothing in the Mac.
 * @param {ArrayBuffer} encoded
 * @returns {boolean}
 */
export const isMeasurement = (encoded) => MEASUREMENTS.includes(new DataView(encoded).getUint8(0));

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @returns {number}
 */
const clamp = (value, low, high) => Math.min(Math.max(Math.round(value), low), high);

/**
 * @param {number} value
 * @returns {number} in the range of i16
 */
const i16 = (value) => clamp(value, -0x8000, 0x7fff);

/**
 * Encode the press or release of a key.
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
 * @property {number} x Mac pixels: a position if absolute, otherwise a movement
 * @property {number} y
 * @property {number} buttons 1 left, 2 right, 4 middle: the same bits as MouseEvent.buttons
 * @property {number} time of the movement, ms since 1970
 */

/**
 * Encode the mouse's position or movement, and its buttons.
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
 * Encode a ping.
 * @param {number} sequence u32, never 0 (in frame messages 0 means "no ping")
 * @param {number} time t1, ms since 1970
 * @returns {ArrayBuffer} 16 bytes
 */
export function pingMessage(sequence, time) {
  const view = message(16, PING);
  view.setUint32(4, sequence, true);
  view.setFloat64(8, time, true);
  return view.buffer;
}

/**
 * Encode the mouse mode.
 * @param {number} mode MODE_ABSOLUTE or MODE_RELATIVE
 * @returns {ArrayBuffer} 4 bytes
 */
export function modeMessage(mode) {
  const view = message(4, MODE);
  view.setUint8(1, mode);
  return view.buffer;
}

/**
 * Encode a movement of the wheel.
 * @param {number} dx pixels, right is positive
 * @param {number} dy pixels, down is positive
 * @param {boolean} [arrowKeys] it is arrow keys where the Mac has no wheel
 * @returns {ArrayBuffer} 8 bytes
 */
export function wheelMessage(dx, dy, arrowKeys = false) {
  const view = message(8, WHEEL);
  view.setUint8(1, arrowKeys ? FLAG_ARROW_KEYS : 0);
  view.setInt16(4, i16(dx), true);
  view.setInt16(6, i16(dy), true);
  return view.buffer;
}

/**
 * Encode the release of every key and button that this viewer holds.
 * @returns {ArrayBuffer} 4 bytes
 */
export function releaseMessage() {
  return message(4, RELEASE).buffer;
}

/**
 * Encode the list of all keys that this viewer holds.
 * @param {number[]} codes ADB key codes, at most 255
 * @returns {ArrayBuffer} 4 bytes and one per code
 */
export function heldKeysMessage(codes) {
  const view = message(4 + codes.length, HELD_KEYS);
  view.setUint8(1, codes.length);
  new Uint8Array(view.buffer).set(codes, 4);
  return view.buffer;
}

/** Place of a character that no key of this page makes. */
export const NO_PLACE = 0xff;

/**
 * Encode a character, which the server types in the Mac's keyboard layout. Its key is down until the release of the
 * place.
 * @param {number} place ADB code of the key that was pressed; NO_PLACE: the character is typed once
 * @param {string} character at most 32 bytes in UTF-8
 * @returns {ArrayBuffer} 4 bytes and those of the character
 */
export function characterMessage(place, character) {
  const text = new TextEncoder().encode(character);
  const view = message(4 + text.length, CHARACTER);
  view.setUint8(1, place);
  new Uint8Array(view.buffer).set(text, 4);
  return view.buffer;
}

/**
 * Encode an audio report; the server adjusts its audio clock to this viewer's sound card.
 * @param {ReceiverReport & {time: number}} report time: server's clock, ms since 1970
 * @returns {ArrayBuffer} 40 bytes
 */
export function audioReportMessage({ time, consumed, depth, target, concealed, inserted, removed }) {
  const view = message(40, AUDIO_REPORT);
  view.setUint32(4, concealed, true);
  view.setFloat64(8, time, true);
  view.setFloat64(16, consumed, true);
  view.setFloat32(24, depth, true);
  view.setFloat32(28, target, true);
  view.setUint32(32, inserted, true);
  view.setUint32(36, removed, true);
  return view.buffer;
}
