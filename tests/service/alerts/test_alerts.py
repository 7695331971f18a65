"""Alerts fire once for each occasion, and what fired arrives, whatever fails in between."""

import asyncio
import base64
import hmac
import json
from datetime import datetime, timedelta
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler

from labels.document import Document
from model.tagger import Tagger
from service.alerts.deliver import Deliverer, Mailer, new_secret, next_try
from service.alerts.judge import judge
from service.alerts.rules import InvalidRule, Rule, stands
from service.feeds.address import open_client
from service.keeping import keep_and_tag
from service.store import Store, alerts, documents, tags
from service.store.filters import InvalidFilter
from tests.builders import article
from tests.ports import free_port
from tests.site import Site
from tests.tags import said
from tests.times import T0, after


class Desk:
    """A store with alerts, to which articles come with tags made by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.count = store, T0, 0

    def alert(self, target: str = "https://desk.example/hook", **rule: Any) -> int:
        with self.store.write() as connection:
            row = alerts.add(
                connection,
                name="Watch",
                rule=Rule.of(rule).to_json(),
                channel="webhook" if target.startswith("http") else "email",
                target=target,
                secret=new_secret(),
                now=self.now,
            )
        return int(row["id"])

    def news(self, *spec: str, published: datetime | None = None) -> None:
        """An article comes in, with one sentence a spec."""
        self.count += 1
        text = "\n\n".join(f"Sentence {i} of article {self.count}." for i in range(len(spec)))
        when = (published or self.now).isoformat()
        document = Document(f"d{self.count}", text, published=when)
        with self.store.write() as connection:
            row = documents.keep(connection, document, now=self.now).row
            tags.put(connection, row, said(document, *spec), now=self.now)
            judge(connection, row, now=self.now)

    def reasons(self, alert: int) -> list[str]:
        """What the alert fired for, oldest first."""
        with self.store.read() as connection:
            log = alerts.log_of(connection, alert)
        return [delivery["payload"]["data"]["reason"] for delivery in reversed(log)]

    def log(self, alert: int) -> list[dict[str, Any]]:
        with self.store.read() as connection:
            return alerts.log_of(connection, alert)

    def deliver(self, mailer: Mailer | None = None, *, allow_private: bool = True) -> int:
        async def go() -> int:
            async with open_client(allow_private=allow_private, timeout_s=5) as client:
                deliverer = Deliverer(self.store, client, mailer, clock=lambda: self.now)
                return await deliverer.deliver_due()

        return asyncio.run(go())


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_an_alert_fires_once_an_article_for_the_statements_that_it_listens_to(desk: Desk):
    alert = desk.alert(filter={"stance": "favor", "actor": "UN"})

    desk.news("favor|expert|A|UN|0.9", "favor|expert|B|UN,AU|0.9", "against|expert|C|UN|0.9")
    desk.news("favor|expert|A|AU|0.9", "favor|expert|A|UN|0.4?")
    desk.news("favor|expert|A|UN|0.9")

    assert desk.reasons(alert) == ["2 new statements", "a new statement"]


def test_the_first_time_is_told_once_and_by_speaker_stance_and_actor(desk: Desk):
    alert = desk.alert(when="first", filter={"speaker": "union"})

    desk.news("favor|intergovernmental|The Union|UN|0.9", "favor|expert|Someone|UN|0.9")
    desk.news("favor|intergovernmental|the union|UN|0.9")
    desk.news("against|intergovernmental|Union|UN|0.9", "favor|intergovernmental|Union|AU|0.9")
    desk.news("conditional|intergovernmental|Union||0.9")

    assert desk.reasons(alert) == [
        "first time that The Union is in favor of United Nations",
        "first time that Union is against United Nations",
        "first time that Union is in favor of African Union",
        "first time that Union is conditional on an intervention",
    ]


def test_what_was_said_before_the_alert_was_added_is_not_a_first_time(desk: Desk):
    desk.news("favor|expert|Orla Venn|UN|0.9")
    alert = desk.alert(when="first")

    desk.news("favor|expert|Orla Venn|UN|0.9")

    assert desk.reasons(alert) == []


def test_a_surge_is_told_once_a_span(desk: Desk):
    alert = desk.alert(when="surge", days=7, factor=3, at_least=3, filter={"stance": "against"})
    desk.news("against|expert|A|UN|0.9", published=after(days=-10))

    for _ in range(4):
        desk.news("against|expert|A|UN|0.9")

    assert desk.reasons(alert) == ["3 statements in 7 days, 1 in the 7 days before"]
    desk.now += timedelta(days=30)
    desk.news(*["against|expert|A|UN|0.9"] * 3)
    assert len(desk.reasons(alert)) == 2


def test_old_articles_and_retagging_fire_nothing(desk: Desk, tagger: Tagger):
    alert = desk.alert(max_age_days=30)
    desk.news("favor|expert|A|UN|0.9", published=after(days=-31))
    desk.news("none|expert|A|UN|0.9")

    assert desk.reasons(alert) == []


def test_tagging_judges_alerts_in_the_same_transaction(store: Store, tagger: Tagger):
    desk = Desk(store)
    alert = desk.alert(filter={"abstained": True})
    sent = [
        article(text, id=f"a{i}")  # no two alike: a copy fires nothing
        for i, text in enumerate(
            (
                "The envoy urged the African Union to send troops to the river towns.",
                "We reject any foreign soldiers on our soil, the minister said.",
                "Rain fell on the market and the ferries were late again.",
                "Analysts could accept a force only if the council gives it a mandate.",
            )
        )
    ]

    keep_and_tag(store, tagger, sent)
    with store.read() as connection:
        stored = [tags.contract(connection, documents.find(connection, d.id)) for d in sent]
    taken = [d for d in stored if any(s["stance"]["label"] != "none" for s in d["sentences"])]

    assert len(desk.reasons(alert)) == len(taken)


def test_a_delivery_is_signed_and_arrives_after_failures(desk: Desk, site: Site):
    alert = desk.alert(site.add("/hook", "thanks"))
    site.failures["/hook"] = [500, 503]
    desk.news("favor|expert|A|UN|0.9")

    assert desk.deliver() == 1
    assert desk.deliver() == 0  # not due yet
    for _ in range(4):
        desk.now += timedelta(seconds=6)
        desk.deliver()

    [delivery] = desk.log(alert)
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)
    assert [t["status"] for t in delivery["tries"]] == [500, 503, 200]
    requests = site.seen("/hook")
    assert len(requests) == 3
    assert {r.headers["webhook-id"] for r in requests} == {delivery["message_id"]}
    last = requests[-1]
    with desk.store.read() as connection:
        secret = alerts.find(connection, alert)["secret"]
    signed = f"{delivery['message_id']}.{last.headers['webhook-timestamp']}.".encode() + last.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert last.headers["webhook-signature"] == f"v1,{wanted}"
    assert json.loads(last.body) == delivery["payload"]
    assert json.loads(last.body)["data"]["statements"][0]["speaker"]["name"] == "A"


def test_a_receiver_that_never_answers_is_given_up_and_can_be_replayed(desk: Desk, site: Site):
    alert = desk.alert("http://127.0.0.1:1/hook")
    desk.news("favor|expert|A|UN|0.9")

    for _ in range(12):
        desk.deliver()
        desk.now += timedelta(days=1)

    [delivery] = desk.log(alert)
    assert (delivery["state"], delivery["attempts"]) == ("given_up", 11)
    with desk.store.write() as connection:
        alerts.replay(connection, delivery["id"], now=desk.now)
    assert desk.deliver() == 1
    assert len(desk.log(alert)[0]["tries"]) == 12


def test_a_receiver_that_is_gone_is_asked_no_more(desk: Desk, site: Site):
    alert = desk.alert(site.add("/hook", "", status=410))
    desk.news("favor|expert|A|UN|0.9")

    desk.deliver()

    assert desk.log(alert)[0]["state"] == "given_up"
    assert next_try(T0, 99) is None


def test_a_receiver_at_a_private_address_is_refused(desk: Desk, site: Site):
    alert = desk.alert(site.add("/hook", "thanks"))
    desk.news("favor|expert|A|UN|0.9")

    desk.deliver(allow_private=False)

    assert "not a public address" in desk.log(alert)[0]["last_error"]
    assert site.requests == []


def test_a_sender_that_is_killed_forgets_nothing(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
):
    alert = desk.alert(site.add("/hook", "thanks"))
    desk.news("favor|expert|A|UN|0.9")
    with monkeypatch.context() as patched:
        patched.setattr(alerts, "tried", _killed)
        with pytest.raises(KeyboardInterrupt):
            desk.deliver()

    assert desk.deliver() == 0  # claimed still
    desk.now += timedelta(minutes=3)
    assert desk.deliver() == 1

    assert desk.log(alert)[0]["state"] == "delivered"
    first, second = site.seen("/hook")  # twice, under one id: the receiver can tell
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def _killed(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


class Box(MailHandler):
    """Keeps the mail that comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.mail: list[Mail] = []

    def handle_message(self, message: Mail) -> None:
        self.mail.append(message)


def test_an_alert_can_come_by_mail(desk: Desk):
    alert = desk.alert("desk@example.org")
    desk.news("favor|expert|Orla\nVenn|UN|0.9")
    box = Box()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        desk.deliver(Mailer(f"smtp://127.0.0.1:{port}", "stancewire@example.org"))
    finally:
        server.stop()

    [mail] = box.mail
    [delivery] = desk.log(alert)
    assert delivery["state"] == "delivered"
    assert mail["To"] == "desk@example.org"
    assert mail["Subject"] == "Watch: a new statement"
    assert mail["Message-ID"] == f"<{delivery['message_id']}@stancewire>"
    assert "Sentence 0 of article 1." in str(mail.get_payload())


def test_mail_without_a_server_is_tried_again(desk: Desk):
    alert = desk.alert("desk@example.org")
    desk.news("favor|expert|A|UN|0.9")

    desk.deliver()
    desk.now += timedelta(minutes=1)
    desk.deliver(Mailer("smtps://127.0.0.1:1", "stancewire@example.org"))

    first, second = desk.log(alert)[0]["tries"]
    assert "STANCEWIRE_SMTP_URL" in first["error"]
    assert "127.0.0.1" in second["error"]


def test_a_removed_alert_takes_its_log_along(desk: Desk):
    alert = desk.alert()
    desk.news("favor|expert|A|UN|0.9")
    with desk.store.write() as connection:
        alerts.remove(connection, alert)
        with pytest.raises(alerts.AlertUnknown):
            alerts.log_of(connection, alert)
        with pytest.raises(alerts.DeliveryUnknown):
            alerts.replay(connection, 1, now=T0)


@pytest.mark.parametrize(
    "raw",
    [
        {"when": "sometimes"},
        {"days": 0},
        {"factor": True},
        {"at_least": "5"},
        {"filter": 3},
        {"shoe": 1},
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_name(raw: dict[str, object]):
    (field,) = raw

    with pytest.raises(InvalidRule) as refused:
        Rule.of(raw)

    assert refused.value.field == field


def test_a_rule_reads_what_it_writes():
    rule = Rule.of({"when": "surge", "filter": {"stance": ["against"]}, "days": 3})

    assert Rule.of(rule.to_json()) == rule
    with pytest.raises(InvalidFilter):
        Rule.of({"filter": {"stance": "maybe"}})
    assert stands({"stance": {"label": "favor"}, "speaker": None, "proposed_actors": []}) == []
