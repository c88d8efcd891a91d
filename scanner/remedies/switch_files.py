"""Switch files: ``.env``, shell, Dockerfile, Kubernetes. Each line says what it stops, by which rule, and what not."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from scanner.policy.records import Report
from scanner.remedies.records import Aim, Switch, SwitchPlan, SwitchState, Wishes
from scanner.remedies.switches import switches
from scanner.remedies.text import env_value, image_value, inert, is_value, is_variable, label, yaml_text
from scanner.remedies.wording import about, commented, head, state, uncovered

Line = Callable[[str, str], str | None]
"""The line that sets a variable to a value, without a line break; None where the format cannot hold it."""


def env(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A ``.env`` file; no value of it needs more than single quotes, on which its readers agree."""
    return _file(report, switches(aim), "Switches (.env)", _env_line)


def shell(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A POSIX shell file, to be sourced."""
    return _file(report, switches(aim), "Switches (shell; source this file)", _shell_line)


def dockerfile(report: Report, aim: Aim, wishes: Wishes) -> str:
    """``ENV`` instructions to put below ``FROM``."""
    return _file(report, switches(aim), "Switches (put below FROM)", _image_line)


def config_map(report: Report, aim: Aim, wishes: Wishes) -> str:
    """A Kubernetes ConfigMap; a container takes it with ``envFrom``."""
    plan = switches(aim)
    name = f"datacustoms-switches-{label(report.name)}".strip("-")
    use = f"Take it with envFrom: [{{configMapRef: {{name: {name}}}}}] in the container."
    top = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"
    body = _body(plan, lambda n, v: f"{yaml_text(n)}: {yaml_text(v)}", "  ")
    data = "data:\n" if _active(plan) else "data: {}\n"
    return commented([*head(report, "Switches (Kubernetes)"), use, *uncovered(plan)]) + top + data + body


def container_env(report: Report, aim: Aim, wishes: Wishes) -> str:
    """The ``env`` of a container of a Kubernetes manifest."""
    plan = switches(aim)
    body = _body(plan, lambda n, v: f"- {{name: {yaml_text(n)}, value: {yaml_text(v)}}}", "  ")
    top = "env:\n" if _active(plan) else "env: []\n"
    return commented([*head(report, "Switches (env of a container)"), *uncovered(plan)]) + top + body


def _file(report: Report, plan: SwitchPlan, subject: str, line: Line) -> str:
    return commented([*head(report, subject), *uncovered(plan)]) + "\n" + _body(plan, line)


def _body(plan: SwitchPlan, line: Line, indent: str = "") -> str:
    return "\n".join(_entry(switch, line, indent) for switch in plan.switches)


def _entry(switch: Switch, line: Line, indent: str) -> str:
    comments = commented(about(switch), indent)
    written = line(switch.name, switch.value) if _can_hold(switch) else None
    if switch.state is SwitchState.SET and written is not None:
        return f"{comments}{indent}{written}\n"
    if switch.state is SwitchState.SET:
        return comments + commented([f"not set: {inert(switch.name, 80)} or its value cannot be written here"], indent)
    example = [inert(written)] if written is not None and switch.value else [inert(switch.name, 80)]
    return comments + commented([state(switch), *example], indent)


def _can_hold(switch: Switch) -> bool:
    return is_variable(switch.name) and is_value(switch.value)


def _active(plan: SwitchPlan) -> bool:
    return any(s.state is SwitchState.SET and _can_hold(s) for s in plan.switches)


def _env_line(name: str, value: str) -> str | None:
    quoted = env_value(value)
    return None if quoted is None else f"{name}={quoted}"


def _shell_line(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _image_line(name: str, value: str) -> str:
    return f"ENV {name}={image_value(value)}"
