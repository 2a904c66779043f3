// @ts-check
/** What has to be typed so that one text becomes another one. */

/**
 * @typedef {object} Edits
 * @property {number} deleted how many characters to delete backwards, first
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
  return { deleted: old.length - same, inserted: now.slice(same).join("") };
}
