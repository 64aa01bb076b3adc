"""Dabir's pages inside the Airflow UI, behind its login: who may see the DAG reads, who may trigger it retries."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/dabir"
DAG = "regional_news"


class Pages:
    """The application, made at the first request: every Airflow process imports this file, and few show a page."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            self._app = _app()
        await self._app(scope, receive, send)


def _app() -> Any:
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import requires_access_dag
    from fastapi import Depends

    from dabir.serve import pages_app
    from dabir.settings import read_settings

    return pages_app(
        read_settings(),
        may_read=[Depends(requires_access_dag("GET", param_dag_id=DAG))],
        may_retry=[Depends(requires_access_dag("POST", DagAccessEntity.RUN, param_dag_id=DAG))],
    )


class DabirPages(AirflowPlugin):
    """One application and its entry in the navigation."""

    name = "dabir_pages"
    fastapi_apps = [{"app": Pages(), "url_prefix": PREFIX, "name": "Dabir"}]  # noqa: RUF012  (Airflow's own protocol)
    external_views = [  # noqa: RUF012
        {"name": "دبیر", "href": f"{PREFIX}/coverage", "destination": "nav", "url_route": "dabir"}
    ]
