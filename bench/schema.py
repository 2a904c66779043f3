"""Every operation of the HTTP API, tried by schemathesis from its schema: `bench/schema.py --examples 100`.

The server is a real one with temporary files. It must answer without a server error, and as the schema says.
"""

from __future__ import annotations

import argparse

import harness  # noqa: F401  puts tests/ on the module path
from support.api_schema import try_operations


def main() -> None:
    """Try the operations and print schemathesis's report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="of each operation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = try_operations(options.examples, options.seed)
    print(result.stdout)
    raise SystemExit(result.returncode)


if __name__ == "__main__":
    main()
