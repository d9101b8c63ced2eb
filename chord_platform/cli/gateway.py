"""`chord gateway`: the HTTP service that takes events and webhooks, until Ctrl-C."""

from __future__ import annotations

import click

from chord_platform.cli import Session, pass_session


@click.command()
@click.option("--host", help="Else CHORD_GATEWAY_HOST, else 127.0.0.1: reachable from here alone.")
@click.option("--port", type=click.IntRange(0, 65535), help="Else CHORD_GATEWAY_PORT, else 8090.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes."
)
@pass_session
def command(session: Session, *, host: str | None, port: int | None, workers: int) -> None:
    """Serve the collector, webhooks and product sync's calls until Ctrl-C."""
    from chord_platform.gateway.server import serve

    settings = session.settings
    session.platform.store.close()  # it migrated the store; each worker opens its own
    host = host or settings.gateway_host
    port = settings.gateway_port if port is None else port
    click.echo(f"Serving http://{host}:{port}, Ctrl-C ends it.")
    serve(settings, host=host, port=port, workers=workers)
