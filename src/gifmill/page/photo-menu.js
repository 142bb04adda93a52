/** The menu of a photo: options of all its GIFs, and deletion. It is beside the wall, or in a sheet. */

import { changeAll } from "./all-options.js";
import { $ } from "./dom.js";
import { optionNamed, platformLimits } from "./gif-options.js";
import { platformName, t } from "./i18n.js";
import { formatNumber } from "./locale.js";
import { deletePhoto } from "./photo-deletion.js";
import { currentPhoto, isOwn } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";

const SIZES_PX = [120, 240, 360, 480, 640, 800, 1_080];

const menu = $("#photo-menu");

subscribe(currentPhoto, draw);
subscribe(({ registry }) => registry, () => draw(currentPhoto()));
subscribe(({ removing, current }) => removing !== undefined && removing === current, drawQuestion);
matchMedia("(min-width: 64rem)").onchange = () => menu.hidePopover(); // beside the wall, as in gifs-view.css

function draw(photo, before) {
  if (photo?.key !== before?.key) {
    menu.hidePopover();
    if (before && getState().removing === before.key) update({ removing: undefined });
  }
  if (!photo) return;
  $("#delete-photo").setAttribute("aria-disabled", Boolean(photo.isDeleting));
  $("#all-options").hidden = !hasOptions(photo);
  if (hasOptions(photo) && optionsDiffer(photo, before)) drawOptions(photo);
}

/** Whether the visitor can change the options of all GIFs. */
const hasOptions = (photo) => Boolean(getState().registry) && isOwn(photo) && photo.stage === "accepted";

/** Whether the controls show something else than another photo's, or the same photo's before. */
const optionsDiffer = (photo, before) =>
  !before || !hasOptions(before) || ["key", "options", "stored"].some((name) => photo[name] !== before[name]);

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
function drawQuestion(isAsking) {
  const hadFocus = $("#delete-question").contains(document.activeElement);
  $("#delete-question").hidden = !isAsking;
  $("#delete-photo").toggleAttribute("data-asked", isAsking);
  if (isAsking) $("#keep-photo").focus();
  else if (hadFocus) $("#delete-photo").focus();
}

$("#delete-photo").onclick = () => { if (!currentPhoto().isDeleting) update({ removing: getState().current }); };
$("#keep-photo").onclick = () => update({ removing: undefined });
$("#delete-now").onclick = () => {
  update({ removing: undefined });
  menu.hidePopover();
  deletePhoto(getState().current);
};

draw(currentPhoto());
