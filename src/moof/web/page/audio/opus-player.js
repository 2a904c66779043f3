// @ts-check
/** Opus packets that come one by one, decoded and played in a row: what a browser's jitter buffer does for WebRTC. */

const FORMAT = { codec: "opus", sampleRate: 48_000, numberOfChannels: 2 };

/** How far ahead of the loudspeaker sound is laid out when it begins, and at most, s. */
const AHEAD = 0.06;
const MOST_AHEAD = 0.3;

export class SocketSound {
  #onStream;
  /** @type {AudioContext | null} */ #context = null;
  /** @type {MediaStreamAudioDestinationNode | null} */ #output = null;
  /** @type {AudioDecoder | null} */ #decoder = null;
  /** Where the next packet begins, on the context's clock, s. */
  #next = 0;
  #onGesture = () => void this.#context?.resume();

  /** @param {(stream: MediaStream) => void} onStream something is to be heard from now on */
  constructor(onStream) {
    this.#onStream = onStream;
  }

  /** @param {ArrayBuffer} packet Opus */
  take(packet) {
    if (typeof AudioDecoder === "undefined") return; // an old browser, or a page that is not from https or localhost
    this.#decoder ??= this.#open();
    if (this.#decoder.state !== "configured") return;
    // Each packet stands for itself; the times that count are those of playing.
    this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: 0, data: packet }));
  }

  close() {
    for (const gesture of ["pointerup", "keydown"]) window.removeEventListener(gesture, this.#onGesture, { capture: true });
    if (this.#decoder?.state === "configured") this.#decoder.close();
    void this.#context?.close();
    this.#context = null;
  }

  #open() {
    this.#context = new AudioContext({ sampleRate: FORMAT.sampleRate, latencyHint: "interactive" });
    this.#output = this.#context.createMediaStreamDestination();
    for (const gesture of ["pointerup", "keydown"]) window.addEventListener(gesture, this.#onGesture, { capture: true });
    this.#onStream(this.#output.stream);
    const decoder = new AudioDecoder({
      output: (data) => this.#play(data),
      error: (error) => console.warn("The sound cannot be decoded:", error),
    });
    decoder.configure(FORMAT);
    return decoder;
  }

  /** @param {AudioData} data */
  #play(data) {
    const [context, output] = [this.#context, this.#output];
    if (context && output && context.state === "running") {
      const now = context.currentTime;
      if (this.#next < now) this.#next = now + AHEAD; // it begins, or had run dry
      if (this.#next < now + MOST_AHEAD) {
        const buffer = context.createBuffer(data.numberOfChannels, data.numberOfFrames, data.sampleRate);
        for (let channel = 0; channel < data.numberOfChannels; channel++) {
          data.copyTo(buffer.getChannelData(channel), { planeIndex: channel, format: "f32-planar" });
        }
        const source = new AudioBufferSourceNode(context, { buffer });
        source.connect(output);
        source.start(this.#next);
        this.#next += buffer.duration;
      }
    }
    data.close();
  }
}
