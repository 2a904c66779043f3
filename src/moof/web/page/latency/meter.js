// @ts-check
/**
 * From your hand to your eye: a ping travels as a click would, and comes back inside a picture. Its times
 * t1 to t7 arrive in that picture's frame message; t8, when the picture is shown, is known here.
 */

import { ClockOffset } from "./clock-offset.js";

/** @typedef {import("../video/frame-metadata.js").FrameInfo} FrameInfo */
/** @typedef {import("../video/frame-metadata.js").Ping} Ping */

/**
 * In the order of travel: up (browser to server), ipc (to the emulator), mac (until a frame with the echo is
 * complete), wait (until the server has read it), encode, network (until the browser has all of it), buffer
 * (against jitter), decode, display (until the screen shows it).
 */
export const PARTS = /** @type {const} */ (["up", "ipc", "mac", "wait", "encode", "network", "buffer", "decode", "display"]);

/** @typedef {typeof PARTS[number] | "total"} Part */
/** @typedef {Record<Part, number>} Times milliseconds */

/** A minute at two pings a second. */
const SAMPLES = 120;

/** Frames whose message and whose appearance on the screen wait for each other. */
const FRAMES = 128;

/**
 * @typedef {object} Shown
 * @property {number} received when its last packet came, browser's clock, ms
 * @property {number} begun when decoding began
 * @property {number} decoded when it was ready
 * @property {number} shown t8, browser's clock, ms
 */

export class LatencyMeter {
  #clock = new ClockOffset();
  /** @type {Times[]} */ #samples = [];
  /** @type {Map<number, number>} sequence to t1, of the pings that are on their way */ #sent = new Map();
  /** @type {Map<number, {ping: Ping, arrived: number}>} by RTP timestamp */ #waiting = new Map();
  /** @type {Map<number, Shown>} by RTP timestamp */ #shown = new Map();

  /**
   * Numbers a ping. The numbers grow with time, across reloads and across pages, because existing emulators
   * answer only a number greater than the last one they saw.
   * @param {number} t1 browser's clock, ms
   * @returns {number} u32, not 0
   */
  ping(t1) {
    const sequence = Math.floor(t1 / 50) % 0xffff_ffff || 1;
    remember(this.#sent, sequence, t1);
    return sequence;
  }

  /**
   * A frame message came, with or just before or just after its picture.
   * @param {FrameInfo} info
   * @param {number} arrived browser's clock, ms
   */
  frameInfo({ rtpTimestamp, ping: echo }, arrived) {
    const ping = this.#take(echo);
    if (!ping) return;
    this.#clock.add(ping.t1, ping.t2, ping.t7, arrived);
    const shown = this.#shown.get(rtpTimestamp);
    if (!shown) {
      remember(this.#waiting, rtpTimestamp, { ping, arrived });
    } else if (shown.received < this.#clock.toBrowser(ping.t6)) {
      // Nothing on the Mac's screen has changed, so the message repeats the last picture's timestamp:
      // what the ping would have shown is what is on the screen already.
      this.#add(ping, { received: arrived, begun: arrived, decoded: arrived, shown: arrived });
    } else {
      this.#add(ping, shown);
    }
  }

  /**
   * A video frame is on the screen.
   * @param {number} rtpTimestamp
   * @param {Shown} shown
   */
  videoShown(rtpTimestamp, shown) {
    remember(this.#shown, rtpTimestamp, shown);
    const waiting = this.#waiting.get(rtpTimestamp);
    if (!waiting) return;
    this.#waiting.delete(rtpTimestamp);
    this.#add(waiting.ping, shown);
  }

  /**
   * An update of rectangles is on the screen.
   * @param {FrameInfo} info
   * @param {Shown} shown
   */
  tilesShown({ ping: echo }, shown) {
    const ping = this.#take(echo);
    if (!ping) return;
    this.#clock.add(ping.t1, ping.t2, ping.t7, shown.received);
    this.#add(ping, shown);
  }

  /** Server's clock minus the browser's, ms. */
  get clockOffset() {
    return this.#clock.offset;
  }

  get count() {
    return this.#samples.length;
  }

  /**
   * @param {number} quantile 0.5: what half of the pings stayed below
   * @returns {Times | null}
   */
  quantile(quantile) {
    if (this.#samples.length === 0) return null;
    /** @param {Part} part */
    const of = (part) => percentile(this.#samples.map((sample) => sample[part]), quantile);
    return /** @type {Times} */ (Object.fromEntries([...PARTS, "total"].map((part) => [part, of(/** @type {Part} */ (part))])));
  }

  /** What the server is told of it. @returns {{samples: number, clockOffset: number, median: Times, late: Times} | null} */
  get summary() {
    const [median, late] = [this.quantile(0.5), this.quantile(0.95)];
    if (!median || !late || this.clockOffset === null) return null;
    return { samples: this.count, clockOffset: this.clockOffset, median, late };
  }

  /** Another connection, perhaps another server. */
  reset() {
    this.#clock = new ClockOffset();
    this.#samples = [];
    this.#sent.clear();
    this.#waiting.clear();
    this.#shown.clear();
  }

  /**
   * The emulator echoes each ping in five frames, and the first says it; another page's are not ours.
   * @param {Ping | null} echo
   * @returns {Ping | null} with t1 as it was sent: the contract keeps only whole milliseconds of it
   */
  #take(echo) {
    const t1 = echo && this.#sent.get(echo.sequence);
    if (!t1 || Math.abs(echo.t1 - t1) > 1) return null;
    this.#sent.delete(echo.sequence);
    return { ...echo, t1 };
  }

  /** @param {Ping} ping @param {Shown} shown */
  #add(ping, { received, begun, decoded, shown }) {
    const sent = this.#clock.toBrowser(ping.t6);
    /** @type {Times} */
    const times = {
      up: this.#clock.toBrowser(ping.t2) - ping.t1,
      ipc: ping.t3 - ping.t2,
      mac: ping.t4 - ping.t3,
      wait: ping.t5 - ping.t4,
      encode: ping.t6 - ping.t5,
      network: received - sent,
      buffer: begun - received,
      decode: decoded - begun,
      display: shown - decoded,
      total: shown - ping.t1,
    };
    // Emulators may leave a time out, and then the parts beside it mean nothing.
    if (!Object.values(times).every((ms) => Number.isFinite(ms) && Math.abs(ms) < 60_000)) return;
    for (const part of /** @type {Part[]} */ ([...PARTS, "total"])) times[part] = Math.max(times[part], 0);
    this.#samples.push(times);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }
}

/**
 * @template V
 * @param {Map<number, V>} map at most FRAMES entries, the oldest goes
 * @param {number} key
 * @param {V} value
 */
function remember(map, key, value) {
  map.set(key, value);
  if (map.size > FRAMES) map.delete(/** @type {number} */ (map.keys().next().value));
}

/**
 * @param {number[]} values at least one
 * @param {number} quantile 0 to 1
 * @returns {number} nearest rank
 */
export function percentile(values, quantile) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(quantile * sorted.length) - 1, 0)];
}
