"""The HTTP service: wire models, routes, jobs, store and the page, over the estimator.

It stands on top of the other packages and none of them imports it.
"""
