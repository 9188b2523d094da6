"""Log lines: the name of an event, then its fields. To stderr: stdout is the protocol's."""

import json
import logging
import sys

PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class FieldFormatter(logging.Formatter):
    """Writes what a call passed as `extra` after the event's name: `WARNING limner… runs_recovered runs=1`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        fields = {name: value for name, value in record.__dict__.items() if name not in PLAIN}
        said = "".join(f" {name}={json.dumps(value, default=str)}" for name, value in fields.items())
        head, *rest = super().format(record).split("\n", 1)
        return "\n".join([head + said, *rest])


def configure(level: str) -> None:
    """Log to stderr from `level` up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FieldFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # their lines hold whole URLs, signatures too
    if level != "DEBUG":
        for name in ("mcp", "uvicorn", "sse_starlette"):
            logging.getLogger(name).setLevel(logging.WARNING)  # a line for every session that comes and goes
