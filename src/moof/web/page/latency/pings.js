// @ts-check
/** Sends pings, shows what they measured, and reports it to the server. */

import { pingMessage } from "../input/input-messages.js";
import { now } from "./clock-offset.js";
import { AudioPanel, PingPanel } from "./panels.js";

/** @import { AudioReceiverStats } from "../audio/receiver-stats.js" */
/** @import { Session } from "../connection/session.js" */
/** @import { LatencyMeter } from "./meter.js" */

const PING_INTERVAL = 500;
const REPORT_INTERVAL = 5_000;

/**
 * Measure from now on.
 * @param {Pick<Session, "sendInput" | "reportLatency">} session
 * @param {LatencyMeter} meter
 * @param {AudioReceiverStats} audioStats
 */
export function startPings(session, meter, audioStats) {
  const panels = [new PingPanel(meter), new AudioPanel(audioStats)];
  setInterval(() => {
    const t1 = now();
    if (!document.hidden) session.sendInput(pingMessage(meter.nextPing(t1), t1));
    for (const panel of panels) panel.update();
  }, PING_INTERVAL);
  setInterval(() => session.reportLatency(meter.summary), REPORT_INTERVAL);
}
