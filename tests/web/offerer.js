// @ts-check
/**
 * The server's part of WebRTC, played by a browser tab: it offers a moving picture, a tone and the two data
 * channels to whoever signals, notes every byte of input, and sends what a test tells it to send.
 */

const CODECS = [
  { name: "h264", label: "H.264", transport: "rtp" },
  { name: "png", label: "PNG (lossless)", transport: "tiles" },
];
const PICTURE = { width: 320, height: 240 };

const socket = new WebSocket(`ws://${location.host}/offerer`);
/** @type {RTCPeerConnection | null} */ let pc = null;
/** @type {Record<string, RTCDataChannel>} */ let channels = {};

/** @param {Record<string, unknown>} message */
const say = (message) => socket.send(JSON.stringify(message));

/** @param {ArrayBuffer} data */
const toHex = (data) => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} hex */
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)).buffer;

/** @param {string} hex @returns {string} its length in bytes, as the WebSocket has it: u32, little endian */
const lengthOf = (hex) => toHex(new Uint32Array([hex.length / 2]).buffer);

const mac = {
  ready: false,
  codec: "h264",
  /** @type {string[]} every message of the input channel, in hex */ inputs: [],
  emulator: {},
  powerOn: () => { mac.emulator = { connected: true, pid: 1, state: "running", ...PICTURE }; },
  /** @param {string} channel @param {string[]} messages in hex */
  send: (channel, messages) => messages.forEach((hex) => channels[channel].send(fromHex(hex))),
  /** @param {string[]} messages in hex: an update of a lossless picture */
  update: (messages) => say({ type: "binary", hex: messages.map((hex) => lengthOf(hex) + hex).join("") }),
  status: () => say({ type: "status", emulator: mac.emulator, note: "" }),
  open: () => mac.inputs.length > 0 && Object.values(channels).every(({ readyState }) => readyState === "open"),
};

/** A patch of colour that changes all the time. */
function movingPicture() {
  const canvas = Object.assign(document.createElement("canvas"), PICTURE);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let count = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${(count += 3) % 360} 70% 50%)`;
    context.fillRect(0, 0, PICTURE.width, PICTURE.height);
  }, 33);
  return canvas.captureStream(30);
}

function tone() {
  const audio = new AudioContext();
  const oscillator = new OscillatorNode(audio, { frequency: 440 });
  const output = audio.createMediaStreamDestination();
  oscillator.connect(output);
  oscillator.start();
  return output.stream;
}

async function offer() {
  pc?.close();
  const connection = new RTCPeerConnection();
  pc = connection;
  for (const stream of [movingPicture(), tone()]) stream.getTracks().forEach((track) => connection.addTrack(track, stream));
  channels = {
    input: connection.createDataChannel("input"),
    frame: connection.createDataChannel("frame", { ordered: false, maxRetransmits: 0 }),
  };
  channels.input.binaryType = "arraybuffer";
  channels.input.onmessage = ({ data }) => mac.inputs.push(toHex(data));
  await connection.setLocalDescription();
  // All candidates go inside the offer, as the real server's do.
  while (connection.iceGatheringState !== "complete") {
    await new Promise((done) => connection.addEventListener("icegatheringstatechange", done, { once: true }));
  }
  say({ type: "offer", sdp: connection.localDescription?.sdp });
}

/** @param {any} message */
async function receive(message) {
  switch (message.type) {
    case "viewer":
      mac.inputs.length = 0;
      return say({ type: "hello", version: "0", viewer: "1", codec: "h264", codecs: CODECS, iceServers: [] });
    case "join":
      mac.codec = message.codec ?? "h264";
      mac.status();
      if (message.media === "socket") return say({ type: "codec", codec: "png", choice: mac.codec });
      return offer();
    case "answer":
      return pc?.setRemoteDescription(message);
    case "candidate":
      return pc?.addIceCandidate({ candidate: message.candidate, sdpMid: message.mid });
    case "input":
      return void mac.inputs.push(message.hex);
    case "codec":
      mac.codec = message.codec;
      return say({ type: "codec", codec: message.codec });
  }
}

let turn = Promise.resolve();
socket.onmessage = ({ data }) => {
  // What a page said just before it was closed may fail; the next page must not suffer from it.
  turn = turn.then(() => receive(JSON.parse(data))).catch((error) => console.warn(error));
};
socket.onopen = () => { mac.ready = true; };
Object.assign(window, { mac });
