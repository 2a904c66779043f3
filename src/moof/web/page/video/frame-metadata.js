// @ts-check
/**
 * What the server says about each picture: the frame message (80 bytes) that goes beside it, and the
 * header (24 bytes) of a rectangle message. Little endian; written by moof/server/protocol/frame_info.py and tiles.py.
 */

export const FRAME_MESSAGE = 1;
export const RECTANGLE_MESSAGE = 2;

const FRAME_SIZE = 80;
const RECTANGLE_HEADER_SIZE = 24;
const FORMATS = ["image/png", "image/webp"];

/**
 * @typedef {object} Ping the echo of a ping, with every time on its way (0 = not known)
 * @property {number} sequence
 * @property {number} t1 ms since 1970, browser's clock: sent
 * @property {number} t2 ms since 1970, server's clock, as are all that follow: received by the server
 * @property {number} t3 received by the emulator
 * @property {number} t4 the frame that carries the echo is complete
 * @property {number} t5 the server has read it
 * @property {number} t6 encoded
 * @property {number} t7 handed to the transport
 */

/**
 * @typedef {object} FrameInfo
 * @property {number} width the Mac's screen, pixels
 * @property {number} height
 * @property {{x: number, y: number, visible: boolean}} cursor
 * @property {number} rtpTimestamp of the video frame it belongs to; 0 where the picture came as rectangles
 * @property {number} update number of the update it belongs to
 * @property {Ping | null} ping
 */

/**
 * @param {ArrayBuffer} data
 * @returns {FrameInfo | null} null for what is no frame message
 */
export function parseFrameInfo(data) {
  if (data.byteLength < FRAME_SIZE) return null;
  const view = new DataView(data);
  if (view.getUint8(0) !== FRAME_MESSAGE) return null;
  return {
    cursor: { x: view.getUint16(2, true), y: view.getUint16(4, true), visible: (view.getUint8(1) & 1) !== 0 },
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    rtpTimestamp: view.getUint32(12, true),
    update: view.getUint32(16, true),
    ping: parsePing(view),
  };
}

/** @param {DataView} view @returns {Ping | null} */
function parsePing(view) {
  const sequence = view.getUint32(20, true);
  if (sequence === 0) return null;
  const [t1, ...micros] = Array.from({ length: 7 }, (_, i) => view.getFloat64(24 + 8 * i, true));
  const [t2, t3, t4, t5, t6, t7] = micros.map((us) => us / 1000);
  return { sequence, t1, t2, t3, t4, t5, t6, t7 };
}

/**
 * @typedef {object} RectanglePart one message of a rectangle; a big rectangle is split over several
 * @property {boolean} first the update begins with it
 * @property {boolean} whole the update covers the whole screen
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {number} screenWidth
 * @property {number} screenHeight
 * @property {number} chunk 0 to chunks - 1
 * @property {number} chunks
 * @property {number} update
 * @property {string} mime the file's format
 * @property {Uint8Array<ArrayBuffer>} payload part of an image file
 */

/**
 * @param {ArrayBuffer} data
 * @returns {RectanglePart | null} null for what is no rectangle message, or makes no sense
 */
export function parseRectangle(data) {
  if (data.byteLength <= RECTANGLE_HEADER_SIZE) return null;
  const view = new DataView(data);
  if (view.getUint8(0) !== RECTANGLE_MESSAGE) return null;
  const flags = view.getUint8(1);
  const part = {
    first: (flags & 1) !== 0,
    whole: (flags & 2) !== 0,
    x: view.getUint16(2, true),
    y: view.getUint16(4, true),
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    screenWidth: view.getUint16(10, true),
    screenHeight: view.getUint16(12, true),
    chunk: view.getUint16(14, true),
    update: view.getUint32(16, true),
    chunks: view.getUint16(20, true),
    mime: FORMATS[view.getUint16(22, true)],
    payload: new Uint8Array(data, RECTANGLE_HEADER_SIZE),
  };
  return makesSense(part) ? part : null;
}

/** @param {RectanglePart} part */
function makesSense({ x, y, width, height, screenWidth, screenHeight, chunk, chunks, mime }) {
  const fits = x + width <= screenWidth && y + height <= screenHeight;
  return fits && width > 0 && height > 0 && chunk < chunks && mime !== undefined;
}
