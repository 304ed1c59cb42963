"""The other ends: a model that counts what it is asked, a receiver of callbacks, a sender of webhooks."""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What was answered so shortly before a kill need not be in the journal: nobody can tell whether it arrived.
SETTLED_S = 1.0


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        """A client that was killed is no error here."""


class Stub:
    """A server on a free port of this machine, for the length of a `with`."""

    def __init__(self, address=("127.0.0.1", 0)):
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = stub.answer(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = Server(address, Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Model(Stub):
    """An OpenAI-compatible endpoint that has nothing to say, and keeps when it was asked what."""

    def __init__(self, seconds=0.0):
        super().__init__()
        self.seconds = seconds
        self.lock = threading.Lock()
        self.answered = defaultdict(list)

    def answer(self, _headers, body):
        time.sleep(self.seconds)
        with self.lock:
            self.answered[hashlib.sha256(body).digest()].append(time.time())
        message = {"role": "assistant", "content": "{}"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return 200, json.dumps({"id": "stub", "object": "chat.completion", "created": 0, "model": "stub", "choices": [choice], "usage": usage}).encode()

    def repeated(self, killed):
        """Questions that were asked again after a kill though their answer had come well before it: by how many seconds each."""
        again = []
        with self.lock:
            for times in self.answered.values():
                for first, second in zip(times, times[1:]):
                    # Who had the answer died at the first kill after it. Later kills are other processes'.
                    kill = min((kill for kill in killed if kill >= first), default=first)
                    if first + SETTLED_S <= kill < second:
                        again.append(round(kill - first, 2))
        return again


class Receiver(Stub):
    """A receiver of callbacks that is down, answering 503, until it is opened."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.is_open = False
        self.refused = 0
        self.seen = []

    def open(self):
        self.is_open = True

    def ids(self):
        with self.lock:
            return set(self.seen)

    def answer(self, headers, _body):
        with self.lock:
            if not self.is_open:
                self.refused += 1
                return 503, b"{}"
            self.seen.append(headers.get("webhook-id"))
        return 200, b"{}"


def signed(secret, identity, body):
    """Headers of Standard Webhooks."""
    at = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{identity}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def posted(url, body, headers, times, at_once):
    """The answers' status to the same request, so often and so many at once; 0 where there was no answer."""
    barrier = threading.Barrier(at_once)

    def post(_):
        barrier.wait()
        try:
            request = urllib.request.Request(url, data=body, headers=headers)
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(post, range(times)))


class Load:
    """Senders that post documents one after the other, each of them once, and keep what they were answered."""

    def __init__(self, port, key, documents, senders):
        self.port, self.documents, self.lock = port, iter(documents), threading.Lock()
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        # Ids that were accepted, and how often what else was answered; 0 is no answer.
        self.accepted, self.errors = [], Counter()
        self.threads = [threading.Thread(target=self.send) for _ in range(senders)]

    def send(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while True:
            with self.lock:
                document = next(self.documents, None)
            if document is None:
                return
            try:
                connection.request("POST", "/v1/verifications", document, self.headers)
                answer = connection.getresponse()
                status, place = answer.status, answer.headers.get("Location", "")
                answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                status, place = 0, ""
            with self.lock:
                if status == 202:
                    self.accepted.append(place.rsplit("/", 1)[-1])
                else:
                    self.errors[status] += 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
