// @ts-check
/** Records the played audio while `moof capture` runs, and uploads it at the end. */

const MAX_SECONDS = 120;

/**
 * @typedef {object} Recording
 * @property {boolean} ended
 * @property {number} rate Hz
 * @property {number} channels 1 or 2
 * @property {number} frames
 * @property {Int16Array<ArrayBuffer>[]} blocks interleaved samples
 */

/**
 * MediaStreamTrackProcessor of the W3C's mediacapture-transform, which TypeScript's library does not have.
 * @typedef {new (init: {track: MediaStreamTrack}) => {readable: ReadableStream<AudioData>}} TrackProcessor
 */

/** Records the audio track while it is active. */
export class AudioRecorder {
  /** @type {Recording | null} */ #recording = null;
  #track;
  #send;

  /**
   * @param {() => MediaStreamTrack | undefined} track the audio track, once there is a connection
   * @param {(recording: Recording) => void} send
   */
  constructor(track, send = (recording) => void upload(recording)) {
    this.#track = track;
    this.#send = send;
  }

  /**
   * Start or end the recording; nothing happens if it is in that state already.
   * @param {boolean} active
   */
  setActive(active) {
    if (!active) {
      if (this.#recording) this.#recording.ended = true;
      this.#recording = null;
      return;
    }
    const track = this.#track();
    // Only Chromium gives pages the samples that it plays; elsewhere the recordings of the other layers remain.
    if (this.#recording || !track || !("MediaStreamTrackProcessor" in window)) return;
    this.#recording = { ended: false, rate: 0, channels: 0, frames: 0, blocks: [] };
    void this.#record(this.#recording, track.clone(), /** @type {TrackProcessor} */ (window.MediaStreamTrackProcessor));
  }

  /**
   * @param {Recording} recording
   * @param {MediaStreamTrack} track
   * @param {TrackProcessor} Processor
   */
  async #record(recording, track, Processor) {
    const reader = new Processor({ track }).readable.getReader();
    while (!recording.ended) {
      const { value, done } = await reader.read();
      if (done) break;
      appendSamples(recording, value);
      value.close();
    }
    track.stop();
    if (recording.frames) this.#send(recording);
  }
}

/**
 * Append samples to a recording, unless their format differs from the first ones' or the recording is full.
 * @param {Recording} recording
 * @param {AudioData} data
 */
export function appendSamples(recording, data) {
  const { sampleRate, numberOfFrames: count } = data;
  const channels = Math.min(2, data.numberOfChannels);
  recording.rate ||= sampleRate;
  recording.channels ||= channels;
  if (recording.rate !== sampleRate || recording.channels !== channels) return;
  if (recording.frames + count > MAX_SECONDS * sampleRate) return;
  const block = new Int16Array(count * channels);
  const plane = new Float32Array(count);
  for (let channel = 0; channel < channels; channel++) {
    data.copyTo(plane, { planeIndex: channel, format: "f32-planar" });
    plane.forEach((sample, i) => {
      block[i * channels + channel] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
    });
  }
  recording.frames += count;
  recording.blocks.push(block);
}

/** @param {Recording} recording */
async function upload({ rate, channels, blocks }) {
  const body = new Blob(blocks, { type: "application/octet-stream" });
  await fetch(`api/capture?rate=${rate}&channels=${channels}`, { method: "POST", body }).catch(() => {
    // The capture goes on without the browser's recording.
  });
}
