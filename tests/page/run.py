"""Reads reports as people do who see little, hear a page, use a keyboard or a phone: in headless Chromium, at the width of
a screen and of a phone, in light and in dark.

Usage: tests/page/run.py PROGRAM SOURCE     exit code 77 where there is no Chromium
"""
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if browser is None:
    print("skipped: Chromium is not installed")
    sys.exit(77)
# One result an objective; that of recordings has rules folded away.
RESULTS = ("few_shot_pool", "few_shot_permuted", "recordings", "goal")
audit = (source / "tests/page/audit.js").read_text()


def seen(page, width, dark, folder):
    """What is missing on the page, as a frame of this many pixels shows it."""
    around = folder / "around.html"
    around.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="width:{width}px;height:900px;border:0" '
        f'srcdoc="{html.escape(page)}"></iframe><pre id="out"></pre><script>{audit}\n'
        "const f = document.getElementById('f');"
        "f.addEventListener('load', () => { let found; try { found = audit(f.contentDocument, " + ("true" if dark else "false") + "); }"
        " catch (e) { found = ['the audit ended: ' + e]; }"
        " document.getElementById('out').textContent = JSON.stringify(found); });</script>")
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", f"--user-data-dir={folder}/user",
         f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--dump-dom", around.as_uri()],
        capture_output=True, text=True, timeout=120)
    out = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.S)
    if out is None or not out[1]:
        sys.exit(f"the browser showed nothing: {done.stderr[-500:]}")
    return json.loads(html.unescape(out[1]))


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    failed = False
    pages = {}
    for result in (source / "tests/frozen/expected" / f"{one}.json" for one in RESULTS):
        written = folder / "result.json"
        shutil.copy(result, written)
        subprocess.run([program, "plot", str(written), "--out", str(folder / result.stem)], check=True, stdout=subprocess.DEVNULL)
        pages[result.stem] = (folder / result.stem / "report.html").read_text()
    for name, page in pages.items():
        for width in (1100, 390):
            for dark in (False, True):
                missing = seen(page, width, dark, folder)
                where = f"{name}, {width} pixels, {'dark' if dark else 'light'}"
                print(f"{where}: {'all there' if not missing else ''}")
                for what in missing[:20]:
                    print(f"  missing: {what}")
                failed = failed or bool(missing)
    # The audit sees what is wrong: a page without its good sides fails in each.
    spoilt = (next(iter(pages.values())).replace("#55606b", "#b0b0b0").replace(' lang="en"', "").replace("<main>", "<div>")
              .replace('scope="row"', "").replace("sign * (", "-sign * (").replace("<figcaption>", "<p>")
              .replace("<caption>", "<i>").replace('tabindex="0"', "").replace('role="img"', ""))
    found = "\n".join(seen(spoilt, 390, False, folder))
    for what in ("contrast", "language", "main landmark", "scope", "order of", "caption of a figure", "caption of the table",
                 "by keyboard", "picture"):
        if what not in found:
            print(f"the audit did not see: {what}")
            failed = True
sys.exit(1 if failed else 0)
