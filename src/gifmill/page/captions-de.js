/** A playful caption in German of each effect, by its name. */

export default {
  blur: "ein Mosaik, das sich zum Foto auflöst",
  recursive: "das Foto, gekachelt mit immer kleineren Kopien seiner selbst",
  cyclic: "immer kleinere Kopien, die die Farben des Fotos annehmen", shake: "es kann nicht stillstehen",
  party: "alle Farben, einmal reihum", glitch: "ein Band, das zu oft gespielt wurde",
  pat: "eine Hand, die ihm den Kopf tätschelt", spin: "immer rundherum", bounce: "ganz aus Gummi",
  zoom: "langsam näher, und zurück", wiggle: "ein Schritt nach links, einer nach rechts: fast drei Dimensionen",
  swirl: "gerührt, nicht geschüttelt", kaleidoscope: "ein paar Spiegel und ein Rohr",
  reveal: "aus den Blöcken heraus und wieder hinein", droste: "das Foto im Foto im Foto",
  ripple: "drei Tropfen in einem Teich", intensifies: "es wird immer heftiger", heartbeat: "bumm-bumm, bumm-bumm",
  jello: "frisch aus der Form gestürzt", flip: "beide Seiten sind die schönere", slide: "da kommt es schon wieder",
  dissolve: "vom Winde verweht, und wieder zurück", neon: "die ganze Nacht geöffnet",
  confetti: "es gibt etwas zu feiern", sunglasses: "ganz schön lässig",
};
