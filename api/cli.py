"""``printhouse serve``."""

from __future__ import annotations

import logging

import click


@click.command(short_help="The HTTP service and the page.")
@click.option("--host", default=None, metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port; 0 takes a free one.  [default: 8000]")
@click.option(
    "--database", default=None, metavar="URL", help="SQLite file or SQLAlchemy URL.  [default: printhouse.sqlite]"
)
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes that estimate.  [default: 2]")
@click.option("-q", "--quiet", is_flag=True, help="No access log on stderr.")
def serve(host: str | None, port: int | None, database: str | None, workers: int | None, quiet: bool) -> None:
    """Answer on http://127.0.0.1:8000: the page at /, the interface at /v1, its description at /openapi.json.

    Everything else is set by the environment (docs/http.md): PRINTHOUSE_API_KEYS, PRINTHOUSE_CORS_ORIGINS and limits.
    """
    import uvicorn

    from api.app import create_app
    from api.settings import settings_from_environment

    settings = settings_from_environment(host=host, port=port, database=database, workers=workers)
    settings.refuse_open_door()
    logging.basicConfig(level=logging.WARNING if quiet else logging.INFO, format="%(message)s")
    logging.getLogger("pebble").setLevel(logging.WARNING)
    config = uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, access_log=False, log_level="warning",
        timeout_keep_alive=15, h11_max_incomplete_event_size=65536, server_header=False, lifespan="on",
    )  # fmt: skip
    server = uvicorn.Server(config)
    click.echo(f"printhouse listens on http://{settings.host}:{settings.port}", err=True)
    server.run()
