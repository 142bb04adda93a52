/** The address as the page's memory: the photo, the GIFs that were changed, and the one that is open. */

/** What the address says: {photo, open, changed}, `changed` from effects to their options as texts. */
export function read() {
  const { photo, open, ...rest } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  return { photo, open, changed: new Map(Object.entries(rest)) };
}

/** The address that says so. */
function hashOf({ photo, open, changed = new Map() }) {
  const params = new URLSearchParams({ photo, ...Object.fromEntries(changed), ...(open && { open }) });
  return `#${params}`;
}

const bare = () => location.pathname + location.search;

/** Say the same in place of what is said now. */
export function replace(state) {
  history.replaceState(history.state, "", state ? hashOf(state) : bare());
}

/** Say it as a new step, from which Back leads to what is said now. */
export function push(state, memory = history.state) {
  history.pushState(memory, "", state ? hashOf(state) : bare());
}
