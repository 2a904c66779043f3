// @ts-check
/** Everything that the picture, the sound and the Mac's keys do not need; loaded after them (late-panels.js). */

import { AudioRecorder } from "../audio/recorder.js";
import { ConfigApi } from "../connection/config-api.js";
import { DocumentsApi } from "../connection/documents-api.js";
import { Embedding } from "../connection/embedding.js";
import { FoldersApi } from "../connection/folders-api.js";
import { ForksApi } from "../connection/forks-api.js";
import { ImagesApi } from "../connection/images-api.js";
import { MacsApi } from "../connection/macs-api.js";
import { PeopleApi } from "../connection/people-api.js";
import { StatesApi } from "../connection/states-api.js";
import { t } from "../language/text.js";
import { takeScreenshot } from "../video/screenshot.js";
import { CodecChoice } from "./settings/codec-choice.js";
import { DocumentsPanel } from "./files/documents-panel.js";
import { elementById } from "./controls/elements.js";
import { FolderPanels } from "./files/folder-panels.js";
import { GamepadChoice } from "./settings/gamepad-choice.js";
import { ImagesList } from "./macs/images-list.js";
import { KeysPanel } from "./keys/keys-panel.js";
import { offerLanguages } from "./settings/language-choice.js";
import { Kiosk } from "./people/kiosk.js";
import { LayoutChoice } from "./settings/layout-choice.js";
import { MacClipboard } from "./keys/mac-clipboard.js";
import { MacKeyboard } from "./keys/mac-keyboard.js";
import { MacList } from "./macs/mac-list.js";
import { MacSettings } from "./settings/mac-settings.js";
import { PeoplePanel } from "./people/people-panel.js";
import { PicturesPanel } from "./pictures-panel.js";
import { Presence } from "./people/presence.js";
import { QualityChoice } from "./settings/quality-choice.js";
import { ScreenText } from "./accessibility/screen-text.js";
import { SettingsPanel } from "./settings/settings-panel.js";
import { StatesPanel } from "./states/states-panel.js";
import { TypeText } from "./keys/type-text.js";
import { UnusedNotice } from "./unused-notice.js";
import { WindowFollow } from "./settings/window-follow.js";

/** @import { Me } from "../connection/people-api.js" */
/** @import { UnusedMessage } from "../connection/idle-messages.js" */
/** @import { KioskStatusMessage } from "../connection/kiosk-messages.js" */
/** @import { PanelMessage, PeopleMessage, PointersMessage } from "../connection/signaling-messages.js" */
/** @import { Session } from "../connection/session.js" */
/** @import { SessionState } from "../connection/session-state.js" */
/** @import { Keyboard } from "../input/keyboard.js" */
/** @import { LatchedModifiers } from "../input/latched-modifiers.js" */
/** @import { Pointer } from "../input/pointer.js" */
/** @import { Display } from "../video/display.js" */
/** @import { Hint } from "./notices.js" */
/** @import { Settings } from "./settings/settings.js" */
/** @import { WindowArea } from "./window-area.js" */

const HINT_DURATION = 5_000;

/**
 * @typedef {object} PageParts what the panels show and change
 * @property {Session} session
 * @property {Settings} settings
 * @property {Keyboard} keyboard
 * @property {LatchedModifiers} latched
 * @property {Pointer} pointer
 * @property {Display} display
 * @property {WindowArea} area
 * @property {HTMLAudioElement} sound
 * @property {Hint} hint
 * @property {PageActions} actions
 */

/**
 * @typedef {object} PageActions what the panels ask of the page
 * @property {() => void} releaseAll keys and buttons
 * @property {() => void} done the focus goes back to the Mac
 * @property {(height: number) => void} keyboardResized see MacKeyboard
 * @property {() => void} keyboardOpened
 * @property {() => void} systemKeyboard open the system's keyboard
 * @property {(text: string) => void} typeText
 * @property {(text: string) => string} describeMissing what of a text the Mac cannot type
 * @property {(has: boolean) => void} floorChanged this page has got, or lost, mouse and keyboard
 * @property {(me: Me) => void} known it is known who this page's person is
 */

/** The panels. */
export class Panels {
  #tabs = new SettingsPanel();
  #macSettings;
  #macs;
  #codecChoice;
  #qualityChoice;
  #people;
  #pictures;
  #embedding;
  #recorder;
  #presence;
  #kiosk;
  #unused;
  #session;
  /** The parts of Typing that are panels, too. */
  texts;

  /** @param {PageParts} parts */
  constructor(parts) {
    const { session, settings, keyboard, latched, pointer, display, sound, hint, actions } = parts;
    const closeSettings = () => {
      elementById("settings-panel", HTMLElement).hidePopover();
      actions.done();
    };
    const [macSettings, macs] = createMacSettings(this.#tabs, session, closeSettings);
    this.#macSettings = macSettings;
    this.#macs = macs;
    this.#codecChoice = new CodecChoice((codec) => {
      settings.set("codec", codec);
      session.setCodec(codec);
    });
    this.#qualityChoice = new QualityChoice((message) => session.send(message));
    offerLanguages(settings, () => location.reload());
    new GamepadChoice(keyboard, pointer, settings, hint);
    new MacKeyboard(keyboard, latched, {
      resized: actions.keyboardResized, opened: actions.keyboardOpened, text: actions.systemKeyboard, done: actions.done,
    });
    new KeysPanel({ strike: (places) => keyboard.strike(places), done: actions.done }, latched);
    const folders = createFolderPanels(this.#tabs, parts, closeSettings);
    this.#people = new PeoplePanel(new PeopleApi(), {
      known: (me) => {
        this.#macSettings.allowed = me.permissions.includes("manage");
        void folders.offer(me);
        this.#embedding.allow(me.embedders ?? []);
        actions.known(me);
      },
      signedOut: () => location.reload(),
    });
    this.#pictures = new PicturesPanel(display, sound, hint, actions.done);
    this.#embedding = createEmbedding(parts);
    this.#recorder = createRecorder(session);
    this.#session = session;
    this.#presence = createPresence(parts);
    this.#kiosk = createKiosk(parts);
    this.#unused = new UnusedNotice(() => session.send({ type: "still-here" }));
    this.texts = createTexts(parts);
    void this.#people.load();
  }

  /**
   * Show who is here, where others point, that a kiosk waits for somebody, or that nobody uses the Mac.
   * @param {PeopleMessage | PointersMessage | KioskStatusMessage | UnusedMessage} message
   */
  showPeople(message) {
    const { viewer, viewOnly } = this.#session.state;
    if (message.type === "kiosk") this.#kiosk.show(message, !viewOnly);
    else if (message.type === "unused") this.#unused.show(message, !viewOnly);
    else this.#presence.receive(message, viewer, !viewOnly);
  }

  /**
   * Show the session's state.
   * @param {Readonly<SessionState>} state
   */
  show(state) {
    this.#codecChoice.show(state);
    this.#qualityChoice.show(state);
    this.#macSettings.codecs = state.codecs;
    this.#macs.running = state.emulator?.connected ?? false;
    this.#pictures.available = state.hasFrame;
    this.#embedding.show(state);
    this.#recorder.setActive(state.emulator?.capturing ?? false);
    if (state.signedOut) this.#people.close();
  }
}

/**
 * Create what the tab "The Mac" has.
 * @param {SettingsPanel} tabs
 * @param {Session} session
 * @param {() => void} closeSettings
 * @returns {[MacSettings, MacList]}
 */
function createMacSettings(tabs, session, closeSettings) {
  const config = new ConfigApi();
  const settings = new MacSettings(config, tabs, () => {
    session.switchPower("restart");
    closeSettings();
  });
  const images = new ImagesList(new ImagesApi(), tabs, () => settings.offerRestart());
  const actions = {
    started: closeSettings,
    changed: () => {
      void settings.reload();
      images.reload();
    },
  };
  return [settings, new MacList(new MacsApi(), config, tabs, actions)];
}

/**
 * Create the tabs "Documents" and "States".
 * @param {SettingsPanel} tabs
 * @param {PageParts} parts
 * @param {() => void} closeSettings
 */
function createFolderPanels(tabs, { hint, actions }, closeSettings) {
  const viewport = elementById("viewport", HTMLElement);
  const documents = new DocumentsPanel(new DocumentsApi(), tabs, viewport, hint, actions.done);
  return new FolderPanels(new FoldersApi(), documents, new StatesPanel(new StatesApi(), new ForksApi(), tabs, hint, closeSettings));
}

/** @param {PageParts} parts */
function createPresence({ session, settings, display, hint, actions }) {
  const api = new PeopleApi();
  return new Presence(elementById("screen", HTMLElement), display, settings.get("personName"), {
    send: (message) => session.send(message),
    setRules: (rules) => void api.setFloor(rules).catch(() => hint.show(t("The server does not answer."), HINT_DURATION)),
    keepName: (name) => settings.set("personName", name),
    floorChanged: actions.floorChanged,
  });
}

/** @param {PageParts} parts */
function createKiosk({ session, actions: { releaseAll, done } }) {
  return new Kiosk({ start: () => session.send({ type: "kiosk-start" }), releaseAll, done });
}

/** @param {PageParts} parts */
function createEmbedding({ session, display, actions }) {
  return new Embedding(window, {
    focus: actions.done,
    text: actions.typeText,
    power: (command) => session.switchPower(command),
    codec: (codec) => session.setCodec(codec),
    picture: () => takeScreenshot(display.picture),
  });
}

/** @param {Session} session */
function createRecorder(session) {
  return new AudioRecorder(() => session.pc?.getReceivers().find(({ track }) => track.kind === "audio")?.track);
}

/** @typedef {ReturnType<typeof createTexts>} Texts */

/** @param {PageParts} parts */
function createTexts({ session, settings, keyboard, area, hint, actions }) {
  /** @type {(text: string, duration?: number) => void} */
  const tell = (text, duration) => hint.show(text, duration);
  const texts = {
    layoutChoice: new LayoutChoice(settings, {
      request: (layout) => session.send({ type: "keyboard", layout }),
      tell: (text) => hint.show(text, HINT_DURATION),
      mayChange: () => !session.state.viewOnly,
    }),
    typeText: new TypeText({
      send: (message) => session.send(message),
      describeMissing: actions.describeMissing,
      tell,
      before: actions.releaseAll,
      done: actions.done,
    }),
    windowFollow: new WindowFollow(area, settings, {
      send: (message) => session.send(message), mayChange: () => !session.state.viewOnly,
    }),
    screenText: new ScreenText(settings, {
      send: (message) => session.send(message), strike: (places) => keyboard.strike(places), done: actions.done,
    }),
    clipboard: new MacClipboard({ send: (message) => session.send(message), tell, done: actions.done }),
  };
  return { ...texts, receive: (/** @type {PanelMessage} */ message) => receive(texts, message) };
}

/**
 * Give a message of the server to the panel that it is for.
 * @param {Omit<Texts, "receive">} texts
 * @param {PanelMessage} message
 */
function receive({ typeText, windowFollow, screenText, clipboard }, message) {
  switch (message.type) {
    case "text-progress":
      typeText.receive(message);
      break;
    case "clipboard":
    case "clipboard-status":
      clipboard.receive(message);
      break;
    case "window-status":
      windowFollow.receive(message);
      break;
    case "screen-text":
    case "screen-text-status":
      screenText.receive(message);
  }
}
