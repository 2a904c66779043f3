// @ts-check
/**
 * Sets up a real Mac: one question after the other, back and forth. It is loaded when somebody asks for it. Answers stay when a
 * person goes back; nothing is written before the last one, except the files that were uploaded.
 */

import { RequestError } from "../connection/fetch-json.js";
import { fill, t, translated } from "../language/text.js";
import { FileAnswer, choiceText, created } from "./add-mac-answers.js";

/** @import { MacsApi, Question, SetUpEmulator, UsedMac } from "../connection/macs-api.js" */

const EMULATOR = "emulator";

/** The questions in a place of the page. */
export class AddMac {
  element = created("form", { id: "add-mac" });
  #api;
  #emulators;
  #close;
  #heading = created("h2", {});
  #help = created("p", {});
  #place = created("div", { id: "add-mac-answer" });
  #note = created("p", { id: "add-mac-note", role: "status" });
  #steps = created("span", { className: "facts" });
  #back = created("button", { id: "add-mac-back", type: "button" });
  #next = created("button", { id: "add-mac-next", type: "submit" });
  #index = 0;
  #busy = false;
  /** @type {Record<string, string>} */ #answers = {};
  /** @type {string[]} */ #rom = [];
  #romAccepted = false;

  /**
   * @param {MacsApi} api
   * @param {SetUpEmulator[]} emulators
   * @param {(used: UsedMac | null) => void} close null: nothing was set up
   */
  constructor(api, emulators, close) {
    this.#api = api;
    this.#emulators = emulators;
    this.#close = close;
    const first = emulators.find(({ installed }) => installed) ?? emulators[0];
    this.#answers[EMULATOR] = first?.name ?? "";
    const buttons = created("div", { className: "panel-buttons" });
    buttons.append(this.#steps, this.#back, this.#next);
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
    const target = this.#place.querySelector("select, input:not([hidden]), button") ?? this.#next;
    if (target instanceof HTMLElement) target.focus();
  }

  get #emulator() {
    return this.#emulators.find(({ name }) => name === this.#answers[EMULATOR]);
  }

  /** @returns {Question[]} */
  get #questions() {
    const choices = this.#emulators.map(({ name }) => name);
    const which = { name: EMULATOR, text: t("Emulator"), help: t("The program that becomes the Mac. It runs on the server."), choices };
    const asked = (this.#emulator?.questions ?? []).filter(({ name }) => name !== "disk-size" || !this.#answers["disk"]);
    return [which, ...asked];
  }

  #show() {
    const questions = this.#questions;
    const question = questions[this.#index];
    if (!question) return;
    this.#heading.textContent = translated(question.text);
    this.#help.textContent = translated(question.help);
    this.#note.textContent = "";
    this.#note.className = "";
    this.#steps.textContent = t("{step} of {count}", { step: this.#index + 1, count: questions.length });
    this.#back.textContent = this.#index === 0 ? t("Cancel") : t("Back");
    this.#next.textContent = this.#index === questions.length - 1 ? t("Set it up and start") : t("Next");
    this.#place.replaceChildren(this.#answer(question));
    this.#update();
  }

  /** @param {Question} question */
  #answer(question) {
    if (question.name === "rom") return this.#romAnswer();
    if (question.name === "disk" || question.name === "cd") return this.#imageAnswer(question.name);
    if (question.name === "disk-size") return this.#sizeAnswer(question);
    const list = created("select", { ariaLabel: translated(question.text), autocomplete: "off" });
    for (const value of question.choices) {
      const title = this.#emulators.find(({ name }) => name === value)?.title;
      list.add(new Option(title ?? choiceText(question.name, value), value));
    }
    list.value = this.#answers[question.name] ?? question.choices[0] ?? "";
    list.addEventListener("change", () => {
      if (question.name === EMULATOR) this.#forgetRom();
      this.#answers[question.name] = list.value;
      this.#update();
    });
    return list;
  }

  /** @param {Question} question */
  #sizeAnswer({ name, text }) {
    const field = created("input", { type: "number", min: "0", max: "2000", step: "1", required: true, ariaLabel: translated(text) });
    field.value = this.#answers[name] ?? "500";
    field.addEventListener("input", () => { this.#answers[name] = field.value; });
    return field;
  }

  #romAnswer() {
    return new FileAnswer(this.#rom.length === 1 && !this.#romAccepted ? t("The other file…") : t("Choose a file…"), (file) => {
      void this.#upload("roms", file, async (name) => {
        this.#rom = this.#rom.length === 1 && !this.#romAccepted ? [...this.#rom, name] : [name];
        await this.#checkRom();
      });
    }).element;
  }

  async #checkRom() {
    const { accepted, half, sentence, values } = await this.#api.checkRom(this.#answers[EMULATOR] ?? "", this.#rom);
    this.#romAccepted = accepted;
    if (!accepted && !(half && this.#rom.length === 1)) this.#rom = [];
    this.#place.replaceChildren(this.#romAnswer());
    this.#tell(fill(translated(sentence), { ...values, found: translated(values["found"] ?? "") }), accepted);
  }

  /** @param {string} name of the question */
  #imageAnswer(name) {
    const none = name === "disk" ? t("An empty disk") : t("None");
    const list = created("select", { ariaLabel: this.#heading.textContent, autocomplete: "off" });
    const show = (/** @type {string[]} */ names) => {
      list.replaceChildren(new Option(none, ""), ...names.map((each) => new Option(each, each)));
      list.value = this.#answers[name] ?? "";
    };
    show([]);
    void this.#api.disks().then(show, (/** @type {unknown} */ error) => this.#tell(reason(error), false));
    list.addEventListener("change", () => {
      this.#answers[name] = list.value;
      this.#show();
    });
    const files = new FileAnswer(t("Upload a file…"), (file) => {
      void this.#upload("disks", file, (stored) => {
        this.#answers[name] = stored;
        this.#show();
      });
    });
    const both = created("div", {});
    both.append(list, files.element);
    return both;
  }

  /**
   * @param {"roms" | "disks"} folder
   * @param {File} file
   * @param {(name: string) => void | Promise<void>} then
   */
  async #upload(folder, file, then) {
    await this.#work(async () => {
      const tell = (/** @type {number} */ part) =>
        this.#tell(t("Copying {name}: {part} %", { name: file.name, part: Math.round(part * 100) }), true);
      tell(0);
      await then(await this.#api.store(folder, file, tell));
    });
  }

  #forgetRom() {
    this.#rom = [];
    this.#romAccepted = false;
  }

  #goBack() {
    if (this.#index === 0) this.#close(null);
    else this.#move(-1);
  }

  async #goOn() {
    if (this.#busy) return;
    if (this.#index < this.#questions.length - 1) {
      this.#move(1);
      return;
    }
    const { [EMULATOR]: emulator = "", ...answers } = this.#answers;
    await this.#work(async () => this.#close(await this.#api.add(emulator, this.#rom, answers)));
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
  async #work(act) {
    if (this.#busy) return;
    this.#busy = true;
    this.#update();
    try {
      await act();
    } catch (error) {
      this.#tell(reason(error), false);
    } finally {
      this.#busy = false;
      this.#update();
    }
  }

  /** Say what is missing, and let the person go on if nothing is. */
  #update() {
    const name = this.#questions[this.#index]?.name;
    const install = this.#emulator?.install ?? "";
    if (name === EMULATOR) this.#tell(translated(install), install === "");
    const answered = name === EMULATOR ? install === "" : name !== "rom" || this.#romAccepted;
    this.#next.disabled = this.#busy || !answered;
    this.#back.disabled = this.#busy;
  }

  /**
   * @param {string} sentence
   * @param {boolean} good
   */
  #tell(sentence, good) {
    this.#note.textContent = sentence;
    this.#note.className = good ? "" : "bad";
  }
}

/** @param {unknown} error */
function reason(error) {
  return error instanceof RequestError ? translated(error.message) : t("The server does not answer.");
}
