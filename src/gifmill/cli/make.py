"""`gifmill make`: GIFs of photos, each saved as soon as it is rendered."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from gifmill.cli.arguments import DEFAULT_NAME, JOBS
from gifmill.cli.chosen_options import chosen_effects, chosen_options
from gifmill.cli.error_report import report_error
from gifmill.cli.name_template import NameTemplate
from gifmill.cli.named_format import with_named_format
from gifmill.cli.output_paths import check_sources, plan_output_paths
from gifmill.cli.output_target import OutputTarget
from gifmill.cli.progress_bar import ProgressBar
from gifmill.cli.terminal import write_stderr
from gifmill.effects import format_value

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from gifmill.cli.file_errors import FileError
    from gifmill.cli.gif_pool import GifPool
    from gifmill.cli.photo_gifs import NoPool, Outcomes
    from gifmill.effects import Effect
    from gifmill.errors import GifmillError
    from gifmill.rendering import Options
    from gifmill.settings import Settings


_FLASHING_ALLOWED = (
    "gifmill: warning: with --allow-flashing, GIFs can flash dangerously. Flashes can cause seizures.\n"
)


def make_gifs(arguments: Namespace) -> int:
    """Run `gifmill make`; return the exit code."""
    from gifmill.cli.gif_maker import GifMaker  # imports threads, which no other command needs

    sources, effects = arguments.photos, chosen_effects(arguments)
    options = chosen_options(arguments, effects)
    at_a_time = int(JOBS.read(arguments.jobs))
    target = OutputTarget.parse(arguments.output)
    target.check(len(sources), len(effects), arguments)
    template = _name_template(arguments, target)
    flag, name = ("-o", target.text) if target.name else ("--name", template.text)
    options = with_named_format(options, effects, arguments, flag, name)
    plan = _plan_paths(sources, effects, target, template, options)
    settings = _read_settings()
    target.create_folder()

    if arguments.allow_flashing and not arguments.quiet:
        write_stderr(_FLASHING_ALLOWED)
    total, exit_code = len(plan) * len(effects), 0
    with (
        _open_pool(min(at_a_time, total)) as pool,
        ProgressBar(total, None if arguments.quiet else sys.stderr) as progress,
    ):
        maker = GifMaker(
            effects,
            options,
            settings,
            to_stdout=target.is_stdout,
            overwrite=not arguments.no_clobber,
            as_json=arguments.json,
            saving=pool.saving,
            allow_flashing=arguments.allow_flashing,
        )
        made = pool.make(maker.gifs_of(source, paths) for source, paths in plan.items())
        print_gif = _print_nothing if arguments.quiet else target.print_line
        for source, paths in plan.items():
            progress.show(source)
            with closing(next(made)) as outcomes:
                error = _print(paths, outcomes, progress, print_gif)
            if error:
                exit_code = max(exit_code, report_error(error, source, as_json=arguments.json))
    return exit_code


def _name_template(arguments: Namespace, target: OutputTarget) -> NameTemplate:
    if target.name:
        return NameTemplate.literal(target.name)
    return NameTemplate.parse(DEFAULT_NAME if arguments.name_template is None else arguments.name_template)


def _plan_paths(
    sources: Sequence[str],
    effects: Sequence[Effect],
    target: OutputTarget,
    template: NameTemplate,
    options: Options,
) -> dict[str, list[Path]]:
    """Return the output paths of each photo."""
    check_sources(sources)
    if target.folder is None:
        return {source: [Path(target.text)] for source in sources}
    values = {name: format_value(value) for name, value in options.values(effects[0]).items()}
    return plan_output_paths(sources, target.folder, template, effects, values)


def _read_settings() -> Settings:
    from gifmill.settings import SINGLE_USER, Settings  # only `make` needs them

    return Settings.from_env(base=SINGLE_USER)


def _open_pool(jobs: int) -> GifPool | NoPool:
    """Return a pool that makes up to `jobs` GIFs at a time."""
    if jobs == 1:
        from gifmill.cli.photo_gifs import NoPool

        return NoPool()
    from gifmill.cli.gif_pool import GifPool  # imports an executor, which one GIF does not need

    return GifPool(jobs)


def _print(
    paths: Sequence[Path], outcomes: Outcomes, progress: ProgressBar, print_gif: Callable[[str], None]
) -> GifmillError | FileError | None:
    """Print the lines of a photo's GIFs; return the first error."""
    left = len(paths)
    failed: GifmillError | FileError | None = None
    for path in paths:
        progress.show(path.name)
        outcome = next(outcomes, None)
        if isinstance(outcome, str):
            progress.advance()
            left -= 1
            print_gif(outcome)
        else:
            failed = failed or outcome
    progress.advance(left)
    return failed


def _print_nothing(_: str) -> None:
    pass
