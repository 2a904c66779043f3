// @ts-check
/** Files that the page gives to the browser's downloads. */

/** Browsers read the file after the click has been handled; then its memory can go. */
const KEPT = 60_000;

/**
 * Return a file name that says what, and when, and that sorts by time.
 * @param {Date} date local time
 * @param {string} extension without the dot
 * @returns {string} without characters that a file system refuses
 */
export function fileName(date, extension) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(".");
  return `Moof ${day} at ${time}.${extension}`;
}

/**
 * Save a file in the browser's folder for downloads.
 * @param {Blob} content
 * @param {string} name
 */
export function saveFile(content, name) {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}

/**
 * Return a size in words.
 * @param {number} bytes
 * @returns {string}
 */
export function describeSize(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)}\u00a0KB` : `${(bytes / 1e6).toFixed(1)}\u00a0MB`;
}

/**
 * Return a length as a clock shows it.
 * @param {number} ms
 * @returns {string} such as 0:07 or 1:02:03
 */
export function describeLength(ms) {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours > 0 ? [String(hours), String(minutes).padStart(2, "0")] : [String(minutes)];
  return [...parts, String(seconds % 60).padStart(2, "0")].join(":");
}
