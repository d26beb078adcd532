#!/usr/bin/env bash
# A search that was stopped, in whatever way, goes on and ends as if it never had been; what it must not go on with is
# refused with the reason.
set -uo pipefail
. "$(dirname "$0")/lib/head.sh" "$@"
needs_images
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
rule=$source/rules/f_bio.rule
options=("${small[@]}")

# same FOLDER: its result is the undisturbed run's, but for `run`.
same() { same_result "$work/whole" "$1"; }
# ends CODE WHAT ARGUMENTS...
ends() {
  local expected=$1 what=$2
  shift 2
  "$program" "$@" >"$work/out" 2>"$work/err"
  local code=$?
  [ $code -eq "$expected" ] || note_failure "$what (exit $code, expected $expected)"
}
# refused PATTERN ARGUMENTS...: with nothing on standard output and the journal of `stopped` left as it is
refused() {
  local pattern=$1 before
  shift
  before=$(cksum "$work/stopped/journal.bin")
  ends 2 "$*" "$@"
  [ ! -s "$work/out" ] && grep -qE -- "$pattern" "$work/err" || note_failure "$* does not say $pattern"
  [ "$before" = "$(cksum "$work/stopped/journal.bin")" ] || note_failure "$* changed the journal"
}

ends 0 "an undisturbed run" search "$rule" "${options[@]}" --out "$work/whole"
for key in version compiler processor_path hash seed options source run started host threads; do
  grep -q "\"$key\"" "$work/whole/result.json" || note_failure "result.json lacks $key"
done

# Limits.
ends 3 "--max-episodes 300" search "$rule" "${options[@]}" --out "$work/stopped" --max-episodes 300
grep -q '^Stopped after 3[0-9]* episodes: --max-episodes 300$' "$work/out" || note_failure "no word of the limit"
grep -q "^Resume    rule-search search --resume $work/stopped$" "$work/out" || note_failure "no word of how to go on"
[ ! -e "$work/stopped/result.json" ] && grep -q '^complexity' "$work/stopped/hall_of_fame.csv" || note_failure "what a stopped run leaves"
"$program" eval "$work/stopped/best_so_far.rule" --hidden 30,20 --ways 3 --shots 8 --queries 4 --episodes 2 >"$work/out" 2>"$work/err" || note_failure "best_so_far.rule does not run"
ends 3 "a limit that is reached already" search --resume "$work/stopped" --max-episodes 200 --json
grep -q '"stopped": "--max-episodes 200"' "$work/out" || note_failure "stopped, as JSON"

# What must not be gone on with. A copy of the folder is damaged, the journal itself must stay.
refused 'was begun with --seed 3, not --seed 4' search --resume "$work/stopped" --seed 4
refused 'was begun with no --max-terms, not --max-terms 2' search --resume "$work/stopped" --max-terms 2
refused 'was begun with the rule f_bio .* not the rule oja' search "$source/rules/oja_subspace.rule" --resume "$work/stopped"
refused 'holds no journal.bin' search --resume "$work/whole/plots"
refused 'no such folder' search --resume "$work/none"
refused 'excludes' search --resume "$work/stopped" --out "$work/never"
if [ "$(RULE_SEARCH_KERNELS=portable "$program" search --resume "$work/stopped" 2>&1 | grep -c 'begun by another program: processor_path')" -ne 1 ]; then
  # Where this machine has the portable kernels alone, they are the same.
  grep -q '"processor_path": "portable"' "$work/whole/result.json" || note_failure "other kernels are not refused"
fi
mkdir "$work/data" "$work/damaged"
printf '\0\0\010\003\0\0\0\120\0\0\0\034\0\0\0\034' >"$work/data/images-idx3-ubyte"
head -c $((80 * 784)) /dev/zero >>"$work/data/images-idx3-ubyte"
labels=$(for n in $(seq 80); do printf '\\%03o' $((n % 10)); done)
# shellcheck disable=SC2059
printf "\0\0\010\001\0\0\0\120$labels" >"$work/data/labels-idx1-ubyte"
refused 'other data than the run' search --resume "$work/stopped" --data "$work/data"
# In the journal of another version, with its checksums right, only the version differs.
if command -v python3 >/dev/null; then
  mkdir "$work/version"
  python3 - "$work/stopped/journal.bin" "$work/version/journal.bin" <<'P' || note_failure "the journal of another version could not be made"
import re, struct, sys, zlib
all = open(sys.argv[1], "rb").read()
begin = all.index(b"\n") + 1
length = struct.unpack_from("=I", all, begin)[0]
body = re.sub(rb'"version":"[^"]*"', b'"version":"0.0.9"', all[begin + 16:begin + 16 + length])
head = struct.pack("=III", len(body), zlib.crc32(body), 0)
open(sys.argv[2], "wb").write(all[:begin] + head + struct.pack("=I", zlib.crc32(head)) + body + all[begin + 16 + length:])
P
  refused 'begun by another program: version 0.0.9, this is' search --resume "$work/version"
fi
size=$(stat -c %s "$work/stopped/journal.bin")
for place in 3 40 $((size / 3)) $((size / 2)); do
  cp "$work/stopped/journal.bin" "$work/damaged/journal.bin"
  # One that is not there already.
  byte=$(tail -c +$((place + 1)) "$work/damaged/journal.bin" | head -c 1 | od -An -tu1)
  # shellcheck disable=SC2059
  printf "\\$(printf %03o $(((byte + 1) % 256)))" | dd of="$work/damaged/journal.bin" bs=1 seek="$place" conv=notrunc 2>/dev/null
  refused 'journal is damaged' search --resume "$work/damaged"
done

# A last record that is torn is told of and made anew.
cp "$work/stopped/journal.bin" "$work/damaged/journal.bin"
truncate -s -5 "$work/damaged/journal.bin"
ends 0 "a torn journal" search --resume "$work/damaged"
grep -q 'cut off' "$work/err" && grep -q 'cut off' "$work/damaged/log.jsonl" || note_failure "no word of a torn record"
same "$work/damaged" || note_failure "a torn journal ends otherwise"

# To its end; once more changes nothing; the same options may be given again.
ends 0 "to its end" search "$rule" --resume "$work/stopped" "${options[@]}" --threads 1
same "$work/stopped" || note_failure "a run that was stopped ends otherwise"
[ ! -e "$work/stopped/best_so_far.rule" ] || note_failure "best_so_far.rule stays behind"
before=$(cd "$work/stopped" && cksum result.json rule.rule hall_of_fame.csv report.html)
ends 0 "a run that has ended" search --resume "$work/stopped" --json
cmp "$work/out" "$work/stopped/result.json" && [ "$before" = "$(cd "$work/stopped" && cksum result.json rule.rule hall_of_fame.csv report.html)" ] || note_failure "a result was overwritten"
sed 's/"seed": 3/"seed": 4/' "$work/whole/result.json" >"$work/stopped/result.json"
before=$(cksum "$work/stopped/result.json")
ends 1 "another result in the way" search --resume "$work/stopped"
[ "$before" = "$(cksum "$work/stopped/result.json")" ] || note_failure "another result was overwritten"

# Signals: once ends at a safe point, with what was found; twice at once. A run that takes long enough to be hit.
long=(--seed 3 --validation-episodes 2000)
for signal in INT TERM; do
  timeout --preserve-status -s $signal 3 "$program" search "$rule" "${long[@]}" --out "$work/$signal" >"$work/out" 2>"$work/err"
  code=$?
  [ $code -eq 3 ] && grep -qE "^Stopped after [0-9]+ episodes: (Ctrl-C|SIGTERM)$" "$work/out" || note_failure "SIG$signal (exit $code)"
done
# A network this large, that the episode under way is not over before the second signal.
# (Of a build that measures coverage, what is killed while it writes its counts spoils them for all others.)
GCOV_PREFIX=$work/counts "$program" search "$rule" --hidden 2500,2500 --out "$work/twice" >"$work/out" 2>"$work/err" &
pid=$!
sleep 3
kill -TERM $pid; sleep 0.2; kill -TERM $pid
start=$(date +%s%3N)
wait $pid
code=$?
[ $code -eq 143 ] && [ $(($(date +%s%3N) - start)) -lt 1500 ] || note_failure "SIGTERM twice (exit $code)"

# Two at a time on one run, and two runs in one folder.
GCOV_PREFIX=$work/counts "$program" search "$rule" "${long[@]}" --out "$work/busy" >/dev/null 2>&1 &
pid=$!
for _ in $(seq 100); do [ -e "$work/busy/journal.bin" ] && break; sleep 0.05; done
ends 2 "a run that is at work" search --resume "$work/busy"
grep -q 'another process is at work' "$work/err" || note_failure "two processes on one run"
kill -KILL $pid
wait $pid 2>/dev/null
pids=()
for n in 1 2 3; do
  "$program" search "$rule" "${options[@]}" --out "$work/shared" >/dev/null 2>"$work/err-$n" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || note_failure "one of three runs in one folder"; done
for folder in "$work/shared" "$work/shared/run-1" "$work/shared/run-2"; do
  same "$folder" || note_failure "${folder#"$work"/} of three runs at a time"
done

# No room, first as a limit on the size of files, which needs no rights, then on a small file system.
(trap '' XFSZ; ulimit -f 8; GCOV_PREFIX=$work/counts "$program" search "$rule" "${options[@]}" --out "$work/full") >"$work/out" 2>"$work/err"
code=$?
[ $code -eq 1 ] && grep -q "journal.bin: can't be written: .*; the steps up to here are kept" "$work/err" && grep -q 'hint: make room, then rule-search search --resume' "$work/err" || note_failure "no room (exit $code)"
ends 0 "after room was made" search --resume "$work/full"
grep -q 'cut off' "$work/err" && note_failure "the journal did not end with a whole record"
same "$work/full" || note_failure "a run without room ends otherwise"
mkdir "$work/small"
if mount -t tmpfs -o size=256k tmpfs "$work/small" 2>/dev/null; then
  head -c 220k /dev/zero >"$work/small/filler"
  ends 1 "a full file system" search "$rule" "${options[@]}" --out "$work/small/run"
  grep -q 'No space left on device' "$work/err" && grep -q 'hint: make room' "$work/err" || note_failure "no word of the full file system"
  rm "$work/small/filler"
  mount -o remount,size=4m "$work/small"
  ends 0 "after room was made there" search --resume "$work/small/run"
  same "$work/small/run" || note_failure "a run on a full file system ends otherwise"
else
  echo "no rights to mount: the full file system was not tried"
fi

# A run from its result, and one that ends otherwise.
ends 0 "rerun" rerun "$work/whole/result.json" --out "$work/again"
grep -q 'to the last bit' "$work/out" || note_failure "rerun does not say that it is the same"
sed '/"held_out"/,/}/s/"loss": [0-9.]*/"loss": 0.12345/' "$work/whole/result.json" >"$work/changed.json"
ends 1 "rerun of a changed result" rerun "$work/changed.json" --out "$work/again"
grep -q '/held_out/loss: .*, was 0.12345' "$work/out" || note_failure "rerun does not say what differs"
ends 2 "rerun with other data" rerun "$work/whole/result.json" --data "$work/data" --out "$work/never"
[ ! -e "$work/never" ] || note_failure "a run that was refused left a folder"

bash "$source/tests/kill.sh" 3 "$program" || note_failure "tests/kill.sh"
[ $failed -eq 0 ] && echo "resume: all as expected"
