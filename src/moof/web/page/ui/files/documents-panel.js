// @ts-check
/** The tab "Documents" of the settings: files go to the built-in Mac's disk, by a button or dropped on the screen, and back. */

import { RequestError } from "../../connection/request-json.js";
import { NewestRequest } from "../../connection/newest-request.js";
import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { copiesOf, storeCopy } from "./document-copy.js";
import { MAX_FOUND, chosenFiles, droppedFiles } from "./dropped-files.js";
import { elementById } from "../controls/elements.js";
import { RowList } from "../controls/row-list.js";
import { describeSize } from "./saved-file.js";
import { UploadList } from "./upload-list.js";

/** @import { DocumentEntry, DocumentsApi } from "../../connection/documents-api.js" */
/** @import { FoundFile } from "./dropped-files.js" */
/** @import { Hint } from "../notices.js" */
/** @import { Tabs } from "../settings/mac-settings.js" */

const TAB = "documents-tab";
const HINT_DURATION = 10_000;
/** Files that a hint names. */
const MAX_NAMED = 3;

/** The tab, and the screen on which files are dropped. */
export class DocumentsPanel {
  #api;
  #tabs;
  #hint;
  #rows = new RowList(elementById("documents-list", HTMLElement), (/** @type {DocumentEntry} */ entry) => this.#item(entry));
  #note = elementById("documents-note", HTMLElement);
  #uploads;
  #newest = new NewestRequest();
  #allowed = false;

  /**
   * @param {DocumentsApi} api
   * @param {Tabs} tabs
   * @param {HTMLElement} viewport which shows that files may be dropped
   * @param {Hint} hint
   * @param {() => void} done the focus goes back to the Mac
   */
  constructor(api, tabs, viewport, hint, done) {
    this.#api = api;
    this.#tabs = tabs;
    this.#hint = hint;
    this.#uploads = new UploadList({
      send: (copy, progress, signal) => storeCopy(api, copy, progress, signal),
      changed: () => void this.#load(),
      done,
    });
    document.body.append(this.#uploads.element);
    tabs.offer(TAB, false);
    tabs.addEventListener("shown", () => {
      if (tabs.shownTab === TAB) void this.#load();
    });
    this.#offer("documents-add", elementById("documents-files", HTMLInputElement));
    this.#offer("documents-add-folder", created("input", { type: "file", webkitdirectory: true }));
    this.#listen(viewport);
  }

  /**
   * Let a button choose files.
   * @param {string} id of the button
   * @param {HTMLInputElement} chooser
   */
  #offer(id, chooser) {
    elementById(id, HTMLButtonElement).addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      this.#take(chosenFiles(chooser.files ?? []));
      chooser.value = "";
    });
  }

  /**
   * Set whether this person may change the disk, and whether the Mac has one: if not, dropped files are refused in words.
   * @param {boolean} allowed
   * @param {boolean} hasDisk
   */
  allow(allowed, hasDisk) {
    this.#allowed = allowed;
    this.#tabs.offer(TAB, false);
    if (allowed && hasDisk) void this.#load();
  }

  /**
   * Take files that are dropped anywhere on the page: beside the screen the browser would open them in its place.
   * @param {HTMLElement} viewport
   */
  #listen(viewport) {
    const show = (/** @type {boolean} */ taking) => viewport.classList.toggle("takes-files", taking);
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = this.#allowed ? "copy" : "none";
      show(this.#allowed);
    });
    document.addEventListener("dragleave", ({ relatedTarget }) => {
      if (relatedTarget === null) show(false);
    });
    document.addEventListener("drop", (event) => {
      show(false);
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (this.#allowed) void this.#takeDropped(event.dataTransfer);
    });
  }

  /** @param {DataTransfer} dataTransfer */
  async #takeDropped(dataTransfer) {
    /** @type {string[]} */
    const unreadable = [];
    this.#take(await droppedFiles(dataTransfer, unreadable));
    if (unreadable.length === 0) return;
    const names = unreadable.slice(0, MAX_NAMED).join(", ") + (unreadable.length > MAX_NAMED ? " …" : "");
    this.#hint.show(t("Not copied, since this computer cannot read it: {names}", { names }), HINT_DURATION);
  }

  /** @param {FoundFile[]} found */
  #take(found) {
    this.#uploads.add(copiesOf(found));
    if (found.length >= MAX_FOUND) this.#hint.show(t("The first {n} files are copied", { n: MAX_FOUND }), HINT_DURATION);
  }

  async #load() {
    try {
      const entries = await this.#newest.answer(() => this.#api.list());
      if (entries === null) return;
      this.#show(entries);
      this.#tabs.offer(TAB, this.#allowed);
    } catch (error) {
      if (error instanceof RequestError) this.#tabs.offer(TAB, false); // this Mac has no disk of documents
      else this.#note.textContent = t("The list cannot be loaded: {error}", { error: String(error) });
    }
  }

  /** @param {DocumentEntry[]} entries */
  #show(entries) {
    this.#rows.show(entries);
    this.#note.textContent = entries.length === 0
      ? t("The disk is empty. Files that you drop on the Mac’s screen go there.")
      : t("A click saves a document. Files that you drop on the page go to the Mac’s disk.");
  }

  /** @param {DocumentEntry} entry */
  #item({ name, size }) {
    const link = created("a", { href: this.#api.address(name), download: "", textContent: name });
    const forMacs = created("a", {
      href: this.#api.macBinaryAddress(name), download: "", textContent: "MacBinary", className: "facts",
      ariaLabel: t("{name} as MacBinary", { name }), title: t("With type, creator and resources, for a Mac elsewhere"),
    });
    const item = document.createElement("li");
    item.append(link, created("span", { className: "facts", textContent: describeSize(size) }), forMacs);
    return item;
  }
}
