"""The `stancewire` command: one file a command, or a group of commands.

Each command imports what it needs when it runs, so that `stancewire --help` stays quick. Exit codes
stand in `service.errors`.
"""

import sys

import typer

from labels.errors import StancewireError
from service.cli import (
    agreement,
    alerts,
    evaluate,
    export,
    feeds,
    keys,
    labels,
    models,
    queue,
    retrain,
    serve,
    tag,
    train,
    versions,
    watch,
)
from service.errors import meaning

app = typer.Typer(
    name="stancewire",
    help="Who says what about whose intervention, sentence by sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    train,
    tag,
    evaluate,
    models,
    serve,
    export,
    labels,
    queue,
    agreement,
    retrain,
    versions,
    feeds,
    alerts,
    keys,
    watch,
):
    group.register(app)


def main() -> None:
    """Run the command line; an error that the user can mend is one line, not a traceback."""
    try:
        app()
    except StancewireError as error:
        print(f"stancewire: {error}", file=sys.stderr)
        sys.exit(meaning(error).exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our pipe left (`| head`): nothing to say, and nobody to say it to.
        sys.stderr.close()
        sys.exit(141)


__all__ = ["app", "main"]
