/** The page's state in the URL fragment: the photo, the options of all its GIFs, changed GIFs, and the open one. */

/** Parse the URL into {photo, all, open, changed}; `all` has options as text, and so has `changed`, by effect. */
export function readUrl() {
  const { photo, all, open, ...changed } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  return { photo, all, open, changed };
}

function formatHash({ photo, all, open, changed }) {
  const params = new URLSearchParams({ photo, ...(all !== "default" && { all }), ...changed, ...(open && { open }) });
  return `#${params}`;
}

const urlWithoutHash = () => location.pathname + location.search;

/** Replace the current history entry. */
export function replaceUrl(state, data = history.state) {
  history.replaceState(data, "", state ? formatHash(state) : urlWithoutHash());
}

/** Add a history entry; Back returns to the current one. */
export function pushUrl(state, data = history.state) {
  history.pushState(data, "", state ? formatHash(state) : urlWithoutHash());
}
