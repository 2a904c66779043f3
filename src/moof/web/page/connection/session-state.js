// @ts-check
/** The state of the page's session with a server, and the events that its owner gets. */

import { isWebRtcSupported } from "./webrtc-peer.js";

/** @import { Diagnosis } from "./diagnosis.js" */
/** @import { AudioStatusMessage, CodecOffer, EmulatorView, TypingMessage } from "./signaling-messages.js" */
/** @import { PeopleMessage, PointersMessage } from "./signaling-messages.js" */
/** @import { UnusedMessage } from "./idle-messages.js" */
/** @import { KioskStatusMessage } from "./kiosk-messages.js" */
/** @import { SignalingState } from "./signaling.js" */
/** @import { WebRtcFailure } from "./webrtc-peer.js" */

/**
 * @typedef {object} SessionState
 * @property {SignalingState} signaling
 * @property {Diagnosis | null} diagnosis why the WebSocket does not open, if it is known
 * @property {RTCPeerConnectionState} peer "connected" also while media use the WebSocket
 * @property {WebRtcFailure | null} webRtcFailure why media use the WebSocket; null: they use WebRTC
 * @property {boolean} overSocket media use the WebSocket, for good or until a WebRTC connection is established
 * @property {boolean} serverSeen a `hello` has arrived since the page was loaded
 * @property {boolean} signedOut the login session has ended: a person must sign in again
 * @property {string} byeMessage reason of the server's last `bye`, or ""
 * @property {EmulatorView | null} emulator null before the first `status`
 * @property {string} note the server's sentence about the emulator, or ""
 * @property {boolean} off nothing happens until a person restarts the Mac
 * @property {string | null} codec this viewer's
 * @property {string | null} choice its name in the list of codecs: the same, or "auto"
 * @property {CodecOffer[]} codecs
 * @property {readonly string[]} qualities of this viewer's picture that the server knows; older ones know none
 * @property {boolean} hasFrame a frame of this connection was displayed
 * @property {boolean} viewOnly the Mac gets no input from this page
 * @property {string} viewer this page's name among the viewers, or ""
 */

/**
 * @typedef {object} SessionEvents
 * @property {(state: Readonly<SessionState>) => void} change
 * @property {(kind: string, stream: MediaStream) => void} track "video" or "audio"
 * @property {() => void} inputReady input sent from now on arrives
 * @property {(data: ArrayBuffer) => void} frame a frame message, see frame-metadata.js
 * @property {(data: ArrayBuffer) => void} tiles a part of a tile update
 * @property {(message: AudioStatusMessage) => void} audioStatus
 * @property {(message: TypingMessage) => void} typing
 * @property {(message: PeopleMessage | PointersMessage | KioskStatusMessage | UnusedMessage) => void} people
 * @property {() => void} newSession the server has begun one; it knows nothing of an earlier one
 * @property {(message: string) => void} error the server refused a message
 * @property {() => void} mediaReset another media connection begins
 */

/**
 * Return the state of a session that has not begun.
 * @returns {SessionState}
 */
export function initialState() {
  return {
    signaling: "idle",
    diagnosis: null,
    peer: "new",
    webRtcFailure: isWebRtcSupported() ? null : "missing",
    overSocket: false,
    serverSeen: false,
    signedOut: false,
    byeMessage: "",
    emulator: null,
    note: "",
    off: false,
    codec: null,
    choice: null,
    codecs: [],
    qualities: [],
    hasFrame: false,
    viewOnly: false,
    viewer: "",
  };
}
