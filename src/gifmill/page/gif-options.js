/** Options of GIFs: as texts, as the server writes them in names, and as values by name. */

const COMMON = ["size", "for", "preset", "crop", "calm", "format"];

let effects = new Map();
let common = [];
let targets = [];

/** Learn the registry, as GET /v1/effects gives it. */
export function begin(registry) {
  effects = new Map(registry.effects.map((effect) => [effect.name, effect]));
  common = registry.options;
  targets = registry.targets;
}

const everyParam = (effect) => [...(effects.get(effect)?.params ?? []), ...common];

/** The parameters of an effect that a visitor may turn: its own, then those of every effect. */
export const paramsOf = (effect) => [
  ...effects.get(effect).params,
  ...COMMON.flatMap((name) => common.filter((param) => param.name === name)),
];

/** Whether every effect has an option of this name. */
export const isCommon = (name) => common.some((param) => param.name === name);

/** The effects' names, in the registry's order. */
export const effectNames = () => [...effects.keys()];

export const effectNamed = (name) => effects.get(name);

/** "seed=5,size=300" as {seed: "5", size: "300"}; "default" is nothing. */
export const read = (text) => (text === "default" ? {} : Object.fromEntries(text.split(",").map((pair) => pair.split("="))));

/** What the place that a GIF is for decides by itself, by name: nothing where it is for anywhere. */
export function decidedBy(place) {
  const { name, title, minimum_size: least, maximum_size: most, ...decided } = limitsOf(place) ?? {};
  return decided;
}

/** Whether there are places that decide this option. */
export const isOfPlaces = (option) => targets.some(({ name }) => option in decidedBy(name));

/** What a place takes, if it is one with limits: {format, max_bytes, size?, crop?, minimum_size?, maximum_size?}. */
export const limitsOf = (place) => targets.find(({ name }) => name === place);

/** What each option is where nothing is chosen: places and calm variants have defaults of their own. */
function defaultsOf(effect, { for: place, calm }) {
  const own = Object.fromEntries(everyParam(effect).map((param) => [param.name, param.default]));
  return { ...own, ...decidedBy(place), ...(calm === "yes" ? effects.get(effect)?.calm : {}) };
}

const texts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** Every option of an effect by name, as texts; defaults where none is given. */
export const filled = (effect, given) => ({ ...texts(defaultsOf(effect, given)), ...texts(given) });

/** What tells the GIFs of a photo apart. */
export const keyOf = ({ effect, options: text }) => `${text}/${effect}`;

/** Every option of a GIF, as texts. */
export const valuesOf = ({ effect, options }) => filled(effect, read(options));

/** Values as the server writes them: sorted by name, without what is the default. */
export function write(effect, values) {
  const chosen = texts(values);
  const usual = texts(defaultsOf(effect, chosen));
  const differing = Object.keys(chosen).filter((name) => name in usual && chosen[name] !== usual[name]);
  return differing.sort().map((name) => `${name}=${chosen[name]}`).join(",") || "default";
}
