// @ts-check
/** A list of files that are being sent to the server: how far each is, and a button that ends it. */

import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { reasonOf } from "../controls/failed-request.js";
import { progressText } from "./numbered-upload.js";

/** @import { UploadProgress } from "../../connection/resumable-upload.js" */
/** @import { DocumentCopy } from "./document-copy.js" */

const SHOWN_AT_END = 5_000;
const CANCELLED = "cancelled";

/**
 * @typedef {object} UploadActions
 * @property {(copy: DocumentCopy, progress: (progress: UploadProgress) => void, signal: AbortSignal) => Promise<string>} send
 *   resolves with the document's name
 * @property {() => void} changed the last one of the list has ended
 * @property {() => void} done the focus goes back to the Mac
 */

/**
 * @typedef {object} UploadTexts
 * @property {string} id of the list's element
 * @property {string} label of the list, for screen readers
 * @property {string} sending
 * @property {(name: string) => string} stored
 * @property {(n: number) => string} storedMany
 */

/** @type {UploadTexts} */
const FOR_DISK = {
  id: "uploads",
  label: t("Files for the Mac"),
  sending: t("Copying to the Mac’s disk"),
  stored: (name) => t("{name} is on the Mac’s disk", { name }),
  storedMany: (n) => t("{n} files are on the Mac’s disk", { n }),
};

/** The list; files are sent one after the other. */
export class UploadList {
  #actions;
  #texts;
  /** Hidden while there is nothing to show. */
  element = created("section", { className: "uploads", hidden: true });
  #status = created("p", { role: "status" });
  #count = created("span", { className: "facts" });
  #end = created("button", { type: "button", textContent: t("Cancel all") });
  #list = created("ul", {});
  /** @type {UploadRow[]} */ #waiting = [];
  #working = false;
  #all = 0;
  #ended = 0;
  /** @type {string[]} names of documents that are stored */ #stored = [];
  #timer = 0;

  /**
   * @param {UploadActions} actions
   * @param {UploadTexts} [texts] those of documents without
   */
  constructor(actions, texts = FOR_DISK) {
    this.#actions = actions;
    this.#texts = texts;
    this.element.id = texts.id;
    this.element.ariaLabel = this.#list.ariaLabel = texts.label;
    this.#end.addEventListener("click", () => this.#onEnd());
    const head = created("div", { className: "head" });
    head.append(this.#status, this.#count, this.#end);
    this.element.append(head, this.#list);
  }

  /**
   * Send files, after those that are being sent.
   * @param {DocumentCopy[]} copies
   */
  add(copies) {
    if (copies.length === 0) return;
    clearTimeout(this.#timer);
    if (!this.#working) this.#clear();
    for (const copy of copies) {
      const row = new UploadRow(copy, () => this.#remove(row));
      this.#waiting.push(row);
      this.#list.append(row.element);
    }
    this.#all += copies.length;
    this.element.hidden = false;
    if (!this.#working) void this.#work();
  }

  async #work() {
    this.#working = true;
    this.#say(this.#texts.sending, t("Cancel all"));
    for (let row = this.#waiting.shift(); row; row = this.#waiting.shift()) {
      this.#count.textContent = this.#all > 1 ? t("{n} of {all}", { n: this.#ended + 1, all: this.#all }) : "";
      await this.#send(row);
      this.#ended++;
    }
    this.#working = false;
    this.#finish();
  }

  /** @param {UploadRow} row */
  async #send(row) {
    try {
      this.#stored.push(await this.#actions.send(row.copy, (progress) => this.#tell(row, progress), row.signal));
      this.#drop(row);
    } catch (error) {
      if (row.signal.aborted) this.#drop(row);
      else row.fail(reasonOf(error));
    }
  }

  /**
   * @param {UploadRow} row
   * @param {UploadProgress} progress
   */
  #tell(row, progress) {
    row.show(progress.part);
    const text = progress.cut ? progressText(row.copy.file.name, progress) : this.#texts.sending;
    if (this.#status.textContent !== text) this.#status.textContent = text; // it is read out
  }

  #finish() {
    const [name, failed] = [this.#stored[0] ?? "", this.#list.children.length];
    const stored = this.#stored.length === 1 ? this.#texts.stored(name) : this.#texts.storedMany(this.#stored.length);
    this.#count.textContent = "";
    this.#say(failed === 0 ? stored : t("Not copied: {n}", { n: failed }), t("Close"));
    if (failed === 0) this.#timer = setTimeout(() => this.#close(), this.#stored.length > 0 ? SHOWN_AT_END : 0);
    this.#actions.changed();
  }

  /**
   * Write the head of the list.
   * @param {string} text
   * @param {string} label of its button
   */
  #say(text, label) {
    this.#status.textContent = text;
    this.#end.textContent = label;
  }

  /** The button at the head was clicked: end what is under way, or close the list. */
  #onEnd() {
    if (!this.#working) {
      this.#close();
      return;
    }
    for (const row of this.#waiting.splice(0)) this.#leave(row);
    for (const button of this.#list.querySelectorAll("button")) button.click();
  }

  /**
   * The button of a row was clicked: it is cancelled, or read.
   * @param {UploadRow} row
   */
  #remove(row) {
    const place = this.#waiting.indexOf(row);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      this.#leave(row);
    } else if (row.failed) {
      this.#drop(row);
      if (!this.#working && this.#list.children.length === 0) this.#close();
    } else {
      row.cancel();
    }
  }

  /**
   * Take a row that was not sent from the list.
   * @param {UploadRow} row
   */
  #leave(row) {
    this.#all--;
    this.#drop(row);
  }

  /**
   * Remove a row; the next button has the focus in place of its own.
   * @param {UploadRow} row
   */
  #drop(row) {
    const focused = row.element.contains(document.activeElement);
    const next = row.element.nextElementSibling?.querySelector("button") ?? this.#end;
    row.element.remove();
    if (focused) next.focus();
  }

  #close() {
    clearTimeout(this.#timer);
    const focused = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.#clear();
    if (focused) this.#actions.done();
  }

  #clear() {
    this.#list.replaceChildren();
    this.#stored = [];
    this.#all = this.#ended = 0;
  }
}

/** One file of the list. */
class UploadRow {
  #stop = new AbortController();
  #facts = created("span", { className: "facts" });
  #bar = created("progress", { value: 0 });
  #button = created("button", { type: "button", textContent: "×" });
  element = created("li", {});
  copy;
  failed = false;

  /**
   * @param {DocumentCopy} copy
   * @param {() => void} remove
   */
  constructor(copy, remove) {
    const { name } = copy.file;
    this.copy = copy;
    this.#bar.ariaLabel = name;
    this.#button.ariaLabel = this.#button.title = t("Cancel: {name}", { name });
    this.#button.addEventListener("click", remove);
    this.element.append(created("span", { className: "name", textContent: name }), this.#facts, this.#button, this.#bar);
  }

  get signal() {
    return this.#stop.signal;
  }

  cancel() {
    this.#stop.abort(new Error(CANCELLED));
  }

  /**
   * Show how much is sent.
   * @param {number} part 0 to 1
   */
  show(part) {
    this.#bar.value = part;
    this.#facts.textContent = t("{part} %", { part: Math.round(part * 100) });
  }

  /**
   * Show why it was not copied.
   * @param {string} reason
   */
  fail(reason) {
    const { name } = this.copy.file;
    this.failed = true;
    this.#facts.textContent = "";
    this.#button.ariaLabel = this.#button.title = t("Remove from the list: {name}", { name });
    this.#bar.replaceWith(created("p", { className: "reason", role: "alert", textContent: reason }));
  }
}
