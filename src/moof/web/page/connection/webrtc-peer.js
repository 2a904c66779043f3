// @ts-check
/** One WebRTC connection: the server offers, the page answers. It carries video, audio and two data channels. */

/** @import { AnswerMessage, CandidateMessage, OfferMessage } from "./signaling-messages.js" */

/** Input is dropped while more bytes than this are queued: it would arrive too late to be of use. */
export const INPUT_BACKLOG = 64 * 1024;

/** A connection that is not established after this time, ms, has failed. */
const CONNECT_TIMEOUT = 10_000;
/** A browser that has not begun ICE after this time, ms, has no network interface that it would use. */
const ICE_START_TIMEOUT = 4_000;

/**
 * Why WebRTC carries no media. missing: the browser has none · refused: the browser refused to create or answer a
 * connection · no candidates: it uses no network interface · no route: no packets arrive
 * @typedef {"missing" | "refused" | "no candidates" | "no route"} WebRtcFailure
 */

/**
 * @typedef {object} PeerEvents
 * @property {(message: AnswerMessage | CandidateMessage) => void} signal a message for the server
 * @property {(state: RTCPeerConnectionState) => void} state
 * @property {(failure: WebRtcFailure) => void} failed once: the connection certainly does not work
 * @property {(kind: string, stream: MediaStream) => void} track "video" or "audio"
 * @property {() => void} inputReady the input channel is open
 * @property {(data: ArrayBuffer) => void} frame a message of the frame channel
 */

/**
 * Return whether the browser has WebRTC. WebKitGTK is built without it; in Firefox and its relatives it is a setting.
 * @returns {boolean}
 */
export const isWebRtcSupported = () => typeof RTCPeerConnection === "function";

/** An RTCPeerConnection with the channels that Moof uses. */
export class WebRtcPeer {
  #events;
  /** @type {RTCDataChannel | null} */ #input = null;
  /** Messages are handled one after the other: a candidate must not overtake its offer. */
  #queue = Promise.resolve();
  #hasCandidate = false;
  #hasFailed = false;
  #timer = 0;
  pc;

  /**
   * Throws what the browser throws if it refuses to create a connection.
   * @param {RTCIceServer[]} iceServers
   * @param {PeerEvents} events
   */
  constructor(iceServers, events) {
    this.#events = events;
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.pc.ontrack = (event) => this.#addTrack(event);
    this.pc.ondatachannel = ({ channel }) => this.#addChannel(channel);
    this.pc.onconnectionstatechange = () => {
      if (this.pc.connectionState !== "connecting") clearTimeout(this.#timer);
      events.state(this.pc.connectionState);
      if (this.pc.connectionState === "failed") this.#fail("no route");
    };
    this.pc.oniceconnectionstatechange = () => {
      if (this.pc.iceConnectionState === "failed") this.#fail("no route");
    };
    this.pc.onicegatheringstatechange = () => {
      if (this.pc.iceGatheringState === "complete" && !this.#hasCandidate) this.#fail("no candidates");
    };
    this.pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      this.#hasCandidate = true;
      events.signal({ type: "candidate", candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" });
    };
    this.#startTimeout();
  }

  /** Begin to wait for the connection, which otherwise fails. */
  #startTimeout() {
    this.#timer = setTimeout(() => {
      if (this.pc.connectionState === "new") this.#fail("no candidates");
      else this.#timer = setTimeout(() => this.#fail("no route"), CONNECT_TIMEOUT - ICE_START_TIMEOUT);
    }, ICE_START_TIMEOUT);
  }

  /**
   * Handle a message of the server, after those before it.
   * @param {OfferMessage | CandidateMessage} message
   */
  receive(message) {
    this.#queue = this.#queue.then(() => this.#handle(message)).catch((/** @type {unknown} */ error) => {
      console.warn(`The ${message.type} was refused:`, error);
      if (message.type === "offer") this.#fail("refused");
    });
  }

  /** @returns {boolean} the server has opened the way of input messages */
  get takesInput() {
    return this.#input?.readyState === "open";
  }

  /**
   * Send a message of input-messages.js.
   * @param {ArrayBuffer} message
   * @returns {boolean} it was sent
   */
  send(message) {
    const channel = this.#input;
    if (channel?.readyState !== "open" || channel.bufferedAmount > INPUT_BACKLOG) return false;
    channel.send(message);
    return true;
  }

  /** Close the connection; no event follows. */
  close() {
    clearTimeout(this.#timer);
    this.#hasFailed = true;
    this.pc.onconnectionstatechange = null;
    this.pc.oniceconnectionstatechange = null;
    this.pc.onicegatheringstatechange = null;
    this.pc.ondatachannel = null;
    this.pc.onicecandidate = null;
    this.pc.ontrack = null;
    this.pc.close();
  }

  /** @param {WebRtcFailure} failure */
  #fail(failure) {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#events.failed(failure);
  }

  /** @param {OfferMessage | CandidateMessage} message */
  async #handle(message) {
    if (this.pc.signalingState === "closed") return;
    if (message.type === "candidate") {
      await this.pc.addIceCandidate({ candidate: message.candidate, sdpMid: message.mid });
      return;
    }
    await this.pc.setRemoteDescription({ type: "offer", sdp: message.sdp });
    const answer = await this.pc.createAnswer();
    const sdp = withFeedback(withStereo(answer.sdp ?? ""), message.sdp);
    await this.pc.setLocalDescription({ type: "answer", sdp });
    this.#events.signal({ type: "answer", sdp: this.pc.localDescription?.sdp ?? sdp });
  }

  /** @param {RTCTrackEvent} event */
  #addTrack({ track, receiver, streams }) {
    disableJitterBuffer(receiver);
    this.#events.track(track.kind, streams[0] ?? new MediaStream([track]));
  }

  /** @param {RTCDataChannel} channel */
  #addChannel(channel) {
    channel.binaryType = "arraybuffer";
    if (channel.label === "input") this.#setInputChannel(channel);
    else if (channel.label === "frame") channel.onmessage = (event) => this.#events.frame(binaryData(event));
    else channel.close();
  }

  /** @param {RTCDataChannel} channel */
  #setInputChannel(channel) {
    this.#input = channel;
    if (channel.readyState === "open") this.#events.inputReady();
    else channel.onopen = () => this.#events.inputReady();
  }
}

/**
 * @param {{data: unknown}} event of a channel whose binaryType is "arraybuffer"
 * @returns {ArrayBuffer}
 */
const binaryData = ({ data }) => /** @type {ArrayBuffer} */ (data);

/**
 * Set the jitter buffer's target to 0: buffering is delay, and the server paces what it sends.
 * @param {RTCRtpReceiver} receiver
 */
function disableJitterBuffer(receiver) {
  const tunable = /** @type {{jitterBufferTarget?: number | null, playoutDelayHint?: number}} */ (receiver);
  if ("jitterBufferTarget" in receiver) tunable.jitterBufferTarget = 0;
  if ("playoutDelayHint" in receiver) tunable.playoutDelayHint = 0;
}

/**
 * Return the answer with stereo=1 for Opus: without it Chromium decodes one channel (RFC 7587, section 6.1).
 * @param {string} sdp
 * @returns {string}
 */
export function withStereo(sdp) {
  const payloadType = /^a=rtpmap:(\d+) opus\/48000\/2/im.exec(sdp)?.[1];
  if (payloadType === undefined) return sdp;
  const fmtp = new RegExp(`^a=fmtp:${payloadType} .*$`, "m");
  if (!fmtp.test(sdp)) {
    return sdp.replace(new RegExp(`^(a=rtpmap:${payloadType} .*)$`, "m"), `$1\r\na=fmtp:${payloadType} stereo=1`);
  }
  return sdp.replace(fmtp, (line) => (/\bstereo=1/.test(line) ? line : `${line.trimEnd()};stereo=1`));
}

/**
 * Return the answer with the offer's nack and rrtr lines. Chromium uses them only if its answer names them:
 * nack (RFC 4585) requests lost audio packets again, rrtr (RFC 3611) measures the round trip, which sets the time
 * of the next request.
 * @param {string} answer
 * @param {string} offer
 * @returns {string}
 */
export function withFeedback(answer, offer) {
  const offered = [...offer.matchAll(/^a=rtcp-fb:(\d+) (nack|rrtr)\s*$/gim)];
  return offered.reduce((sdp, [, payloadType = "", kind = ""]) => {
    if (new RegExp(`^a=rtcp-fb:${payloadType} ${kind}\\s*$`, "m").test(sdp)) return sdp;
    const mapping = new RegExp(`^(a=rtpmap:${payloadType} .*)$`, "m");
    return sdp.replace(mapping, (line) => `${line.trimEnd()}\r\na=rtcp-fb:${payloadType} ${kind}`);
  }, answer);
}
