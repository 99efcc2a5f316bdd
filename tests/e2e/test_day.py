"""A simulated day, a minute of it in a second: who is told of what, and when. The tests follow the hours of the day.

10:30 it opens after three quiet days; 12:00 support stops answering; 13:30 it is back and answers all that waited;
14:30 a worker is killed, and comes back; in the evening every panel of every dashboard has something to show.
"""

import time
from datetime import UTC, datetime, timedelta

from streams.units import HOUR
from tests.e2e.business import SUPPORT, variety
from tests.e2e.day import Day
from tests.e2e.scaled import expression
from tests.e2e.sink import Told
from tests.render.boards import queries

WATCHDOG = "CrmWatchdog"
OUTAGE = {
    "CrmTicketsOverdue": ("tickets", {"department": SUPPORT, "clock": "first_response", "severity": "ticket"}),
    "CrmOldestWaiting": ("service-page", {"department": SUPPORT, "clock": "first_response", "severity": "page"}),
    "CrmSlaBurnFast": ("service-page", {"policy": "default", "clock": "first_response", "severity": "page"}),
}
"""What has to fire in an outage of support, in this order, who is told, and what of."""
LOOKS, PAUSE = 30, 2.0
"""At queries that returned nothing, seconds apart: what is scraped and recorded now may come a moment later."""
KPI_RECEIVERS = ("tickets", "service-page", "orders", "orders-page")


def test_a_quiet_morning_fires_nothing_but_the_watchdog(day: Day) -> None:
    day.wait_until("11:58")
    assert day.sink.of("deadman")
    assert day.sink.others() == []
    assert day.fired() == {WATCHDOG}


def test_an_outage_of_support_is_told_once_in_order_to_the_right_route_and_ends(day: Day) -> None:
    names = list(OUTAGE)
    day.until(lambda: len(day.sink.of("tickets", "service-page")) >= len(names), f"{', '.join(names)} to fire")
    day.wait_until("13:30")
    day.until(lambda: len(day.sink.of(*KPI_RECEIVERS, status="resolved")) >= len(names), "the alerts to end")
    fired = day.sink.of(*KPI_RECEIVERS)
    assert [one.alert for one in fired] == names
    for one in fired:
        receiver, labels = OUTAGE[one.alert]
        assert one.receiver == receiver
        assert labels.items() <= one.labels.items()
    resolved = day.sink.of(*KPI_RECEIVERS, status="resolved")
    assert sorted(map(what, resolved)) == sorted(map(what, fired))
    assert day.sink.others() == [one for one in day.sink.others() if one.receiver in KPI_RECEIVERS]
    assert day.fired() == {WATCHDOG, *names}


def test_a_killed_worker_is_told_to_the_platform_and_holds_back_every_kpi_alert(day: Day) -> None:
    day.wait_until("14:30")
    before = day.sink.of(*KPI_RECEIVERS)
    killed = day.workers.pop()
    port = int(killed.address.rpartition(":")[2])
    killed.kill()
    day.until(lambda: day.sink.of("platform-page"), "the page about partitions without a worker")
    assert suppressed(day)
    day.until(lambda: day.sink.of("platform-tickets"), "the ticket about the worker")
    day.until(lambda: day.sink.of("platform-page", status="resolved"), "the other worker to take over")
    assert {one.alert for one in day.sink.of("platform-page")} == {"CrmPartitionsUncovered"}
    assert {one.alert for one in day.sink.of("platform-tickets")} == {"CrmWorkerDown"}
    day.workers.append(day.start_worker(1, port))
    day.until(lambda: day.sink.of("platform-tickets", status="resolved"), "the worker to be back")
    assert day.sink.of(*KPI_RECEIVERS) == before
    assert day.fired() == {WATCHDOG, *OUTAGE, "CrmPartitionsUncovered", "CrmWorkerDown"}


def test_every_panel_of_every_dashboard_has_data_in_the_evening(day: Day) -> None:
    day.feed(variety(day.clock.now - HOUR, day.clock.now + 5 * HOUR))
    settled = 'sum(crm_consumer_lag_records) < 200 and on () fleet:crm_servqual_mean{scope="all",window="1h"}'
    day.until(lambda: day.prometheus.values(settled), "all of it to have gone all the way")
    left = [(asked.place, expression(asked.expr, day.begun)) for asked in queries(rate_interval="10m")]
    for _ in range(LOOKS):
        if not left:
            break
        time.sleep(PAUSE)
        left = [(place, expr) for place, expr in left if not day.prometheus.values(expr)]
    assert [place for place, _ in left] == []


def suppressed(day: Day) -> bool:
    """Whether Alertmanager holds back an alert of a KPI; it ends while it is held back, so nobody hears of it."""
    labels = {"alertname": "CrmCsatBelowTarget", "kind": "kpi", "severity": "ticket", "job": "streams"}

    def alert(ends: timedelta) -> None:
        day.alertmanager.ask("alerts", [{"labels": labels, "endsAt": (datetime.now(UTC) + ends).isoformat()}])

    def held() -> bool:
        found = day.alertmanager.ask("alerts?filter=alertname=CrmCsatBelowTarget")
        return [one["status"]["state"] for one in found] == ["suppressed"]

    alert(timedelta(minutes=1))
    day.until(held, "Alertmanager to hold back an alert of a KPI")
    alert(timedelta())
    return True


def what(told: Told) -> tuple[str, str, str]:
    """The alert, to whom, since when."""
    return told.receiver, told.alert, told.since
