// @ts-check
/** The page on which many watch: joins the room, shows and plays, and joins again when it ends. */

import { fetchJson } from "./connection/fetch-json.js";
import { t } from "./language/text.js";
import { elementById } from "./ui/controls/elements.js";
import { parseFrameInfo } from "./video/frame-metadata.js";
import { PointerRing } from "./watch/pointer-ring.js";
import { Watching } from "./watch/watching.js";

/** Time between attempts, ms; a random part keeps hundreds of pages from coming at once. */
const RETRY = 1500;
const RETRY_SPREAD = 1500;

const video = elementById("watch-picture", HTMLVideoElement);
const state = elementById("watch-state", HTMLElement);
const sound = elementById("watch-sound", HTMLButtonElement);
const fullscreen = elementById("watch-fullscreen", HTMLButtonElement);
const ring = new PointerRing(elementById("watch-pointer", HTMLElement), video);

/** @param {string} text */
function show(text) {
  if (state.textContent !== text) state.textContent = text;
  video.dataset.shows = String(text === "");
  sound.hidden = text !== "";
  fullscreen.hidden = text !== "" || !document.fullscreenEnabled;
}

/** Watch until it ends. */
async function watch() {
  const place = /** @type {import("./watch/watching.js").WatchPlace} */ (await fetchJson("watch.json"));
  /** @type {() => void} */
  let end = () => {};
  const ended = new Promise((resolve) => {
    end = () => resolve(undefined);
  });
  const watching = new Watching(end, (data) => {
    const info = parseFrameInfo(data);
    if (info) ring.show(info);
  });
  try {
    await watching.open(place);
    video.srcObject = watching.stream;
    await ended;
  } finally {
    watching.close();
    ring.reset();
  }
}

function labelSound() {
  sound.textContent = video.muted ? t("Sound on") : t("Sound off");
}

video.addEventListener("playing", () => show(""));
sound.addEventListener("click", () => {
  video.muted = !video.muted;
  labelSound();
});
fullscreen.textContent = t("Full screen");
fullscreen.addEventListener("click", () => void elementById("watch-screen", HTMLElement).requestFullscreen());
labelSound();

for (;;) {
  show(t("Waiting for the Mac…"));
  try {
    await watch();
  } catch (error) {
    console.debug(error);
  }
  await new Promise((resolve) => setTimeout(resolve, RETRY + Math.random() * RETRY_SPREAD));
}
