// @ts-check
/** The types of the signaling messages about a Mac that nobody uses (part of signaling-messages.js). */

/**
 * Server → page: nobody uses the Mac, which is saved and ends in so many seconds; null: somebody uses it again.
 * @typedef {object} UnusedMessage
 * @property {"unused"} type
 * @property {number | null} seconds
 */

/**
 * Page → server: somebody is here, and needs the Mac.
 * @typedef {object} StillHereMessage
 * @property {"still-here"} type
 */

export {};
