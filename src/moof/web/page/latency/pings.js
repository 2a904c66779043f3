// @ts-check
/** Sends pings, shows what they measured, and reports it to the server. */

import { pingMessage } from "../input/input-messages.js";
import { now } from "./clock-offset.js";
import { AudioPanel, PingPanel } from "./panels.js";
import { PING_INTERVAL, PingPace, watchInputs } from "./ping-pace.js";

/** @import { AudioReceiverStats } from "../audio/receiver-stats.js" */
/** @import { Session } from "../connection/session.js" */
/** @import { LatencyMeter } from "./meter.js" */

const REPORT_INTERVAL = 5_000;

/**
 * Measure from now on; seldom while nothing happens, since each ping wakes the server and the emulator.
 * @param {Pick<Session, "sendInput" | "reportLatency" | "state">} session
 * @param {LatencyMeter} meter
 * @param {AudioReceiverStats} audioStats
 */
export function startPings(session, meter, audioStats) {
  const pingPanel = new PingPanel(meter);
  const panels = [pingPanel, new AudioPanel(audioStats)];
  const pace = new PingPace(now());
  watchInputs(() => pace.disturb(now()));
  setInterval(() => {
    const t1 = now();
    pace.disturb(meter.shownAt);
    // Without the WebSocket, answered pings are what shows that the server lives.
    if (pingPanel.isOpen || session.state.signaling !== "open") pace.disturb(t1);
    if (!document.hidden && pace.take(t1)) session.sendInput(pingMessage(meter.nextPing(t1), t1));
    for (const panel of panels) panel.update();
  }, PING_INTERVAL);
  setInterval(() => session.reportLatency(meter.summary), REPORT_INTERVAL);
}
