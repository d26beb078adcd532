# shellcheck shell=bash
# What the cases make their files with. Each works in the case's own empty folder.

# rule FILE LINE...: a rule file of these lines.
rule() {
  local file=$1
  shift
  printf '%s\n' "$@" >"$file"
}

# bytes HEX...: these bytes on standard output.
bytes() {
  local all
  all=$(printf '%s' "$@")
  # shellcheck disable=SC2059
  printf "$(printf '%s' "$all" | sed 's/../\\x&/g')"
}

# word NUMBER: four bytes, the largest first, as IDX files have them.
word() { bytes "$(printf '%08x' "$1")"; }

# items COUNT: so many bytes, 0 1 2 ... 9 0 ...
items() {
  local k out=
  for ((k = 0; k < $1; ++k)); do out+="\\x0$((k % 10))"; done
  # shellcheck disable=SC2059
  printf "$out"
}

# images FILE COUNT ROWS COLS [BYTES]: an IDX file of images whose header says so, with BYTES of pixels behind it.
images() {
  { bytes 00000803; word "$2"; word "$3"; word "$4"; items "${5-$(($2 * $3 * $4))}"; } >"$1"
}

# labels FILE COUNT [BYTES]: an IDX file of labels.
labels() {
  { bytes 00000801; word "$2"; items "${3-$2}"; } >"$1"
}

# data FOLDER: a small sound data set, 40 images of 2 x 2 in 10 classes.
data() {
  mkdir "$1"
  images "$1/images-idx3-ubyte" 40 2 2
  labels "$1/labels-idx1-ubyte" 40
}

# changed FROM TO SED...: FROM of tests/errors/sound, changed by sed into TO. Nothing changed is a mistake of the case.
changed() {
  local from=$here/sound/$1 to=$2
  shift 2
  sed "$@" "$from" >"$to"
  ! cmp -s "$from" "$to" || echo "sed changes nothing: $*"
}

# beginning FROM TO BYTES: the beginning of a file of tests/errors/sound.
beginning() { head -c "$3" "$here/sound/$1" >"$2"; }

# recordings FOLDER: six small sound recordings, a.csv to f.csv, of one synapse that grows with its input, from another
# weight in each.
recordings() {
  local name t from=0
  mkdir -p "$1"
  for name in a b c d e f; do
    from=$((from + 1))
    {
      echo "time,pre[1],w[1][1]"
      for t in 0 1 2 3; do echo "$t,$((t + 1)),0.$((t * t + 1))$from"; done
    } >"$1/$name.csv"
  done
}

# layers FOLDER READING: six recordings, a.csv to f.csv, of two neurons with two inputs whose activities follow from the
# weights as READING says: sound, transposed (w[i][j] for w[j][i]), late (w as it is after the step) or tanh.
layers() {
  mkdir -p "$1"
  python3 - "$1" "$2" <<'PYTHON'
import math, random, sys
folder, reading = sys.argv[1:]
random.seed(3)
for name in "abcdef":
    w = [[random.uniform(0.2, 1) for _ in range(2)] for _ in range(2)]
    lines = ["pre[1],pre[2],post[1],post[2],w[1][1],w[1][2],w[2][1],w[2][2]"]
    for _ in range(12):
        x = [random.gauss(0, 1) for _ in range(2)]
        y = [sum(a * b for a, b in zip(row, x)) for row in w]
        if reading == "tanh":
            y = [math.tanh(v) for v in y]
        before = [row[:] for row in w]
        w = [[w[i][j] + 0.04 * (y[i] * x[j] - y[i] ** 2 * w[i][j]) for j in range(2)] for i in range(2)]
        v = w if reading == "late" else before
        if reading == "transposed":
            v = [[v[j][i] for j in range(2)] for i in range(2)]
        lines.append(",".join(f"{n:.12g}" for n in x + y + v[0] + v[1]))
    open(f"{folder}/{name}.csv", "w").write("\n".join(lines) + "\n")
PYTHON
}

# arrays FOLDER NAME=SIZE,SIZE...: NumPy arrays of these shapes.
arrays() {
  local folder=$1 each
  shift
  for each; do array "$folder/${each%=*}.npy" '<f8' "(${each#*=},)"; done
}

# all FOLDER: the option --recording for every recording of a folder.
all() {
  local file
  for file in "$1"/*; do printf ' --recording %s' "$file"; done
}

# array FILE TYPE SHAPE [NUMBER...]: a NumPy array of this type, as '<f8', whose numbers are those given, over and over.
array() {
  mkdir -p "$(dirname "$1")"
  python3 - "$@" <<'END'
import itertools, math, struct, sys
file, kind, shape, *numbers = sys.argv[1:]
size = int(kind[2:])
count = math.prod(int(k) for k in shape.strip("()").split(",") if k.strip())
values = itertools.islice(itertools.cycle([float(x) for x in numbers or ["0.1", "0.2", "0.4"]]), count)
body = b"".join(struct.pack("<d", x) if size == 8 else bytes(size) for x in values)
head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
with open(file, "wb") as out:
    out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + body)
END
}
