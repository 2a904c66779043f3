// @ts-check
/** Decodes and plays single Opus packets back to back: what a browser's jitter buffer does for WebRTC. */

const FORMAT = { codec: "opus", sampleRate: 48_000, numberOfChannels: 2 };

/** How far ahead of the clock playback is scheduled when it begins, and at most, s. */
const START_DELAY = 0.06;
const MAX_DELAY = 0.3;

const GESTURES = /** @type {const} */ (["pointerup", "keydown"]);

/** Plays one stream of Opus packets into a MediaStream, where the browser has WebCodecs. */
export class OpusPlayer {
  #onStream;
  /** @type {AudioContext | null} */ #context = null;
  /** @type {MediaStreamAudioDestinationNode | null} */ #output = null;
  /** @type {AudioDecoder | null} */ #decoder = null;
  /** Where the next packet begins, on the context's clock, s. */
  #nextStart = 0;
  #onGesture = () => void this.#context?.resume();

  /** @param {(stream: MediaStream) => void} onStream called with the stream at the first packet */
  constructor(onStream) {
    this.#onStream = onStream;
  }

  /**
   * Decode a packet and schedule it after the one before.
   * @param {ArrayBuffer} packet Opus
   */
  play(packet) {
    this.#decoder ??= this.#open();
    if (this.#decoder.state !== "configured") return;
    // Packets are decoded independently, so the timestamp does not matter; #schedule sets the time.
    this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: 0, data: packet }));
  }

  /** Stop playing and release the audio device. */
  close() {
    for (const gesture of GESTURES) window.removeEventListener(gesture, this.#onGesture, { capture: true });
    if (this.#decoder?.state === "configured") this.#decoder.close();
    void this.#context?.close();
    this.#context = null;
  }

  #open() {
    this.#context = new AudioContext({ sampleRate: FORMAT.sampleRate, latencyHint: "interactive" });
    this.#output = this.#context.createMediaStreamDestination();
    for (const gesture of GESTURES) window.addEventListener(gesture, this.#onGesture, { capture: true });
    this.#onStream(this.#output.stream);
    const decoder = new AudioDecoder({
      output: (data) => this.#schedule(data),
      error: (error) => console.warn("Audio cannot be decoded:", error),
    });
    decoder.configure(FORMAT);
    return decoder;
  }

  /** @param {AudioData} data */
  #schedule(data) {
    const [context, output] = [this.#context, this.#output];
    if (context && output && context.state === "running") {
      const now = context.currentTime;
      if (this.#nextStart < now) this.#nextStart = now + START_DELAY; // the first packet, or an underrun
      if (this.#nextStart < now + MAX_DELAY) {
        const buffer = toAudioBuffer(context, data);
        const source = new AudioBufferSourceNode(context, { buffer });
        source.connect(output);
        source.start(this.#nextStart);
        this.#nextStart += buffer.duration;
      }
    }
    data.close();
  }
}

/**
 * @param {AudioContext} context
 * @param {AudioData} data
 * @returns {AudioBuffer}
 */
function toAudioBuffer(context, data) {
  const buffer = context.createBuffer(data.numberOfChannels, data.numberOfFrames, data.sampleRate);
  for (let channel = 0; channel < data.numberOfChannels; channel++) {
    data.copyTo(buffer.getChannelData(channel), { planeIndex: channel, format: "f32-planar" });
  }
  return buffer;
}
