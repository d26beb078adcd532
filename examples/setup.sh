#!/usr/bin/env bash
# Installs what is missing from Debian's packages; asks for root only then. With --tests also what the tests need.
set -euo pipefail
packages=(g++ cmake ninja-build ccache libboost-dev libeigen3-dev libceres-dev libfmt-dev libcli11-dev
  nlohmann-json3-dev zlib1g-dev libtbb-dev dataset-fashion-mnist)
if [ "${1:-}" = --tests ]; then
  packages+=(doctest-dev librapidcheck-dev texlive-latex-base texlive-latex-recommended)
fi
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: all ${#packages[@]} packages are installed"
  exit 0
fi
echo "setup: installing ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: root is needed to install packages, and there is no sudo" >&2; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
