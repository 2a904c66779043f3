// @ts-check
/** The names in the list of codecs: the one that is chosen says which codec is in use. */

import { t, translated } from "../../language/text.js";

/** @import { CodecOffer } from "../../connection/signaling-messages.js" */
/** @import { SessionState } from "../../connection/session-state.js" */

const AUTO = "auto";

/** @typedef {Pick<SessionState, "codecs" | "choice" | "codec" | "overSocket">} CodecState */

/**
 * Return the entries of the list.
 * @param {Readonly<CodecState>} state
 * @returns {{name: string, label: string}[]}
 */
export function labelCodecs({ codecs, choice, codec }) {
  const used = codecs.find(({ name }) => name === codec);
  return codecs.map(({ name, label }) => ({
    name,
    label: name === choice && used && codec !== choice ? labelChoice(name, label, used) : translated(label),
  }));
}

/**
 * @param {string} name of the choice
 * @param {string} label of the choice
 * @param {CodecOffer} used
 */
function labelChoice(name, label, used) {
  // The codec in use comes first: narrow toolbars cut the rest off.
  const [first, other] = [brief(used.label), brief(label)];
  return name === AUTO ? t("{codec}, automatic", { codec: first }) : t("{codec}, not {other}", { codec: first, other });
}

/**
 * Return a sentence about the codec in use, "" if it is the chosen one.
 * @param {Readonly<CodecState>} state
 * @returns {string}
 */
export function describeCodec({ codecs, choice, codec, overSocket }) {
  const [used, chosen] = [codec, choice].map((wanted) => codecs.find(({ name }) => name === wanted));
  if (!used || used.name === AUTO) return "";
  const name = translated(used.label);
  if (choice === AUTO) return t("{codec} is in use: the server has chosen it for this picture and network.", { codec: name });
  if (used === chosen) return "";
  const values = { chosen: translated(chosen?.label ?? ""), codec: name };
  return overSocket && chosen?.transport === "rtp"
    ? t("{chosen} needs WebRTC, which is not in use now: {codec} is in use.", values)
    : t("This browser cannot show {chosen}: {codec} is in use.", values);
}

/** @param {string} label such as “PNG (lossless)” */
const brief = (label) => label.replace(/ \(.*\)$/, "");
