// @ts-check
/** The Mac's sound as one track that lasts: a connection that is made again brings another stream. */

/** Browsers begin within milliseconds, or never: without a sound card, or before a click in the page. */
const START_TIMEOUT = 1_000;

/** Follows the stream of an audio element; its volume and mute change nothing here. */
export class RecordedSound {
  #audio;
  #context = new AudioContext();
  #output = this.#context.createMediaStreamDestination();
  /** @type {MediaStreamAudioSourceNode | null} */ #source = null;
  #follow = () => this.#connect();

  /** @param {HTMLAudioElement} audio */
  constructor(audio) {
    this.#audio = audio;
    audio.addEventListener("loadstart", this.#follow); // the element has got another stream
    this.#connect();
  }

  /**
   * Begin.
   * @returns {Promise<MediaStreamTrack[]>} one, silent while the Mac sends no sound; none if the browser does not begin:
   *   a recorder would wait for its sound and record nothing
   */
  async start() {
    const timeout = new Promise((resolve) => {
      setTimeout(resolve, START_TIMEOUT);
    });
    await Promise.race([this.#context.resume(), timeout]);
    return this.#context.state === "running" ? this.#output.stream.getAudioTracks() : [];
  }

  /** Follow no longer; the track ends. */
  close() {
    this.#audio.removeEventListener("loadstart", this.#follow);
    this.#source?.disconnect();
    void this.#context.close();
  }

  #connect() {
    this.#source?.disconnect();
    const stream = this.#audio.srcObject;
    const hasSound = stream instanceof MediaStream && stream.getAudioTracks().length > 0;
    this.#source = hasSound ? this.#context.createMediaStreamSource(stream) : null;
    this.#source?.connect(this.#output);
  }
}
