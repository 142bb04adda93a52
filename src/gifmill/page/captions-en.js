/** A playful caption in English of each effect, by its name. */

export default {
  blur: "a mosaic that resolves into the photo", recursive: "the photo, tiled with ever smaller copies of itself",
  cyclic: "ever smaller copies that take on the colours of the photo", shake: "it cannot stand still",
  party: "all colours, once round", glitch: "a tape that has been played too often",
  pat: "a hand that pats it on the head", spin: "round and round it goes", bounce: "made of rubber",
  zoom: "slowly closer, and back", wiggle: "a step to the left, a step to the right: almost three dimensions",
  swirl: "stirred, not shaken", kaleidoscope: "a few mirrors and a tube",
  reveal: "out of the blocks, and back into them", droste: "the photo in the photo in the photo",
  ripple: "three drops in a pond",
  intensifies: "it cannot contain itself", heartbeat: "lub-dub, lub-dub", jello: "fresh from the mould",
  flip: "both sides are its better side", slide: "here it comes again",
  dissolve: "gone with the wind, and back again",
  neon: "open all night",
  confetti: "something to celebrate", sunglasses: "deal with it",
};
