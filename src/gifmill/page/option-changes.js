/** How a change of one option changes others: platforms and calm variants have defaults of their own. Pure functions. */

import * as options from "./gif-options.js";

/**
 * Change one option of a GIF.
 *
 * @param effect its name
 * @param values every option by name, as text
 * @param memory what earlier changes replaced, to restore it: {withoutPlatform?, withoutCalm?}
 * @returns {values, memory}
 */
export function changeOption(effect, { values, memory }, name, value) {
  if (name === "for") return changePlatform(effect, values, memory, value);
  if (name === "calm") return changeCalm(effect, values, memory, value);
  const changed = { ...values, [name]: value };
  if (name === "fps" && value !== "0") changed.frames = "0"; // the server takes one of them
  return { values: changed, memory };
}

/** The options that differ from the defaults, by name. */
const chosenOf = (effect, values) => options.parseOptions(options.formatOptions(effect, values));

/** Switch to another platform, whose own options replace chosen ones; or to none: then restore those from before. */
function changePlatform(effect, values, memory, platform) {
  const chosen = chosenOf(effect, values);
  const withoutPlatform = options.platformLimits(values.for) ? memory.withoutPlatform : { ...chosen };
  for (const each of [values.for, platform]) for (const name in options.platformDefaults(each)) delete chosen[name];
  if (!options.platformLimits(platform)) {
    for (const [name, value] of Object.entries(withoutPlatform ?? {})) {
      if (options.isPlatformOption(name)) chosen[name] ??= value;
    }
  }
  return { values: options.withDefaults(effect, { ...chosen, for: platform }), memory: { ...memory, withoutPlatform } };
}

/**
 * Switch the calm variant on or off. Options at their defaults follow the variant's; chosen ones are scaled as the
 * variant scales the defaults, so that a calm GIF is always calmer.
 */
function changeCalm(effect, values, memory, calm) {
  const chosen = chosenOf(effect, values);
  const scaled = {}; // by name: the value without calm, and the one with it
  for (const [name, calmDefault] of Object.entries(options.effectNamed(effect).calm)) {
    const param = options.effectNamed(effect).params.find((each) => each.name === name);
    const before = memory.withoutCalm?.[name];
    if (calm === "yes" && name in chosen) {
      const scaledValue = scaleValue(param, chosen[name], calmDefault / param.default);
      scaled[name] = { without: chosen[name], with: scaledValue };
      chosen[name] = scaledValue;
    } else if (calm !== "yes" && before?.with === values[name]) chosen[name] = before.without;
    else if (calm !== "yes" && name in chosen) chosen[name] = scaleValue(param, chosen[name], param.default / calmDefault);
  }
  return { values: options.withDefaults(effect, { ...chosen, calm }), memory: { ...memory, withoutCalm: scaled } };
}

/** Scale a number, within its range and on its steps. */
function scaleValue({ minimum, maximum, step }, text, factor) {
  const stepped = Math.round((Number(text) * factor) / step) * step;
  return String(Number(Math.min(maximum, Math.max(minimum, stepped)).toFixed(6)));
}
