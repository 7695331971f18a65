"""`/v1/alerts`: who is told what, and whether it arrived."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from service.alerts import making
from service.api.documents import store_of
from service.api.statements import FilterIn
from service.keeping import utc_now
from service.schemas import problems
from service.store import alerts

router = APIRouter(prefix="/v1", tags=["alerts"])

# The largest number that both databases can look up.
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


class RuleIn(BaseModel):
    """When an alert fires: `each` article, the `first` time of a stand, or a `surge`."""

    model_config = ConfigDict(extra="forbid")

    filter: FilterIn = Field(default_factory=lambda: FilterIn.model_validate({}))
    when: Literal["each", "first", "surge"] = "each"
    days: Annotated[int, Field(ge=1, le=365, description="The two spans of a surge.")] = 7
    factor: Annotated[float, Field(ge=1, le=1_000, description="How much more a surge is.")] = 3
    at_least: Annotated[int, Field(ge=1, le=1_000_000)] = 5
    max_age_days: Annotated[int, Field(ge=1, le=36_500)] = 30


class AlertIn(BaseModel):
    """An alert: give `webhook` or `email`."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
    rule: RuleIn = Field(default_factory=RuleIn)
    channel: Literal["webhook", "email"]
    target: Annotated[
        str,
        Field(
            max_length=2_000,
            pattern=r"^(https?://[^\x00-\x20]+|[^\x00-\x20@,;<>]+@[^\x00-\x20@,;<>]+)$",
            description="URL of the webhook, or one e-mail address.",
            examples=["https://desk.example/hook"],
        ),
    ]


class AlertOut(BaseModel):
    """An alert."""

    id: int
    name: str
    rule: dict[str, Any]
    channel: str
    target: str
    active: bool
    created_at: datetime


class NewAlertOut(AlertOut):
    """A new alert, with the secret that signs its webhooks: it is shown this once."""

    secret: str | None


class TryOut(BaseModel):
    """One try of a delivery."""

    at: datetime
    status: int | None
    error: str | None
    took_ms: int


class DeliveryOut(BaseModel):
    """A delivery; `state` is pending, delivered or given_up."""

    id: int
    alert_id: int
    message_id: str
    state: str
    attempts: int
    payload: dict[str, Any]
    last_error: str | None
    created_at: datetime
    next_attempt_at: datetime
    delivered_at: datetime | None
    tries: list[TryOut] = Field(default_factory=list)


@router.get("/alerts", response_model=list[AlertOut], responses=problems(503), summary="All alerts")
async def list_alerts(request: Request) -> list[dict[str, Any]]:
    """Return all alerts in the order in which they were added."""

    def answer() -> list[dict[str, Any]]:
        with store_of(request).read() as connection:
            return [alerts.to_json(row) for row in alerts.every(connection)]

    return await run_in_threadpool(answer)


@router.post(
    "/alerts",
    status_code=201,
    response_model=NewAlertOut,
    responses=problems(422, 503),
    summary="Add an alert",
)
async def add_alert(request: Request, alert: AlertIn) -> dict[str, Any]:
    """Add an alert; it hears what is tagged from now on, and `stancewire watch` delivers."""
    given = alert.rule.model_dump(exclude={"filter"}) | {
        "filter": alert.rule.filter.filter().to_json()
    }

    def add() -> dict[str, Any]:
        with store_of(request).write() as connection:
            row = making.add(
                connection,
                name=alert.name,
                rule=given,
                channel=alert.channel,
                target=alert.target,
                now=utc_now(),
            )
        return alerts.to_json(row) | {"secret": row["secret"]}

    return await run_in_threadpool(add)


@router.delete(
    "/alerts/{alert}", status_code=204, responses=problems(404, 422, 503), summary="Remove an alert"
)
async def remove_alert(request: Request, alert: Number) -> None:
    """Delete an alert with its log."""

    def remove() -> None:
        with store_of(request).write() as connection:
            alerts.remove(connection, alert)

    await run_in_threadpool(remove)


@router.get(
    "/alerts/{alert}/deliveries",
    response_model=list[DeliveryOut],
    responses=problems(404, 422, 503),
    summary="What an alert delivered",
)
async def deliveries(request: Request, alert: Number) -> list[dict[str, Any]]:
    """Return the newest hundred deliveries with all their tries."""

    def answer() -> list[dict[str, Any]]:
        with store_of(request).read() as connection:
            return alerts.log_of(connection, alert)

    return await run_in_threadpool(answer)


@router.post(
    "/deliveries/{delivery}/replay",
    status_code=202,
    response_model=DeliveryOut,
    responses=problems(404, 422, 503),
    summary="Send a delivery again",
)
async def replay(request: Request, delivery: Number) -> dict[str, Any]:
    """Put a delivery back into the outbox, under its old message id."""

    def again() -> dict[str, Any]:
        with store_of(request).write() as connection:
            return alerts.delivery_json(alerts.replay(connection, delivery, now=utc_now()))

    return await run_in_threadpool(again)
