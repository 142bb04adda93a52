/** Loading of something that several parts of the page need. */

/** A function that calls `load` once, and again after a failure; it returns the promise of the running or finished call. */
export function once(load) {
  let loading;
  return () => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
