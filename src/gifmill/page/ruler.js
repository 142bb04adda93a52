/** Rulers in SVG: ticks for the frames of a GIF, or for the remaining hours. */

export function svgElement(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Draw ticks at the given positions (0 to 1); the first `filled` of them are dark. */
function drawTicks(ruler, positions, filled = positions.length) {
  ruler.replaceChildren(...positions.map((position, i) => svgElement("line", {
    x1: `${position * 100}%`, x2: `${position * 100}%`, y1: i % 6 ? "35%" : "0%", y2: "100%", class: i < filled ? "tick-filled" : "tick-empty",
  })));
}

/** Draw a ruler of `total` equal intervals, `filled` of them dark. */
export const drawRuler = (ruler, total, filled) =>
  drawTicks(ruler, Array.from({ length: total + 1 }, (_, i) => i / total), filled && filled + 1);

/** Draw one tick a frame at its start time, and a playhead that steps from tick to tick. */
export function drawFrameRuler(host, delays) {
  const total = delays.reduce((sum, delay) => sum + delay, 0) || 1;
  let sum = 0;
  const positions = delays.map((delay) => (sum += delay, (sum - delay) / total));
  const ruler = svgElement("svg", { class: "ruler" });
  drawTicks(ruler, [...positions, 1]);
  const playhead = document.createElement("span");
  playhead.className = "playhead";
  host.replaceChildren(ruler, playhead);
  const keyframes = positions.map((position) => ({ transform: `translateX(${position * 100}%)`, offset: position, easing: "steps(1, end)" }));
  const durationMs = total * 10;
  let animation;
  playhead.hidden = true;
  const start = () => {
    playhead.hidden = false;
    animation ??= playhead.animate([...keyframes, { ...keyframes.at(-1), offset: 1 }], { duration: durationMs, iterations: Infinity });
  };
  return {
    play() {
      start();
      animation.play();
    },
    /** Pause in the middle of a frame. */
    pauseAt(index) {
      start();
      animation.pause();
      animation.currentTime = ((positions[index] + (positions[index + 1] ?? 1)) / 2) * durationMs;
    },
    /** Remove the animation: a browser keeps one that runs for ever, with its element, also after both are unused. */
    stop() {
      playhead.hidden = true;
      animation?.cancel();
      animation = undefined;
    },
  };
}
