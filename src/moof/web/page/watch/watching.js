// @ts-check
/** One subscription to the upload in a Janus room: picture and sound are only received. */

import { withStereo } from "../connection/webrtc-peer.js";
import { JanusConnection } from "./janus-connection.js";

/**
 * Where to watch: `/watch.json`.
 * @typedef {object} WatchPlace
 * @property {string} url of Janus' WebSocket
 * @property {number} room
 * @property {string} pin
 * @property {number} feed the publisher's id
 */

/** Interval of the checks whether anything arrives, ms. A picture or sound comes each 1.5 s at the latest. */
const CHECK = 2000;
const MAX_SILENT_CHECKS = 3;

/** A subscription, from `open` to `close`. */
export class Watching {
  #connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  /** @type {JanusConnection | null} */
  #janus = null;
  #timer = 0;
  #packets = 0;
  #silentChecks = 0;
  /** What is received; tracks are added as they come. */
  stream = new MediaStream();

  /**
   * @param {() => void} onEnd the subscription has ended; may be called again
   * @param {(data: ArrayBuffer) => void} onFrame a message of the upload's frame channel
   */
  constructor(onEnd, onFrame) {
    this.onEnd = onEnd;
    this.onFrame = onFrame;
    this.#connection.ontrack = (event) => {
      event.receiver.jitterBufferTarget = 0;
      this.stream.addTrack(event.track);
    };
    this.#connection.onconnectionstatechange = () => {
      if (["failed", "closed"].includes(this.#connection.connectionState)) this.onEnd();
    };
    this.#connection.ondatachannel = (event) => this.#receive(event.channel);
    this.#connection.onicecandidate = (event) => this.#janus?.trickle(event.candidate);
  }

  /**
   * Join the room. Throws if there is no room, or nobody publishes there.
   * @param {WatchPlace} place
   */
  async open(place) {
    this.#janus = await JanusConnection.open(place.url, () => this.onEnd());
    const { room, pin, feed } = place;
    const join = { request: "join", ptype: "subscriber", room, pin, streams: [{ feed }] };
    const offered = await this.#janus.message(join);
    if (!offered.jsep) throw new Error("Janus makes no offer.");
    // Janus relays data only to a connection that has a channel of this name when it answers.
    if (offered.jsep.sdp?.includes("m=application")) {
      this.#receive(this.#connection.createDataChannel("JanusDataChannel"));
    }
    await this.#connection.setRemoteDescription({ type: "offer", sdp: withSeparateStreams(offered.jsep.sdp ?? "") });
    const { sdp = "" } = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription({ type: "answer", sdp: withStereo(sdp) });
    await this.#janus.message({ request: "start", room }, this.#connection.localDescription ?? undefined);
    this.#timer = setInterval(() => void this.#check(), CHECK);
  }

  /** @param {RTCDataChannel} channel whose messages are those of the upload */
  #receive(channel) {
    channel.binaryType = "arraybuffer";
    channel.onmessage = (/** @type {MessageEvent<unknown>} */ { data }) => {
      if (data instanceof ArrayBuffer) this.onFrame(data);
    };
  }

  /** End it when nothing has arrived for some time: a room may end without a word to those who watch. */
  async #check() {
    let packets = 0;
    const all = await this.#connection.getStats();
    all.forEach((/** @type {{type: string, packetsReceived?: number}} */ { type, packetsReceived }) => {
      if (type === "inbound-rtp") packets += packetsReceived ?? 0;
    });
    this.#silentChecks = packets === this.#packets ? this.#silentChecks + 1 : 0;
    this.#packets = packets;
    if (this.#silentChecks >= MAX_SILENT_CHECKS) this.onEnd();
  }

  /** End it; nothing is called from now on. */
  close() {
    this.onEnd = () => {};
    this.onFrame = () => {};
    clearInterval(this.#timer);
    this.#janus?.close();
    this.#connection.close();
  }
}

/**
 * Return an offer in which picture and sound are streams of their own, so that the browser does not delay one of
 * them until the other is there. Publishers name one stream (RFC 9725, section 4.4.1), and SFUs pass its name on.
 * @param {string} sdp
 * @returns {string}
 */
export function withSeparateStreams(sdp) {
  let number = 0;
  return sdp.replace(/^a=msid:\S+/gm, () => `a=msid:stream${number++}`);
}
