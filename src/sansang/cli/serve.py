"""``sansang serve``: how are the pages served? In one process, over HTTPS unless asked otherwise."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from sansang.cli.installation import (
    data_option,
    fail,
    installed_directory,
    load_framework,
    refuse,
    reporting_errors,
    require_writable,
)
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.site.certificate_check import CertificateInfo
    from sansang.site.server import CannotListen


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say
    a_file = click.Path(path_type=Path, exists=True, dir_okay=False)

    @click.command(help=say(mark("Serve the pages: over HTTPS, by a local authority unless a certificate is given.")))
    @data_option(voice)
    @click.option("--port", type=click.IntRange(1, 65535), default=8443, show_default=True, help=say(mark("The port.")))
    @click.option(
        "--host", help=say(mark("The address to listen at (default: every one; behind a proxy only 127.0.0.1)."))
    )
    @click.option(
        "--name",
        "names",
        multiple=True,
        envvar="SANSANG_NAMES",
        help=say(mark("A name of this machine on the network (also SANSANG_NAMES); the first one stands in links.")),
    )
    @click.option("--cert", type=a_file, help=say(mark("A certificate (with its chain), as PEM.")))
    @click.option("--key", type=a_file, help=say(mark("The certificate's key, as PEM.")))
    @click.option("--behind-proxy", is_flag=True, help=say(mark("Plain, for a proxy before it that speaks HTTPS.")))
    @click.option("--plain", is_flag=True, help=say(mark("Plain HTTP, for a trial: no writing without a network.")))
    def serve(
        data: Path | None,
        port: int,
        host: str | None,
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
        host = host or ("127.0.0.1" if behind_proxy else "0.0.0.0")  # noqa: S104 a ward's own network
        known = [_ascii_name(voice, name) for name in names]
        pair = _check_certificate(voice, cert, key) if cert is not None and key is not None else None
        directory = installed_directory(voice, data)
        require_writable(voice, directory)
        os.environ["SANSANG_SCHEME"] = "http" if plain else "https"

        load_framework(voice, directory)
        from sansang.site.certificates import certificate, own_names
        from sansang.site.hostnames import in_address
        from sansang.site.install import InUse
        from sansang.site.public_address import EVERYWHERE, public_name
        from sansang.site.server import CannotListen
        from sansang.site.serving import ServerOptions
        from sansang.site.serving import serve as run

        if not directory.secret.exists():
            refuse(
                voice,
                mark("{file} is missing: it signs sessions. Make a new one: sansang init --data {folder}"),
                file=directory.secret,
                folder=directory.folder,
            )
        shown = known[0] if behind_proxy and known else ""
        if not behind_proxy:
            shown = public_name(known, host, pair.name if pair is not None else "")
        scheme, end = "http" if plain else "https", "" if behind_proxy else f":{port}"
        address = f"{scheme}://{in_address(shown)}{end}" if shown else ""

        def on_start() -> None:
            _say_started(voice, address, scheme, host, port, behind_proxy)
            if plain:
                text = mark("warning: over plain HTTP nothing can be written without a network, and others can listen.")
                click.echo(say(text), err=True)

        try:
            with reporting_errors(voice, directory):
                if cert is None and not behind_proxy and not plain:
                    own = [] if host in EVERYWHERE else [host]
                    cert, key = certificate(directory, [*dict.fromkeys([*known, *own, *own_names()])])
                run(directory, ServerOptions(host, port, cert, key, address, behind_proxy), on_start)
        except InUse:
            fail(voice, mark("Another process writes at {folder}. Stop it, then ask again."), folder=directory.folder)
        except CannotListen as wrong:
            _refuse_listening(voice, host, port, wrong)

    return serve


def _ascii_name(voice: Voice, name: str) -> str:
    from sansang.site.hostnames import ascii_name

    try:
        return ascii_name(name)
    except ValueError:
        refuse(
            voice,
            mark("--name {name}: this is no name of a host. Write it without https://, port and path."),
            name=name,
        )


def _check_certificate(voice: Voice, cert: Path, key: Path) -> CertificateInfo:
    from sansang.site.certificate_check import BadCertificate, check_certificate

    try:
        pair = check_certificate(cert, key)
    except BadCertificate as wrong:
        refuse(voice, mark("{file}: {reason}."), file=wrong.path, reason=voice.say(wrong.message, **wrong.values))
    if pair.has_expired:
        text = mark("warning: {file} ran out on {day}: phones refuse it. Renew it, then start again.")
        click.echo(voice.say(text, file=cert, day=f"{pair.until:%d/%m/%Y}"), err=True)
    return pair


def _say_started(voice: Voice, address: str, scheme: str, host: str, port: int, behind_proxy: bool) -> None:
    """Say where people open it, as far as that is known here."""
    if address:
        text = mark("Open {address} – on a phone first {address}/trust/ – stop with Ctrl-C.")
        click.echo(voice.say(text, address=address))
    elif behind_proxy:
        text = mark(
            "Listening at {host}:{port} for the proxy – stop with Ctrl-C."
            " Links take the address that it passes on; --name says it for sure."
        )
        click.echo(voice.say(text, host=host, port=port))
    else:
        text = mark(
            "Open {address} on this machine – stop with Ctrl-C."
            " Under which name phones reach it is not known here: give it with --name."
        )
        click.echo(voice.say(text, address=f"{scheme}://localhost:{port}"))


def _refuse_listening(voice: Voice, host: str, port: int, wrong: CannotListen) -> NoReturn:
    if isinstance(wrong.__cause__, socket.gaierror) or wrong.errno == errno.EADDRNOTAVAIL:
        refuse(
            voice, mark("--host {host} is no address of this machine. Leave it out to listen at every one."), host=host
        )
    if wrong.errno == errno.EADDRINUSE:
        text = mark("Something listens at port {port} already. Stop it, or take another port: --port")
        refuse(voice, text, port=port)
    if wrong.errno == errno.EACCES:
        refuse(
            voice,
            mark(
                "This account may not listen at port {port}. Take one from 1024 on, or let systemd allow it:"
                " AmbientCapabilities=CAP_NET_BIND_SERVICE"
            ),
            port=port,
        )
    refuse(voice, mark("Can't listen at {host}:{port}: {reason}."), host=host, port=port, reason=wrong.reason)
