// @ts-check
/**
 * Parses the frame message (80 bytes), which goes beside each frame, and the header (24 bytes) of a tile message.
 * Little endian; moof/server/protocol/frame_info.py and moof/server/video/tile_rendition.py write them,
 * docs/protocol.md has the tables.
 */

export const FRAME_MESSAGE = 1;
export const TILE_MESSAGE = 2;

const FRAME_SIZE = 80;
const TILE_HEADER_SIZE = 24;
const FORMATS = ["image/png", "image/webp"];

/**
 * @typedef {object} Ping the echo of a ping, with the time of each step (0 = not known)
 * @property {number} sequence
 * @property {number} t1 ms since 1970, browser's clock: sent
 * @property {number} t2 ms since 1970, server's clock, as are all that follow: received by the server
 * @property {number} t3 received by the emulator
 * @property {number} t4 the frame that carries the echo is complete
 * @property {number} t5 the server has read it
 * @property {number} t6 encoded
 * @property {number} t7 passed to the transport
 */

/**
 * @typedef {object} Cursor the Mac's pointer
 * @property {number} x Mac pixels
 * @property {number} y
 * @property {boolean} visible
 */

/**
 * @typedef {object} FrameInfo
 * @property {number} width the Mac's screen, pixels
 * @property {number} height
 * @property {Cursor} cursor
 * @property {number} rtpTimestamp of the video frame that it belongs to; 0 for tiles
 * @property {number} update number of the tile update that it belongs to
 * @property {Ping | null} ping
 */

/**
 * Return the contents of a frame message.
 * @param {ArrayBuffer} data
 * @returns {FrameInfo | null} null for any other message
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

/**
 * @param {DataView} view of a frame message
 * @returns {Ping | null}
 */
function parsePing(view) {
  const sequence = view.getUint32(20, true);
  if (sequence === 0) return null;
  /** @param {number} n of t1 to t7 */
  const time = (n) => view.getFloat64(16 + 8 * n, true);
  /** @param {number} n of t2 to t7, which are in µs */
  const ms = (n) => time(n) / 1000;
  return { sequence, t1: time(1), t2: ms(2), t3: ms(3), t4: ms(4), t5: ms(5), t6: ms(6), t7: ms(7) };
}

/**
 * @typedef {object} TileChunk one message of a tile; a large tile is split into several
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
 * Return the contents of a tile message.
 * @param {ArrayBuffer} data
 * @returns {TileChunk | null} null for any other message, and for an invalid one
 */
export function parseTileChunk(data) {
  if (data.byteLength <= TILE_HEADER_SIZE) return null;
  const view = new DataView(data);
  if (view.getUint8(0) !== TILE_MESSAGE) return null;
  const mime = FORMATS[view.getUint16(22, true)];
  if (mime === undefined) return null;
  const flags = view.getUint8(1);
  const tile = {
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
    mime,
    payload: new Uint8Array(data, TILE_HEADER_SIZE),
  };
  return isValid(tile) ? tile : null;
}

/**
 * @param {TileChunk} tile
 * @returns {boolean}
 */
function isValid({ x, y, width, height, screenWidth, screenHeight, chunk, chunks }) {
  const fits = x + width <= screenWidth && y + height <= screenHeight;
  return fits && width > 0 && height > 0 && chunk < chunks;
}
