// @ts-check
/** What scripts and tests see: window.moof, with the connection and a report of how it is doing. */

import { soundPath } from "./latency/audio-latency.js";

/** @typedef {import("./connection/session.js").Session} Session */
/** @typedef {import("./latency/meter.js").LatencyMeter} LatencyMeter */
/** @typedef {import("./audio/receiver-stats.js").Listener} Listener */
/** @typedef {import("./video/display.js").Display} Display */

/** Pictures that came onto the screen, and how many in the last second. */
export class FrameCounter {
  /** @type {number[]} when, ms */ #recent = [];
  frames = 0;
  /** Bytes of lossless pictures; of the others the browser's own statistics tell. */
  tileBytes = 0;

  /** @param {number} time ms, any clock that goes evenly */
  count(time) {
    this.frames += 1;
    this.#recent.push(time);
    if (this.#recent.length > 300) this.#recent.shift();
  }

  /** @param {number} time ms, the same clock */
  fps(time) {
    return this.#recent.filter((shown) => time - shown <= 1000).length;
  }
}

/**
 * @typedef {object} AudioReport
 * @property {number} received samples
 * @property {number} concealed samples that the browser made up, for they were late or lost
 * @property {number} inserted samples added to play slower
 * @property {number} removed samples left out to play faster
 * @property {import("./latency/audio-latency.js").SoundTimes | null} latency from the Mac to the loudspeaker, ms
 * @property {{state: string, yours: boolean, ppm: number} | null} clock how the server's follows a listener's
 * @property {number | null} jitterBufferMs a sample's average stay in the jitter buffer, since the report before
 */

/**
 * @param {Session} session
 * @param {Display} display
 * @param {LatencyMeter} meter
 * @param {FrameCounter} counter
 * @param {Listener} listener
 */
export function reporter(session, display, meter, counter, listener) {
  /** @type {{delay: number, emitted: number}} */
  let before = { delay: 0, emitted: 0 };

  /** @param {any} inbound an inbound-rtp report @returns {number | null} */
  const jitterBuffer = (inbound) => {
    const now = { delay: inbound?.jitterBufferDelay ?? 0, emitted: inbound?.jitterBufferEmittedCount ?? 0 };
    if (now.emitted < before.emitted) before = { delay: 0, emitted: 0 }; // a new connection counts anew
    const emitted = now.emitted - before.emitted;
    const stay = emitted > 0 ? (1000 * (now.delay - before.delay)) / emitted : null;
    before = now;
    return stay;
  };

  return async function stats() {
    const reports = session.pc ? [...(await session.pc.getStats()).values()] : [];
    const sound = reports.find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
    const pair = reports.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
    const { codec, emulator, peer, picture } = session.state;
    return {
      codec,
      emulator,
      connected: peer === "connected",
      picture,
      frames: counter.frames,
      fps: counter.fps(performance.now()),
      tileBytes: counter.tileBytes,
      width: display.width,
      height: display.height,
      rttMs: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
      latency: meter.quantile(0.5),
      latency95: meter.quantile(0.95),
      latencySamples: meter.count,
      clockOffsetMs: meter.clockOffset,
      /** @type {AudioReport} */
      audio: {
        received: sound?.totalSamplesReceived ?? 0,
        concealed: sound?.concealedSamples ?? 0,
        inserted: sound?.insertedSamplesForDeceleration ?? 0,
        removed: sound?.removedSamplesForAcceleration ?? 0,
        jitterBufferMs: jitterBuffer(sound),
        clock: listener.server && { state: listener.server.state, yours: listener.server.yours, ppm: listener.server.ppm },
        latency: soundPath(listener),
      },
    };
  };
}
