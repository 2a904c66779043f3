// @ts-check
/** The type of the signaling message about how good a viewer's own picture is (part of signaling-messages.js). */

/**
 * Page → server: how good this viewer's own picture is, and its most bits a second; if hello has qualities.
 * @typedef {object} QualityRequestMessage
 * @property {"quality"} type
 * @property {"sharp" | "balanced" | "saving"} quality
 * @property {number | null} limit
 */

export {};
