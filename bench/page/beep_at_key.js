// @ts-check
// Runs inside an empty page: each key press plays 100 ms of 1 kHz.
() => {
  const context = new AudioContext({ latencyHint: "interactive", sampleRate: 48000 });
  addEventListener("keydown", ({ repeat }) => {
    if (repeat) return;
    const tone = new OscillatorNode(context, { frequency: 1000 });
    tone.connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + 0.1);
  });
};
