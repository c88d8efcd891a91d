"""Runs programs abstractly: exact values, calls and taint where the code is short enough to run it all."""

from scanner.execution.machine import Budget
from scanner.execution.records import Arrival
from scanner.execution.running import Run, execute
from scanner.execution.taint import Rule, Taint

__all__ = ["Arrival", "Budget", "Rule", "Run", "Taint", "execute"]
