// @ts-check
/**
 * Sets up a real Mac: one question after the other, back and forth. Answers stay when a person goes back; nothing is written
 * before the last one, except the files that were uploaded.
 */

import { NUMBERS, t, translated } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { describeFailure } from "../controls/failed-request.js";
import { createImageChoice } from "./mac-images.js";
import { EMULATOR, NAME, NewMacAnswers, ROM } from "./new-mac-answers.js";
import { progressText, storeNumbered } from "../files/numbered-upload.js";
import { RomQuestion } from "./rom-question.js";

/** @import { ImageFolder, Macs, MacsApi, Question, SetUpEmulator, UsedMac } from "../../connection/macs-api.js" */
/** @import { NewMacWork } from "./rom-question.js" */

const MAX_DISK_MB = "2000";
const MAX_NAME = 40;
/** @type {Record<string, string>} */
const DEPTHS = { 1: t("black and white"), 16: t("thousands"), 32: t("millions") };

/** The questions, in an element of their own. */
export class AddMac {
  element = created("form", { id: "add-mac" });
  #api;
  #titles;
  #close;
  #heading = created("h2", { id: "add-mac-heading" });
  #help = created("p", { id: "add-mac-help" });
  #place = created("div", { id: "add-mac-answer" });
  #note = created("p", { id: "add-mac-note", role: "status" });
  #steps = created("span", { className: "facts" });
  #back = created("button", { id: "add-mac-back", type: "button" });
  #next = created("button", { id: "add-mac-next", type: "submit" });
  #index = 0;
  #busy = false;
  /** @type {AbortController | null} */ #upload = null;
  #answers;
  #rom;
  /** @type {NewMacWork} */ #work = {
    run: (act) => this.#run(act),
    files: (folder) => this.#files(folder),
    upload: (folder, file) => this.#store(folder, file),
    checkRom: (files) => this.#api.checkRom(this.#answers.emulator?.name ?? "", files),
    tell: (sentence, good) => this.#tell(sentence, good),
  };

  /**
   * @param {MacsApi} api
   * @param {Macs} macs
   * @param {(used: UsedMac | null) => void} close null: nothing was set up
   */
  constructor(api, macs, close) {
    this.#api = api;
    this.#titles = Object.fromEntries(macs.emulators.map(({ name, title }) => [name, title]));
    this.#close = close;
    this.#answers = new NewMacAnswers(macs);
    this.#rom = new RomQuestion(this.#work);
    const buttons = created("div", { className: "panel-buttons" });
    buttons.append(this.#steps, this.#back, this.#next);
    this.element.noValidate = true; // the server says what is wrong, in the person's language
    this.element.append(this.#heading, this.#help, this.#place, this.#note, buttons);
    this.#back.addEventListener("click", () => this.#goBack());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#goOn();
    });
    this.#show();
  }

  /** Give the answer the focus. */
  focus() {
    const target = this.#place.querySelector("select:not([hidden]), input:not([hidden]), button") ?? this.#next;
    if (target instanceof HTMLElement) target.focus();
  }

  #show() {
    const questions = this.#answers.questions;
    const question = questions[this.#index];
    if (!question) return;
    this.#heading.textContent = translated(question.text);
    this.#help.textContent = translated(question.help);
    this.#tell("", true);
    this.#back.textContent = this.#index === 0 ? t("Cancel") : t("Back");
    this.#next.textContent = this.#index === questions.length - 1 ? t("Set up and start") : t("Next");
    this.#place.replaceChildren(this.#answer(question));
    if (question.name === ROM) void this.#rom.show();
    this.#update();
  }

  /** @param {Question} question */
  #answer(question) {
    if (question.name === ROM) return this.#rom.element;
    if (question.name === "disk" || question.name === "cd") return this.#imageAnswer(question);
    if (question.choices.length === 0) return this.#textAnswer(question);
    const list = created("select", { ariaLabel: translated(question.text), autocomplete: "off" });
    for (const value of question.choices) {
      list.add(new Option(question.name === EMULATOR ? this.#titles[value] : choiceText(question.name, value), value));
    }
    list.value = this.#answers.valueOf(question);
    list.addEventListener("change", () => {
      this.#answers.give(question, list.value);
      this.#update();
    });
    return list;
  }

  /** @param {Question} question */
  #textAnswer(question) {
    const isName = question.name === NAME;
    const field = created("input", { type: "text", ariaLabel: translated(question.text), autocomplete: "off", spellcheck: false });
    if (isName) field.maxLength = MAX_NAME;
    else Object.assign(field, { type: "number", min: "0", max: MAX_DISK_MB, step: "1" });
    field.value = this.#answers.valueOf(question);
    field.addEventListener("input", () => this.#answers.give(question, field.value.trim()));
    return field;
  }

  /** @param {Question} question */
  #imageAnswer(question) {
    const none = question.name === "disk" ? t("An empty disk") : t("No CD");
    const texts = { label: translated(question.text), none, chosen: this.#answers.valueOf(question) };
    return createImageChoice(this.#work, texts, (image) => {
      this.#answers.give(question, image);
      this.#update();
    });
  }

  /**
   * Send a file; return its name in the folder.
   * @param {ImageFolder} folder
   * @param {File} file
   */
  async #store(folder, file) {
    const stop = this.#upload = new AbortController();
    const tell = (/** @type {Parameters<typeof progressText>[1]} */ progress) =>
      this.#tell(progressText(file.name, progress), true);
    tell({ part: 0, cut: false });
    this.#update();
    try {
      return await storeNumbered(file.name, (name) => this.#api.store(folder, name, file, tell, stop.signal));
    } finally {
      this.#upload = null;
      this.#tell("", true);
    }
  }

  /** @param {ImageFolder} folder */
  async #files(folder) {
    try {
      return await this.#api.files(folder);
    } catch (error) {
      this.#tell(describeFailure(error), false);
      return [];
    }
  }

  #goBack() {
    if (this.#upload) this.#upload.abort();
    else if (this.#index === 0) this.#close(null);
    else this.#move(-1);
  }

  async #goOn() {
    if (this.#next.disabled) return;
    if (this.#index < this.#answers.questions.length - 1) this.#move(1);
    else await this.#run(async () => this.#close(await this.#api.add(this.#answers.collect(this.#rom.files))));
  }

  /** @param {number} step */
  #move(step) {
    this.#index += step;
    this.#show();
    this.focus();
  }

  /**
   * Do something that takes long, one at a time; tell why it failed.
   * @param {() => Promise<void>} act
   */
  async #run(act) {
    if (this.#busy) return;
    this.#busy = true;
    this.#update();
    try {
      await act();
    } catch (error) {
      if (!isAbort(error)) this.#tell(describeFailure(error), false);
    } finally {
      this.#busy = false;
      this.#update();
    }
  }

  /** Let the person go on if nothing is missing, and say what is. */
  #update() {
    const { questions, emulator } = this.#answers;
    const name = questions[this.#index]?.name;
    if (name === EMULATOR && emulator) this.#tell(describeMissing(emulator), false);
    this.#steps.textContent = t("{step} of {count}", { step: this.#index + 1, count: questions.length });
    const answered = name === ROM ? this.#rom.accepted : emulator?.installed;
    this.#next.disabled = this.#busy || !answered;
    this.#back.disabled = this.#busy && this.#upload === null;
    this.element.ariaBusy = String(this.#busy);
  }

  /**
   * @param {string} sentence
   * @param {boolean} good
   */
  #tell(sentence, good) {
    this.#note.textContent = sentence;
    this.#note.classList.toggle("bad", !good);
  }
}

/**
 * Return a choice of the server's for people.
 * @param {string} question
 * @param {string} value
 * @returns {string}
 */
export function choiceText(question, value) {
  if (question === "sound") return value === "yes" ? t("yes") : t("no");
  if (question === "screen") return value.replace("x", " × ");
  if (question === "depth") return DEPTHS[value] ?? NUMBERS.format(2 ** Number(value));
  return question === "memory" ? `${value} MB` : value;
}

/** @param {SetUpEmulator} emulator */
function describeMissing({ installed, title, install }) {
  return installed ? "" : `${t("{name} is not installed on the server’s computer.", { name: title })} ${install}`;
}

/** @param {unknown} error */
function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
