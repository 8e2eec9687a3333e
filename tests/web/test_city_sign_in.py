"""The city's sign-in, with a provider of this test: a listed person signs in, nobody else does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.served import Client, Served, first_password_in, served

KEY = rsa.generate_private_key(65537, 2048)


@dataclass
class Provider:
    """An OpenID provider on loopback: it asks for no password, and returns the claims that a test sets."""

    address: str = ""
    userinfo: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, Any] | str]:
        """The status and what it says (or where it leads)."""
        match path:
            case "/.well-known/openid-configuration":
                ends = ("authorization", "token", "userinfo")
                said = {f"{name}_endpoint": f"{self.address}/{name}" for name in ends}
                return 200, {"issuer": self.address, "jwks_uri": f"{self.address}/jwks", **said}
            case "/authorization":
                back = urlencode({"code": "c", "state": query["state"][0]})
                return 302, f"{query['redirect_uri'][0]}?{back}"
            case "/token":
                issued: dict[str, Any] = {
                    "iss": self.address,
                    "aud": "sansang",
                    "iat": time.time(),
                    "exp": time.time() + 60,
                }
                token = jwt.encode({**issued, **self.token}, KEY, "RS256", {"kid": "k"})
                return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}
            case "/userinfo":
                return 200, self.userinfo
            case "/jwks":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                return 200, {"keys": [{**public, "kid": "k", "alg": "RS256"}]}
        return 404, {}

    def says(self, sub: str, **claims: str) -> None:
        """The next sign-in is of this person."""
        self.userinfo, self.token = {"sub": sub, **claims}, {"sub": sub}


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider, listening."""
    one = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = urlsplit(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = one.answer(at.path, parse_qs(at.query))
            self.send_response(status)
            if isinstance(said, str):
                self.send_header("Location", said)
                said = {}
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        one.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield one
        server.shutdown()


@pytest.fixture(scope="module")
def city() -> Iterator[Provider]:
    """One provider for all of this file."""
    with provider() as one:
        yield one


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, city: Provider) -> Iterator[Served]:
    """An installation that knows two sign-ins by the provider: by its name for people, and by their number."""
    with served(tmp_path_factory.mktemp("city") / "d") as one:
        _tell(one.folder, city)
        one.kill()
        one.start()
        yield one


def _tell(folder: Path, city: Provider) -> None:
    text = ""
    for name, more in (("city", ""), ("number", 'claim = "employee_number"\n')):
        text += f'[[openid_connect]]\nid = "{name}"\nname = "Thành phố ({name})"\nserver_url = "{city.address}"\n'
        text += f'client_id = "sansang"\nsecret = "x"\n{more}'
    with (folder / "sansang.toml").open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person, who has let two others in."""
    one = here.signed_in()
    for person in ("binh", "nv-017", "chi"):
        first_password_in(
            one.post("/people/person/", {"name": f"{person} (hư cấu)", "id": person, "account": "1"}).text
        )
        one.post("/people/grant/", {"person": person, "role": "observer", "area": "p1"})
    return one


def came_in(here: Served, by: str = "city") -> tuple[Client, str, str]:
    """Somebody who has gone by the link of the sign-in page: where that has led, and what the page says."""
    client = here.client()
    assert f"/accounts/oidc/{by}/login/" in client.get("/accounts/login/").text
    answer = client.get(f"/accounts/oidc/{by}/login/")
    while answer.is_redirect:
        answer = client.http.get(answer.headers["location"])
    return client, answer.url.path, answer.text


def test_a_listed_person_signs_in_without_a_password(here: Served, chief: Client, city: Provider) -> None:
    city.says("1", preferred_username="binh")
    client, path, _ = came_in(here)
    assert path == "/"
    assert 'data-person="binh"' in client.get("/").text
    # From then on by what never changes, whatever the name is.
    city.says("1", preferred_username="doi-ten")
    assert 'data-person="binh"' in came_in(here)[0].get("/").text


def test_the_name_is_taken_from_the_claim_of_the_settings(here: Served, chief: Client, city: Provider) -> None:
    city.says("2", preferred_username="binh", employee_number="nv-017")
    assert 'data-person="nv-017"' in came_in(here, "number")[0].get("/").text


@pytest.mark.parametrize("claims", [{"preferred_username": "khong-ai"}, {"preferred_username": ""}, {}], ids=str)
def test_somebody_who_is_not_listed_is_redirected_with_the_reason(
    here: Served, chief: Client, city: Provider, claims: dict[str, str]
) -> None:
    city.says("3", **claims)
    client, path, page = came_in(here)
    assert path == "/accounts/login/"
    assert "không có ai mang tên" in page
    assert client.get("/").url.path == "/accounts/login/"


def test_a_token_and_claims_of_two_different_people_are_refused(here: Served, chief: Client, city: Provider) -> None:
    city.says("4", preferred_username="binh")
    city.token = {"sub": "5"}
    assert came_in(here)[1] == "/accounts/login/"


def test_somebody_who_is_shut_out_cannot_sign_in_connected_before_or_not(
    here: Served, chief: Client, city: Provider
) -> None:
    city.says("6", preferred_username="chi")
    inside, path, _ = came_in(here)
    assert path == "/"
    chief.post("/people/shut/", {"person": "chi"})
    assert inside.get("/").url.path == "/accounts/login/"
    for sub in ("6", "7"):
        city.says(sub, preferred_username="chi")
        client, path, page = came_in(here)
        assert path == "/accounts/login/"
        assert "khóa" in page
        assert client.get("/").url.path == "/accounts/login/"
