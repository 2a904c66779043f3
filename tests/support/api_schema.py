"""Tries every operation of the HTTP API with schemathesis, from the API's own OpenAPI schema."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from support.moof_process import moof_command, page_address
from support.processes import started

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def try_operations(examples: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Try so many examples of each operation at a real server whose files are temporary.

    Returns:
        schemathesis's report and exit status; 0 means that the server never answered with a server error or
        otherwise than the schema says.
    """
    serve = moof_command("serve", "--target-pid", "1")
    with tempfile.TemporaryDirectory(prefix="moof-schema-") as home:
        files = {"MOOF_CONFIG": f"{home}/moof.toml", "XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
        with started(serve, "Open ", files) as (_, line):
            command = [sys.executable, "-m", "schemathesis.cli", "run"]
            command += [f"{page_address(line)}/openapi.json"]
            command += ["--phases", "coverage,fuzzing", "--max-examples", str(examples)]
            command += ["--checks", CHECKS, "--seed", str(seed)]
            return subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
