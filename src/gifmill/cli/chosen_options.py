"""The effects and options that a command line chooses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gifmill.cli.arguments import DEFAULT_PACK, FLAGS
from gifmill.effects import PACK_OPTIONS, PACKS, display_value, select_effects
from gifmill.errors import InvalidOption, InvalidRequest, UnknownEffect
from gifmill.rendering import COMMON, MAX_BYTES, Options, option_given_twice, with_defaults

if TYPE_CHECKING:
    from argparse import Namespace

    from gifmill.effects import Effect, Value

_SIZE = re.compile(r"([0-9]+)(?:\.([0-9]+))? ?([kmg])(i?)b", re.IGNORECASE)

_POWERS = {"k": 1, "m": 2, "g": 3}


def chosen_effects(arguments: Namespace) -> tuple[Effect, ...]:
    """Return the effects of -e or --pack, each once, in order.

    Raises:
        UnknownEffect: no effect or pack has a name.
    """
    selected = [effect for name in _names(arguments) for effect in select_effects(name)]
    return tuple({effect.name: effect for effect in selected}.values())


def chosen_options(arguments: Namespace, effects: tuple[Effect, ...]) -> Options:
    """Return the options of all flags and -p, and the defaults of the pack if it is chosen alone.

    Raises:
        InvalidRequest: -p is malformed, or an option is given twice.
        UnknownOption, InvalidOption: as for `Options.read`. Messages name the flags.
    """
    names = _names(arguments)
    pack = PACK_OPTIONS.get(names[0], {}) if len(names) == 1 else {}
    given = [(param.name, value) for param in COMMON if (value := getattr(arguments, param.name)) is not None]
    for pair in arguments.param:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidRequest(
                f"-p {pair} is not of the form NAME=VALUE. `gifmill effects` lists the names."
            )
        given.append((name, value))
    chosen: dict[str, object] = {}
    for name, value in given:
        if name in chosen:
            raise option_given_twice(FLAGS.get(name, name))
        chosen[name] = _read_bytes(value) if name == MAX_BYTES.name else value
    return Options.read(with_defaults(pack, chosen), effects, FLAGS)


def _names(arguments: Namespace) -> list[str]:
    """Return the names of -e, which can hold several with commas, or that of the pack."""
    if arguments.effect:
        return [name for each in arguments.effect for name in each.split(",")]
    pack = arguments.pack if arguments.pack is not None else DEFAULT_PACK
    if pack in PACKS:
        return [pack]
    from gifmill.suggestions import did_you_mean

    near = did_you_mean(pack, PACKS)
    known = f"Packs: {', '.join(PACKS)}. For an effect, use -e."
    raise UnknownEffect(f"Unknown pack {pack[:40]!r}. {near}{known}")


def _read_bytes(text: str) -> Value:
    """Read a number of bytes, with or without a unit: powers of 1,000 (kB), or of 1,024 (KiB).

    A unit without B is rejected, because it can mean either.

    Raises:
        InvalidOption: not a whole number of bytes, or out of range.
    """
    try:
        return MAX_BYTES.read(_without_unit(text))
    except InvalidOption as error:
        flag, shown = FLAGS[MAX_BYTES.name], display_value(text)
        advice = f"Use {MAX_BYTES.valid}, or a unit: 1MB, 128kB, 256KiB."
        raise InvalidOption(f"{flag}={shown} is not valid. {advice}") from error


def _without_unit(text: str) -> int | str:
    """Return a size with a unit as a number of bytes; any other text as it is."""
    if not (size := _SIZE.fullmatch(text)):
        return text
    whole, fraction, power, binary = size.groups(default="")
    unit = (1024 if binary else 1000) ** _POWERS[power.lower()]
    parts = 10 ** len(fraction)
    number, rest = divmod(int(whole + fraction) * unit, parts)
    return text if rest else number
