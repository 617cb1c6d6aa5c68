"""What Schemathesis does not know of this API: who may ask, what every answer owes, what ends a run.

Read through SCHEMATHESIS_HOOKS. FUZZ_CALLERS holds the headers of each caller as JSON; the answers
seen are counted in the file FUZZ_COUNTS.
"""

import atexit
import json
import os
import random
import re
import threading

import schemathesis

CALLERS = json.loads(os.environ["FUZZ_CALLERS"])
COUNTS_FILE = os.environ["FUZZ_COUNTS"]

# Nobody takes money or makes audio for the fuzzer; anything else that is away is a finding.
UNAVAILABLE = {"DONATIONS_NOT_CONFIGURED", "WEBHOOK_NOT_CONFIGURED", "NO_WORKERS_AVAILABLE"}

# Text that is in an answer by chance is shorter than this.
ECHO_CHARACTERS_MIN = 8
STACK = re.compile(r"\n\s+at |node_modules|\.[cm]?[jt]s:\d+|Traceback|SQLSTATE|ECONN")
ERROR_CODE = re.compile(r"^[A-Z][A-Z0-9_]*$")

schemathesis.serializer.alias("audio/wav", "application/octet-stream")

counts = {}
lock = threading.Lock()


def route_of(case):
    return f"{case.operation.method.upper()} {case.operation.path}"


# Whoever these end is not the caller of the rest of the run.
ENDING = {"POST /api/v1/auth/logout", "DELETE /api/v1/user/profile"}


def headers_of_caller(case):
    """Mostly who may ask; sometimes somebody else, or nobody."""
    if route_of(case) in ENDING:
        return CALLERS["spare"].pop() if CALLERS["spare"] else CALLERS["nobody"]
    kinds = {name for entry in case.operation.definition.raw.get("security", []) for name in entry}
    allowed = [CALLERS[kind] for kind in sorted(kinds & CALLERS.keys())]
    if allowed and random.random() < 0.85:
        return random.choice(allowed)
    return random.choice([CALLERS[name] for name in ("nobody", "apiKey", "token", "nodeToken")])


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers.update(headers_of_caller(case))
    route = route_of(case)
    if route == "POST /api/v1/generate":
        case.headers["Prefer"] = "respond-async"
    if route == "POST /api/v1/workers/jobs/lease":
        # A poll without work waits as long as it asks for, or 30 s.
        if not isinstance(case.body, dict):
            case.body = {}
            case.media_type = "application/json"
        if isinstance(case.body.get("wait_seconds", 30), (int, float)):
            case.body["wait_seconds"] = min(case.body.get("wait_seconds", 30), 0.01)


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        statuses = counts.setdefault(route_of(case), {})
        status = str(response.status_code)
        statuses[status] = statuses.get(status, 0) + 1


@atexit.register
def write_counts():
    with open(COUNTS_FILE, "w", encoding="utf-8") as file:
        json.dump(counts, file)


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from texts_in(name)
            yield from texts_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts_in(each)


def own_words(case):
    """What the schema itself says may be said again."""
    return json.dumps(case.operation.definition.raw, ensure_ascii=False)


@schemathesis.check
def keeps_the_contract(ctx, response, case):
    """Headers of every answer, and the form of every error, whatever was sent."""
    headers = {name.lower(): values[0] for name, values in response.headers.items()}
    for name in ("x-request-id", "cache-control", "content-security-policy", "x-content-type-options"):
        assert name in headers, f"{name} is missing"
    if response.status_code < 400:
        return
    assert headers["cache-control"] == "no-store", "an error may be kept"
    text = response.text
    assert STACK.search(text) is None, "a stack or a path of the server"
    if case.method.upper() == "HEAD" or route_of(case) == "GET /health/ready":
        return
    answer = response.json()
    assert set(answer) == {"success", "error"} and answer["success"] is False, "another form"
    assert ERROR_CODE.match(answer["error"]["code"]), "a code of another form"
    if response.status_code >= 500:
        assert response.status_code == 503, "a fault of the server"
        assert answer["error"]["code"] in UNAVAILABLE, "a part of the server is away"
    if response.status_code in (429, 503):
        assert "retry-after" in headers, "Retry-After is missing"
    sent = [case.body, case.query, case.path_parameters, case.headers]
    words = own_words(case)
    for each in texts_in(sent):
        if len(each) >= ECHO_CHARACTERS_MIN and each not in words:
            assert each not in text, "what was sent is repeated"
