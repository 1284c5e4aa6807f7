# One machine, SQLite: everything lives in /data. Several: MONITOR_DATABASE_URL names PostgreSQL, and `migrate`,
# `schedule`, `worker` and `web` are the commands; /data then holds MONITOR_ERASED and mail that no relay is set for. The
# rest of the file system can be read-only.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    MONITOR_NO_BOOTSTRAP=1 \
    MONITOR_CONFIG=/app/config.toml \
    MONITOR_DATABASE_URL=sqlite:////data/monitor.db \
    MONITOR_MAIL_FOLDER=/data/outbox \
    MONITOR_WEB_HOST=0.0.0.0 \
    MONITOR_WEB_PORT=8080

# First the packages, exactly those of the lock file, which has the extra `cluster` in it: this layer stays while only
# our code changes.
COPY requirements.lock /app/
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all: \
        -r /app/requirements.lock

COPY config.toml /app/
COPY monitor /app/monitor
RUN python -m compileall -q /app/monitor \
    && useradd --system --uid 10001 --home-dir /data --create-home monitor

USER monitor
WORKDIR /data
VOLUME /data
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]

ENTRYPOINT ["python", "-m", "monitor"]
CMD ["run"]
