"""A live gathering: who sits where by which secret, the acts of people and hosts, and what leaves as a file."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import apsw
import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.codes import clean_code, hash_of, new_code
from oneheart.live.dealing import Dealt
from oneheart.live.export import as_gathering
from oneheart.live.keeper import RETRY_SECONDS, Kept, LogKeeper
from oneheart.live.rebuild import Look, replay_to
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.model.desire import Stance
from oneheart.model.gathering import Gathering
from oneheart.storage.database import Where, open_database, remove_database
from oneheart.storage.log import Entry, StorageError, milliseconds_now
from oneheart.storage.meta import meta_digest
from oneheart.storage.stores import log_of, open_store

__all__ = ["Kept", "LiveGathering", "TakenSeat", "create"]


@dataclass(frozen=True, slots=True)
class TakenSeat:
    """A seat and the secret that opens it. The server stores only the hash of the secret."""

    number: int
    secret: str


def create(path: Path, settings: ev.Settings, *, code: str | None = None, keys: Where = "beside") -> None:
    """Make a new gathering file with its settings, a join code and a secret key, and the file of keys beside it.

    Args:
        path: path of the file; must not exist.
        settings: settings of the gathering.
        code: join code; None for a random one.
        keys: "inside" for no file of keys; what is erased then stays readable in older copies of the file.

    Raises:
        UserError: the file exists already or cannot be written, for example on a full disk; no partial file remains.
    """
    if path.exists():
        message = f"{path} exists already; serve it, or choose another name."
        raise UserError(message)
    database = open_database(path, create=True, keys=keys)
    try:
        pairs = (("code", code or new_code()), ("secret", secrets.token_hex(32)))
        database.connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", pairs)
        first = msgspec.structs.replace(settings, meta=meta_digest(database.meta()))
        log_of(database).append([Entry(actor.HOUSE, "settings-0", ev.kind_of(first), ev.encode(first))])
    except (apsw.Error, StorageError) as error:
        database.close()
        remove_database(path)
        message = f"Cannot write {path}: {error}; make room, or choose another folder."
        raise UserError(message) from error
    database.close()


class LiveGathering(LogKeeper):
    """One live gathering: what its keeper keeps, its codes and secrets, and the acts of people and hosts.

    Its attributes are those of `LogKeeper`.
    """

    @classmethod
    def open(
        cls,
        place: str | Path,
        *,
        rng: np.random.Generator | None = None,
        now: Callable[[], int] = milliseconds_now,
        retry_seconds: float = RETRY_SECONDS,
    ) -> LiveGathering:
        """Return the gathering of a file, or of an address in PostgreSQL.

        A file with an event that cannot be decoded opens read-only; see `spoiled`.

        Raises:
            UserError: the file does not exist, is no gathering, is damaged, is locked by another process, or the disk
                is full.
        """
        database = open_store(place)
        try:
            return cls(database, rng=rng, now=now, retry_seconds=retry_seconds)
        except (apsw.Error, StorageError, UnicodeDecodeError) as error:
            database.close()
            message = f"Cannot open {database.where}: {error}; make room on the disk, or restore it from a backup."
            raise UserError(message) from error
        except BaseException:
            database.close()
            raise

    # --- reading ---

    def seat_of(self, secret: str) -> int | None:
        """Return the number of the seat that a secret opens; None if it opens none. An empty one opens none. O(1)."""
        return self.state.seat_by_secret(hash_of(secret)) if secret else None

    def host_of(self, secret: str) -> int | None:
        """Return the number of the host with this secret; None for nobody. Compares in constant time.

        An empty secret belongs to nobody, and so does that of a host who was removed.
        """
        if not secret:
            return None
        hashed = hash_of(secret)
        hosts = [n for n, secret_hash in enumerate(self.state.hosts) if hmac.compare_digest(secret_hash, hashed)]
        return hosts[0] if hosts and hosts[0] not in self.state.course.hosts_removed else None

    def secret_for(self, purpose: str, key: str) -> str:
        """Return a secret derived from this file's key; see `SecretKey.secret_for`."""
        return self._secret.secret_for(purpose, key)

    @property
    def seed(self) -> int:
        """Return this file's seed, 0 to 255, for random choices that must be the same after a restart."""
        return self._secret.seed

    def card(self, seat: int) -> Dealt | None:
        """Return the card in a person's hand; None if the stage deals no cards or no desire is left."""
        if not self.state.stage.takes_responses or self.state.ended:
            return None
        return self.dealer.card(seat)

    # --- doing ---

    async def take_seat(
        self,
        key: str,
        *,
        language: str,
        circle: int | None = None,
        card: str = "",
        scribe: int | None = None,
        consent: int | None = None,
    ) -> TakenSeat:
        """Give a person a seat. Idempotent: the same key gives the same seat and secret again.

        Args:
            key: idempotency key, made on the page of the door.
            language: language code of the pages.
            circle: number of the circle; None for none.
            card: seat code of a table card; "" for none.
            scribe: seat that types for a person without a phone; None for none.
            consent: version of the terms to which the person agrees; None for none.

        Raises:
            Refused: see `submit`.
        """
        secret = "" if scribe is not None else self.secret_for("seat", key)
        secret_hash, card_hash = hash_of(secret) if secret else "", hash_of(clean_code(card)) if card else ""
        body = ev.SeatTaken(secret_hash, language, circle, card_hash, scribe, consent, bounded=scribe is not None)
        outcome = await self.submit(actor.DOOR, key, body)
        if outcome.number is None:
            raise Refused(Refusal.UNKNOWN)
        return TakenSeat(outcome.number, secret)

    async def respond(self, seat: int, desire: int, stance: int, key: str) -> Kept:
        """Keep one response. A person's last response to a desire counts.

        Raises:
            Refused: see `submit`.
        """
        card = self.dealer.lying_before(seat, desire)
        body = ev.Responded(seat, desire, Stance(stance), round(card.propensity, 6), card.probe)
        return await self.submit(actor.seat(seat), key, body)

    async def erase(self, seat: int, key: str) -> None:
        """Erase everything that a person wrote and answered, from the file too. Idempotent.

        Raises:
            Refused: see `submit`.
        """
        if seat not in self.state.erasing:  # else it is asked again, and must be the same event
            self._asked[seat] = ev.SeatErased(seat, self.state.told)
        await self.submit(actor.seat(seat), key, self._asked.get(seat, ev.SeatErased(seat)))

    async def add_cards(self, key: str, count: int, circle: int | None, by: str) -> tuple[str, ...]:
        """Return seat codes for `count` table cards.

        Each code opens one seat, once. Idempotent: the same key gives the same codes.

        Raises:
            Refused: see `submit`.
        """
        codes = tuple(self._secret.seat_code(key, number) for number in range(count))
        await self.submit(by, key, ev.CardsPrinted(circle, [hash_of(code) for code in codes]))
        return codes

    # --- leaving ---

    async def state_at(self, position: int, looks: Mapping[int, Look] | None = None) -> State:
        """Return the state after the event at a place in the log; see `replay_to`. O(events), in the log's thread.

        Erased words are not in it, so it differs from the state of that time if somebody was erased since.
        """
        return await self._in_thread(partial(replay_to, self._log, position, looks))

    def as_gathering(self, *, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None) -> Gathering:
        """Return the gathering as a plain value for exports: roots only, with the responses to all joined desires.

        People without a desire or response are left out, as are desires that were withdrawn, erased, joined to others
        or that wait. Circles of fewer than k people are left out.

        Args:
            shuffle: returns a random permutation of so many people; by default the order of seats.
        """
        return as_gathering(self.state, source=self.path.name, shuffle=shuffle)

    async def forget(self) -> None:
        """Close the gathering, and delete all of it."""
        await self.close()
        self._database.remove()
