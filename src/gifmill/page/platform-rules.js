/** What platforms accept, and short explanations of it: what a platform forbids is disabled, not refused later. */

import { choiceLabel, platformName, t } from "./i18n.js";
import { platformLimits } from "./gif-options.js";

/** Whether a platform accepts a value of an option. Without limits, it accepts every one. */
export function isAccepted(platform, option, value) {
  const { format = value, crop = value } = platformLimits(platform) ?? {};
  if (option === "format") return value === format;
  return option !== "crop" || value === crop;
}

/** The sizes that a platform accepts, in px. */
export function acceptedSizes(platform) {
  const { minimum_size: minPx = 0, maximum_size: maxPx = Infinity } = platformLimits(platform) ?? {};
  return { minPx, maxPx };
}

/** Explain what a platform accepts for an option: "An emoji in Slack: GIF only". Empty if it accepts everything. */
export function platformRule(platform, option) {
  const limits = platformLimits(platform);
  const rule = limits && ruleOf(limits, option);
  return rule ? t.platformRule(platformName(limits), rule) : "";
}

function ruleOf(limits, option) {
  const { minPx, maxPx } = acceptedSizes(limits.name);
  if (option === "size" && minPx === maxPx) return t.only(`${minPx} px`);
  if (option === "size" && maxPx < Infinity) return t.atMost(`${maxPx} px`);
  if (option === "size" && minPx > 0) return t.atLeast(`${minPx} px`);
  if (option === "format") return t.only(choiceLabel(limits.format));
  return option === "crop" && limits.crop ? t.only(choiceLabel(limits.crop)) : undefined;
}
