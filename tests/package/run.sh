#!/usr/bin/env bash
# Makes the Debian package of a build and installs it on a bare Debian, where a stranger would use it: the program with
# the files that came with it, a man page, completion. Takes root, debootstrap and a mirror of Debian.
# Usage: tests/package/run.sh BUILD_DIR     (configured with -DRULE_SEARCH_PACKAGE=ON)
set -euo pipefail

build=$(cd "${1:?usage: run.sh BUILD_DIR}" && pwd)
((EUID == 0)) || { echo "skipped: takes root"; exit 77; }
command -v debootstrap >/dev/null || { echo "skipped: debootstrap is not installed"; exit 77; }

work=$(mktemp -d)
root=$work/debian
trap 'rm -rf "$work"' EXIT

echo "== making the package"
cpack -G DEB -B "$work/package" --config "$build/CPackConfig.cmake" >"$work/cpack.log" 2>&1 || { cat "$work/cpack.log"; exit 1; }
package=$(echo "$work"/package/*.deb)
dpkg-deb --field "$package" Package Version Depends

echo "== a bare Debian"
# From where this machine has its own packages.
. /etc/os-release
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
  awk -v code="$VERSION_CODENAME" '$2 == code { print $1; exit }')
[[ -n $mirror ]] || { echo "skipped: this machine has no packages of Debian $VERSION_CODENAME"; exit 77; }
debootstrap --variant=minbase --include=man-db,bash-completion "$VERSION_CODENAME" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 || {
  tail -n 5 "$work/debootstrap.log"
  exit 1
}

echo "== installing"
cp "$package" "$root/tmp/rule-search.deb"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
inside apt-get install -y -qq --no-install-recommends /tmp/rule-search.deb >"$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log"; exit 1; }

fail() { echo "$1" >&2; exit 1; }
echo "== using it"
inside rule-search --version
inside rule-search check /usr/share/rule-search/rules/f_bio.rule | grep -q 'err_post' || fail "no rule that came with it can be checked"
inside bash -c 'cd /usr/share/rule-search && rule-search eval rules/oja_local.rule --objective recordings \
  --recording examples/recordings/oja_*' | grep -q 'explained' || fail "no recording that came with it can be read"
for command in "" $(inside rule-search __complete ""); do
  inside man --pager=cat "rule-search${command:+-$command}" >"$work/page" 2>"$work/why" || fail "no man page of ${command:-the program}: $(cat "$work/why")"
  grep -q '^SYNOPSIS' "$work/page" || fail "the man page of ${command:-the program} has no synopsis"
done
[[ -f $root/usr/share/doc/rule-search/copyright ]] || fail "no licence"
completed=$(inside bash -c '. /usr/share/bash-completion/bash_completion
  . /usr/share/bash-completion/completions/rule-search
  COMP_WORDS=(rule-search search --objective rec) COMP_CWORD=3; _rule_search; echo "${COMPREPLY[@]}"')
[[ $completed == recordings ]] || fail "completion in bash: expected recordings, found $completed"

echo "== removing it"
inside apt-get remove -y -qq rule-search >/dev/null 2>&1
[[ ! -e $root/usr/bin/rule-search ]] || fail "it can't be removed"
echo "the package installs, runs and can be removed"
