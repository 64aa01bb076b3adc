"""Persian text in, records out.

Pure: no I/O beyond the package's own word lists, no clock, HTML, SQL, Scrapy or Airflow.
"""
