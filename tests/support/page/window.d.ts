// What the scripts of this folder and of bench/page find in the page's window, and what they leave there for Python.
import type { DebugInterface } from "../../../src/moof/web/page/debug.js";

/** A recording of record_audio.js: blocks of the left channel, and the time of each block, ms since 1970. */
interface RecordedAudio {
  rate: number;
  blocks: Int16Array[];
  times: number[];
  stop: boolean;
}

declare global {
  /** What watch_rival.js of bench/page records. */
  interface Rival {
    shown: number;
    drawn: number[];
    keys: number[];
    peers: RTCPeerConnection[];
    pressed: number;
    picture: HTMLVideoElement | HTMLCanvasElement | null;
  }

  interface Window {
    moof: DebugInterface;
    recorded: RecordedAudio;
    pixelFlips: number[];
    barLatencies: number[];
    barTimes: number[];
    rival: Rival;
  }

  /** Of the W3C's mediacapture-transform, which TypeScript's library does not have. */
  class MediaStreamTrackProcessor {
    constructor(init: { track: MediaStreamTrack });
    readonly readable: ReadableStream<AudioData>;
  }
}
