/** Retrying requests that fail while the network is down. */

import { delay } from "./delay.js";

const SETTLE_MS = 500; // a request may fail before the browser notices that it is offline
const GRACE_ATTEMPTS = 6; // attempts that may fail after the network is back: DNS and routes need a moment more

/**
 * Run a task; restart it each time the network was lost and is back.
 *
 * @param attempt takes a signal that aborts with `signal` or when the network is lost; throws an error of status 0
 *   if the server is unreachable
 */
export async function retryWhenOnline(attempt, signal) {
  let graceLeft = 0;
  for (;;) {
    const offline = new AbortController();
    const abort = () => offline.abort();
    addEventListener("offline", abort);
    try {
      return await attempt(AbortSignal.any([signal, offline.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (error.status !== 0 && !offline.signal.aborted) throw error;
      const wasOffline = !navigator.onLine; // it may be online again in a moment
      await delay(SETTLE_MS, signal);
      if (wasOffline || offline.signal.aborted || !navigator.onLine) graceLeft = GRACE_ATTEMPTS;
      else if (graceLeft > 0) graceLeft -= 1;
      else throw error;
    } finally {
      removeEventListener("offline", abort);
    }
    await waitUntilOnline(signal);
  }
}

/** Wait until the browser is online. Without the listener's removal, each wait would stay in the memory as long as the signal. */
async function waitUntilOnline(signal) {
  signal.throwIfAborted();
  if (navigator.onLine) return;
  const waiting = new AbortController();
  await new Promise((resolve, reject) => {
    addEventListener("online", resolve, { signal: waiting.signal });
    signal.addEventListener("abort", () => reject(signal.reason), { signal: waiting.signal });
  }).finally(() => waiting.abort());
}
