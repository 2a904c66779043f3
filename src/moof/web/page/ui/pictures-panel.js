// @ts-check
/** The panel "Pictures": saves and copies what the page shows, records it with its sound, and shows it in a window. */

import { RecordedSound } from "../audio/recorded-sound.js";
import { t } from "../language/text.js";
import { FloatingPicture, canFloat } from "../video/floating-picture.js";
import { ScreenRecording, recordingType } from "../video/screen-recording.js";
import { takeScreenshot } from "../video/screenshot.js";
import { elementById } from "./controls/elements.js";
import { describeLength, describeSize, fileName, saveFile } from "./files/saved-file.js";

/** @import { Hint } from "./notices.js" */
/** @import { FrameSource, Recorded } from "../video/screen-recording.js" */

const HINT_DURATION = 5_000;
const REFUSAL_DURATION = 10_000;
const LENGTH_INTERVAL = 250;

const NO_COPY = t("Pictures can be copied on pages from https or localhost alone: save the picture instead");
const NO_SOUND = t("This browser has no sound for the recording: it has the picture alone");
const NO_RECORDING = t("This browser cannot record: it has no MediaRecorder for video");

/** @type {Record<Recorded["reason"], string>} */
const ENDS = { stopped: t("Saved"), full: t("The recording was full and is saved"), failed: t("The browser ended the recording. Saved") };

/** The panel, and the sign that the page records, which ends the recording by a click. */
export class PicturesPanel {
  #source;
  #audio;
  #hint;
  #done;
  #floating;
  /** @type {ScreenRecording | null} */ #recording = null;
  /** A recording is about to begin. */
  #starting = false;
  #lengthTimer = 0;
  #panel = elementById("pictures-panel", HTMLElement);
  #record = elementById("picture-record", HTMLButtonElement);
  #float = elementById("picture-float", HTMLButtonElement);
  #sign = elementById("recording", HTMLButtonElement);
  #length = elementById("recording-length", HTMLElement);

  /**
   * @param {FrameSource} source
   * @param {HTMLAudioElement} audio
   * @param {Hint} hint
   * @param {() => void} done a click has been handled: the focus goes back to the Mac
   */
  constructor(source, audio, hint, done) {
    this.#source = source;
    this.#audio = audio;
    this.#hint = hint;
    this.#done = done;
    this.#floating = new FloatingPicture(source, () => this.#showFloating());
    this.#float.hidden = !canFloat();
    this.#onClick(elementById("picture-save", HTMLButtonElement), () => this.#save());
    this.#onClick(elementById("picture-copy", HTMLButtonElement), () => this.#copy());
    this.#onClick(this.#record, () => this.#toggleRecording());
    this.#onClick(this.#float, () => this.#toggleFloating());
    this.#onClick(this.#sign, () => this.#recording?.stop());
  }

  /**
   * Set whether there is a picture. A recording goes on without one, since it may come back.
   * @param {boolean} available
   */
  set available(available) {
    for (const button of this.#panel.querySelectorAll("button")) button.disabled = !available;
    if (this.#recording) this.#record.disabled = false;
  }

  async #save() {
    try {
      const name = fileName(new Date(), "png");
      saveFile(await takeScreenshot(this.#source.picture), name);
      this.#hint.show(t("Saved: {name}", { name }), HINT_DURATION);
    } catch (error) {
      this.#refuse(t("The picture was not saved"), error);
    }
  }

  async #copy() {
    if (typeof ClipboardItem !== "function") {
      this.#hint.show(NO_COPY, REFUSAL_DURATION);
      return;
    }
    try {
      // The promise itself: Safari forgets the click while a page waits for the picture.
      await navigator.clipboard.write([new ClipboardItem({ "image/png": takeScreenshot(this.#source.picture) })]);
      this.#hint.show(t("The picture is on this computer’s clipboard"), HINT_DURATION);
    } catch (error) {
      this.#refuse(t("The picture was not copied"), error);
    }
  }

  async #toggleRecording() {
    if (this.#starting) return;
    if (this.#recording) {
      this.#recording.stop();
      return;
    }
    this.#starting = true;
    await this.#startRecording();
    this.#starting = false;
  }

  async #startRecording() {
    const type = recordingType();
    if (type === null) {
      this.#hint.show(NO_RECORDING, REFUSAL_DURATION);
      return;
    }
    const sound = openSound(this.#audio);
    try {
      const tracks = await sound?.start() ?? [];
      if (tracks.length === 0) this.#hint.show(NO_SOUND, REFUSAL_DURATION);
      this.#recording = new ScreenRecording(this.#source, tracks, type, (recorded) => {
        sound?.close();
        this.#recorded(recorded);
      });
      this.#showRecording();
    } catch (error) {
      sound?.close();
      this.#refuse(t("This browser cannot record"), error);
    }
  }

  /** @param {Recorded} recorded */
  #recorded({ file, extension, length, reason }) {
    this.#recording = null;
    this.#showRecording();
    if (file.size === 0) {
      this.#refuse(t("Nothing was recorded"), t("the browser gave no data"));
      return;
    }
    const name = fileName(new Date(), extension);
    saveFile(file, name);
    this.#hint.show(`${ENDS[reason]}: ${name} (${describeLength(length)}, ${describeSize(file.size)})`, HINT_DURATION);
  }

  /** Show whether the page records, and for how long. */
  #showRecording() {
    clearInterval(this.#lengthTimer);
    this.#sign.hidden = this.#recording === null;
    this.#record.textContent = this.#recording ? t("Stop recording") : t("Record picture and sound");
    document.title = this.#recording ? "● Moof" : "Moof";
    if (!this.#recording) {
      window.removeEventListener("beforeunload", askBeforeLeaving);
      return;
    }
    window.addEventListener("beforeunload", askBeforeLeaving);
    const show = () => { this.#length.textContent = describeLength(this.#recording?.length ?? 0); };
    show();
    this.#lengthTimer = setInterval(show, LENGTH_INTERVAL);
  }

  async #toggleFloating() {
    try {
      await this.#floating.toggle();
    } catch (error) {
      this.#refuse(t("The browser refused the window"), error);
    }
  }

  #showFloating() {
    this.#float.textContent = this.#floating.open ? t("Close the window with the picture") : t("Picture in a window");
  }

  /**
   * @param {string} what
   * @param {unknown} error
   */
  #refuse(what, error) {
    this.#hint.show(`${what}: ${error instanceof Error ? error.message : String(error)}`, REFUSAL_DURATION);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => unknown} action
   */
  #onClick(button, action) {
    button.addEventListener("click", () => {
      this.#panel.hidePopover();
      this.#done();
      void action();
    });
  }
}

/**
 * Let the browser ask: leaving the page would lose the recording.
 * @param {BeforeUnloadEvent} event
 */
function askBeforeLeaving(event) {
  event.preventDefault();
}

/**
 * @param {HTMLAudioElement} audio
 * @returns {RecordedSound | null} null: the browser has no sound card, and the picture is recorded alone
 */
function openSound(audio) {
  try {
    return new RecordedSound(audio);
  } catch {
    return null;
  }
}
