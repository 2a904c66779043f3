// @ts-check
/**
 * Watches how fast this computer's sound card really consumes, and how the browser's jitter buffer does. The
 * card takes sound in blocks of 10 ms, so single looks at its counter are off by up to that: many looks at
 * uneven moments are averaged.
 */

/** Milliseconds from look to look: at least, and at most so much more. */
const PAUSE = 150;
const PAUSE_MORE = 100;

/** Looks that make one report: about a second's. */
const LOOKS = 5;

/**
 * @typedef {object} Listening
 * @property {number} time when it was so, server's clock, ms
 * @property {number} consumed samples that the sound card has taken
 * @property {number} depth of the jitter buffer since the report before, ms
 * @property {number} target that the browser has for it, ms; 0 if it doesn't say
 * @property {number} concealed samples so far
 * @property {number} inserted
 * @property {number} removed
 */

/**
 * @typedef {object} ServerSound how the sound fares on its way to us: the server's answer to a report
 * @property {"free" | "learning" | "following"} state of its clock
 * @property {boolean} yours our sound card is the one that it follows
 * @property {number} ppm how much faster than its own clock it sends
 * @property {number} answer ms, medians: from question to answer
 * @property {number} wait until the packet is due
 * @property {number} encode
 * @property {number} send
 */

/** @typedef {{time: number, report: any}} Look */

export class Listener {
  /** @type {Look[]} */ #looks = [];
  /** @type {{delay: number, target: number, emitted: number}} */ #before = { delay: 0, target: 0, emitted: 0 };
  /** How long sound stays in the sound card's own buffer, ms; null where the browser doesn't say. */
  /** @type {number | null} */ output = null;
  /** Of the network, ms; null before it is known. @type {number | null} */ rtt = null;
  /** @type {Omit<Listening, "time"> | null} */ newest = null;
  /** @type {ServerSound | null} */ server = null;
  #playout = { delay: 0, samples: 0 };

  /**
   * @param {number} time of the look, browser's clock, ms
   * @param {Iterable<any>} reports of RTCRtpReceiver.getStats
   * @returns {{seen: number, report: Omit<Listening, "time">} | null} now and then; seen: browser's clock, ms
   */
  look(time, reports) {
    const all = [...reports];
    this.#lookAtOutput(all.find(({ type }) => type === "media-playout"));
    const pair = all.find(({ type, nominated }) => type === "candidate-pair" && nominated);
    if (pair?.currentRoundTripTime !== undefined) this.rtt = pair.currentRoundTripTime * 1000;
    const report = all.find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
    if (!(report?.totalSamplesReceived > 0)) return null;
    const last = this.#looks.at(-1)?.report;
    if (last && last.totalSamplesReceived > report.totalSamplesReceived) this.reset(); // another connection
    this.#looks.push({ time, report });
    if (this.#looks.length < LOOKS) return null;
    const looks = this.#looks;
    this.#looks = [];
    return this.#summary(looks);
  }

  /** @param {any} news the server's "sound" message */
  hear(news) {
    this.server = news;
  }

  reset() {
    this.#looks = [];
    this.#before = { delay: 0, target: 0, emitted: 0 };
    this.newest = null;
    this.server = null;
  }

  /** @param {Look[]} looks */
  #summary(looks) {
    /** @param {(look: Look) => number} of */
    const mean = (of) => looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
    const { report } = looks[looks.length - 1];
    const now = {
      delay: report.jitterBufferDelay ?? 0,
      target: report.jitterBufferTargetDelay ?? 0,
      emitted: report.jitterBufferEmittedCount ?? 0,
    };
    const emitted = Math.max(now.emitted - this.#before.emitted, 0);
    /** @param {"delay" | "target"} which ms, of the samples since the report before */
    const stay = (which) => (emitted ? (1000 * Math.max(now[which] - this.#before[which], 0)) / emitted : 0);
    this.newest = {
      consumed: mean((look) => look.report.totalSamplesReceived),
      depth: stay("delay"),
      target: stay("target"),
      concealed: report.concealedSamples ?? 0,
      inserted: report.insertedSamplesForDeceleration ?? 0,
      removed: report.removedSamplesForAcceleration ?? 0,
    };
    this.#before = now;
    return { seen: mean(({ time }) => time), report: this.newest };
  }

  /** @param {any} playout a media-playout report */
  #lookAtOutput(playout) {
    const now = { delay: playout?.totalPlayoutDelay ?? 0, samples: playout?.totalSamplesCount ?? 0 };
    const samples = now.samples - this.#playout.samples;
    if (samples > 0) {
      this.output = (1000 * (now.delay - this.#playout.delay)) / samples;
      this.#playout = now;
    } else if (samples < 0) this.#playout = now;
  }
}

/**
 * Looks again and again, for as long as the page lives.
 * @param {Listener} listener
 * @param {() => RTCPeerConnection | null} connection
 * @param {(seen: number, report: Omit<Listening, "time">) => void} tell
 */
export function keepListening(listener, connection, tell) {
  const look = async () => {
    try {
      const receiver = connection()?.getReceivers().find(({ track }) => track.kind === "audio");
      const stats = await receiver?.getStats();
      if (stats) {
        const reports = [...stats.values()];
        const inbound = reports.find(({ type }) => type === "inbound-rtp");
        const summary = inbound && listener.look(inbound.timestamp, reports);
        if (summary) tell(summary.seen, summary.report);
      }
    } finally {
      // Never in step with the sound card's own blocks, or each look would be wrong in the same way.
      setTimeout(look, PAUSE + PAUSE_MORE * Math.random());
    }
  };
  look();
}
