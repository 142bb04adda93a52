/** The playful captions of effects, in the visitor's language. Only the dialog shows them, so they load with it. */

import { effectDescription, language } from "./i18n.js";
import { capitalise } from "./locale.js";

const { default: captions } = await import(`./captions-${language}.js`);

/** The caption of an effect; the description of an effect that has none, as those of plugins. */
export const effectCaption = (effect) => (captions[effect.name] ? capitalise(captions[effect.name]) : effectDescription(effect));
