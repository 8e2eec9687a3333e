"""What does a bad network cost? ``python -m benchmarks.drain``: three days of lines sent at 256 kbit/s; a first visit.

The lines are laid into the browser's own outbox as the page does it, encrypted under the key of the signed-in person;
then the network comes back, slow, and the page sends them.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.served import browser, served, sign_in

LINES, HOURS, BITS, DELAY = 10_000, 72, 256_000, 300
HEAD = ["| an outbox that drains | |", "|---|---:|"]
_OPEN = """const opened = await new Promise((done) => {
    const asking = indexedDB.open("sansang-outbox");
    asking.onsuccess = () => done(asking.result);
  });
  const got = (asking) => new Promise((done) => { asking.onsuccess = () => done(asking.result); });"""
_FILL = f"""async ([many, hours, operation]) => {{
  {_OPEN}
  const person = document.body.dataset.person;
  const key = await got(opened.transaction("keys").objectStore("keys").get(person));
  const begun = Date.now() - hours * 3600e3;
  for (let first = 0; first < many; first += 500) {{
    const some = [];
    for (let n = first; n < Math.min(many, first + 500); n++) {{
      const command = crypto.randomUUID();
      const written = new Date(begun + n * hours * 3600e3 / many).toISOString();
      const fields = {{ text: `dòng ${{String(n).padStart(5, "0")}}` }};
      const line = {{ command, person, operation, post: "p1", kind: "noted", fields, written }};
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const clear = new TextEncoder().encode(JSON.stringify(line));
      const sealed = await crypto.subtle.encrypt({{ name: "AES-GCM", iv }}, key, clear);
      some.push({{ command, person, iv, sealed, why: "" }});
    }}
    const work = opened.transaction("lines", "readwrite");
    for (const one of some) work.objectStore("lines").add(one);
    await new Promise((done) => {{ work.oncomplete = done; }});
  }}
  opened.close();
}}"""
_LEFT = f"""async () => {{
  {_OPEN}
  const left = await got(opened.transaction("lines").objectStore("lines").count());
  opened.close();
  return left;
}}"""


def first_visit(seconds: float = 60) -> tuple[float, int]:
    """Seconds until a post's page can be written on, nothing cached, and the bytes that it took."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "d") as here, browser() as opened:
        chief = here.signed_in()
        operation = chief.begin("Lần đầu")
        for n in range(30):
            chief.write(operation, "p1", "noted", text=f"dòng {n}")
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        jar = chief.http.cookies.jar
        at.add_cookies([{"name": one.name, "value": one.value or "", "url": here.address} for one in jar])
        page = at.new_page()
        wire = at.new_cdp_session(page)
        slow = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", slow)
        weight: list[int] = []
        wire.on("Network.loadingFinished", lambda said: weight.append(int(said["encodedDataLength"])))
        begun = time.perf_counter()
        page.goto(f"{here.address}/p/{operation}/p1/", wait_until="commit", timeout=seconds * 1000)
        page.wait_for_selector("#line", state="visible")
        # Usable as intended once the scripts handle the forms.
        while not page.evaluate("indexedDB.databases().then((all) => all.length > 0)"):
            time.sleep(0.02)
        took = time.perf_counter() - begun
        page.wait_for_timeout(3000)
        at.close()
    return took, sum(weight)


def rows() -> list[str]:
    """The table's rows."""
    took, weight = first_visit()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "d") as here, browser() as opened:
        chief = here.signed_in()
        operation = chief.begin("Ba ngày mất mạng")
        at = opened.new_context(ignore_https_errors=True)
        page = sign_in(at, here)
        page.goto(f"{here.address}/p/{operation}/p1/")
        page.wait_for_timeout(1500)
        at.set_offline(True)
        page.evaluate(_FILL, [LINES, HOURS, operation])
        at.set_offline(False)
        wire = at.new_cdp_session(page)
        slow = {"offline": False, "latency": DELAY, "downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8}
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", slow)
        begun = time.perf_counter()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        while page.evaluate(_LEFT) and time.perf_counter() - begun < 900:
            time.sleep(1)
        seconds = time.perf_counter() - begun
        at.close()
        journal = chief.get(f"/p/{operation}/p1/journal/").text
        came = re.findall(r"dòng (\d{5})", journal)
        assert came == [f"{n:05}" for n in range(LINES)], f"{len(came)} came"
    return [
        f"| lines written in {HOURS} simulated hours | {LINES:,} |",
        f"| at {BITS // 1000} kbit/s and {DELAY} ms, until the last one is sent | {seconds:.0f} s |",
        "| lost, twice, or out of order | 0 |",
        f"| a post's page on a first visit at 400 kbit/s and 300 ms: usable after, and its weight | {took:.1f} s,"
        f" {weight / 1000:.0f} kB |",
    ]


if __name__ == "__main__":
    print("\n".join([*HEAD, *rows()]))
