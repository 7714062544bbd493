# What bin/run and bin/test share: the environment with everything the lock files name. Sourced, not run.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1
# Some images set it. Compiling everything anew would be half of each start.
unset PYTHONDONTWRITEBYTECODE
python=.venv/bin/python

say() { printf '\033[1m%s\033[0m\n' "$*"; }

# apt_install PACKAGE...: from the system's own packages, only where this is a Debian run as root.
apt_install() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Please install: $*" >&2
        return 1
    fi
    say "Installing $*"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# once NAME FILE... -- COMMAND...: run COMMAND unless it has already succeeded with these very files.
once() {
    local name=$1 digest files=()
    shift
    while [ "$1" != -- ]; do files+=("$1"); shift; done
    shift
    digest=$(cat "${files[@]}" | sha256sum)
    if [ "$(cat ".venv/.done-$name" 2>/dev/null)" != "$digest" ]; then
        "$@" && printf '%s' "$digest" >".venv/.done-$name"
    fi
}

make_environment() {
    if [ ! -x $python ]; then
        python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed." >&2; return 1; }
        say "Making the virtual environment"
        python3 -m venv .venv 2>/dev/null || { rm -rf .venv; apt_install python3-venv && python3 -m venv .venv; }
    fi
}

install_requirements() {
    once "$(basename "$1" .txt)" "$1" -- quiet_pip "$1"
}

quiet_pip() {
    say "Installing $1: $(grep -c == "$1") packages, one to three minutes the first time"
    # The lock file names everything, so nothing is left to resolve: with a newer release of a package that another one
    # asks for with an extra (coverage[toml]), older pips would take that release and then refuse it for want of a hash.
    # What is imported is compiled then; compiling everything beforehand would take half of the time.
    $python -m pip install -q --no-compile --no-deps --require-hashes -r "$1" 2> >(grep -v 'is ignored: it is' >&2) &&
        $python -m pip check
}

install_front_end() {
    [ -d node_modules ] || rm -f .venv/.done-npm
    once npm package-lock.json -- npm_ci
}

npm_ci() {
    if ! command -v npm >/dev/null && [ ! -x .venv/bin/npm ]; then
        install_requirements requirements/assets.txt || return 1
    fi
    say "Installing the front-end files"
    PATH="$PWD/.venv/bin:$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent
}
