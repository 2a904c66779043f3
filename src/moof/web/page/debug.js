// @ts-check
/** `window.moof`, the interface for scripts, tests and measurements: the peer connection, and figures of the session. */

import { MeanDelay, allStats, findAudioStats, findRoundTripTime, sampleCounts } from "./audio/receiver-stats.js";
import { audioLatency } from "./latency/audio-latency.js";

/** @import { AudioReceiverStats } from "./audio/receiver-stats.js" */
/** @import { EmulatorView, PathTimes, AudioStatusMessage } from "./connection/signaling-messages.js" */
/** @import { Session } from "./connection/session.js" */
/** @import { AudioTimes } from "./latency/audio-latency.js" */
/** @import { LatencyMeter } from "./latency/meter.js" */
/** @import { Display } from "./video/display.js" */
/** @import { FrameCounter } from "./video/frame-timing.js" */

/**
 * @typedef {object} AudioFigures
 * @property {number} received samples
 * @property {number} concealed samples that replace late or lost ones
 * @property {number} inserted samples, to play slower
 * @property {number} removed samples, to play faster
 * @property {AudioTimes | null} latency from the emulator to the sound card
 * @property {Pick<AudioStatusMessage, "state" | "yours" | "ppm"> | null} clock how the server follows a sound card
 * @property {number | null} jitterBufferMs mean delay of the jitter buffer since the call before
 */

/**
 * @typedef {object} Figures
 * @property {string | null} codec
 * @property {EmulatorView | null} emulator
 * @property {boolean} connected
 * @property {boolean} picture a frame of this connection was displayed
 * @property {boolean} input keys and the mouse reach the server
 * @property {number} frames displayed so far
 * @property {number} fps
 * @property {number} tileBytes
 * @property {number} width of the Mac's screen, pixels
 * @property {number} height
 * @property {number | null} rttMs
 * @property {PathTimes | null} latency medians
 * @property {PathTimes | null} latency95 95th percentiles
 * @property {number} latencySamples
 * @property {number | null} clockOffsetMs server's clock minus browser's
 * @property {AudioFigures} audio
 */

/**
 * @typedef {object} DebugInterface
 * @property {RTCPeerConnection | null} pc
 * @property {() => Promise<Figures>} stats
 */

/**
 * Set `window.moof`.
 * @param {object} parts of the page
 * @param {Session} parts.session
 * @param {Display} parts.display
 * @param {LatencyMeter} parts.meter
 * @param {FrameCounter} parts.counter
 * @param {AudioReceiverStats} parts.audioStats
 */
export function exposeDebugInterface({ session, display, meter, counter, audioStats }) {
  const bufferDelay = new MeanDelay();

  /**
   * @param {RTCInboundRtpStreamStats | undefined} stats
   * @returns {AudioFigures}
   */
  const audioFigures = (stats) => ({
    ...sampleCounts(stats ?? {}),
    jitterBufferMs: bufferDelay.update(stats?.jitterBufferDelay ?? 0, stats?.jitterBufferEmittedCount ?? 0),
    clock: pickClock(audioStats.server),
    latency: audioLatency(audioStats),
  });

  /** @returns {Promise<Figures>} */
  const stats = async () => {
    const all = session.pc ? allStats(await session.pc.getStats()) : [];
    const { codec, emulator, peer, hasFrame } = session.state;
    return {
      codec,
      emulator,
      connected: peer === "connected",
      picture: hasFrame,
      input: session.takesInput,
      frames: counter.frames,
      fps: counter.fps(performance.now()),
      tileBytes: counter.tileBytes,
      width: display.width,
      height: display.height,
      rttMs: findRoundTripTime(all),
      latency: meter.quantile(0.5),
      latency95: meter.quantile(0.95),
      latencySamples: meter.count,
      clockOffsetMs: meter.clockOffset,
      audio: audioFigures(findAudioStats(all)),
    };
  };

  /** @type {DebugInterface} */
  const moof = {
    get pc() {
      return session.pc;
    },
    stats,
  };
  Object.assign(window, { moof });
}

/**
 * @param {AudioStatusMessage | null} server
 * @returns {AudioFigures["clock"]}
 */
const pickClock = (server) => server && { state: server.state, yours: server.yours, ppm: server.ppm };
