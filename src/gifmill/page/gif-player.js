/** A GIF in an element of the page: it plays, or is paused on its poster frame, and a ruler shows its frames. */

import { decodeFrame, frameDelays, posterFrame } from "./animation-frames.js";
import { fetchGif } from "./api.js";
import { HAS_ALPHA } from "./canvas-images.js";
import { retryWhenOnline } from "./offline-retry.js";
import { drawFrameRuler } from "./ruler.js";

/**
 * Create a player without a GIF.
 *
 * @param picture the element for the image
 * @param frames the element for the ruler
 */
export function createGifPlayer(picture, frames) {
  let shown; // {entry, blob, delays, poster: its canvas, image, ruler}
  let paused = false;
  let hasPlayhead = true;

  function draw() {
    if (!shown) return;
    const { image, poster, ruler, posterIndex } = shown;
    const wanted = paused ? poster : image;
    if (picture.firstElementChild !== wanted) picture.replaceChildren(wanted);
    if (paused) ruler.pauseAt(posterIndex);
    else if (hasPlayhead) ruler.play();
    else ruler.stop();
  }

  return {
    get shown() { return shown; },
    setPaused(on) { paused = on; draw(); },
    /** Show or hide the playhead of a GIF that plays: fifteen of them would take a fifth of a processor core. */
    setPlayhead(on) { hasPlayhead = on; draw(); },

    /** Fetch, decode and show a finished GIF; the previous one stays until then. Returns whether it is shown now. */
    async show(entry, signal) {
      const blob = await retryWhenOnline((retrySignal) => fetchGif(entry.url, retrySignal), signal);
      const delays = frameDelays(new Uint8Array(await blob.arrayBuffer()));
      const posterIndex = posterFrame(delays);
      const image = Object.assign(new Image(), { alt: "", fetchPriority: "high", src: entry.url }); // from the cache, ahead of other downloads
      const [poster] = await Promise.all([decodeFrame(blob, posterIndex), image.decode()]); // no gap between two GIFs
      if (signal.aborted) return false;
      image.classList.toggle(HAS_ALPHA, poster.classList.contains(HAS_ALPHA));
      shown?.ruler.stop();
      shown = { entry, blob, delays, posterIndex, poster, image, ruler: drawFrameRuler(frames, delays) };
      draw();
      return true;
    },

    clear() {
      shown?.ruler.stop();
      shown = undefined;
      frames.replaceChildren();
      picture.replaceChildren();
    },
  };
}
