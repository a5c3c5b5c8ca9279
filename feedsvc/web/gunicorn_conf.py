"""gunicorn's configuration, for `feedsvc serve` and the Procfile alike. Each line has its reason."""

import os

import gevent

from feedsvc.settings import listen

# Platforms say where to listen.
_listen = listen()
bind = [f"{_listen.host}:{_listen.port}"]
# One for each core that a small machine has; platforms that know better set WEB_CONCURRENCY.
workers = _listen.workers
# A gthread worker stops for good once as many clients as it has threads have sent half a request; gevent goes on.
worker_class = "gevent"
# gunicorn_h1c, its parser in C, answers 5 % more requests, but has to be compiled where it is installed.
http_parser = "python"
# SIGTERM: what is under way is answered within this many seconds, less than platforms wait before SIGKILL (Heroku: 30).
graceful_timeout = 20
timeout = 60
# Longer than the idle timeouts of the load balancers before us (AWS: 60), so that they never send into a closed socket.
keepalive = 75
# Worker heartbeats on a disk that blocks would get workers killed; memory never does.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK) else None  # noqa: PTH112, S108
# On by default, and of no use to anybody here.
control_socket_disable = True
# Longer request lines than any address of ours.
limit_request_line = 8190
# Who may say X-Forwarded-Proto: nobody but whom FORWARDED_ALLOW_IPS names; BASE_URL says the address.
proc_name = "feedsvc"


def post_request(_worker: object, _request: object, _environ: object, _response: object) -> None:
    """Let the other connections have their turn (gunicorn's server hook).

    A client that always has its next request ready would keep the worker to itself: with 32 of them the slowest hundredth of
    the answers took 40 ms, and takes 14 ms, at the same number of requests a second.
    """
    gevent.sleep(0)


logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}, "access": {"format": "%(message)s"}},
    "handlers": {
        # Platforms read stdout.
        "out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"},
        "access": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "access"},
    },
    "root": {"level": "WARNING", "handlers": ["out"]},
    "loggers": {
        "feedsvc": {"level": "INFO", "handlers": ["out"], "propagate": False},
        "gunicorn.error": {"level": "INFO", "handlers": ["out"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["access"], "propagate": False},
    },
}
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms "%(a)s"'
