/** What can be done with a photo besides opening its GIFs: options of all GIFs, and deletion. Beside the wall, or in a sheet. */

import { changeAll } from "./all-options.js";
import { optionNamed, platformLimits } from "./gif-options.js";
import { platformName, t } from "./i18n.js";
import { formatNumber } from "./locale.js";
import { deletePhoto } from "./photo-deletion.js";
import { currentPhoto, isOwn } from "./photo-state.js";
import { getState, subscribe } from "./state.js";

const SIZES_PX = [120, 240, 360, 480, 640, 800, 1_080];

const $ = (selector) => document.querySelector(selector);
const menu = $("#photo-menu");

subscribe(currentPhoto, draw);
subscribe(({ registry }) => registry, () => draw(currentPhoto()));
matchMedia("(min-width: 64rem)").onchange = () => menu.hidePopover(); // beside the wall, as in gifs-view.css

function draw(photo, before) {
  if (photo?.key !== before?.key) {
    menu.hidePopover();
    askToDelete(false);
  }
  if (!photo) return;
  $("#all-options").hidden = !getState().registry || !isOwn(photo) || photo.stage !== "accepted";
  if (!$("#all-options").hidden && (photo.options !== before?.options || photo.stored !== before?.stored)) drawOptions(photo);
}

// ---- options of all GIFs ---------------------------------------------------------------------------------------

function drawOptions({ options, stored }) {
  const { registry: { targets } } = getState();
  fill($("#all-platform"), [[t.anywhere, ""], ...targets.map((target) => [platformName(target), target.name])], options.for);
  const { maximum, default: usual } = optionNamed("size");
  const longest = stored ? Math.max(stored.width, stored.height) : maximum;
  const largest = usual >= longest ? usual : SIZES_PX.find((px) => px >= longest) ?? maximum; // a GIF is never larger than its photo
  const chosen = Math.min(largest, options.size ?? usual);
  const sizes = [...new Set([...SIZES_PX.filter((px) => px < longest), chosen, largest])].sort((one, other) => one - other);
  const value = (px) => (px === usual ? "" : String(px));
  fill($("#all-size"), sizes.map((px) => [`${formatNumber(Math.min(px, longest))} px`, value(px)]), value(chosen));
  const isGiven = Boolean(platformLimits(options.for)); // a platform has a size of its own
  for (const part of [$("#all-size"), $("#all-size").labels[0]]) part.hidden = isGiven;
}

const fill = (select, choices, value = "") =>
  select.replaceChildren(...choices.map(([text, each]) => new Option(text, each, false, each === value)));

$("#all-platform").onchange = ({ target }) => changeAll(getState().current, "for", target.value || undefined);
$("#all-size").onchange = ({ target }) => changeAll(getState().current, "size", target.value || undefined);

// ---- deletion --------------------------------------------------------------------------------------------------

/** Ask before a deletion, which nothing can undo. */
function askToDelete(on) {
  $("#delete-question").hidden = !on;
  $("#delete-photo").toggleAttribute("data-asked", on);
}

$("#delete-photo").onclick = () => { askToDelete(true); $("#keep-photo").focus(); };
$("#keep-photo").onclick = () => { askToDelete(false); $("#delete-photo").focus(); };
$("#delete-now").onclick = () => { menu.hidePopover(); deletePhoto(getState().current); };

draw(currentPhoto());
