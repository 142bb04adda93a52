/** The server's registry of effects, options and platforms, in the state once it has arrived. */

import * as api from "./api.js";
import { once } from "./once.js";
import { update } from "./state.js";

/** Load the server's configuration and the registry into the state; returns the configuration. */
export const loadRegistry = once(async () => {
  const config = await api.config();
  update({ config });
  update({ registry: await api.fetchEffects() });
  return config;
});
