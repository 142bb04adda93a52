/** Sessions of photos: requests that end when the visitor leaves the photo, and updates of its status. */

const sessions = new Map();

/**
 * The running session of a photo. Its signal aborts when the visitor leaves the photo. Other modules add what they run:
 * updates (photo-status.js), load (navigation.js), file (upload.js), isOrdering, failures and requested (gif-orders.js).
 */
export function sessionOf(key) {
  if (!sessions.has(key)) {
    const controller = new AbortController();
    sessions.set(key, { signal: controller.signal, end: () => controller.abort() });
  }
  return sessions.get(key);
}

/** End all requests of a photo; the next session is a new one. */
export function endSession(key) {
  sessions.get(key)?.end();
  sessions.delete(key);
}
