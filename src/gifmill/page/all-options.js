/** Options of all GIFs of a photo, changed together. */

import { keepPhoto } from "./device-photos.js";
import { formatOptions, parseOptions, platformDefaults } from "./gif-options.js";
import { changePhoto, photoOf } from "./photo-state.js";

/**
 * Set an option of all GIFs, or its default if `value` is undefined. GIFs that were changed one by one keep their other
 * options, except those that the platform sets. Cards on the screen order their GIFs again; what was ordered before is kept.
 */
export function changeAll(key, name, value) {
  const photo = photoOf(key);
  const options = withOption(photo.options, name, value);
  const changed = Object.entries(photo.changed).map(([effect, text]) =>
    [effect, formatOptions(effect, withOption(parseOptions(text), name, value))]);
  const differing = changed.filter(([effect, text]) => text !== formatOptions(effect, options));
  changePhoto(key, { options, changed: Object.fromEntries(differing), wanted: [] });
  keepPhoto(photoOf(key));
}

function withOption(values, name, value) {
  const { [name]: before, ...others } = values;
  const platforms = name === "for" ? [before, value] : [];
  for (const platform of platforms) for (const option in platformDefaults(platform)) delete others[option];
  return value === undefined ? others : { ...others, [name]: value };
}
