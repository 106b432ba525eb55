"""The calls of the API about lists of contacts. Hosts bring in a list, or take it out again; nobody reads a pair."""

from __future__ import annotations

from starlette.requests import Request

from oneheart.live import listed
from oneheart.live.aside import AsideError
from oneheart.live.gathering import LiveGathering
from oneheart.web.api.calls import BELOW, done, host_in
from oneheart.web.api.operation import ApiError, Operation
from oneheart.web.api.types import ContactsTold, Done


async def _bring(request: Request, body: listed.ContactsAsked) -> ContactsTold:
    return await _contacts_told(request, *host_in(request), body)


async def _take_out(request: Request, body: listed.ContactsOutAsked) -> Done:
    return done(await listed.take_contacts_out(*host_in(request), body))


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


NEAR_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        f"{BELOW}/host/contacts",
        _bring,
        "Bring in a list of who was near whom, or only look at it",
        ContactsTold,
        listed.ContactsAsked,
        "host",
        name="bring_contacts",
        do=listed.bring_contacts,
    ),
    Operation(
        "POST",
        f"{BELOW}/host/contacts/out",
        _take_out,
        "Take a list of who was near whom out again, and erase it",
        Done,
        listed.ContactsOutAsked,
        "host",
        name="take_contacts_out",
        do=listed.take_contacts_out,
    ),
)
"""The calls about lists of contacts."""
