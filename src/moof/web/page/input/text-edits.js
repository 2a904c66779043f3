// @ts-check
/** What has to be typed so that one text becomes another one, and in which pieces it is sent. */

/** Characters of a piece: MacRoman's have at most three bytes in UTF-8, and a message has up to 32. */
const MAX_PIECE = 10;

/**
 * @typedef {object} Edits
 * @property {string} deleted text to delete backwards, first
 * @property {string} inserted text to type, then
 */

/**
 * Return the edits that make one text of another, with the caret at the end of both.
 * @param {string} before
 * @param {string} after
 * @returns {Edits}
 */
export function editsBetween(before, after) {
  const [old, now] = [Array.from(before), Array.from(after)];
  let same = 0;
  while (same < old.length && old[same] === now[same]) same += 1;
  return { deleted: old.slice(same).join(""), inserted: now.slice(same).join("") };
}

/**
 * Divide a text into pieces that are sent one by one.
 * @param {string} text
 * @param {readonly string[]} missing characters to leave out
 * @returns {string[]} each is a line break or some characters
 */
export function piecesOf(text, missing) {
  const kept = Array.from(text).filter((character) => !missing.includes(character)).join("");
  return kept.match(new RegExp(`\\n|[^\\n]{1,${MAX_PIECE}}`, "gu")) ?? [];
}
