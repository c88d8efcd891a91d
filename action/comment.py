"""The one comment of the GitHub action on a pull request: written once, then updated, never repeated.

Needs ``pull-requests: write``. Without it (a fork, or nobody granted it) the job goes on and says so: the same text is
in the job summary.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

MOST_CHARACTERS = 65_536
"""Of a comment, after which GitHub refuses it."""
PAGES = 20
"""Pages of a hundred comments that are looked through."""
SECONDS = 30


def main() -> None:
    """Write, update or leave the comment."""
    number = _pull_request()
    if not number:
        return
    mark = f"<!-- datacustoms: {_inert(os.environ.get('INPUT_TARGET') or '.')} -->"
    worse = int(os.environ.get("FINDINGS") or 0)
    try:
        known = _known(number, mark)
        if not worse and known is None:
            return
        body = f"{mark}\n{_told(worse)}"[:MOST_CHARACTERS]
        if known is None:
            _ask("POST", f"issues/{number}/comments", {"body": body})
        else:
            _ask("PATCH", f"issues/comments/{known}", {"body": body})
    except urllib.error.HTTPError as error:
        _leave(
            f"the pull request cannot be commented on ({error.code}): grant pull-requests: write, or see the summary"
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        _leave(f"the pull request cannot be commented on: {type(error).__name__}")


def _told(worse: int) -> str:
    file = Path(os.environ.get("CHANGES", ""))
    if not worse:
        return "## datacustoms\n\nNothing that this pull request changes lets more data leave than before.\n"
    return file.read_text(encoding="utf-8")


def _known(number: int, mark: str) -> int | None:
    """The id of our own comment: of a bot, for anybody may write a comment that begins like ours."""
    for page in range(1, PAGES + 1):
        comments = _ask("GET", f"issues/{number}/comments?per_page=100&page={page}")
        for one in comments:
            if one["user"]["type"] == "Bot" and one["body"].startswith(mark):
                return int(one["id"])
        if len(comments) < 100:
            return None
    return None


def _ask(method: str, path: str, body: dict[str, str] | None = None) -> Any:
    url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "datacustoms-action",
    }
    data = None if body is None else json.dumps(body).encode("utf-8")
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.loads(answer.read())


def _pull_request() -> int:
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    return int(event.get("pull_request", {}).get("number", 0))


def _inert(text: str) -> str:
    """Text that cannot end the comment it stands in."""
    return "".join(one for one in text if one.isalnum() or one in "./_:=@").replace("--", "-")[:100]


def _leave(why: str) -> None:
    print(f"datacustoms: {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
