// @ts-check
/** One WebRTC connection: the server offers, we answer; picture, sound and two data channels come of it. */

/** Input that could not be sent for so long that it would be history when it arrives, bytes. */
export const INPUT_BACKLOG = 64 * 1024;

/**
 * @typedef {object} PeerEvents
 * @property {(message: {type: string} & Record<string, any>) => void} signal something for the server
 * @property {(state: RTCPeerConnectionState) => void} state
 * @property {(kind: string, stream: MediaStream) => void} track "video" or "audio"
 * @property {() => void} inputReady what is typed from now on arrives
 * @property {(data: ArrayBuffer) => void} frame
 */

export class Peer {
  #events;
  /** @type {RTCDataChannel | null} */ #input = null;
  /** Messages are handled one after the other: a candidate must not overtake its offer. */
  #signals = Promise.resolve();
  pc;

  /**
   * @param {RTCIceServer[]} iceServers
   * @param {PeerEvents} events
   */
  constructor(iceServers, events) {
    this.#events = events;
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.pc.ontrack = (event) => this.#addTrack(event);
    this.pc.ondatachannel = ({ channel }) => this.#addChannel(channel);
    this.pc.onconnectionstatechange = () => events.state(this.pc.connectionState);
    this.pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      events.signal({ type: "candidate", candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" });
    };
  }

  /** @param {{type: string, sdp?: string, candidate?: string, mid?: string}} message offer or candidate */
  receive(message) {
    this.#signals = this.#signals.then(() => this.#handle(message)).catch((error) => {
      console.warn(`The ${message.type} was refused:`, error);
    });
  }

  /** @param {ArrayBuffer} message see input-messages.js @returns {boolean} it is on its way */
  send(message) {
    const channel = this.#input;
    if (channel?.readyState !== "open" || channel.bufferedAmount > INPUT_BACKLOG) return false;
    channel.send(message);
    return true;
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.ondatachannel = null;
    this.pc.onicecandidate = null;
    this.pc.ontrack = null;
    this.pc.close();
  }

  /** @param {{type: string, sdp?: string, candidate?: string, mid?: string}} message */
  async #handle({ type, sdp, candidate, mid }) {
    if (this.pc.signalingState === "closed") return;
    if (type === "candidate") {
      await this.pc.addIceCandidate({ candidate, sdpMid: mid });
      return;
    }
    await this.pc.setRemoteDescription({ type: "offer", sdp });
    const answer = await this.pc.createAnswer();
    await this.pc.setLocalDescription({ type: "answer", sdp: withFeedback(inStereo(answer.sdp ?? ""), sdp ?? "") });
    this.#events.signal({ type: "answer", sdp: this.pc.localDescription?.sdp });
  }

  /** @param {RTCTrackEvent} event */
  #addTrack({ track, receiver, streams }) {
    playAtOnce(receiver);
    this.#events.track(track.kind, streams[0] ?? new MediaStream([track]));
  }

  /** @param {RTCDataChannel} channel */
  #addChannel(channel) {
    channel.binaryType = "arraybuffer";
    if (channel.label === "input") this.#useForInput(channel);
    else if (channel.label === "frame") channel.onmessage = ({ data }) => this.#events.frame(data);
    else channel.close();
  }

  /** @param {RTCDataChannel} channel */
  #useForInput(channel) {
    this.#input = channel;
    if (channel.readyState === "open") this.#events.inputReady();
    else channel.onopen = () => this.#events.inputReady();
  }
}

/** Buffering against jitter is delay; the server sends evenly. @param {RTCRtpReceiver} receiver */
function playAtOnce(receiver) {
  const tunable = /** @type {{jitterBufferTarget?: number, playoutDelayHint?: number}} */ (receiver);
  if ("jitterBufferTarget" in receiver) tunable.jitterBufferTarget = 0;
  if ("playoutDelayHint" in receiver) tunable.playoutDelayHint = 0;
}

/**
 * Chromium decodes Opus in one channel unless the answer asks for two (RFC 7587, section 6.1).
 * @param {string} sdp
 */
export function inStereo(sdp) {
  const payloadType = /^a=rtpmap:(\d+) opus\/48000\/2/im.exec(sdp)?.[1];
  if (payloadType === undefined) return sdp;
  const fmtp = new RegExp(`^a=fmtp:${payloadType} .*$`, "m");
  if (!fmtp.test(sdp)) {
    return sdp.replace(new RegExp(`^(a=rtpmap:${payloadType} .*)$`, "m"), `$1\r\na=fmtp:${payloadType} stereo=1`);
  }
  return sdp.replace(fmtp, (line) => (/\bstereo=1/.test(line) ? line : `${line.trimEnd()};stereo=1`));
}

/**
 * Chromium gives some feedback only if its answer says so; it does where the server offers it: it asks again for
 * lost sound (nack, RFC 4585), and for the round trip (rrtr, RFC 3611), by which it knows when to ask once more.
 * @param {string} answer
 * @param {string} offer
 */
export function withFeedback(answer, offer) {
  const offered = [...offer.matchAll(/^a=rtcp-fb:(\d+) (nack|rrtr)\s*$/gim)];
  return offered.reduce((sdp, [, payloadType, kind]) => {
    if (new RegExp(`^a=rtcp-fb:${payloadType} ${kind}\\s*$`, "m").test(sdp)) return sdp;
    const mapping = new RegExp(`^(a=rtpmap:${payloadType} .*)$`, "m");
    return sdp.replace(mapping, (line) => `${line.trimEnd()}\r\na=rtcp-fb:${payloadType} ${kind}`);
  }, answer);
}
