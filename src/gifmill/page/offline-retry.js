/** The network, which goes away and comes back. */

const SETTLE_MS = 500; // a request may break before the browser says that there is no network
const GRACE = 6; // attempts that may fail once it is said to be back: names and routes take a moment longer

/**
 * Do it, and do it again from its start whenever the network has gone away meanwhile, as soon as it is back.
 *
 * @param attempt is given a signal that aborts with `signal`, and when the network goes away; throws an error of
 *   status 0 where the server could not be reached
 */
export async function lasting(attempt, signal) {
  let grace = 0;
  for (;;) {
    const away = new AbortController();
    const leave = () => away.abort();
    addEventListener("offline", leave);
    try {
      return await attempt(AbortSignal.any([signal, away.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (error.status !== 0 && !away.signal.aborted) throw error;
      const lost = !navigator.onLine; // it may be back in a moment
      await settled();
      if (lost || away.signal.aborted || !navigator.onLine) grace = GRACE;
      else if (grace > 0) grace -= 1;
      else throw error;
    } finally {
      removeEventListener("offline", leave);
    }
    await back(signal);
  }
}

const settled = () => new Promise((resolve) => { setTimeout(resolve, SETTLE_MS); });

function back(signal) {
  return new Promise((resolve, reject) => {
    if (navigator.onLine) resolve();
    addEventListener("online", resolve, { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
