// @ts-check
/** The page's parts, and who tells whom. */

import { AutoHide } from "./ui/autohide.js";
import { SoundCapture } from "./audio/recorder.js";
import { now } from "./latency/clock-offset.js";
import { Display } from "./video/display.js";
import { parseFrameInfo } from "./video/frame-metadata.js";
import { Keyboard, defaultCommandKey, onApple } from "./input/keyboard.js";
import { LatencyMeter } from "./latency/meter.js";
import { LatencyPanel, SoundPanel } from "./latency/panels.js";
import { Listener, keepListening } from "./audio/receiver-stats.js";
import { watchVideo, whenShown } from "./video/frame-timing.js";
import { Pointer } from "./input/pointer.js";
import { Session } from "./connection/session.js";
import { Settings } from "./ui/settings.js";
import { Sound } from "./audio/audio-output.js";
import { FrameCounter, reporter } from "./debug.js";
import { Hint, NoticeView, describe } from "./ui/notices.js";
import { TilePainter } from "./video/tile-painter.js";
import { Toolbar } from "./ui/toolbar.js";
import { MODE_ABSOLUTE, MODE_RELATIVE, modeMessage, pingMessage, releaseMessage, soundReportMessage } from "./input/input-messages.js";

const PING_INTERVAL = 500;
const REPORT_INTERVAL = 5_000;
const HINT_DURATION = 5_000;
const HAND_OVER = "Click the picture to hand the mouse to the Mac";
const WATCHING = "You are watching only: the Mac does not hear your keys and mouse";
const CLICK_FOR_SOUND = "Click or press a key to hear the Mac";

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));

const desk = element("desk");
const screen = element("screen");
const bar = element("bar");
const video = /** @type {HTMLVideoElement} */ (element("display"));
const canvas = /** @type {HTMLCanvasElement} */ (element("display-canvas"));
const apple = onApple();

const settings = new Settings();
const meter = new LatencyMeter();
const counter = new FrameCounter();
const listener = new Listener();
const display = new Display(screen, video, canvas);
const hint = new Hint();

// --- The connection -------------------------------------------------------------------------------------------

const signallingUrl = new URL("signaling", document.baseURI);
signallingUrl.protocol = signallingUrl.protocol.replace("http", "ws");

const session = new Session(signallingUrl, settings.get("codec"), {
  change: showState,
  track(kind, stream) {
    if (kind === "audio") sound.attach(stream);
    else video.srcObject = stream;
  },
  inputReady() {
    letGo();
    sendMouseMode();
  },
  frame(data) {
    const info = parseFrameInfo(data);
    if (!info) return;
    showPointer(info.cursor);
    meter.frameInfo(info, now());
  },
  tiles(data) {
    counter.tileBytes += data.byteLength;
    painter.receive(data);
  },
  sound: (news) => listener.hear(news),
  error: (message) => hint.show(message, HINT_DURATION),
  renewed() {
    meter.reset();
    listener.reset();
    painter.reset();
  },
});

/** @param {ArrayBuffer} message */
const send = (message) => void session.input(message);

// --- Picture --------------------------------------------------------------------------------------------------

watchVideo(video, (frame) => {
  if (display.shown === "rtp") display.setSize(frame.width, frame.height);
  display.arrived("rtp");
  counter.count(performance.now());
  showPointer(macPointer);
  meter.videoShown(frame.rtpTimestamp, frame);
  session.pictureArrived();
});

const painter = new TilePainter(canvas, (info, received) => {
  const decoded = now();
  display.arrived("tiles");
  if (display.shown === "tiles") display.setSize(canvas.width, canvas.height);
  counter.count(performance.now());
  showPointer(info.cursor);
  session.pictureArrived();
  whenShown((shown) => meter.tilesShown(info, { received, begun: received, decoded, shown }));
}, () => session.refresh());

/** @type {{x: number, y: number, visible: boolean} | null} as far as we have heard */
let macPointer = null;

/**
 * A second pointer above the Mac's own would only be in the way; but while that is still coming, a ring shows
 * at once where the hand is.
 * @param {{x: number, y: number, visible: boolean} | null} cursor the Mac's
 */
function showPointer(cursor) {
  macPointer = cursor;
  const macHasOne = cursor !== null && cursor.visible && session.state.picture;
  document.documentElement.classList.toggle("mac-pointer", macHasOne);
  document.documentElement.classList.toggle("hand-leads", macHasOne && pointer.leads(cursor));
}

// --- Sound ----------------------------------------------------------------------------------------------------

const sound = new Sound(element("sound"), { volume: settings.get("volume"), muted: settings.get("muted") }, () => {
  settings.set("volume", sound.volume);
  settings.set("muted", sound.muted);
  toolbar.showSound();
  if (sound.state === "blocked") hint.show(CLICK_FOR_SOUND);
  else hint.hide(CLICK_FOR_SOUND);
});

const capture = new SoundCapture(
  () => session.pc?.getReceivers().find(({ track }) => track.kind === "audio")?.track,
);

keepListening(listener, () => session.pc, (seen, report) => {
  const offset = meter.clockOffset; // the server keeps its own pace until we know its clock
  if (offset !== null) send(soundReportMessage({ ...report, time: seen + offset }));
});

// --- Keyboard and mouse ---------------------------------------------------------------------------------------

const keyboard = new Keyboard(send, { apple, commandKey: settings.get("commandKey") ?? defaultCommandKey(apple) });
const pointer = new Pointer(desk, screen, display, send);
pointer.mode = settings.get("mouseMode");

keyboard.listen(window, (event) => {
  if (leadsToBar(event)) {
    letGo();
    document.exitPointerLock();
    autoHide.show();
    element("codec").focus();
    event.preventDefault();
    return true;
  }
  const target = event.target instanceof Element ? event.target : null;
  const inControls = target?.closest("#bar, #handle, .panel, #notice") != null;
  if (inControls && event.key === "Escape") screen.focus();
  return inControls || !session.state.picture;
});

/** Control-Alt-M; not AltGr, which some keyboards report as both. @param {KeyboardEvent} event */
function leadsToBar(event) {
  return event.code === "KeyM" && event.ctrlKey && event.altKey && !event.getModifierState("AltGraph");
}

/** Whatever is held is up again, here and on the Mac. */
function letGo() {
  keyboard.forget();
  pointer.forget();
  send(releaseMessage());
}

function sendMouseMode() {
  send(modeMessage(pointer.mode === "relative" ? MODE_RELATIVE : MODE_ABSOLUTE));
}

window.addEventListener("blur", letGo);
window.addEventListener("pagehide", letGo);
document.addEventListener("visibilitychange", () => { if (document.hidden) letGo(); });
document.addEventListener("pointerlockchange", () => {
  letGo();
  if (pointer.locked) hint.show("The Mac has the mouse. Press Esc to have it back.", HINT_DURATION);
  else if (pointer.mode === "relative") hint.show(HAND_OVER, HINT_DURATION);
});

// --- Controls -------------------------------------------------------------------------------------------------

const autoHide = new AutoHide(bar, element("handle"), desk, screen);
const notice = new NoticeView((action) => {
  if (action === "connect") session.start();
  else if (action === "hurry") session.hurry();
  else if (action === "restart") session.restartMac();
  else session.command(action);
  screen.focus();
});

const toolbar = new Toolbar({
  codec(codec) {
    settings.set("codec", codec);
    session.setCodec(codec);
  },
  mouseMode() {
    const mode = pointer.mode === "absolute" ? "relative" : "absolute";
    letGo();
    pointer.mode = mode;
    settings.set("mouseMode", mode);
    sendMouseMode();
    toolbar.showMouseMode(mode);
    if (mode === "relative") hint.show(HAND_OVER, HINT_DURATION);
    else hint.hide(HAND_OVER);
  },
  commandKey() {
    letGo();
    keyboard.commandKey = keyboard.commandKey === "meta" ? "alt" : "meta";
    settings.set("commandKey", keyboard.commandKey);
    toolbar.showCommandKey(keyboard.commandKey, apple);
  },
  scaling() {
    const scaling = settings.get("scaling") === "whole" ? "fill" : "whole";
    settings.set("scaling", scaling);
    display.setScaling(scaling);
    toolbar.showScaling(scaling);
  },
  power(command) {
    if (command === "restart") session.restartMac();
    else session.command(command);
  },
  done: () => screen.focus({ preventScroll: true }),
}, sound);
const latencyPanel = new LatencyPanel(meter);
const soundPanel = new SoundPanel(listener);

let toldToWatch = false;

/** @param {Readonly<import("./connection/session.js").SessionState>} state */
function showState(state) {
  const watches = state.watching && state.picture;
  if (watches && !toldToWatch) hint.show(WATCHING, HINT_DURATION);
  toldToWatch = watches;
  const words = describe(state);
  notice.show(words);
  autoHide.pinned = words !== null;
  toolbar.showSession(state);
  capture.follow(state.emulator?.capturing ?? false);
  display.expect(session.transport);
  if (!state.picture) showPointer(null);
  if (!state.picture && state.emulator) display.setSize(state.emulator.width, state.emulator.height);
}

// --- And go ---------------------------------------------------------------------------------------------------

setInterval(() => {
  const t1 = now();
  if (!document.hidden) send(pingMessage(meter.ping(t1), t1));
  latencyPanel.update();
  soundPanel.update();
}, PING_INTERVAL);

setInterval(() => session.reportLatency(meter.summary), REPORT_INTERVAL);

toolbar.showMouseMode(pointer.mode);
toolbar.showCommandKey(keyboard.commandKey, apple);
toolbar.showScaling(settings.get("scaling"));
display.setScaling(settings.get("scaling"));
screen.focus({ preventScroll: true });

const stats = reporter(session, display, meter, counter, listener);
Object.assign(window, { moof: { get pc() { return session.pc; }, stats } });

/** The table of keys belongs to the server; until it is here nothing can be typed. */
async function loadKeyMap() {
  const answer = await fetch("keymap.json");
  if (!answer.ok) throw new Error(`keymap.json: ${answer.status}`);
  keyboard.setMap((await answer.json()).codes);
}

loadKeyMap().catch((error) => hint.show(`The keyboard does not work: ${error.message}. Reload the page.`));
showState(session.state);
session.start();
