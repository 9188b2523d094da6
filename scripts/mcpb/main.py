"""Start Limner as a desktop extension: settings come as arguments, since a manifest's variables may not arrive."""

import os
import sys

OPTIONS = {"--home": "LIMNER_HOME", "--input-roots": "LIMNER_INPUT_ROOTS"}
UNFILLED = "${user_config."


def environment(arguments: list[str]) -> dict[str, str]:
    """Return the variables for `--home FOLDER --input-roots FOLDER …`.

    A setting that a person left empty comes as its placeholder, or as nothing; it is then not set.
    """
    found: dict[str, list[str]] = {variable: [] for variable in OPTIONS.values()}
    variable = ""
    for word in arguments:
        if word in OPTIONS:
            variable = OPTIONS[word]
        elif variable and word and not word.startswith(UNFILLED):
            found[variable].append(os.path.expanduser(os.path.expandvars(word)))  # noqa: PTH111 - words, not paths
    return {variable: os.pathsep.join(values) for variable, values in found.items() if values}


def main() -> None:
    """Set the variables and serve on stdin and stdout."""
    os.environ.update(environment(sys.argv[1:]))
    sys.argv[1:] = []
    from limner.server import main as serve

    serve()


if __name__ == "__main__":
    main()
