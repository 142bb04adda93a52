/** The page's state in the URL fragment: the photo, its changed GIFs, and the open one. */

/** Parse the URL into {photo, open, changed}; `changed` has options as text, by effect. */
export function readUrl() {
  const { photo, open, ...changed } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  return { photo, open, changed };
}

function formatHash({ photo, open, changed }) {
  const params = new URLSearchParams({ photo, ...changed, ...(open && { open }) });
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
