"""Why a question has no answer."""


class Problem(Exception):
    def __init__(self, kind, **facts):
        super().__init__(kind)
        self.facts = {"kind": kind, **facts}
