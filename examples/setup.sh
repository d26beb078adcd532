#!/usr/bin/env bash
# Installs what is missing of the Debian packages rule-search is built from. Needs no rights where nothing is missing.
# Usage: examples/setup.sh [--tests | --all-tests | --package | --python]
#   --tests       also what only the tests need
#   --all-tests   and what `tests/run.sh --all` needs
#   --package     also what a Debian package is made with
#   --python      also what `pip install .` needs
set -euo pipefail

packages=(g++ cmake ninja-build ccache libboost-dev libeigen3-dev libceres-dev libfmt-dev libcli11-dev
  nlohmann-json3-dev zlib1g-dev libtbb-dev libcsv-dev libzip-dev gnuplot-nox dataset-fashion-mnist)
tests=(libhdf5-dev libopenmpi-dev openmpi-bin doctest-dev librapidcheck-dev clang-format clang-tidy python3-jsonschema texlive-latex-base texlive-latex-recommended texlive-pictures)
package=(help2man dpkg-dev)
python=(python3-dev python3-venv)
case "${1-}" in
  "") ;;
  --tests) packages+=("${tests[@]}") ;;
  --all-tests) packages+=("${tests[@]}" "${package[@]}" "${python[@]}" debootstrap chromium libltdl-dev libgsl-dev) ;;
  --package) packages+=("${package[@]}") ;;
  --python) packages+=("${python[@]}") ;;
  *) echo "usage: setup.sh [--tests | --all-tests | --package | --python]" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "setup: this system has no Debian packages. Install the equivalents of: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "setup: all ${#packages[@]} packages are installed"
  exit 0
fi

echo "setup: missing: ${missing[*]}"
if ((EUID == 0)); then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  echo "setup: installing packages takes root or sudo, and there is neither. Have an administrator run:" >&2
  echo "  apt-get install ${missing[*]}" >&2
  exit 1
fi

echo "setup: reading the package lists"
"${as_root[@]}" apt-get update -qq
echo "setup: installing ${#missing[@]} packages"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
