// @ts-check
/**
 * Statistics of the received audio: how many samples the sound card consumes, and the jitter buffer's delay.
 * A sound card takes samples in blocks of 10 ms, so one reading of its counter is off by up to that: several
 * readings at uneven intervals are averaged into a report.
 */

/** @import { AudioStatusMessage } from "../connection/signaling-messages.js" */

/** Interval between readings, ms: at least, and the random addition at most. */
const MIN_INTERVAL = 150;
const RANDOM_INTERVAL = 100;

/** Readings in one report: about one second. */
const READINGS = 5;

/** The jitter buffer has settled after so many samples, and so many readings in a row without a change of the sound. */
const SETTLING_SAMPLES = 1.2 * 48_000;
const SETTLED_READINGS = 3;

/** By so much the jitter buffer's delay may exceed its target, ms: the browser removes sound when it exceeds it by more. */
const SETTLED_EXCESS = 15;

/**
 * @typedef {object} ReceiverReport
 * @property {number} consumed samples that the sound card has taken
 * @property {number} depth mean delay of the jitter buffer since the report before, ms
 * @property {number} target of the browser for that delay, ms; 0 where it does not report one
 * @property {number} concealed samples so far that replace late or lost ones
 * @property {number} inserted samples so far, to play slower
 * @property {number} removed samples so far, to play faster
 */

/**
 * RTCAudioPlayoutStats of the W3C's webrtc-stats, which TypeScript's library does not have.
 * @typedef {RTCStats & {totalPlayoutDelay?: number, totalSamplesCount?: number}} AudioPlayoutStats
 */

/** @typedef {{time: number, stats: RTCInboundRtpStreamStats}} Reading */

/**
 * Return the statistics of a receiver or a connection as an array.
 * @param {RTCStatsReport} report
 * @returns {RTCStats[]}
 */
export function allStats(report) {
  /** @type {RTCStats[]} */
  const all = [];
  report.forEach((/** @type {RTCStats} */ stats) => all.push(stats));
  return all;
}

/**
 * Return the statistics of the audio stream.
 * @param {RTCStats[]} all
 * @returns {RTCInboundRtpStreamStats | undefined}
 */
export function findAudioStats(all) {
  const streams = /** @type {RTCInboundRtpStreamStats[]} */ (all.filter(({ type }) => type === "inbound-rtp"));
  return streams.find(({ kind }) => kind === "audio");
}

/**
 * Return the round trip time of the candidate pair in use.
 * @param {RTCStats[]} all
 * @returns {number | null} ms
 */
export function findRoundTripTime(all) {
  const pairs = /** @type {RTCIceCandidatePairStats[]} */ (all.filter(({ type }) => type === "candidate-pair"));
  const seconds = pairs.find(({ nominated, state }) => nominated && state === "succeeded")?.currentRoundTripTime;
  return seconds === undefined ? null : seconds * 1000;
}

/**
 * Return the counts of samples since the beginning; 0 where the browser does not report one.
 * @param {Partial<RTCInboundRtpStreamStats>} stats
 * @returns {{received: number, concealed: number, inserted: number, removed: number}}
 */
export const sampleCounts = (stats) => ({
  received: stats.totalSamplesReceived ?? 0,
  concealed: stats.concealedSamples ?? 0,
  inserted: stats.insertedSamplesForDeceleration ?? 0,
  removed: stats.removedSamplesForAcceleration ?? 0,
});

/** Mean delay of samples, from statistics that give a sum of delays and a number of samples since the beginning. */
export class MeanDelay {
  #seconds = 0;
  #samples = 0;

  /**
   * Return the mean delay of the samples since the call before.
   * @param {number} seconds sum of the delays of all samples
   * @param {number} samples number of all samples; fewer than before: another connection
   * @returns {number | null} ms; null without new samples
   */
  update(seconds, samples) {
    if (samples < this.#samples) this.reset();
    const newSamples = samples - this.#samples;
    const mean = newSamples > 0 ? (1000 * Math.max(seconds - this.#seconds, 0)) / newSamples : null;
    this.#seconds = seconds;
    this.#samples = samples;
    return mean;
  }

  /** Count from 0 again. */
  reset() {
    this.#seconds = 0;
    this.#samples = 0;
  }
}

/** Averages readings of the audio receiver's statistics into reports. */
export class AudioReceiverStats {
  /** @type {Reading[]} */ #readings = [];
  #bufferDelay = new MeanDelay();
  #targetDelay = new MeanDelay();
  #outputDelay = new MeanDelay();
  #recentDelay = new MeanDelay();
  #recentTarget = new MeanDelay();
  #changedSamples = 0;
  #unchangedReadings = 0;
  /**
   * Delay of the sound card's own buffer, ms; null where the browser does not report it.
   * @type {number | null}
   */
  outputDelay = null;
  /**
   * Round trip time of the network, ms; null before it is known.
   * @type {number | null}
   */
  rtt = null;
  /** @type {ReceiverReport | null} */ report = null;
  /**
   * The server's answer to the newest report.
   * @type {AudioStatusMessage | null}
   */
  server = null;

  /**
   * Add a reading; each fifth one completes a report.
   * @param {number} time of the reading, browser's clock, ms
   * @param {RTCStats[]} all of RTCRtpReceiver.getStats
   * @returns {{time: number, report: ReceiverReport} | null} a new report, and its mean time by the browser's clock, ms
   */
  add(time, all) {
    this.#updateOutputDelay(all.find(({ type }) => type === "media-playout"));
    this.rtt = findRoundTripTime(all) ?? this.rtt;
    const stats = findAudioStats(all);
    if (!stats?.totalSamplesReceived) return null;
    this.#updateSettled(stats);
    const last = this.#readings.at(-1)?.stats.totalSamplesReceived ?? 0;
    if (last > stats.totalSamplesReceived) this.reset(); // another connection
    this.#readings.push({ time, stats });
    if (this.#readings.length < READINGS) return null;
    const readings = this.#readings;
    this.#readings = [];
    this.report = this.#summarize(readings, stats);
    return { time: mean(readings.map((reading) => reading.time)), report: this.report };
  }

  /** Whether the jitter buffer has settled: for half a second no sound was stretched or concealed, nor is any too much. */
  get settled() {
    return this.#unchangedReadings >= SETTLED_READINGS;
  }

  /** Forget everything about the connection. */
  reset() {
    this.#unchangedReadings = 0;
    this.#readings = [];
    this.#bufferDelay.reset();
    this.#targetDelay.reset();
    this.report = null;
    this.server = null;
  }

  /**
   * @param {Reading[]} readings
   * @param {RTCInboundRtpStreamStats} newest
   * @returns {ReceiverReport}
   */
  #summarize(readings, newest) {
    const emitted = newest.jitterBufferEmittedCount ?? 0;
    const { concealed, inserted, removed } = sampleCounts(newest);
    return {
      consumed: mean(readings.map(({ stats }) => sampleCounts(stats).received)),
      depth: this.#bufferDelay.update(newest.jitterBufferDelay ?? 0, emitted) ?? 0,
      target: this.#targetDelay.update(newest.jitterBufferTargetDelay ?? 0, emitted) ?? 0,
      concealed,
      inserted,
      removed,
    };
  }

  /** @param {RTCInboundRtpStreamStats} stats */
  #updateSettled(stats) {
    const { received, concealed, inserted, removed } = sampleCounts(stats);
    const changed = concealed + inserted + removed;
    const isTooFull = this.#isTooFull(stats);
    const isSteady = received >= SETTLING_SAMPLES && changed === this.#changedSamples && !isTooFull;
    this.#unchangedReadings = isSteady ? this.#unchangedReadings + 1 : 0;
    this.#changedSamples = changed;
  }

  /**
   * @param {RTCInboundRtpStreamStats} stats
   * @returns {boolean} whether the browser will remove sound
   */
  #isTooFull({ jitterBufferDelay = 0, jitterBufferTargetDelay = 0, jitterBufferEmittedCount = 0 }) {
    const delay = this.#recentDelay.update(jitterBufferDelay, jitterBufferEmittedCount) ?? 0;
    const target = this.#recentTarget.update(jitterBufferTargetDelay, jitterBufferEmittedCount) ?? 0;
    return target > 0 && delay > target + SETTLED_EXCESS;
  }

  /** @param {AudioPlayoutStats | undefined} playout */
  #updateOutputDelay(playout) {
    const delay = this.#outputDelay.update(playout?.totalPlayoutDelay ?? 0, playout?.totalSamplesCount ?? 0);
    this.outputDelay = delay ?? this.outputDelay;
  }
}

/**
 * @param {number[]} values at least one
 * @returns {number}
 */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Read the audio receiver's statistics again and again, for as long as the page lives.
 * @param {AudioReceiverStats} stats
 * @param {() => RTCPeerConnection | null} connection the current one
 * @param {(time: number, report: ReceiverReport) => void} onReport time: browser's clock, ms
 */
export function pollReceiverStats(stats, connection, onReport) {
  const poll = async () => {
    try {
      const receiver = connection()?.getReceivers().find(({ track }) => track.kind === "audio");
      const all = receiver ? allStats(await receiver.getStats()) : [];
      const inbound = all.find(({ type }) => type === "inbound-rtp");
      const result = inbound && stats.add(inbound.timestamp, all);
      if (result) onReport(result.time, result.report);
    } finally {
      // Random: in step with the sound card's blocks every reading would be off by the same amount.
      setTimeout(() => void poll(), MIN_INTERVAL + RANDOM_INTERVAL * Math.random());
    }
  };
  void poll();
}
