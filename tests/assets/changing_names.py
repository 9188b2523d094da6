"""A resolver whose answers change, as an attacker's would."""


class Names:
    """A resolver that gives each host its answers in turn, the last one for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): each for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.answers.get(host, [["127.0.0.1"]])
        return answers[min(self.asked.count(host), len(answers)) - 1]
