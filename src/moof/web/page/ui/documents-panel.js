// @ts-check
/** The tab "Documents" of the settings: files go to the built-in Mac's disk, by a button or dropped on the screen, and back. */

import { RequestError } from "../connection/fetch-json.js";
import { t, translated } from "../language/text.js";
import { elementById } from "./elements.js";
import { describeSize } from "./saved-file.js";

/** @import { DocumentEntry, DocumentsApi } from "../connection/documents-api.js" */
/** @import { UploadProgress } from "../connection/resumable-upload.js" */
/** @import { Hint } from "./notices.js" */
/** @import { Tabs } from "./mac-settings.js" */

const TAB = "documents-tab";
const HINT_DURATION = 5_000;
const REFUSAL_DURATION = 10_000;
const NAME_TAKEN = 409;
const MAX_COPIES = 99;

/** The tab, and the screen on which files are dropped. */
export class DocumentsPanel {
  #api;
  #tabs;
  #hint;
  #list = elementById("documents-list", HTMLElement);
  #note = elementById("documents-note", HTMLElement);
  #allowed = false;
  /** Files are sent one after the other. */
  #sending = Promise.resolve();

  /**
   * @param {DocumentsApi} api
   * @param {Tabs} tabs
   * @param {HTMLElement} viewport on which files are dropped
   * @param {Hint} hint
   */
  constructor(api, tabs, viewport, hint) {
    this.#api = api;
    this.#tabs = tabs;
    this.#hint = hint;
    tabs.offer(TAB, false);
    tabs.addEventListener("shown", () => {
      if (tabs.shownTab === TAB) void this.#load();
    });
    const files = elementById("documents-files", HTMLInputElement);
    elementById("documents-add", HTMLButtonElement).addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      this.#take([...files.files ?? []]);
      files.value = "";
    });
    this.#listen(viewport);
  }

  /**
   * Set whether this person may see and change the disk; the tab is offered if the Mac has one.
   * @param {boolean} allowed
   */
  set allowed(allowed) {
    this.#allowed = allowed;
    this.#tabs.offer(TAB, false);
    if (allowed) void this.#load();
  }

  /** @param {HTMLElement} viewport */
  #listen(viewport) {
    viewport.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // or the browser would open the file
      event.dataTransfer.dropEffect = this.#allowed ? "copy" : "none";
      viewport.classList.toggle("takes-files", this.#allowed);
    });
    for (const type of ["dragleave", "drop"]) {
      viewport.addEventListener(type, () => viewport.classList.remove("takes-files"));
    }
    viewport.addEventListener("drop", (event) => {
      const files = [...event.dataTransfer?.files ?? []];
      if (this.#allowed && files.length > 0) this.#take(files);
    });
  }

  /** @param {File[]} files */
  #take(files) {
    for (const file of files) this.#sending = this.#sending.then(() => this.#send(file));
    this.#sending = this.#sending.then(() => this.#load());
  }

  /** @param {File} file */
  async #send(file) {
    const tell = (/** @type {UploadProgress} */ { part, cut }) => {
      const values = { name: file.name, part: Math.round(part * 100) };
      this.#hint.show(cut
        ? t("The line is cut. {name} goes on at {part} % when it is back.", values)
        : t("Copying {name}: {part} %", values));
    };
    tell({ part: 0, cut: false });
    try {
      const name = await this.#store(file, tell);
      this.#hint.show(t("{name} is on the Mac’s disk", { name }), HINT_DURATION);
    } catch (error) {
      const reason = translated(error instanceof Error ? error.message : String(error));
      this.#hint.show(t("{name} was not copied: {reason}", { name: file.name, reason }), REFUSAL_DURATION);
    }
  }

  /**
   * Store a file under its name, or a numbered one if that is taken; return the name.
   * @param {File} file
   * @param {(progress: UploadProgress) => void} progress
   * @returns {Promise<string>}
   */
  async #store(file, progress) {
    for (let copy = 1; ; copy++) {
      const name = copy === 1 ? file.name : numbered(file.name, copy);
      try {
        await this.#api.store(name, file, progress);
        return name;
      } catch (error) {
        if (!(error instanceof RequestError) || error.status !== NAME_TAKEN || copy >= MAX_COPIES) throw error;
      }
    }
  }

  async #load() {
    try {
      this.#show(await this.#api.list());
      this.#tabs.offer(TAB, this.#allowed);
    } catch (error) {
      if (error instanceof RequestError) this.#tabs.offer(TAB, false); // this Mac has no disk of documents
      else this.#note.textContent = t("The list cannot be loaded: {error}", { error: String(error) });
    }
  }

  /** @param {DocumentEntry[]} entries */
  #show(entries) {
    this.#list.replaceChildren(...entries.map((entry) => this.#item(entry)));
    this.#note.textContent = entries.length === 0
      ? t("The disk is empty. Files that you drop on the Mac’s screen go there.")
      : t("A click saves a document. Files that you drop on the Mac’s screen go to its disk: Notes opens texts, Sketch pictures.");
  }

  /** @param {DocumentEntry} entry */
  #item({ name, size }) {
    const link = Object.assign(document.createElement("a"), { href: this.#api.address(name), download: "", textContent: name });
    const facts = Object.assign(document.createElement("span"), { className: "facts", textContent: describeSize(size) });
    const item = document.createElement("li");
    item.append(link, facts);
    return item;
  }
}

/**
 * Return a name with a number before its extension.
 * @param {string} name
 * @param {number} number
 * @returns {string}
 */
export function numbered(name, number) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} ${number}${name.slice(dot)}` : `${name} ${number}`;
}
