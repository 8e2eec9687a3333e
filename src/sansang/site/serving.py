"""How is an installation served? One process that answers requests and is the only one that writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sansang.site.asgi import application
from sansang.site.data_directory import BEHIND_PROXY, DataDirectory
from sansang.site.install import NeedsMigration, connect, is_current, working
from sansang.site.server import ending_cleanly, listen, run
from sansang.web.night.live import LiveStream
from sansang.web.shared.current_installation import CURRENT


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where the server listens, with which certificate (None: plain HTTP), and whether behind a proxy.

    ``address`` is where phones find it; "" where only the request tells.
    """

    host: str
    port: int
    certificate: Path | None
    key: Path | None
    address: str
    is_behind_proxy: bool = False


def serve(directory: DataDirectory, options: ServerOptions, on_start: Callable[[], None]) -> None:
    """Serve until the process is stopped; ``on_start`` is called when it answers.

    Raises CannotListen, InUse, NoInstallation or NeedsMigration.
    """
    if not is_current(connect(directory), with_accounts=True):
        raise NeedsMigration(str(directory.folder))

    def started() -> None:
        if options.address or options.is_behind_proxy:
            directory.address.write_text(f"{options.address or BEHIND_PROXY}\n", "utf-8")
        on_start()

    with ending_cleanly(), working(directory) as installation:
        stream = LiveStream()
        installation.store.listeners.append(stream.publish)
        CURRENT.installation, CURRENT.address = installation, options.address
        CURRENT.has_own_authority = (
            options.certificate is not None and options.certificate.parent == directory.certificates
        )
        try:
            proxies = list(directory.read_settings().proxies) if options.is_behind_proxy else []
            listener = listen(options.host, options.port)
            run(application(directory, stream), listener, options.certificate, options.key, proxies, started)
        finally:
            directory.address.unlink(missing_ok=True)
            installation.store.listeners.remove(stream.publish)
            CURRENT.installation = None
