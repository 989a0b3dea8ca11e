# Sourced by the scripts beside it: $python with pyarrow in benchmark/target/venv, $root of the repository to measure.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/target/venv
python=$venv/bin/python
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1

setup() {
  mkdir -p "$here/target"
  if [ ! -x "$python" ]; then
    python3 -m venv "$venv"
  fi
  if ! "$python" -m pip install --quiet -r "$here/requirements.txt" >"$here/target/pip.log" 2>&1; then
    if ! "$python" -c 'import pyarrow.flight, numpy' 2>/dev/null; then
      echo "benchmark: pyarrow cannot be installed: see benchmark/target/pip.log" >&2
      exit 1
    fi
    echo "benchmark: no Python registry is reached; using what is installed already" >&2
  fi
}
