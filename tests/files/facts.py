"""What a gathering has come to, as plain JSON: read the same way from the former build's state and from today's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    return json.loads(msgspec.json.encode(value))


def named(things: Iterable[Any], *names: str) -> list[dict[str, Any]]:
    """Return these attributes of things, as JSON has them."""
    return [{name: plain(getattr(thing, name)) for name in names} for thing in things]


def pairs(mapping: dict[Any, Any]) -> list[Any]:
    """Return the items of a dictionary in order, as JSON has them."""
    return plain(sorted(mapping.items()))  # type: ignore[no-any-return]


def readings_of(draft: Any) -> list[dict[int, str]]:
    """Return the answers to each line of a draft by seat; the former build calls them `said`."""
    return getattr(draft, "readings", None) or getattr(draft, "said", [])


def facts(state: Any) -> dict[str, Any]:
    """Return people, desires, answers, texts, seals and everything else that a state was asked for."""
    prayers = state.prayers
    cards = state if hasattr(state, "card_codes") else state.people  # the former state held them itself
    return {
        "course": {
            "seq": state.seq,
            "settings": plain(state.settings),
            "stage": plain(state.stage),
            "round": state.round,
            "version": state.version,
            "clock": state.clock,
            "ended": state.ended,
            "question": state.question,
            "programme": plain(state.programme),
            "step": state.step,
            "held": pairs(state.held),
            "shown": plain(state.shown),
            "say_at": prayers.say_at,
            "refused": pairs(state.refused),
        },
        "people": named(
            state.seats, "circle", "language", "scribe", "steward", "alive", "desires", "presences", "unread"
        ),
        "secrets": [seat.secret_hash for seat in state.seats],
        "hosts": plain(state.hosts),
        "circles": named(state.circles, "name", "key", "parent", "place", "seats", "done", "line", "carried"),
        "occasions": named(state.occasions, "name", "form", "code", "present"),
        "cards": [pairs(cards.card_codes), sorted(cards.used_cards)],
        "desires": named(
            state.desires,
            *("author", "text", "language", "stem", "circle", "grew_from", "line_of", "carried_by", "moderation"),
            *("reason", "version", "is_meta", "round", "waiting", "withdrawn", "erased", "same_as", "released"),
        ),
        "travels": plain(state.travels.tolist()),
        "answers": [pairs(state.tally.answered(seat)) for seat in range(len(state.seats))],
        "counts": [counts.tolist() for counts in (state.tally.want, state.tally.against, state.tally.seen_by_all)],
        "felt": {when: pairs(felt) for when, felt in sorted(plain_keys(state.company.felt).items())},
        "tables": [[n, draw.times, draw.size, pairs(draw.table_of)] for n, draw in sorted(state.company.drawn.items())],
        "drafts": [
            {
                "body": plain(draft.body),
                "round": draft.round,
                "second": draft.second,
                "said": [pairs(answers) for answers in readings_of(draft)],
                "critiques": [pairs(critiques) for critiques in draft.critiques],
                "whole": sorted(draft.whole),
                "connected": plain(draft.connected),
                "challenged": [[seat, pairs(given)] for seat, given in sorted(draft.challenged.items())],
                "texts": [prayers.words(line, state.desires) for line in draft.body.lines],
                "carried": [
                    [line, language, carried.text, len(prayers.carried[carried.place].confirmed) >= 2]
                    for (line, language), carried in sorted(
                        prayers.carries(number, state.people, state.desires).items()
                    )
                ],
            }
            for number, draft in enumerate(prayers.drafts)
        ],
        "seals": [
            {
                "body": plain(seal.body),
                "round": seal.round,
                "at": seal.at,
                "question": seal.question,
                "amen": sorted(seal.amen),
                "said_at": seal.said_at,
                "public": seal.public,
            }
            for seal in prayers.sealed
        ],
    }


def plain_keys(mapping: dict[Any, Any]) -> dict[str, Any]:
    """Return a dictionary whose keys may be an enumeration, with the keys that JSON has."""
    return {str(getattr(key, "value", key)): value for key, value in mapping.items()}
