"""The type of `EFFECTS`: a tuple of effects that is also indexed by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex, overload

from gifmill.effects.effect import Effect
from gifmill.errors import UnknownEffect
from gifmill.suggestions import did_you_mean

if TYPE_CHECKING:
    from typing import Self


class EffectTable(tuple[Effect, ...]):
    """A tuple of effects that also finds them by name.

    It is indexed by position and iterates over effects, as a tuple does. A name works where an effect or its
    index does: `EFFECTS["spin"]`, `"spin" in EFFECTS`. Effects of installed packages are not in it:
    `gifmill.effects.find_effect` finds these, too.
    """

    __slots__ = ()

    def __new__(cls, *effects: Effect) -> Self:
        """Make a table of effects with different names."""
        return super().__new__(cls, effects)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the effects, in their order."""
        return tuple(effect.name for effect in self)

    def get(self, name: str) -> Effect | None:
        """Return the effect of this name, or None."""
        return next((effect for effect in self if effect.name == name), None)

    @overload
    def __getitem__(self, key: str | SupportsIndex) -> Effect: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Effect, ...]: ...
    def __getitem__(self, key: str | SupportsIndex | slice) -> Effect | tuple[Effect, ...]:
        """Return the effect of a name or at an index, or the tuple of a slice.

        Raises:
            UnknownEffect: no effect has this name. It is a KeyError, too.
            IndexError: there is no such index.
        """
        if not isinstance(key, str):
            return super().__getitem__(key)
        if (effect := self.get(key)) is None:
            near = did_you_mean(key, self.names)
            raise UnknownEffect(f"Unknown effect {key[:40]!r}. {near}Effects: {', '.join(self.names)}.")
        return effect

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None if isinstance(key, str) else super().__contains__(key)

    def __reduce__(self) -> tuple[type[EffectTable], tuple[Effect, ...]]:
        return type(self), tuple(self)
