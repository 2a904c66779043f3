// @ts-check
/** Finds the files that are dropped on the page or chosen by a button, those in folders, too. */

/** Files of one drop, and folders in each other: a person may drop a whole disk by mistake. */
export const MAX_FOUND = 1_000;
const MAX_DEPTH = 16;
const APPLE_DOUBLE = "._";

/**
 * @typedef {object} FoundFile
 * @property {File} file
 * @property {string} folder the path of its folder; "" for a file that is dropped by itself
 */

/**
 * Return the files of a drop, sorted by folder as the browser lists them. What cannot be read is left out, and files that
 * systems hide, except AppleDouble files. The drop's event must not have ended yet.
 * @param {DataTransfer} dataTransfer
 * @param {string[]} [unreadable] gets the names of what cannot be read, folders among it
 * @returns {Promise<FoundFile[]>} MAX_FOUND at most
 */
export async function droppedFiles(dataTransfer, unreadable = []) {
  const items = [...dataTransfer.items].filter(({ kind }) => kind === "file");
  const dropped = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile()); // entries are there during the event alone
  /** @type {FoundFile[]} */
  const found = [];
  for (const each of dropped) {
    if (each instanceof File) add(found, each, "");
    else if (each) await collect(each, "", { found, unreadable }, 0);
  }
  return found;
}

/**
 * Return the files that a person has chosen by a button: some, or a folder with all that is in it.
 * @param {Iterable<File>} files
 * @returns {FoundFile[]} MAX_FOUND at most
 */
export function chosenFiles(files) {
  /** @type {FoundFile[]} */
  const found = [];
  for (const file of files) {
    const path = file.webkitRelativePath;
    if (path.split("/").length <= MAX_DEPTH + 1) add(found, file, path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  }
  return found;
}

/** @typedef {{ found: FoundFile[], unreadable: string[] }} Drop */

/**
 * @param {FileSystemEntry} entry
 * @param {string} folder
 * @param {Drop} drop
 * @param {number} depth
 * @returns {Promise<void>}
 */
async function collect(entry, folder, drop, depth) {
  if (drop.found.length >= MAX_FOUND || depth > MAX_DEPTH || isHidden(entry.name)) return;
  try {
    if (entry.isFile) add(drop.found, await fileOf(/** @type {FileSystemFileEntry} */ (entry)), folder);
    else await collectAll(/** @type {FileSystemDirectoryEntry} */ (entry), `${folder}${folder && "/"}${entry.name}`, drop, depth);
  } catch {
    if (drop.unreadable.length < MAX_FOUND) drop.unreadable.push(entry.name);
  }
}

/**
 * @param {FileSystemDirectoryEntry} directory
 * @param {string} folder its path
 * @param {Drop} drop
 * @param {number} depth
 */
async function collectAll(directory, folder, drop, depth) {
  const reader = directory.createReader();
  for (let some = await read(reader); some.length > 0 && drop.found.length < MAX_FOUND; some = await read(reader)) {
    for (const each of some) await collect(each, folder, drop, depth + 1);
  }
}

/**
 * @param {FoundFile[]} found
 * @param {File} file
 * @param {string} folder
 */
function add(found, file, folder) {
  if (found.length < MAX_FOUND && !isHidden(file.name)) found.push({ file, folder });
}

/** @param {string} name */
function isHidden(name) {
  return name.startsWith(".") && !name.startsWith(APPLE_DOUBLE);
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/**
 * Return the next entries of a folder, about a hundred; none at its end.
 * @param {FileSystemDirectoryReader} reader
 * @returns {Promise<FileSystemEntry[]>}
 */
function read(reader) {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
