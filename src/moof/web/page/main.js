// @ts-check
/** Creates the page's parts and connects them with each other. */

import { AudioOutput } from "./audio/audio-output.js";
import { AudioReceiverStats, pollReceiverStats } from "./audio/receiver-stats.js";
import { fetchJson } from "./connection/fetch-json.js";
import { Session } from "./connection/session.js";
import { exposeDebugInterface } from "./debug.js";
import { MODE_ABSOLUTE, MODE_RELATIVE, audioReportMessage, modeMessage, releaseMessage } from "./input/input-messages.js";
import { Keyboard } from "./input/keyboard.js";
import { LatchedModifiers } from "./input/latched-modifiers.js";
import { LocalPointer } from "./input/local-pointer.js";
import { currentPlatform, defaultCommandKey } from "./input/platform.js";
import { Pointer } from "./input/pointer.js";
import { translatePage } from "./language/page-texts.js";
import { t, translated } from "./language/text.js";
import { now } from "./latency/clock-offset.js";
import { LatencyMeter } from "./latency/meter.js";
import { startPings } from "./latency/pings.js";
import { focusToolbar } from "./ui/arrow-keys.js";
import { AutoHide } from "./ui/autohide.js";
import { enterFullScreen, parseDeepLink } from "./ui/deep-link.js";
import { elementById } from "./ui/controls/elements.js";
import { isFullScreen, isKeyboardLocked } from "./ui/fullscreen.js";
import { KeyOptions } from "./ui/settings/key-options.js";
import { LatePanels } from "./ui/late-panels.js";
import { Hint, NoticeView, StateHints, describeState } from "./ui/notices.js";
import { PageKeys } from "./ui/page-keys.js";
import { RoleControls } from "./ui/people/role-controls.js";
import { ScalingPanel } from "./ui/settings/scaling-panel.js";
import { Settings } from "./ui/settings/settings.js";
import { Toolbar } from "./ui/toolbar.js";
import { TouchControls } from "./ui/keys/touch-controls.js";
import { Typing, describeMissing } from "./ui/keys/typing.js";
import { describeCapture, describeKeyboard, explainFullScreen } from "./ui/way-out.js";
import { Welcome } from "./ui/welcome.js";
import { WindowArea } from "./ui/window-area.js";
import { Display } from "./video/display.js";
import { EdgePan } from "./video/edge-pan.js";
import { parseFrameInfo } from "./video/frame-metadata.js";
import { FrameCounter, afterNextPaint, watchVideoFrames } from "./video/frame-timing.js";
import { TilePainter } from "./video/tile-painter.js";

/** @import { SessionState } from "./connection/session-state.js" */
/** @import { KeyMap } from "./input/keyboard.js" */
/** @import { Panels } from "./ui/panels.js" */
/** @import { Cursor } from "./video/frame-metadata.js" */

const HINT_DURATION = 5_000;
const LONG_HINT_DURATION = 10_000;
const CLICK_TO_CAPTURE = t("Click the picture to capture the mouse");
const CLICK_FOR_SOUND = t("Click or press a key to turn on the Mac’s sound");

translatePage(document);

const viewport = elementById("viewport", HTMLElement);
const screen = elementById("screen", HTMLElement);
const toolbarElement = elementById("toolbar", HTMLElement);
const video = elementById("display", HTMLVideoElement);
const canvas = elementById("display-canvas", HTMLCanvasElement);
const platform = currentPlatform();
const apple = platform === "apple";

const settings = new Settings();
const link = parseDeepLink(location.search);
const meter = new LatencyMeter();
const counter = new FrameCounter();
const audioStats = new AudioReceiverStats();
const area = new WindowArea();
const display = new Display(screen, video, canvas, elementById("enlarged", HTMLCanvasElement), area);
const hint = new Hint();
const focusScreen = () => screen.focus({ preventScroll: true });

// --- Connection -----------------------------------------------------------------------------------------------

const signalingUrl = new URL("signaling", document.baseURI);
signalingUrl.protocol = signalingUrl.protocol.replace("http", "ws");

const session = new Session(signalingUrl, link.codec ?? settings.get("codec"), {
  change: showState,
  track(kind, stream) {
    if (kind === "audio") audio.attach(stream, session.pc ? audioStats : null);
    else video.srcObject = stream;
  },
  inputReady() {
    releaseAll();
    keyboard.sendHeld(); // the server expects the list from now on
    sendMouseMode();
  },
  frame(data) {
    const info = parseFrameInfo(data);
    if (!info) return;
    showCursor(info.cursor);
    meter.addFrameInfo(info, now());
  },
  tiles(data) {
    counter.tileBytes += data.byteLength;
    painter.receive(data);
  },
  audioStatus(message) {
    audioStats.server = message;
  },
  typing: (message) => typing.receive(message),
  people: (message) => void latePanels.ready.then((loaded) => loaded.showPeople(message)),
  newSession: () => typing.sessionLost(),
  error(message) {
    hint.show(translated(message), HINT_DURATION);
    typing.refused(translated(message));
  },
  mediaReset() {
    meter.reset();
    audioStats.reset();
    painter.reset();
  },
}, link.viewOnly);

/** @param {ArrayBuffer} message */
const send = (message) => void session.sendInput(message);

// --- Video ----------------------------------------------------------------------------------------------------

watchVideoFrames(video, (frame) => {
  if (display.shown === "rtp") display.setSize(frame.width, frame.height);
  display.frameArrived("rtp");
  counter.count(performance.now());
  showCursor(macCursor);
  meter.addVideoFrame(frame.rtpTimestamp, frame);
  session.frameDisplayed();
});

const painter = new TilePainter(canvas, (info, received) => {
  const decoded = now();
  display.frameArrived("tiles");
  if (display.shown === "tiles") display.setSize(canvas.width, canvas.height);
  counter.count(performance.now());
  showCursor(info.cursor);
  session.frameDisplayed();
  afterNextPaint((shown) => meter.addTileUpdate(info, { received, begun: received, decoded, shown }));
}, () => session.requestFullFrame());

/**
 * The Mac's pointer, as far as the page has received it.
 * @type {Cursor | null}
 */
let macCursor = null;

/** @param {Cursor | null} cursor the Mac's */
function showCursor(cursor) {
  macCursor = cursor;
  const shown = cursor?.visible && session.state.hasFrame ? cursor : null;
  localPointer.setMacCursor(shown);
  touch.follow(shown);
}

// --- Audio ----------------------------------------------------------------------------------------------------

const audioSettings = { volume: settings.get("volume"), muted: settings.get("muted") };
const sound = elementById("sound", HTMLAudioElement);
const audio = new AudioOutput(sound, audioSettings, () => {
  settings.set("volume", audio.volume);
  settings.set("muted", audio.muted);
  toolbar.showAudio();
  if (audio.state === "blocked") hint.show(CLICK_FOR_SOUND);
  else hint.hide(CLICK_FOR_SOUND);
});

pollReceiverStats(audioStats, () => session.pc, (time, report) => {
  const offset = meter.clockOffset; // without it the server cannot use the report
  if (offset !== null) send(audioReportMessage({ ...report, time: time + offset }));
});

// --- Keyboard and mouse ---------------------------------------------------------------------------------------

const keyboard = new Keyboard(send, {
  platform,
  commandKey: settings.get("commandKey") ?? defaultCommandKey(apple),
  missing: (characters) => typing.showMissing(characters),
});
const typing = new Typing({ keyboard, session, hint, screen, viewport, apple });
const latched = new LatchedModifiers(keyboard.keys);
const pointer = new Pointer(viewport, screen, display, send);
pointer.mode = settings.get("mouseMode");
const touch = new TouchControls(viewport, pointer, display, {
  settings, hint, actions: { release: releaseAll, done: focusScreen },
});
const localPointer = new LocalPointer(document.documentElement, viewport, pointer);

const pageKeys = new PageKeys(screen, () => {
  releaseAll();
  document.exitPointerLock();
  autoHide.show();
  focusToolbar(toolbarElement);
}, apple);

keyboard.listen(window, (event) => {
  if (typing.take(event) || pageKeys.take(event) || !session.state.hasFrame) return true;
  explainKeyboard();
  return false;
});

let hasFloor = true;

/** Show once how the keyboard comes back from the Mac. */
function explainKeyboard() {
  if (settings.get("keysExplained") || !hasFloor || session.state.viewOnly || pointer.locked || isFullScreen()) return;
  settings.set("keysExplained", true);
  hint.show(describeKeyboard(apple), LONG_HINT_DURATION);
}

/** Release all keys and buttons, here and in the Mac. */
function releaseAll() {
  keyboard.clear();
  pointer.clear();
  touch.clear();
  send(releaseMessage());
}

/** Send the mouse mode to the Mac. */
function sendMouseMode() {
  send(modeMessage(pointer.mode === "relative" ? MODE_RELATIVE : MODE_ABSOLUTE));
}

pointer.addEventListener("press", () => latched.clickBegins());
pointer.addEventListener("release", () => latched.clickEnds());
window.addEventListener("blur", releaseAll);
window.addEventListener("pagehide", releaseAll);
document.addEventListener("visibilitychange", () => { if (document.hidden) releaseAll(); });
document.addEventListener("pointerlockchange", () => {
  releaseAll();
  if (pointer.locked) hint.show(describeCapture(apple, isKeyboardLocked()), HINT_DURATION);
  else if (pointer.mode === "relative") hint.show(CLICK_TO_CAPTURE, HINT_DURATION);
});

// --- Controls -------------------------------------------------------------------------------------------------

const autoHide = new AutoHide(toolbarElement, elementById("toolbar-handle", HTMLElement), viewport, screen);
const noticeView = new NoticeView((action) => {
  if (action === "connect") session.start();
  else if (action === "retry") session.retryNow();
  else if (action === "sign in") location.reload(); // the server answers with the page to sign in on
  else session.switchPower(action);
  focusScreen();
});

const toolbar = new Toolbar({
  mouseMode() {
    const mode = pointer.mode === "absolute" ? "relative" : "absolute";
    releaseAll();
    pointer.mode = mode;
    touch.update();
    settings.set("mouseMode", mode);
    sendMouseMode();
    toolbar.showMouseMode(mode);
    if (mode === "relative") hint.show(CLICK_TO_CAPTURE, HINT_DURATION);
    else hint.hide(CLICK_TO_CAPTURE);
  },
  commandKey: () => keyOptions.toggleCommandKey(),
  power: (command) => session.switchPower(command),
  done: focusScreen,
}, audio);
const keyOptions = new KeyOptions(settings, { keyboard, pointer, pageKeys, typing }, {
  releaseAll,
  showCommandKey: (key) => toolbar.showCommandKey(key, apple),
}, apple);
new ScalingPanel(display, settings, location.search);
new EdgePan(viewport, display, area, ({ x, y }) => pointer.pointTo(x, y));
explainFullScreen(hint, apple);
const roleControls = new RoleControls();
const latePanels = new LatePanels({
  session, settings, keyboard, latched, pointer, display, area, sound, hint, actions: {
    releaseAll,
    done: focusScreen,
    keyboardResized(height) {
      area.keyboardHeight = height;
      if (height > 0 && macCursor) display.follow(macCursor); // nothing else tells where text appears
    },
    keyboardOpened: () => autoHide.hide(),
    systemKeyboard: () => typing.field.open(),
    describeMissing: (text) => describeMissing(keyboard.layout?.missing(text) ?? [], keyboard.layout),
    typeText: (text) => typing.typeText(text),
    floorChanged(has) {
      hasFloor = has;
      if (!has) releaseAll();
      else {
        keyboard.sendHeld();
        sendMouseMode();
      }
    },
    known({ permissions }) {
      roleControls.power = noticeView.power = permissions.includes("power");
    },
  },
});
/** @type {Panels | null} */
let panels = null;
latePanels.ready.then((loaded) => {
  panels = loaded;
  typing.connect(loaded.texts);
  loaded.show(session.state);
}).catch(() => hint.show(t("The panels do not work. Reload the page.")));
const welcome = new Welcome(settings, screen, focusScreen);

const stateHints = new StateHints(hint);

/** @param {Readonly<SessionState>} state */
function showState(state) {
  stateHints.show(state);
  const notice = describeState(state);
  noticeView.show(notice);
  autoHide.pinned = notice !== null;
  toolbar.showSession(state);
  roleControls.viewOnly = state.viewOnly;
  panels?.show(state);
  if (state.hasFrame || (notice && notice.kind !== "busy")) latePanels.loadWhenIdle();
  welcome.show(state);
  display.expect(session.transport);
  if (!state.hasFrame) showCursor(null);
  if (!state.hasFrame && state.emulator) display.setSize(state.emulator.width, state.emulator.height);
}

// --- Start ----------------------------------------------------------------------------------------------------

startPings(session, meter, audioStats);
if (link.fullScreen) void enterFullScreen(hint);
toolbar.showMouseMode(pointer.mode);
focusScreen();
exposeDebugInterface({ session, display, meter, counter, audioStats });

/** Load the table of ADB key codes from the server; until then the Mac gets no keys. */
async function loadKeyMap() {
  const { codes } = /** @type {{codes: KeyMap}} */ (await fetchJson("keymap.json"));
  keyboard.setMap(codes);
  await typing.load(codes);
}

loadKeyMap().catch((/** @type {unknown} */ error) => {
  hint.show(t("The keyboard does not work: {error}. Reload the page.", { error: String(error) }));
});
session.start();
