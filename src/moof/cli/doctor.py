"""`moof doctor`: looks at everything that Moof needs, and says what to do about what is missing."""

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
    """Check what Moof needs here, and say what to do. Ends with status 1 if anything is missing."""
    findings = [finding for check in CHECKS for finding in check()]
    for finding in findings:
        show(finding)
    bad = sum(finding.state is Outcome.BAD for finding in findings)
    terminal.print(f"\n{bad} of {len(findings)} need your attention." if bad else "\nMoof can run here.")
    raise typer.Exit(1 if bad else 0)


def show(finding: Finding) -> None:
    """Print a finding, and below it what to do."""
    terminal.print(f"{_SIGNS[finding.state]} [bold]{finding.subject}[/bold]: {finding.words}")
    if finding.remedy:
        terminal.print(f"    {finding.remedy}")
