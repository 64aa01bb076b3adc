"""Imported for its effect alone, once in a parent process: its forks find the modules and the word lists there.

Without it each task of Airflow takes about three CPU-seconds more.
"""

from dabir.extraction import warm_up

warm_up()
