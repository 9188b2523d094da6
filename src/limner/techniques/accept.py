"""Checks that a value of a technique file suits the place it stands in."""

from dataclasses import dataclass, replace
from typing import Any

from limner.authored.report import Place, did_you_mean, spell
from limner.techniques.flow import Count, Flow, Target, noun
from limner.techniques.lookup import Lookup, Sight
from limner.techniques.narrowing import MisfitError, expectation, fit, spell_value, type_of
from limner.techniques.references import (
    Reference,
    embedded_references,
    is_first,
    looks_like_reference,
    parse_reference,
)
from limner.techniques.templates import check_template, is_template, template_reads
from limner.types import Json, Kind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a value that was checked: whether it can be null, and how many it gives if it is not."""

    is_nullable: bool = False
    count: Count | None = (1, 1)
    is_known: bool = True


NULL = Verdict(is_nullable=True, count=(0, 0))
UNKNOWN = Verdict(count=None, is_known=False)


@dataclass(frozen=True, slots=True)
class Acceptor:
    """Checks the values of one step, or of the outputs."""

    lookup: Lookup
    sight: Sight

    def accept(self, value: Any, target: Target, place: Place) -> Verdict:
        """Note what keeps a value from suiting its target."""
        if is_first(value):
            return self._first(value["first"], target, (*place, "first"))
        if isinstance(value, list) and target.takes_list:
            return self._several(value, target, place)
        if isinstance(value, list):
            self._note(place, f"{target.what} takes one, not a list.", "Write the value without brackets.")
            return UNKNOWN
        verdict = self._one(value, target, place)
        if target.takes_list:
            self._check_count(verdict, target, place, str(value))
        return verdict

    def _note(self, place: Place, message: str, remedy: str) -> None:
        self.lookup.report.add(place, message, remedy)

    def _one(self, value: Any, target: Target, place: Place) -> Verdict:
        if value is None:
            return NULL
        if reference := parse_reference(value):
            return self._reference(reference, target, place)
        if isinstance(value, str) and not self._is_sound_text(value, target, place):
            return UNKNOWN
        self._literal(value, target, place)
        return Verdict()

    def _first(self, members: list[Any], target: Target, place: Place) -> Verdict:
        if not members:
            self._note(place, "first has nothing to choose from.", "Write {first: [REF, REF]}.")
            return UNKNOWN
        verdicts = [self.accept(item, target, (*place, index)) for index, item in enumerate(members)]
        sure = next((at for at, it in enumerate(verdicts[:-1]) if it.is_known and not it.is_nullable), None)
        if sure is not None:
            remedy = f"Remove what follows it: {members[sure]!s} always has a value."
            self._note((*place, sure + 1), f"first never comes to {spell_value(members[sure + 1])}.", remedy)
        return Verdict(all(verdict.is_nullable for verdict in verdicts), None)

    def _several(self, members: list[Any], target: Target, place: Place) -> Verdict:
        each = replace(target, bounds=(0, None))
        verdicts = [self.accept(item, each, (*place, index)) for index, item in enumerate(members)]
        counts = [verdict.count for verdict in verdicts]
        count: Count | None = None
        if None not in counts:
            known = [(0 if it.is_nullable else it.count[0], it.count[1]) for it in verdicts if it.count]
            mosts = [most for _, most in known]
            most = None if None in mosts else sum(most for most in mosts if most is not None)
            count = (sum(least for least, _ in known), most)
        verdict = Verdict(all(verdict.is_nullable for verdict in verdicts), count)
        self._check_count(verdict, target, place, spell(place))
        return verdict

    def _check_count(self, verdict: Verdict, target: Target, place: Place, name: str) -> None:
        if verdict.count is None:
            return
        (least, most), (low, high) = verdict.count, target.bounds
        is_input = name.startswith("$inputs.")
        if least < low:
            remedy = f"Set minItems: {low} in the input's schema." if is_input else "Give more of them."
            self._note(place, f"{target.what} takes at least {low}, {name} can give {least}.", remedy)
        if high is not None and (most is None or most > high):
            given = "any number" if most is None else most
            remedy = f"Set maxItems: {high} in the input's schema." if is_input else "Give fewer of them."
            self._note(place, f"{target.what} takes at most {high}, {name} can give {given}.", remedy)

    def _reference(self, reference: Reference, target: Target, place: Place) -> Verdict:
        flow = self.lookup.flow(reference, place, self.sight)
        if flow is None:
            return UNKNOWN
        if flow.members is not None:
            first = next(iter(flow.members), "a")
            remedy = f"Write {reference}.{first}."
            if flow.is_list:
                remedy = f"Add for_each: {reference} to the step, and write $item.{first} here."
            self._note(place, f"{reference} is {flow.noun}; {target.what} takes one of them.", remedy)
            return UNKNOWN
        if target.kind and flow.kind and flow.kind is not target.kind:
            wanted = noun(target.kind, False)
            self.lookup.is_broken = True
            remedy = f"Refer to {wanted}, or add a step that makes one."
            self._note(place, f"{target.what} takes {wanted}, {reference} is {flow.noun}.", remedy)
        elif flow.is_list and not target.takes_list:
            self._too_many(reference, flow, target, place)
        elif flow.kind is Kind.TEXT and not flow.is_open:
            self._narrow(reference, flow, target, place)
        count = flow.count if flow.is_list else (1, 1) if flow.is_list is False else None
        return Verdict(flow.is_nullable, count)

    def _too_many(self, reference: Reference, flow: Flow, target: Target, place: Place) -> None:
        remedy = (
            f"Set allow_multiple: true, or take one: {reference}[0]."
            if not target.takes_literal
            else f"Add for_each: {reference} to the step and use $item here, or take one: {reference}[0]."
        )
        self._note(place, f"{target.what} takes one, {reference} is {flow.noun}.", remedy)

    def _narrow(self, reference: Reference, flow: Flow, target: Target, place: Place) -> None:
        if not target.schema:
            return
        if misfit := _misfit(flow.schema, target.schema):
            message = f"{target.what} expects {expectation(target.schema)}; {reference} {misfit}."
            self._note(place, message, _narrowing_remedy(reference, target.schema))

    def _is_sound_text(self, text: str, target: Target, place: Place) -> bool:
        if looks_like_reference(text):
            root = text.split(".")[0].split("[")[0]
            remedy = did_you_mean(root, ("$inputs", "$steps", "$brand", "$run", "$item", "$index"))
            self._note(place, f"{text!r} is not a reference.", remedy)
            return False
        if embedded := embedded_references(text):
            name = embedded[0].removeprefix("$")
            self._note(
                place,
                f"{embedded[0]} stays as it is inside a text.",
                f"Write {{{{ {name} }}}}{_where(target)}.",
            )
            return False
        if not is_template(text):
            return True
        if not target.is_text_key:
            remedy = "Use a reference, or move the text under `text` or `prompt`."
            self._note(
                place, f"{spell(place)} is not rendered: templates work under text and prompt.", remedy
            )
            return False
        return self._is_sound_template(text, place)

    def _is_sound_template(self, text: str, place: Place) -> bool:
        if mistakes := check_template(text):
            for mistake in mistakes:
                self._note(
                    place, mistake, "Keep to output, if, for, set and the filters in docs/technique-files.md."
                )
            return False
        for read in template_reads(text):
            flow = self.lookup.flow(read.reference, place, self.sight)
            if flow is None or not read.is_printed:
                continue
            if flow.kind not in (None, Kind.TEXT):
                message = f"The template prints {read.reference}, which is {flow.noun}."
                self._note(place, message, "Print texts only; give media to a step's inputs.")
            elif read.is_bare and flow.is_list:
                message = f"The template prints {read.reference}, which is {flow.noun}."
                self._note(place, message, "Use the filter join, or a for loop.")
        return True

    def _literal(self, value: Any, target: Target, place: Place) -> None:
        if not target.takes_literal:
            self._note(
                place, f"{spell(place)} must be a reference.", "Write $steps.name.image or $inputs.name."
            )
        elif target.kind not in (None, Kind.TEXT):
            wanted = noun(target.kind, False)
            remedy = "Write $inputs.name or $steps.name.image; add an input for a file of your own."
            self._note(
                place,
                f"{target.what} takes {wanted} through a reference, not {spell_value(value)!r}.",
                remedy,
            )
        elif not (isinstance(value, str) and is_template(value)):
            self._fit(value, target, place)

    def _fit(self, value: Any, target: Target, place: Place) -> None:
        try:
            fit(value, target.schema)
        except MisfitError as error:
            choices = target.schema.get("enum")
            remedy = (
                did_you_mean(value, choices) if choices and isinstance(value, str) else "Correct the value."
            )
            self._note(place, f"{target.what}{error.place} {error.message}.", remedy)


def _where(target: Target) -> str:
    return "" if target.is_text_key else ", under `text` or `prompt`"


def _misfit(given: Json, wanted: Json) -> str | None:
    """Return why values narrowed by `given` may not fit `wanted`; None: they always do."""
    if choices := given.get("enum"):
        return _misfit_choices(choices, wanted)
    if "enum" in wanted:
        return "may be anything else"
    kind, target = type_of(given), type_of(wanted)
    if target in ("object", "array"):
        return "is text"
    if target == "string":
        return None
    numeric = ("integer", "number")
    if target == "boolean" or kind not in numeric:
        return None if kind == target else f"is {expectation({'type': kind})}"
    if target == "integer" and kind == "number":
        return "may have a fraction"
    return _misfit_range(given, wanted)


def _misfit_choices(choices: list[Any], wanted: Json) -> str | None:
    for choice in choices:
        try:
            fit(choice, wanted)
        except MisfitError:
            return f"may be {spell_value(choice)!r}"
    return None


def _misfit_range(given: Json, wanted: Json) -> str | None:
    for key, sign in (("minimum", 1), ("maximum", -1)):
        if key in wanted and key not in given:
            return f"has no {key}"
        if key in wanted and given[key] * sign < wanted[key] * sign:
            return f"has the {key} {given[key]}"
    return None


def _narrowing_remedy(reference: Reference, wanted: Json) -> str:
    if reference.root not in ("inputs", "item"):
        return "Give a value that is narrowed like this."
    narrow = {key: wanted[key] for key in ("type", "minimum", "maximum", "enum") if key in wanted}
    inner = ", ".join(f"{key}: {_flow_style(value)}" for key, value in narrow.items())
    return f"Give the input schema: {{{inner}}}, or narrower."


def _flow_style(value: Any) -> str:
    return f"[{', '.join(map(spell_value, value))}]" if isinstance(value, list) else spell_value(value)
