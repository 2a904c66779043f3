// @ts-check
/**
 * A browser tab that takes the server's part of WebRTC: it offers a moving picture, a tone and the two data
 * channels to each page that connects, records every message of the input channel, and sends what a test passes.
 */

/** @import { ClientMessage } from "../../src/moof/web/page/connection/signaling-messages.js" */

const CODECS = [
  { name: "h264", label: "H.264", transport: "rtp" },
  { name: "png", label: "PNG (lossless)", transport: "tiles" },
];
const QUALITIES = ["sharp", "balanced", "saving"];
const PICTURE = { width: 320, height: 240 };
const FRAMES_PER_SECOND = 10;

const socket = new WebSocket(`ws://${location.host}/offerer`);
/** @type {RTCPeerConnection | null} */ let pc = null;
/** @type {Map<string, RTCDataChannel>} */ let channels = new Map();

/** @param {{type: string} & Record<string, unknown>} message */
const sendMessage = (message) => socket.send(JSON.stringify(message));

/**
 * @param {ArrayBuffer} data
 * @returns {string}
 */
const toHex = (data) => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {string} hex
 * @returns {ArrayBuffer}
 */
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)).buffer;

/**
 * @param {string} hex
 * @returns {string} its length in bytes as the WebSocket has it: u32, little endian
 */
const lengthOf = (hex) => toHex(new Uint32Array([hex.length / 2]).buffer);

const mac = {
  ready: false,
  codec: "h264",
  /**
   * All messages of the input channel, in hex.
   * @type {string[]}
   */
  inputs: [],
  emulator: {},
  /**
   * What the page has sent for the connection while no packets arrive (`block`), and is used once they do.
   * @type {(() => Promise<void>)[] | null}
   */
  withheld: null,
  block() {
    mac.withheld = [];
  },
  async unblock() {
    const withheld = mac.withheld ?? [];
    mac.withheld = null;
    for (const use of withheld) await use();
  },
  powerOn() {
    mac.emulator = { connected: true, pid: 1, state: "running", ...PICTURE };
  },
  /**
   * Send messages over a data channel.
   * @param {string} channel its label
   * @param {string[]} messages in hex
   */
  send(channel, messages) {
    for (const hex of messages) channels.get(channel)?.send(fromHex(hex));
  },
  /**
   * Send a tile update over the WebSocket.
   * @param {string[]} messages in hex
   */
  update: (messages) => sendMessage({ type: "binary", hex: messages.map((hex) => lengthOf(hex) + hex).join("") }),
  status: () => sendMessage({ type: "status", emulator: mac.emulator, note: "" }),
  open: () => mac.inputs.length > 0 && [...channels.values()].every(({ readyState }) => readyState === "open"),
};

/**
 * Return the stream of a canvas whose colour changes all the time. Ten times a second are enough for a test to see
 * the picture move; each frame costs an encoder's, a decoder's and a compositor's time.
 * @returns {MediaStream}
 */
function movingPicture() {
  const canvas = Object.assign(document.createElement("canvas"), PICTURE);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let count = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${(count += 3) % 360} 70% 50%)`;
    context.fillRect(0, 0, PICTURE.width, PICTURE.height);
  }, 1000 / FRAMES_PER_SECOND);
  return canvas.captureStream(FRAMES_PER_SECOND);
}

/**
 * Return the stream of a tone.
 * @returns {MediaStream}
 */
function tone() {
  const audio = new AudioContext();
  const oscillator = new OscillatorNode(audio, { frequency: 440 });
  const output = audio.createMediaStreamDestination();
  oscillator.connect(output);
  oscillator.start();
  return output.stream;
}

// One of each for all connections: timers, canvases and audio contexts of earlier ones would go on, and cost more
// with each page.
const streams = [movingPicture(), tone()];

async function sendOffer() {
  pc?.close();
  const connection = new RTCPeerConnection();
  pc = connection;
  for (const stream of streams) {
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
  }
  const input = connection.createDataChannel("input");
  input.binaryType = "arraybuffer";
  input.onmessage = (/** @type {MessageEvent<ArrayBuffer>} */ { data }) => mac.inputs.push(toHex(data));
  const frame = connection.createDataChannel("frame", { ordered: false, maxRetransmits: 0 });
  channels = new Map([["input", input], ["frame", frame]]);
  await connection.setLocalDescription();
  // All candidates are inside of the offer, like the real server's.
  while (connection.iceGatheringState !== "complete") {
    await new Promise((done) => {
      connection.addEventListener("icegatheringstatechange", done, { once: true });
    });
  }
  sendMessage({ type: "offer", sdp: connection.localDescription?.sdp });
}

/** @param {() => Promise<void> | undefined} use a message for the connection */
async function useUnlessBlocked(use) {
  if (mac.withheld) mac.withheld.push(async () => use());
  else await use();
}

/**
 * Handle a message of the page's, or one of the fake server's: "viewer" for a new page, "input" for input that
 * came over the WebSocket.
 * @param {ClientMessage | {type: "viewer"} | {type: "input", hex: string}} message
 */
async function receive(message) {
  switch (message.type) {
    case "viewer":
      mac.inputs.length = 0;
      sendMessage({ type: "hello", version: "0", viewer: "1", codec: "h264", codecs: CODECS, iceServers: [], qualities: QUALITIES });
      break;
    case "join":
      mac.codec = message.codec ?? "h264";
      mac.status();
      if (message.media) sendMessage({ type: "codec", codec: message.media === "offered" ? mac.codec : "png", choice: mac.codec });
      else await sendOffer();
      break;
    case "answer":
      await useUnlessBlocked(() => pc?.setRemoteDescription(message));
      break;
    case "candidate":
      await useUnlessBlocked(() => pc?.addIceCandidate({ candidate: message.candidate, sdpMid: message.mid }));
      break;
    case "input":
      mac.inputs.push(message.hex);
      break;
    case "codec":
      mac.codec = message.codec;
      sendMessage({ type: "codec", codec: message.codec, choice: message.codec });
  }
}

/**
 * @param {string} text
 * @returns {ClientMessage}
 */
function parseMessage(text) {
  /** @type {unknown} */
  const message = JSON.parse(text);
  return /** @type {ClientMessage} */ (message);
}

let queue = Promise.resolve();
socket.onmessage = (/** @type {MessageEvent<string>} */ { data }) => {
  // A message that a page sent just before it was closed may fail, which must not affect the next page.
  queue = queue.then(() => receive(parseMessage(data))).catch((/** @type {unknown} */ error) => console.warn(error));
};
socket.onopen = () => {
  mac.ready = true;
};
Object.assign(window, { mac });
