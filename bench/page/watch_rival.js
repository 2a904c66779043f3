// @ts-check
// Runs inside a measured page before its own scripts, whoever wrote it: keeps its peer connections, and records the time
// bar and the patch of bench/sources/sdl_drag.py in the largest visible picture: in `rival` are the pictures shown, the
// ms from drawing to display, and from key to display.
(() => {
  /** @type {Rival} */
  const rival = { shown: 0, drawn: [], keys: [], peers: [], pressed: 0, picture: null };
  const strip = new OffscreenCanvas(1024, 8).getContext("2d", { willReadFrequently: true });
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct: (target, /** @type {[RTCConfiguration?]} */ given) => {
      const peer = new target(...given);
      rival.peers.push(peer);
      return peer;
    },
  });
  const area = (/** @type {Element} */ { clientWidth, clientHeight }) => clientWidth * clientHeight;
  const largest = () => {
    const pictures = [...document.querySelectorAll("video"), ...document.querySelectorAll("canvas")];
    return pictures.sort((a, b) => area(b) - area(a)).find((each) => area(each) > 0) ?? null;
  };
  const isWhite = (/** @type {Uint8ClampedArray} */ row, /** @type {number} */ x) => (row[x * 4] ?? 0) > 127;
  const read = () => {
    rival.picture = largest();
    if (!rival.picture || !strip) return null;
    try {
      strip.drawImage(rival.picture, 0, 0, 1024, 8, 0, 0, 1024, 8);
    } catch {
      return null; // it has no pixels yet
    }
    return strip.getImageData(0, 4, 1024, 1).data;
  };
  let last = 0;
  /** @param {Uint8ClampedArray} row */
  const readBar = (row) => {
    let micros = 0;
    for (let bit = 0; bit < 48; bit++) micros = micros * 2 + Number(isWhite(row, bit * 16 + 8));
    if (micros === last || !micros) return;
    last = micros;
    const now = Math.round((performance.timeOrigin + performance.now()) * 1000);
    rival.shown += 1;
    rival.drawn.push((((now - micros) % 2 ** 48) + 2 ** 48) % 2 ** 48 / 1000);
  };
  let patch = false;
  /** @param {Uint8ClampedArray} row */
  const readPatch = (row) => {
    const white = isWhite(row, 900);
    if (white !== patch && rival.pressed) {
      rival.keys.push(performance.now() - rival.pressed);
      rival.pressed = 0;
    }
    patch = white;
  };
  const look = () => {
    requestAnimationFrame(look);
    const row = read();
    if (!row) return;
    readBar(row);
    readPatch(row);
  };
  addEventListener("keydown", ({ code }) => code === "KeyK" && (rival.pressed ||= performance.now()), true);
  requestAnimationFrame(look);
  window.rival = rival;
})();
