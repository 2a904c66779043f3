"""Every operation of the HTTP API, tried by schemathesis from its schema: `bench/schema.py --examples 100`.

The server is a real one, whose files are thrown away afterwards. It must answer without a server error, and
with what the schema says.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

from stage import process

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def try_all(examples: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Let schemathesis try so many examples of each operation; its report and exit status."""
    serve = [sys.executable, "-m", "moof", "serve", "--target-pid", "1", "--http-port", "0"]
    with tempfile.TemporaryDirectory(prefix="moof-schema-") as home:
        files = {"MOOF_CONFIG": f"{home}/moof.toml", "XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
        before = dict(os.environ)
        os.environ.update(files)
        try:
            with process([*serve, "--signaling-port", "0"], "Open ") as (_, line):
                command = [sys.executable, "-m", "schemathesis.cli", "run", f"{line.split()[1]}openapi.json"]
                command += ["--phases", "coverage,fuzzing", "--max-examples", str(examples)]
                command += ["--checks", CHECKS, "--seed", str(seed)]
                return subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
        finally:
            os.environ.clear()
            os.environ.update(before)


def main() -> None:
    """Try, and show the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = try_all(options.examples, options.seed)
    print(result.stdout)
    raise SystemExit(result.returncode)


if __name__ == "__main__":
    main()
