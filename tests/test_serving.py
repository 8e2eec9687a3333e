"""A town's only IT person serves the pages: addresses, certificates, stops, proxies, and whoever is locked out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Served, served
from tests.test_installation import run


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An installation, served."""
    with served(tmp_path_factory.mktemp("here") / "data") as one:
        yield one


# Whoever is locked out


def in_django(folder: Path, code: str) -> None:
    """Do something to the accounts of an installation, as a page would."""
    begun = "from sansang.site.starting import load_django\nload_django()\n"
    env = {**os.environ, "SANSANG_DATA": str(folder)}
    subprocess.run([sys.executable, "-c", begun + code], env=env, check=True)


def test_the_only_administrator_who_shut_themself_out_is_let_in_at_the_terminal(here: Served) -> None:
    in_django(
        here.folder,
        "from allauth.mfa.models import Authenticator\n"
        "from django.contrib.auth import get_user_model\n"
        "from sansang.accounts.people import shut_out\n"
        "user = get_user_model().objects.get(username='quan-tri')\n"
        "Authenticator.objects.create(user=user, type='totp', data={'secret': 'x'})\n"
        "shut_out('quan-tri')\n",
    )
    # While it is served: the work is handed to the process that writes.
    said = run("let-in", "quan-tri", "--data", here.folder, "--forget-second-factor", "--administrator")
    assert (said.returncode, said.stderr) == (0, "")
    assert "quan-tri was shut out, and is so no more" in said.stdout
    assert "The second factor of quan-tri is taken away" in said.stdout
    assert "role of an administrator" not in said.stdout, "it is held already"
    here.password = said.stdout.split(" with ")[1].split()[0]
    assert here.signed_in().get("/people/").status_code == 200


def test_where_no_administrator_is_left_the_terminal_makes_one(here: Served) -> None:
    assert here.signed_in().post("/people/person/", {"name": "Lê Thị Bình", "id": "binh"}).status_code == 200
    said = run("let-in", "binh", "--data", here.folder, "--administrator")
    assert "binh has the role of an administrator, over everything." in said.stdout
    binh = here.signed_in("binh", said.stdout.split(" with ")[1].split()[0])
    assert binh.post("/people/person/", {"name": "Võ An", "id": "an"}).status_code == 200


def test_nobody_is_let_in_who_is_not_listed(here: Served) -> None:
    said = run("let-in", "quan-tr", "--data", here.folder)
    assert said.returncode == 2
    assert "quan-tri" in said.stderr
