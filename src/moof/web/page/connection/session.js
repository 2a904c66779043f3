// @ts-check
/**
 * The page's session with a server: signaling and media together, through every loss and recovery. The state is
 * one immutable object; every change of it is an event.
 */

import { isMeasurement } from "../input/input-messages.js";
import { SignalingDiagnosis, diagnose } from "./diagnosis.js";
import { MediaConnection } from "./media-connection.js";
import { initialState } from "./session-state.js";
import { SignalingClient } from "./signaling.js";
import { isAudio } from "./websocket-media.js";

/** @import { SessionEvents, SessionState } from "./session-state.js" */
/** @import { HelloMessage, LatencyMessage, MacMessage, OfferMessage, PowerCommand, ServerMessage } from "./signaling-messages.js" */
/** @import { SignalingState } from "./signaling.js" */
/** @import { WebRtcFailure } from "./webrtc-peer.js" */

/** A disconnected peer connection may recover by itself for this long, ms; then a new one is quicker. */
const DISCONNECTED_TIMEOUT = 1_000;
/** Once WebRTC has worked, it may fail this many times in a row before media use the WebSocket. */
const MAX_FAILURES = 2;
/** A server that sends no offer within this time, ms, is not at the other end of the WebSocket any more. */
const OFFER_TIMEOUT = 4_000;
/** Pings come back twice a second: a media connection without messages for this long, ms, is dead. */
const MEDIA_TIMEOUT = 1_500;

/** Connects to the server, and keeps the media connection that works best. */
export class Session {
  #url;
  #events;
  #signaling;
  #diagnosis;
  #media;
  /** WebRTC has worked on this page. */
  #webRtcWorked = false;
  /** Failures of WebRTC in a row. */
  #failures = 0;
  #mediaTimer = 0;
  #aliveTimer = 0;
  #lastMessageAt = -Infinity;
  #signalingLostAt = -Infinity;
  /** @type {RTCIceServer[]} */ #iceServers = [];
  #preferredCodec;
  /** This page only watches, whatever the server allows. */
  #viewOnly;
  #state = initialState();

  /**
   * @param {URL} url of the signaling WebSocket
   * @param {string | null} codec preferred; null: the server's default
   * @param {SessionEvents} events
   * @param {boolean} [viewOnly] send the Mac nothing, whatever the server allows
   */
  constructor(url, codec, events, viewOnly = false) {
    this.#viewOnly = viewOnly;
    this.#preferredCodec = codec;
    this.#events = events;
    this.#url = url;
    this.#diagnosis = new SignalingDiagnosis(url, (diagnosis) => {
      this.#update({ diagnosis });
      if (diagnosis?.signedOut) this.#signedOut();
    });
    this.#signaling = new SignalingClient(url, {
      message: (message) => this.#receive(message),
      state: (state) => this.#signalingChanged(state),
      binary: (part) => this.#receiveBinary(part),
    });
    this.#media = new MediaConnection(this.#signaling, {
      ...events,
      frame: (data) => {
        this.#lastMessageAt = performance.now();
        events.frame(data);
      },
      state: (state) => this.#peerChanged(state),
      failed: (failure) => this.#webRtcFailed(failure),
    });
  }

  /** @returns {Readonly<SessionState>} */
  get state() {
    return this.#state;
  }

  /** @returns {RTCPeerConnection | null} */
  get pc() {
    return this.#media.pc;
  }

  /** @returns {boolean} keys and the mouse reach the server: a picture may come earlier */
  get takesInput() {
    return this.#media.takesInput;
  }

  /**
   * How the current codec's frames are transported.
   * @returns {"rtp" | "tiles"}
   */
  get transport() {
    return this.#state.codecs.find(({ name }) => name === this.#state.codec)?.transport ?? "rtp";
  }

  /** Connect, and stay connected. */
  start() {
    this.#signaling.start();
  }

  /** Make the next attempt to connect now. */
  retryNow() {
    this.#signaling.retryNow();
  }

  /**
   * Send a message of input-messages.js.
   * @param {ArrayBuffer} message
   * @returns {boolean} it was sent
   */
  sendInput(message) {
    if (this.#viewOnly && !isMeasurement(message)) return false;
    return this.#media.send(message);
  }

  /**
   * Change this viewer's codec.
   * @param {string} codec
   */
  setCodec(codec) {
    this.#preferredCodec = codec;
    this.#signaling.send({ type: "codec", codec });
  }

  /**
   * Send a command of the power panel.
   * @param {PowerCommand} command "restart" for the emulator, the others for the Mac
   */
  switchPower(command) {
    this.send(command === "restart" ? { type: "restart" } : { type: "command", command });
  }

  /** Request the whole picture: choosing the current codec again restarts it. */
  requestFullFrame() {
    if (this.#state.choice) this.#signaling.send({ type: "codec", codec: this.#state.choice });
  }

  /**
   * Send the latency meter's summary.
   * @param {Omit<LatencyMessage, "type"> | null} summary null while nothing was measured
   */
  reportLatency(summary) {
    if (summary && this.#state.hasFrame) this.#signaling.send({ type: "latency", ...summary });
  }

  /**
   * Send a message that is not about the session itself. A page that only watches sends none to the Mac.
   * @param {MacMessage} message
   */
  send(message) {
    if (!this.#viewOnly || message.type === "quality" || message.type === "screen-text") this.#signaling.send(message);
  }

  /** Note that a frame was displayed. */
  frameDisplayed() {
    if (!this.#state.hasFrame) this.#update({ hasFrame: true });
  }

  /** @param {ServerMessage} message */
  #receive(message) {
    switch (message.type) {
      case "hello":
        this.#receiveHello(message);
        break;
      case "offer":
        this.#openWebRtc(message);
        break;
      case "candidate":
        this.#media.addCandidate(message);
        break;
      case "codec":
        this.#update({ codec: message.codec, choice: message.choice });
        break;
      case "status":
        this.#update({ emulator: message.emulator, note: message.note, off: message.off });
        break;
      case "people":
      case "pointers":
      case "kiosk":
      case "unused":
        this.#events.people(message);
        break;
      case "sound":
        this.#events.audioStatus(message);
        break;
      case "error":
        this.#events.error(message.message);
        break;
      case "bye":
        this.#update({ byeMessage: message.message });
        if (message.final) void this.#learnWhySent();
        break;
      default:
        this.#events.typing(message);
    }
  }

  /** Find out whether the server sent this page away because its login session has ended. */
  async #learnWhySent() {
    const diagnosis = await diagnose(this.#url, location);
    if (diagnosis?.signedOut) this.#signedOut();
  }

  /** Nothing connects until a person has signed in again. */
  #signedOut() {
    this.#signaling.stop();
    this.#update({ signedOut: true });
  }

  /** @param {ArrayBuffer} part */
  #receiveBinary(part) {
    this.#lastMessageAt = performance.now();
    if (isAudio(part)) this.#media.play(part);
    else this.#events.tiles(part);
  }

  /** @param {HelloMessage} hello */
  #receiveHello({ viewer, codec, codecs, qualities, role, iceServers, resumed }) {
    const preferred = codecs.some(({ name }) => name === this.#preferredCodec) ? this.#preferredCodec : null;
    const chosen = preferred ?? codec;
    this.#iceServers = iceServers;
    const kept = resumed && this.#isMediaAlive();
    if (!kept) this.#closeMedia();
    if (!resumed) this.#events.newSession();
    this.#update({
      serverSeen: true, signedOut: false, byeMessage: "", viewOnly: this.#viewOnly || role === "viewer",
      viewer, codec: chosen, choice: chosen, codecs, qualities,
    });
    if (!kept) this.#join(preferred);
    else if (preferred && preferred !== codec) this.#signaling.send({ type: "codec", codec: preferred });
  }

  /**
   * Request a media connection; the current one, if any, stays until the offer arrives.
   * @param {string | null} codec
   */
  #join(codec) {
    clearTimeout(this.#mediaTimer);
    if (this.#signaling.state !== "open") return; // the next `hello` leads here
    if (this.#state.webRtcFailure) {
      this.#media.useWebSocket(codec);
      return;
    }
    this.#signaling.send({ type: "join", codec });
    this.#mediaTimer = setTimeout(() => this.#signaling.reconnect(), OFFER_TIMEOUT);
  }

  /** @param {OfferMessage} offer */
  #openWebRtc(offer) {
    this.#closeMedia();
    this.#media.connect(offer, /** @type {{ iceServers?: RTCIceServer[] }} */ (offer).iceServers ?? this.#iceServers);
  }

  /**
   * Try again: over the WebSocket if WebRTC never worked, or has failed too often.
   * @param {WebRtcFailure} failure
   */
  #webRtcFailed(failure) {
    this.#failures += 1;
    if (this.#failures > (this.#webRtcWorked ? MAX_FAILURES : 0)) this.#update({ webRtcFailure: failure });
    this.#join(null);
  }

  /** Return whether the peer connection works; it may outlive the WebSocket, from whose end on pings are sent often. */
  #isMediaAlive() {
    const isConnected = this.#media.pc && this.#state.peer === "connected";
    return isConnected && performance.now() - Math.max(this.#lastMessageAt, this.#signalingLostAt) < MEDIA_TIMEOUT;
  }

  /** @param {SignalingState} signaling */
  #signalingChanged(signaling) {
    clearInterval(this.#aliveTimer);
    if (this.#state.signaling === "open") this.#signalingLostAt = performance.now();
    this.#update({ signaling });
    this.#diagnosis.observe(signaling);
    if (signaling === "open") return;
    // A server that has ended the session, or died, sends no frames either; otherwise they continue without the WebSocket.
    const closeDeadMedia = () => {
      if (signaling !== "idle" && !this.#state.byeMessage && this.#isMediaAlive()) return;
      clearInterval(this.#aliveTimer);
      this.#closeMedia();
      this.#update({ signaling });
    };
    this.#aliveTimer = setInterval(closeDeadMedia, MEDIA_TIMEOUT / 3);
    closeDeadMedia();
  }

  /** @param {RTCPeerConnectionState} peer */
  #peerChanged(peer) {
    if (peer !== "connecting") clearTimeout(this.#mediaTimer);
    this.#update({ peer, overSocket: peer === "connected" && !this.#media.pc });
    if (peer === "connected" && this.#media.pc) {
      this.#webRtcWorked = true;
      this.#failures = 0;
    } else if (peer === "disconnected") {
      this.#mediaTimer = setTimeout(() => this.#join(null), DISCONNECTED_TIMEOUT);
    }
  }

  #closeMedia() {
    clearTimeout(this.#mediaTimer);
    this.#media.close();
    this.#state = { ...this.#state, peer: "new", overSocket: false, hasFrame: false };
  }

  /** @param {Partial<SessionState>} change */
  #update(change) {
    this.#state = { ...this.#state, ...change };
    this.#events.change(this.#state);
  }
}
