"""`moof doctor`: checks everything that Moof needs, and prints what to do about what is missing."""

from __future__ import annotations

from typing import Final

import typer

from moof.cli.checks import CHECKS, Finding, Outcome
from moof.cli.terminal import terminal

_SIGNS: Final = {
    Outcome.GOOD: "[green]✓[/green]",
    Outcome.WARNING: "[yellow]![/yellow]",
    Outcome.BAD: "[red]✗[/red]",
}


def doctor() -> None:
    """Check what Moof needs on this machine. Exits with status 1 if anything is missing."""
    findings = [finding for check in CHECKS for finding in check()]
    for finding in findings:
        show(finding)
    bad = sum(finding.state is Outcome.BAD for finding in findings)
    terminal.print(f"\n{bad} of {len(findings)} checks failed." if bad else "\nMoof can run here.")
    raise typer.Exit(1 if bad else 0)


def show(finding: Finding) -> None:
    """Print a finding and its remedy."""
    terminal.print(f"{_SIGNS[finding.state]} [bold]{finding.subject}[/bold]: {finding.words}")
    if finding.remedy:
        terminal.print(f"    {finding.remedy}")
