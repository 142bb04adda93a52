"""Selectors and scripts of the page's benchmark. They are valid for older revisions of the page too."""

FILE_INPUT = "#file"
CARD = ".card[data-effect]"
CARD_IMAGE = ".card-picture img"
CARD_BUTTON = ".card-open"
OPEN_DIALOG_IMAGE = "dialog[open] .preview-picture > :is(img, canvas[role])"
UPLOAD_PATH = "/v1/photos?"

SEEN_CARDS = 15
"""A visitor scrolls until the GIFs of this number of cards are on the screen."""

TIMEOUT_MS = 300_000
_SWIPE_MS = 300

CLOCK = f"""
window.gifClock = {{ chosen: 0, painted: {{}} }};
{{
  const images = () => document.querySelectorAll("{CARD} {CARD_IMAGE}");
  const known = new WeakSet(); // images whose paint is awaited or past, or that are of a photo before
  document.addEventListener("change", ({{ target }}) => {{
    if (target.type !== "file" || !target.files.length) return;
    for (const image of images()) known.add(image);
    window.gifClock = {{ chosen: performance.now(), painted: {{}} }};
  }}, true);
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  new MutationObserver(() => {{
    for (const image of images()) {{
      if (known.has(image)) continue;
      known.add(image);
      const clock = window.gifClock;
      const {{ effect }} = image.closest("{CARD}").dataset;
      image.decode().then(painted).then(
        () => {{ clock.painted[effect] ??= performance.now(); }},
        () => known.delete(image),
      );
    }}
  }}).observe(document, {{ childList: true, subtree: true, attributes: true, attributeFilter: ["src"] }});
}}
"""
"""A script of the page: records when a file is chosen, and when each card's GIF is decoded and painted."""

_CARDS = f"""
  const cards = () => [...document.querySelectorAll("{CARD}")].slice(0, {SEEN_CARDS});
  const isPainted = ({{ dataset }}) => dataset.effect in window.gifClock.painted;
  const isOnScreen = (card) => {{
    const {{ top, bottom }} = card.getBoundingClientRect();
    return top + bottom > 0 && top + bottom < 2 * innerHeight; // its middle
  }};
  const frame = () => new Promise(requestAnimationFrame);
  const end = performance.now() + {TIMEOUT_MS};
  const checkTime = () => {{
    if (performance.now() > end) throw new Error(`GIFs are missing: ${{document.body.innerText}}`);
  }};
"""

AWAIT_GIFS_ON_SCREEN = f"""async () => {{
  {_CARDS}
  for (;;) {{
    const seen = cards().filter(isOnScreen);
    if (seen.length && seen.every(isPainted)) return;
    checkTime();
    await frame();
  }}
}}"""
"""Waits until the cards on the screen show GIFs."""

SCROLL_THROUGH_GIFS = f"""async () => {{
  {_CARDS}
  const swipe = async () => {{
    const [from, start] = [scrollY, performance.now()];
    for (let part = 0; part < 1;) {{
      part = Math.min(1, (await frame() - start) / {_SWIPE_MS});
      scrollTo({{ top: from + part * innerHeight * 0.75, behavior: "instant" }});
    }}
  }};
  for (;;) {{
    const all = cards();
    if (all.length === {SEEN_CARDS} && all.every(isPainted)) return;
    const seen = all.filter(isOnScreen);
    if (all.some(isPainted) && seen.every(isPainted) && seen.at(-1) !== all.at(-1)) await swipe();
    checkTime();
    await frame();
  }}
}}"""
"""Scrolls on by three quarters of a screen whenever all cards on it show GIFs, until the first cards do."""

CLOCK_TIMES = f"""() => {{
  {_CARDS}
  const sent = performance.getEntriesByType("resource").find(({{ name }}) => name.includes("{UPLOAD_PATH}"));
  const painted = cards().map(({{ dataset }}) => window.gifClock.painted[dataset.effect]);
  return {{ chosen: window.gifClock.chosen, sent: sent.requestStart, taken: sent.responseEnd, painted }};
}}"""
"""Returns the times of the file choice, the upload and the GIFs of the first cards, in ms."""
