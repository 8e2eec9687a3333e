"""``sansang serve``: the pages for posts, units and the command, in one process."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sansang.cli.installation import data_option, fail, guarded, installed, refuse
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say
    a_file = click.Path(path_type=Path, exists=True, dir_okay=False)

    @click.command(help=say(mark("Serve the pages: over HTTPS, by a local authority unless a certificate is given.")))
    @data_option(voice)
    @click.option("--port", default=8443, show_default=True, help=say(mark("The port.")))
    @click.option("--host", default="0.0.0.0", show_default=True, help=say(mark("The address to listen at.")))  # noqa: S104 a ward's own network
    @click.option("--name", "names", multiple=True, help=say(mark("A further name of this machine on the network.")))
    @click.option("--cert", type=a_file, help=say(mark("A certificate (with its chain), as PEM.")))
    @click.option("--key", type=a_file, help=say(mark("The certificate's key, as PEM.")))
    @click.option("--behind-proxy", is_flag=True, help=say(mark("Plain, for a proxy before it that speaks HTTPS.")))
    @click.option("--plain", is_flag=True, help=say(mark("Plain HTTP, for a trial: no writing without a network.")))
    def serve(
        data: Path | None,
        port: int,
        host: str,
        names: tuple[str, ...],
        cert: Path | None,
        key: Path | None,
        behind_proxy: bool,
        plain: bool,
    ) -> None:
        if (cert is None) != (key is None):
            refuse(voice, mark("Give --cert and --key together."))
        if sum((cert is not None, behind_proxy, plain)) > 1:
            refuse(voice, mark("Choose one of --cert with --key, --behind-proxy and --plain."))
        place = installed(voice, data)
        os.environ["SANSANG_SCHEME"] = "http" if plain else "https"
        from sansang.site.starting import load_django

        guarded(voice, place, load_django)
        from sansang.site.certificates import certificate, own_names
        from sansang.site.installing import InUse, NeedsMigration
        from sansang.site.serving import Listening
        from sansang.site.serving import serve as run

        known = [*names, *own_names()]
        if cert is None and not behind_proxy and not plain:
            cert, key = certificate(place, known)
        shown = names[0] if names else known[-1]
        address = "" if behind_proxy else f"{'http' if plain else 'https'}://{shown}:{port}"
        if address:
            click.echo(
                say(mark("Open {address} – on a phone first {address}/trust/ – stop with Ctrl-C."), address=address)
            )
        if plain:
            click.echo(
                say(mark("warning: over plain HTTP nothing can be written without a network, and others can listen.")),
                err=True,
            )
        try:
            run(place, Listening(host, port, cert, key, address, behind_proxy))
        except InUse:
            fail(voice, mark("Another process writes at {folder}. Stop it, then ask again."), folder=place.folder)
        except NeedsMigration:
            refuse(voice, mark("The tables are of an earlier version. Bring them to this one with: sansang init"))
        except OSError as wrong:
            fail(
                voice,
                mark("Can't listen at {host}:{port}: {reason}."),
                host=host,
                port=port,
                reason=wrong.strerror or wrong,
            )

    return serve
