/** Updates of a photo's status: pushed over a WebSocket, polled while the socket is silent. */

import * as api from "./api.js";
import { gifKey } from "./gif-options.js";

const POLL_MS = 1_000;
const POLL_TIMEOUT_MS = 15_000; // a connection may be dead although the browser is online
const MAX_POLL_MS = 10_000;
const SILENCE_MS = 5_000; // after this silence of an open socket, polling starts
const RECONNECT_MS = 2_000;
const IDLE_RECONNECT_MS = 30_000; // once all GIFs are ready, only other devices can change something
const UNKNOWN_PHOTO = 4404; // the close code of the server for an unknown photo

/**
 * Follow a photo's status until `signal` aborts.
 *
 * @param first the status document known already
 * @param callbacks {onStatus(document), onGif(entry), onGone(), onStalled(bool): whether the server has stopped to answer}
 * @returns {{addPending: function}} addPending(entry): another GIF has been ordered
 */
export function followStatus(first, callbacks, signal) {
  const { view = first.id } = first; // a server before the two capabilities sends only an id; a view in an address gives nobody the right to delete
  const pending = new Set();
  let delay = POLL_MS;
  let timer;
  let dueAt; // when the next poll is due
  let socket;

  const trackState = (gif) => pending[gif.state === "pending" ? "add" : "delete"](gifKey(gif));

  function schedulePoll(ms) {
    clearTimeout(timer);
    dueAt = Date.now() + ms;
    if (pending.size && !signal.aborted) timer = setTimeout(poll, ms);
  }

  function handleStatus(status) {
    if (signal.aborted) return;
    pending.clear();
    status.gifs.forEach(trackState);
    callbacks.onStalled(false);
    callbacks.onStatus(status);
  }

  async function poll() {
    try {
      handleStatus(await api.fetchStatus(view, AbortSignal.any([signal, AbortSignal.timeout(POLL_TIMEOUT_MS)])));
    } catch (error) {
      if (signal.aborted) return;
      if (error.notFound) return callbacks.onGone();
      if (error.busy) delay = Math.max(delay, error.retryAfterS * 1_000);
      callbacks.onStalled(!error.busy);
    }
    schedulePoll(delay);
    delay = Math.min(delay * 1.5, MAX_POLL_MS);
  }

  async function connect() {
    const { live } = await api.config();
    if (signal.aborted) return;
    const url = new URL(`${live}?photo=${encodeURIComponent(view)}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (signal.aborted) return;
      if (message.deleted) return callbacks.onGone();
      if (message.gif) {
        trackState(message.gif);
        callbacks.onGif(message.gif);
      } else handleStatus(message);
      schedulePoll(SILENCE_MS);
    };
    socket.onclose = ({ code }) => {
      if (signal.aborted) return;
      if (code === UNKNOWN_PHOTO) return callbacks.onGone();
      schedulePoll(Math.min(delay, dueAt - Date.now())); // repeated closing must not postpone the poll
      setTimeout(connect, pending.size ? RECONNECT_MS : IDLE_RECONNECT_MS);
    };
  }

  first.gifs.forEach(trackState);
  schedulePoll(SILENCE_MS);
  connect().catch(() => {}); // without a socket, polling is enough
  addEventListener("online", () => {
    delay = POLL_MS;
    schedulePoll(0);
  }, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    if (socket?.readyState !== WebSocket.CONNECTING) socket?.close();
    else socket.onopen = () => socket.close(); // browsers log an error if it is closed before
  });
  return {
    addPending(gif) {
      trackState(gif);
      schedulePoll(SILENCE_MS);
    },
  };
}
