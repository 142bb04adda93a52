"""Our encoder beside its peers: time, bytes and quality on the same frames, in one run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bench.contest import moving
from bench.peers import PEERS
from bench.pictures import JUDGES, OUT, PHOTOS
from bench.report import machine
from bench.rounds import Part, run, write
from bench.scores import formatted, means
from gifmill.effects import EFFECTS, audience

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL = [effect.name for effect in EFFECTS]
MAIN = [name for name, peer in PEERS.items() if peer.main]


def _photos(text: str) -> list[str]:
    groups = {"tune": list(PHOTOS), "judge": list(JUDGES)}
    names = [name for part in text.split(",") for name in groups.get(part, [part])]
    for name in names:
        if name not in {**PHOTOS, **JUDGES}:
            raise argparse.ArgumentTypeError(f"no photo {name!r}: there are {', '.join([*PHOTOS, *JUDGES])}")
    return names


def _effects(text: str) -> list[str]:
    return [effect.name for part in text.split(",") for effect in audience(part)]


def _peers(text: str) -> list[str]:
    groups = {"all": list(PEERS), "main": MAIN, "none": []}
    names = groups.get(text, text.split(","))
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"no peer {name!r}: there are {', '.join(PEERS)}")
    return names


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.encoders", description=__doc__)
    parser.add_argument("--photos", type=_photos, default="judge", help="tune, judge, or names with commas")
    parser.add_argument("--effects", type=_effects, default="all", help="packs or effects with commas")
    parser.add_argument("--size", type=int, default=300, metavar="PX", help="the longest side (default: 300)")
    parser.add_argument("--peers", type=_peers, default="main", help="all, main, none, or names with commas")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="rounds that count (default: 3)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parsed(arguments)
    versions = {name: PEERS[name].version() for name in chosen.peers}
    peers = [name for name, version in versions.items() if version]
    print(machine("numpy", "pillow"))
    print("Peers:", ", ".join(dict.fromkeys(version for version in versions.values() if version)))
    for name in versions.keys() - set(peers):
        print(f"MISSING on this machine: {name}")
    rows = list(run([Part(chosen.size, chosen.photos, chosen.effects, peers)], chosen.repeats))
    OUT.mkdir(exist_ok=True)
    write(rows, OUT / "encoders.csv")
    for effect in chosen.effects:
        print(f"\n## {effect}\n\n{formatted(list(means(rows, [effect]).values()))}")
    motion = [effect for effect in chosen.effects if effect in moving()]
    if 1 < len(motion) < len(chosen.effects):
        print(f"\n## motion\n\n{formatted(list(means(rows, motion).values()))}")
    print(f"\n## all\n\n{formatted(list(means(rows, chosen.effects).values()))}")


if __name__ == "__main__":
    main()
