// @ts-check
/** While somebody captures the sound (moof capture), the page keeps what it plays, and sends it in at the end. */

const LIMIT_SECONDS = 120;

/**
 * @typedef {object} Recording
 * @property {boolean} ended
 * @property {number} rate
 * @property {number} channels
 * @property {number} frames
 * @property {Int16Array[]} blocks interleaved
 */

export class SoundCapture {
  /** @type {Recording | null} */
  #recording = null;
  #track;
  #send;

  /**
   * @param {() => MediaStreamTrack | undefined} track the Mac's sound, once there is a connection
   * @param {(recording: Recording) => void} send
   */
  constructor(track, send = upload) {
    this.#track = track;
    this.#send = send;
  }

  /** @param {boolean} wanted whether somebody captures now */
  follow(wanted) {
    if (!wanted) {
      if (this.#recording) this.#recording.ended = true;
      this.#recording = null;
      return;
    }
    const track = this.#track();
    // Only Chromium lets a page look at its own sound as it is played; elsewhere the other layers must do.
    if (this.#recording || !track || !("MediaStreamTrackProcessor" in window)) return;
    this.#recording = { ended: false, rate: 0, channels: 0, frames: 0, blocks: [] };
    this.#record(this.#recording, track.clone());
  }

  /** @param {Recording} recording @param {MediaStreamTrack} track */
  async #record(recording, track) {
    // @ts-ignore: not in TypeScript's library yet
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    while (!recording.ended) {
      const { value, done } = await reader.read();
      if (done) break;
      keep(recording, value);
      value.close();
    }
    track.stop();
    if (recording.frames) this.#send(recording);
  }
}

/** @param {Recording} recording @param {AudioData} sound */
export function keep(recording, sound) {
  const { sampleRate, numberOfFrames: count } = sound;
  const channels = Math.min(2, sound.numberOfChannels);
  recording.rate ||= sampleRate;
  recording.channels ||= channels;
  if (recording.rate !== sampleRate || recording.channels !== channels) return;
  if (recording.frames + count > LIMIT_SECONDS * sampleRate) return;
  const block = new Int16Array(count * channels);
  const plane = new Float32Array(count);
  for (let channel = 0; channel < channels; channel++) {
    sound.copyTo(plane, { planeIndex: channel, format: "f32-planar" });
    for (let i = 0; i < count; i++) {
      block[i * channels + channel] = Math.max(-32768, Math.min(32767, Math.round(plane[i] * 32768)));
    }
  }
  recording.frames += count;
  recording.blocks.push(block);
}

/** @param {Recording} recording */
async function upload({ rate, channels, blocks }) {
  const body = new Blob(/** @type {BlobPart[]} */ (blocks), { type: "application/octet-stream" });
  await fetch(`api/capture?rate=${rate}&channels=${channels}`, { method: "POST", body }).catch(() => {});
}
