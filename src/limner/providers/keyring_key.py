"""The key of a provider from the system's keyring: Keychain, Secret Service, Windows Credential Locker."""

from limner.errors import ConfigurationError

EXTRA = "limner[keyring]"
MOST_WORDS = 200


def edition() -> str:
    """Return what reads the keyring, with its version; empty when it is not installed."""
    from importlib import metadata  # slow to load

    try:
        return f"keyring {metadata.version('keyring')}"
    except metadata.PackageNotFoundError:
        return ""


def keyring_key(service: str, user: str) -> str:
    """Return a password that `keyring set SERVICE USER` has stored. Blocks while somebody unlocks the keyring.

    Raises: ConfigurationError, when the library is not installed, the keyring cannot be read, or it holds none.
    """
    try:
        import keyring
    except ModuleNotFoundError as problem:
        raise ConfigurationError(
            f"Its key is in the system's keyring, and {EXTRA} is not installed.",
            next_step=f"pip install '{EXTRA}', or name a variable with api_key_env.",
        ) from problem
    try:
        key = keyring.get_password(service, user)
    except Exception as problem:  # its backends are plug-ins, each with errors of its own
        said = " ".join(str(problem).split())[:MOST_WORDS].rstrip(".")
        raise ConfigurationError(
            f"The system's keyring cannot be read: {said or type(problem).__name__}.",
            next_step="Unlock it, or name a variable with api_key_env in place of api_key_keyring.",
        ) from problem
    if not key:
        raise ConfigurationError(
            f"The system's keyring holds nothing for {service!r}, user {user!r}.",
            next_step=f"Put it there: `keyring set {service} {user}`, or `python -m keyring set {service} {user}`.",
        )
    return key
