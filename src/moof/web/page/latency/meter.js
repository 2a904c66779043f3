// @ts-check
/**
 * Measures the latency from input to display: a ping takes the path of a click, and comes back with a frame. Its
 * times t1 to t7 arrive in that frame's message; t8, when the frame is shown, is measured here.
 */

import { ClockOffset } from "./clock-offset.js";

/** @import { LatencyMessage, PathTimes } from "../connection/signaling-messages.js" */
/** @import { FrameInfo, Ping } from "../video/frame-metadata.js" */
/** @import { FrameTimes } from "../video/frame-timing.js" */

/**
 * The parts in order of travel: up (browser to server), ipc (to the emulator), mac (until a frame with the echo is
 * complete), wait (until the server has read it), encode, network (until the browser has all of it), buffer (the
 * jitter buffer), decode, display (until the screen shows it).
 */
export const PARTS = /** @type {const} */ (["up", "ipc", "mac", "wait", "encode", "network", "buffer", "decode", "display"]);

/** @typedef {keyof PathTimes} Part */

const ALL_PARTS = /** @type {const} */ ([...PARTS, "total"]);

/** Number of pings kept: one minute at two a second. */
const SAMPLES = 120;

/** Number of frames, and of pings, that are kept until their counterpart arrives. */
const PENDING = 128;

/** A picture that comes so long after the one before, ms, may be the server's, which repeats a resting one every 1.5 s. */
const REPETITION_AFTER = 1_200;

/** Times above this, ms, are invalid. */
const MAX_TIME = 60_000;

/** Matches pings with the frames that bring them back. */
export class LatencyMeter {
  #clock = new ClockOffset();
  /** @type {PathTimes[]} */ #samples = [];
  /**
   * Pings that are under way: t1 by sequence number.
   * @type {Map<number, number>}
   */
  #sent = new Map();
  /**
   * Pings whose frame is not shown yet, by RTP timestamp.
   * @type {Map<number, Ping>}
   */
  #waiting = new Map();
  /**
   * Shown frames by RTP timestamp.
   * @type {Map<number, FrameTimes>}
   */
  #shown = new Map();
  #videoShownAt = -Infinity;
  /** When the newest picture was displayed that shows a change, browser's clock in ms. */
  shownAt = -Infinity;

  /**
   * Return the number of a new ping. The numbers grow with time, across reloads and across pages, because existing
   * emulators answer only a number greater than the last one they saw.
   * @param {number} t1 browser's clock, ms
   * @returns {number} u32, not 0
   */
  nextPing(t1) {
    const sequence = Math.floor(t1 / 50) % 0xffff_ffff || 1;
    remember(this.#sent, sequence, t1);
    return sequence;
  }

  /**
   * Handle a frame message, which arrives shortly before or after its video frame.
   * @param {FrameInfo} info
   * @param {number} arrived browser's clock, ms
   */
  addFrameInfo({ rtpTimestamp, ping: echo }, arrived) {
    const ping = this.#matchSent(echo);
    if (!ping) return;
    this.#clock.add(ping.t1, ping.t2, ping.t7, arrived);
    const shown = this.#shown.get(rtpTimestamp);
    if (!shown) {
      remember(this.#waiting, rtpTimestamp, ping);
    } else if (shown.received < this.#clock.toBrowser(ping.t6)) {
      // The Mac's screen has not changed, so the message repeats the last frame's timestamp: the frame with the
      // ping's effect is on the screen already.
      this.#addSample(ping, { received: arrived, begun: arrived, decoded: arrived, shown: arrived });
    } else {
      this.#addSample(ping, shown);
    }
  }

  /**
   * Handle a displayed video frame.
   * @param {number} rtpTimestamp
   * @param {FrameTimes} shown
   */
  addVideoFrame(rtpTimestamp, shown) {
    if (shown.shown - this.#videoShownAt < REPETITION_AFTER) this.shownAt = shown.shown;
    this.#videoShownAt = shown.shown;
    remember(this.#shown, rtpTimestamp, shown);
    const ping = this.#waiting.get(rtpTimestamp);
    if (!ping) return;
    this.#waiting.delete(rtpTimestamp);
    this.#addSample(ping, shown);
  }

  /**
   * Handle a displayed tile update.
   * @param {FrameInfo} info
   * @param {FrameTimes} shown
   */
  addTileUpdate({ ping: echo }, shown) {
    const ping = this.#matchSent(echo);
    if (!ping) {
      this.shownAt = shown.shown; // one that returns a ping may have no other cause
      return;
    }
    this.#clock.add(ping.t1, ping.t2, ping.t7, shown.received);
    this.#addSample(ping, shown);
  }

  /** Server's clock minus the browser's, ms; null while unknown. */
  get clockOffset() {
    return this.#clock.offset;
  }

  /** Number of pings measured. */
  get count() {
    return this.#samples.length;
  }

  /**
   * Return the quantile of each part.
   * @param {number} quantile 0.5: the median
   * @returns {PathTimes | null} null while nothing was measured
   */
  quantile(quantile) {
    if (this.#samples.length === 0) return null;
    /** @param {Part} part */
    const of = (part) => percentile(this.#samples.map((sample) => sample[part]), quantile);
    /** @type {unknown} */
    const times = Object.fromEntries(ALL_PARTS.map((part) => [part, of(part)]));
    return /** @type {PathTimes} */ (times);
  }

  /**
   * The figures that are reported to the server.
   * @returns {Omit<LatencyMessage, "type"> | null} null while nothing was measured
   */
  get summary() {
    const [median, late] = [this.quantile(0.5), this.quantile(0.95)];
    if (!median || !late || this.clockOffset === null) return null;
    return { samples: this.count, clockOffset: this.clockOffset, median, late };
  }

  /** Forget everything: another connection begins, perhaps to another server. */
  reset() {
    this.#clock = new ClockOffset();
    this.#samples = [];
    this.#sent.clear();
    this.#waiting.clear();
    this.#shown.clear();
  }

  /**
   * Return the ping if this page has sent it and has not measured it yet: the emulator puts the echo into five
   * frames, of which the first one counts.
   * @param {Ping | null} echo
   * @returns {Ping | null} with t1 as it was sent: the IPC contract has only whole milliseconds
   */
  #matchSent(echo) {
    const t1 = echo && this.#sent.get(echo.sequence);
    if (!t1 || Math.abs(echo.t1 - t1) > 1) return null;
    this.#sent.delete(echo.sequence);
    return { ...echo, t1 };
  }

  /**
   * @param {Ping} ping
   * @param {FrameTimes} frame
   */
  #addSample(ping, { received, begun, decoded, shown }) {
    const sent = this.#clock.toBrowser(ping.t6);
    /** @type {PathTimes} */
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
    // Emulators may leave a time out, which makes the parts beside it invalid.
    if (!ALL_PARTS.every((part) => Number.isFinite(times[part]) && Math.abs(times[part]) < MAX_TIME)) return;
    for (const part of ALL_PARTS) times[part] = Math.max(times[part], 0);
    this.#samples.push(times);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }
}

/**
 * Add an entry to a map of at most PENDING entries; the oldest is dropped.
 * @template V
 * @param {Map<number, V>} map
 * @param {number} key
 * @param {V} value
 */
function remember(map, key, value) {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > PENDING && oldest !== undefined) map.delete(oldest);
}

/**
 * Return the quantile of some values by nearest rank.
 * @param {number[]} values at least one
 * @param {number} quantile 0 to 1
 * @returns {number}
 */
export function percentile(values, quantile) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(quantile * sorted.length) - 1, 0)] ?? NaN;
}
