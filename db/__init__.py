"""The warehouse: PostgreSQL tables, migrations, and the load that puts articles and their records into them."""
