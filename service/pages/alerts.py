"""`/alerts`: who is told what, and whether it arrived; add, test now, send again, remove."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from labels.errors import StancewireError
from labels.scheme import SpeakerType, Stance
from service.alerts import making
from service.alerts.rules import EACH, FIRST, SURGE, InvalidRule
from service.api.documents import store_of
from service.errors import meaning
from service.keeping import utc_now
from service.pages.forms import read_form
from service.pages.plain import in_plain_words
from service.pages.shell import templates
from service.store import alerts
from service.watching import deliver_once

router = APIRouter(include_in_schema=False)

LOGGED = 10
WHEN = {
    EACH: "each article with such a statement",
    FIRST: "the first time that a speaker takes this stance on this actor",
    SURGE: "a surge: three times as many in a week as in the week before",
}


@router.get("/alerts")
async def show(request: Request) -> Response:
    """List the alerts with their logs."""
    return await _page(request)


@router.post("/alerts")
async def change(request: Request) -> Response:
    """Add an alert, test or remove one, or send a delivery again."""
    form = await read_form(request)
    act = form.get("act")
    try:
        made = await run_in_threadpool(_change, request, form)
        if act in {"test", "replay"}:
            await deliver_once(store_of(request), request.app.state.settings)
    except StancewireError as error:
        return await _page(
            request, given=form, fault=in_plain_words(error), status=meaning(error).status
        )
    if made is not None and made["secret"]:
        return await _page(request, made=made)  # the secret is shown this once
    return RedirectResponse("/alerts", status_code=303)


def _change(request: Request, form: dict[str, str]) -> Any:
    act, number = form.get("act"), _number(form, "alert")
    now = utc_now()
    with store_of(request).write() as connection:
        if act == "add":
            return making.add(connection, now=now, **_new(form))
        if act == "test":
            making.put_trial(connection, number, now=now)
        elif act == "remove":
            alerts.remove(connection, number)
        elif act == "replay":
            alerts.replay(connection, _number(form, "delivery"), now=now)
    return None


def _new(form: dict[str, str]) -> dict[str, Any]:
    """Return what a form says of a new alert.

    Raises:
        InvalidRule: it has no name.
    """
    name = " ".join(form.get("name", "").split())
    if not name:
        raise InvalidRule("name", "give the alert a name")
    target = form.get("target", "").strip()
    wanted: dict[str, Any] = {
        field: [form[field]] for field in ("stance", "speaker_type") if form.get(field)
    }
    for field in ("actor", "host"):
        wanted[field] = form.get(field, "").upper().replace(",", " ").split()
    for field in ("speaker", "outlet"):
        wanted[field] = [form[field].strip()] if form.get(field, "").strip() else []
    wanted["q"] = form.get("q", "").strip()
    return {
        "name": name[:200],
        "rule": {"filter": wanted, "when": form.get("when", EACH)},
        "channel": making.EMAIL if "@" in target and "//" not in target else making.WEBHOOK,
        "target": target,
    }


def _number(form: dict[str, str], name: str) -> int:
    given = form.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else 0


async def _page(
    request: Request,
    *,
    given: dict[str, str] | None = None,
    made: Any = None,
    fault: str | None = None,
    status: int = 200,
) -> Response:
    def work() -> list[dict[str, Any]]:
        with store_of(request).read() as connection:
            return [
                alerts.to_json(row)
                | {
                    "told": in_words(row["rule"]),
                    "log": [
                        _plainly(one) for one in alerts.log_of(connection, row["id"], limit=LOGGED)
                    ],
                }
                for row in alerts.every(connection)
            ]

    context = {"alerts": await run_in_threadpool(work)}
    return templates.TemplateResponse(
        request,
        "alerts.html",
        {
            "fault": fault,
            "made": made,
            "given": given or {},
            "when": WHEN,
            "stances": [stance for stance in Stance if stance != Stance.NONE],
            "speaker_types": list(SpeakerType),
            **context,
        },
        status_code=status,
    )


def in_words(rule: dict[str, Any]) -> str:
    """Return a rule as a sentence.

    >>> in_words({"when": "each", "filter": {"stance": ["favor"], "actor": ["UN", "AU"]}})
    'each article with such a statement; stance: favor; actor: UN or AU'
    """
    parts = [WHEN.get(rule.get("when", EACH), str(rule.get("when")))]
    for field, value in rule.get("filter", {}).items():
        told = " or ".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(f"{field.replace('_', ' ')}: {told.replace('_', ' ')}")
    return "; ".join(parts)


def _plainly(delivery: dict[str, Any]) -> dict[str, Any]:
    """Add to a delivery and its tries what their errors mean."""
    tries = [
        one | {"plainly": in_plain_words(one["error"]) if one["error"] else None}
        for one in delivery["tries"]
    ]
    return delivery | {"tries": tries}
