/** The server's registry of effects, options and platforms, in the state once it has arrived. */

import * as api from "./api.js";
import { update } from "./state.js";

let loading;

/** Load the server's configuration and the registry into the state, once or again after a failure; returns the configuration. */
export function loadRegistry() {
  loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load() {
  const config = await api.config();
  update({ config });
  update({ registry: await api.fetchEffects() });
  return config;
}
