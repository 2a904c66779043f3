// @ts-check
/** The way of a sound, from the Mac's ring to the loudspeaker: what the server says of its part, and what we know. */

/** @typedef {import("../audio/receiver-stats.js").Listener} Listener */

/**
 * In the order of travel: wait (the Mac has answered, the packet isn't due), encode, network (the event loop
 * and half a round trip), buffer (the jitter buffer), output (the sound card's own). The answer itself, and
 * what stays in the Mac before, come earlier: nothing of it is heard until it is written.
 */
export const SOUND_PARTS = /** @type {const} */ (["wait", "encode", "network", "buffer", "output"]);

/** @typedef {Record<typeof SOUND_PARTS[number] | "answer" | "total", number>} SoundTimes milliseconds */

/**
 * @param {Pick<Listener, "server" | "newest" | "output" | "rtt">} listener
 * @returns {SoundTimes | null} null until both sides have reported
 */
export function soundPath({ server, newest, output, rtt }) {
  if (!server || !newest) return null;
  const parts = {
    wait: server.wait,
    encode: server.encode,
    network: server.send + (rtt ?? 0) / 2,
    buffer: newest.depth,
    output: output ?? 0,
  };
  const total = SOUND_PARTS.reduce((sum, part) => sum + parts[part], 0);
  return { answer: server.answer, ...parts, total };
}

/**
 * @param {Pick<Listener, "server" | "newest">} listener
 * @returns {string} a sentence on whose clock the sound keeps
 */
export function describeClock({ server, newest }) {
  if (!server || !newest) return "";
  const ppm = `${server.ppm < 0 ? "−" : "+"}${Math.abs(server.ppm).toFixed(0)} ppm`;
  const whose = server.yours ? "this computer’s sound card" : "another listener’s sound card";
  if (server.state === "following") return `The Mac keeps pace with ${whose} (${ppm}).`;
  if (server.state === "learning") return `Measuring ${whose}…`;
  return "The Mac keeps its own pace.";
}
