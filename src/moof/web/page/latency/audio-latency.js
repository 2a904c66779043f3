// @ts-check
/** The latency of audio, from the emulator's ring buffer to the sound card: the server's part and the browser's. */

import { t } from "../language/text.js";

/** @import { AudioReceiverStats } from "../audio/receiver-stats.js" */

/**
 * The parts in order of travel: wait (from the emulator's reply until the packet's deadline), encode, network (the
 * server's event loop and half a round trip), buffer (the jitter buffer), output (the sound card's own). The time
 * for the reply itself, and samples that stay in the Mac before, come earlier and add no latency: sound begins when
 * it is written to the ring buffer.
 */
export const AUDIO_PARTS = /** @type {const} */ (["wait", "encode", "network", "buffer", "output"]);

/** @typedef {Record<typeof AUDIO_PARTS[number] | "answer" | "total", number>} AudioTimes milliseconds */
/** @typedef {Pick<AudioReceiverStats, "server" | "report">} ClockReports */
/** @typedef {Pick<AudioReceiverStats, "server" | "report" | "outputDelay" | "rtt">} AudioReports */

/**
 * Return the parts of the audio latency.
 * @param {AudioReports} stats
 * @returns {AudioTimes | null} null until both sides have reported
 */
export function audioLatency({ server, report, outputDelay, rtt }) {
  if (!server || !report) return null;
  const parts = {
    wait: server.wait,
    encode: server.encode,
    network: server.send + (rtt ?? 0) / 2,
    buffer: report.depth,
    output: outputDelay ?? 0,
  };
  const total = AUDIO_PARTS.reduce((sum, part) => sum + parts[part], 0);
  return { answer: server.answer, ...parts, total };
}

/**
 * Return a sentence that says which clock the audio follows.
 * @param {ClockReports} stats
 * @returns {string} "" until both sides have reported
 */
export function describeClock({ server, report }) {
  if (!server || !report) return "";
  const { state, yours } = server;
  if (state === "following" && yours) return t("The sound is in step with this computer’s sound card.");
  if (state === "following") return t("The sound is in step with another viewer’s sound card.");
  if (state === "learning" && yours) return t("This computer’s sound card is being measured.");
  if (state === "learning") return t("Another viewer’s sound card is being measured.");
  return t("The sound is in step with no sound card.");
}
