"""The activity that a server reports to the Hub."""

from pathlib import Path

from moof.server.auth.audit import AuditLog
from moof.server.hub.hub_api import HubApi
from moof.server.hub.hub_service import HubService
from support.access import open_rules
from support.hub_stand_in import ENVIRONMENT, HubStandIn
from support.quiet_backend import QuietBackend


async def test_activity_is_reported_when_there_was_some(tmp_path: Path) -> None:
    hub = HubStandIn()
    api = HubApi(ENVIRONMENT, hub.transport)
    service = HubService(api, open_rules(tmp_path), AuditLog(), QuietBackend(tmp_path).session_manager)
    await service.report(float("-inf"), 1000.0, 50.0)
    assert hub.activities == []
    await service.report(40.0, 1000.0, 50.0)
    await service.report(40.0, 1060.0, 110.0)
    assert [each["last_activity"] for each in hub.activities] == ["1970-01-01T00:16:30+00:00"]
    hub.status = 503
    await service.report(111.0, 1061.0, 111.0)  # it does not answer: the next report has it
    hub.status = 0
    await service.report(111.0, 1062.0, 112.0)
    assert [each["last_activity"] for each in hub.activities[1:]] == ["1970-01-01T00:17:41+00:00"]
    await api.close()
