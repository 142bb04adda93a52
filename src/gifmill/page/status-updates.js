/** A photo's status as it changes: pushed over a WebSocket, polled for when the socket is silent. */

import * as api from "./api.js";
import { keyOf } from "./gif-options.js";

const POLL_MS = 1_000;
const ANSWER_MS = 15_000; // a line can be dead that is said to be there
const MAX_POLL_MS = 10_000;
const QUIET_MS = 5_000; // an open socket that says nothing for so long is not trusted
const RECONNECT_MS = 2_000;
const IDLE_RECONNECT_MS = 30_000; // once all is ready, only other hands can change something
const UNKNOWN_PHOTO = 4404; // the code with which the server closes the socket of a photo that is not there

/**
 * Follow a photo until `signal` aborts.
 *
 * @param first the status document that is known already
 * @param tell {status(document), gif(entry), gone()}
 * @returns {{expect: function}} expect(entry): one more GIF has been ordered
 */
export function follow(first, tell, signal) {
  const pending = new Set();
  let delay = POLL_MS;
  let timer;
  let due; // when it will ring
  let socket;

  const note = (gif) => pending[gif.state === "pending" ? "add" : "delete"](keyOf(gif));

  function pollIn(ms) {
    clearTimeout(timer);
    due = Date.now() + ms;
    if (pending.size && !signal.aborted) timer = setTimeout(poll, ms);
  }

  function heard(status) {
    if (signal.aborted) return;
    pending.clear();
    status.gifs.forEach(note);
    tell.status(status);
  }

  async function poll() {
    try {
      heard(await api.status(first.id, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])));
    } catch (refusal) {
      if (signal.aborted) return;
      if (refusal.gone) return tell.gone();
      if (refusal.busy) delay = Math.max(delay, refusal.retryAfterS * 1_000);
    }
    pollIn(delay);
    delay = Math.min(delay * 1.5, MAX_POLL_MS);
  }

  async function connect() {
    const { live } = await api.config();
    if (signal.aborted) return;
    const url = new URL(`${live}?photo=${encodeURIComponent(first.id)}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (signal.aborted) return;
      if (message.deleted) return tell.gone();
      if (message.gif) {
        note(message.gif);
        tell.gif(message.gif);
      } else heard(message);
      pollIn(QUIET_MS);
    };
    socket.onclose = ({ code }) => {
      if (signal.aborted) return;
      if (code === UNKNOWN_PHOTO) return tell.gone();
      pollIn(Math.min(delay, due - Date.now())); // a socket that keeps closing must not put it off each time
      setTimeout(connect, pending.size ? RECONNECT_MS : IDLE_RECONNECT_MS);
    };
  }

  first.gifs.forEach(note);
  pollIn(QUIET_MS);
  connect().catch(() => {}); // without a socket, polling does
  addEventListener("online", () => {
    delay = POLL_MS;
    pollIn(0);
  }, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    socket?.close();
  });
  return {
    expect(gif) {
      note(gif);
      pollIn(QUIET_MS);
    },
  };
}
