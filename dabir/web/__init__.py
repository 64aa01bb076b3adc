"""The warehouse on screen: coverage, articles, officials, figures and rejects, in Persian, right to left.

`dabir.web.app.create_app` is the whole of it. It is shown alone by `dabir serve` and inside Airflow by the plugin;
who may see and who may retry is given by whoever shows it. No page needs JavaScript or another host.
"""
