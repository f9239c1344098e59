"""How Alembic reaches the directory: over the connection that the server hands it."""

from alembic import context

from whisp_desktop.server.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
