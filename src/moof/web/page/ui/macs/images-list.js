// @ts-check
/** In the tab "The Mac" of the settings: the server's disk images, and which ones the present Mac gets. */

import { NewestRequest } from "../../connection/newest-request.js";
import { t } from "../../language/text.js";
import { Attempts, sentenceIn } from "../controls/attempts.js";
import { created } from "../controls/created-element.js";
import { elementById } from "../controls/elements.js";
import { createElsewhereRow, createImageRow } from "./image-row.js";
import { imageName, NewDisk } from "./new-disk.js";
import { storeNumbered } from "../files/numbered-upload.js";
import { RowList } from "../controls/row-list.js";
import { UploadList } from "../files/upload-list.js";

/** @import { ImageElsewhere, Images, ImagesApi } from "../../connection/images-api.js" */
/** @import { ImageActions, ListedImage } from "./image-row.js" */
/** @import { Tabs } from "../settings/mac-settings.js" */
/** @import { WantedDisk } from "./new-disk.js" */

const TAB = "mac-tab";

/** The list. It is hidden for a Mac that takes no images. */
export class ImagesList {
  #api;
  #tabs;
  #attached;
  #element = created("section", { id: "images", hidden: true, ariaLabel: t("Disk images") });
  #list = created("ul", { id: "images-list", className: "macs", ariaLabel: t("Disk images") });
  #elsewhere = created("ul", { id: "images-elsewhere", className: "macs", ariaLabel: t("Images of the Mac’s own settings") });
  #error = created("p", { id: "images-error", role: "alert", hidden: true });
  #upload = created("button", { id: "images-upload", type: "button", textContent: t("Upload…") });
  /** @type {ImageActions} */ #actions = {
    attach: (name, use, readOnly) => this.#change(async () => {
      await this.#load(() => this.#api.attach(name, use, readOnly));
      this.#attached();
    }, name),
    address: (name) => this.#api.address(name),
    remove: (name) => void this.#change(async () => {
      await this.#api.delete(name);
      await this.#load();
    }, name),
  };
  #rows = new RowList(this.#list, (/** @type {ListedImage} */ listed) => createImageRow(listed, this.#actions));
  #elsewhereRows = new RowList(this.#elsewhere, (/** @type {ImageElsewhere} */ image) => createElsewhereRow(image));
  #attempts = new Attempts(sentenceIn(this.#error));
  #newest = new NewestRequest();

  /**
   * @param {ImagesApi} api
   * @param {Tabs} tabs
   * @param {() => void} attached the Mac gets other images at its next start
   */
  constructor(api, tabs, attached) {
    this.#api = api;
    this.#tabs = tabs;
    this.#attached = attached;
    const uploads = this.#createUploads();
    const files = created("input", { type: "file", multiple: true, hidden: true, ariaLabel: t("Upload…") });
    this.#upload.addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      uploads.add([...files.files ?? []].map((file) => ({ file })));
      files.value = "";
    });
    const disk = new NewDisk((wanted) => this.#create(wanted));
    const buttons = created("div", { className: "panel-buttons" });
    buttons.append(files, disk.button, this.#upload);
    const heading = created("h2", { textContent: t("Disk images") });
    this.#element.append(heading, this.#elsewhere, this.#list, this.#error, uploads.element, disk.element, buttons);
    elementById("mac-note", HTMLElement).before(this.#element);
    tabs.addEventListener("shown", () => this.reload());
  }

  /** Show what there is now: another Mac may have been chosen. */
  reload() {
    if (this.#tabs.shownTab === TAB) void this.#attempts.try(() => this.#load());
  }

  /** @param {() => Promise<Images>} ask for the list, or change something, which answers with it */
  async #load(ask = () => this.#api.list()) {
    const images = await this.#newest.answer(ask);
    if (images) this.#show(images); // else a newer list is on its way, or there
  }

  /** @param {Images} images */
  #show({ takes, locks, images, elsewhere }) {
    this.#element.hidden = takes.length === 0;
    this.#rows.show(images.map((image) => ({ image, takes, locks })));
    this.#elsewhereRows.show(elsewhere);
    this.#elsewhere.hidden = elsewhere.length === 0;
  }

  #createUploads() {
    return new UploadList({
      send: ({ file }, progress, signal) =>
        storeNumbered(file.name, (name) => this.#api.store(name, file, progress, signal)),
      changed: () => void this.#attempts.try(() => this.#load()),
      done: () => this.#upload.focus(),
    }, {
      id: "images-uploads",
      label: t("Disk images that are uploaded"),
      sending: t("Uploading"),
      stored: (name) => t("{name} is uploaded", { name }),
      storedMany: (n) => t("{n} files are uploaded", { n }),
    });
  }

  /** @param {WantedDisk} wanted */
  async #create({ volume, size }) {
    return this.#change(async () => {
      await storeNumbered(imageName(volume), (name) => this.#api.create(name, size, volume));
      await this.#load();
    }, "");
  }

  /**
   * Change something, one thing at a time; the list that had the focus has it then, too, unless it is elsewhere by now.
   * @param {() => Promise<void>} act
   * @param {string} name of the image, "" for none
   * @returns {Promise<boolean>} whether it was done
   */
  async #change(act, name) {
    if (this.#attempts.isBusy) return false;
    const done = await this.#attempts.change(act);
    if (name !== "" && document.activeElement === document.body) this.#focus(name); // what had the focus is gone
    return done !== null;
  }

  /** @param {string} name of an image */
  #focus(name) {
    const lists = [...this.#list.querySelectorAll("select")];
    (lists.find(({ ariaLabel }) => ariaLabel === t("Attached as: {name}", { name })) ?? this.#upload).focus();
  }
}
