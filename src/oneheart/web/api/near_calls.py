"""The calls of the API about lists of contacts. Hosts bring in a list, or take it out again; nobody reads a pair."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from oneheart.live import listed
from oneheart.live.aside import AsideError
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.web.api.operation import ApiError, Operation
from oneheart.web.api.types import ContactsTold, Done


def near_operations(
    below: str, host_of: Callable[[Request], tuple[LiveGathering, int]], done: Callable[[Kept], Done]
) -> tuple[Operation, ...]:
    """Return the calls about lists of contacts.

    Args:
        below: path of a gathering.
        host_of: returns the gathering and the host of a request.
        done: returns the answer to an act.
    """

    async def bring(request: Request, body: listed.ContactsAsked) -> ContactsTold:
        return await _contacts_told(request, *host_of(request), body)

    async def out(request: Request, body: listed.ContactsOutAsked) -> Done:
        return done(await listed.take_contacts_out(*host_of(request), body))

    return (
        Operation(
            "POST",
            f"{below}/host/contacts",
            bring,
            "Bring in a list of who was near whom, or only look at it",
            ContactsTold,
            listed.ContactsAsked,
            "host",
            name="bring_contacts",
            do=listed.bring_contacts,
        ),
        Operation(
            "POST",
            f"{below}/host/contacts/out",
            out,
            "Take a list of who was near whom out again, and erase it",
            Done,
            listed.ContactsOutAsked,
            "host",
            name="take_contacts_out",
            do=listed.take_contacts_out,
        ),
    )


async def _contacts_told(
    request: Request, gathering: LiveGathering, host: int, body: listed.ContactsAsked
) -> ContactsTold:
    """Bring in a list and return what stands in it.

    Raises:
        ApiError: 422, with the mistake of the list; 503 if the helper process failed.
    """
    try:
        look, number = await listed.bring_contacts(gathering, host, body, request.app.state.aside)
    except listed.ContactsFaultError as fault:
        raise ApiError(422, "list", str(fault)) from fault
    except AsideError as error:
        raise ApiError(503, "later", "The list could not be read now; send it again in a minute.") from error
    read = look.read
    return ContactsTold(
        lines=read.lines,
        listed=len(read.people),
        unit=read.unit,
        groups=len(read.groups),
        slice_seconds=read.slice_seconds,
        span_seconds=read.span_seconds,
        left_out=read.left_out,
        known=look.known,
        share=look.share,
        number=number,
    )
