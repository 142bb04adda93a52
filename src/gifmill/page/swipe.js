/** Swipes over a picture. */

const MIN_PX = 40;
const MAX_SLOPE = 0.6; // steeper movements scroll

/**
 * Call `onSwipe` with 1 for a swipe to the next item and -1 for one to the previous, which is mirrored where text runs
 * from right to left. The element follows the finger. It needs `touch-action: pan-y pinch-zoom`.
 */
export function listenToSwipes(element, onSwipe) {
  let start; // {id, x, y}

  const distance = ({ clientX, clientY }) => [clientX - start.x, clientY - start.y];
  const isSwipe = (dx, dy) => Math.abs(dx) > MIN_PX && Math.abs(dy) < Math.abs(dx) * MAX_SLOPE;

  function end() {
    start = undefined;
    element.style.removeProperty("translate");
  }

  element.addEventListener("pointerdown", (event) => {
    if (start) return end(); // a second finger zooms
    if (event.pointerType === "mouse" || visualViewport?.scale > 1) return;
    start = { id: event.pointerId, x: event.clientX, y: event.clientY };
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId !== start?.id) return;
    const [dx, dy] = distance(event);
    element.style.setProperty("translate", Math.abs(dy) < Math.abs(dx) ? `${dx}px` : "0");
  });
  element.addEventListener("pointerup", (event) => {
    if (event.pointerId !== start?.id) return;
    const [dx, dy] = distance(event);
    end();
    if (isSwipe(dx, dy)) onSwipe((dx < 0) === (getComputedStyle(element).direction === "ltr") ? 1 : -1);
  });
  element.addEventListener("pointercancel", end);
}
