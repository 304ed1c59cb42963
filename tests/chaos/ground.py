"""Where a scenario takes place: a store of its own, the program's processes, and what can be counted from outside."""

import contextlib
import copy
import errno
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from stubs import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOOK, DEPLOY = ROOT / "examples" / "book", ROOT / "deploy"
KEY = "k-chaos-ground"
# One document holds so many invoices at most: the settings limit its bytes.
INVOICES_A_FILE = 1000


class Failed(Exception):
    def __init__(self, what, row=None):
        super().__init__(what)
        self.row = row if isinstance(row, dict) else None


def expect(holds, what, seen=None):
    if not holds:
        raise Failed(what if seen is None or isinstance(seen, dict) else f"{what}: {seen}", seen)


def until(what, holds, seconds, process=None):
    """Waits for a condition; a process without which it cannot come true must go on running."""
    end = time.monotonic() + seconds
    while not holds():
        if process is not None and process.poll() is not None:
            raise Failed(f"a process ended with {process.returncode} before {what}: {process.said()}")
        if time.monotonic() > end:
            raise Failed(f"after {seconds:.0f} s not yet: {what}")
        time.sleep(0.02)


class Process(subprocess.Popen):
    def __init__(self, log, *args, **more):
        self.log = log
        with open(log, "ab") as out:
            super().__init__(*args, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **more)

    def said(self):
        return self.log.read_text(errors="replace")[-400:].strip().replace("\n", " / ").replace("|", "¦")


class Postgres:
    """A cluster of its own. PostgreSQL does not run as root, so it runs as its own user then."""

    def __init__(self):
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chaos-pg-"))
        self.port = free_port()
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.run("initdb", "-D", self.folder / "data", "-U", "satyapan", "-A", "trust", "-E", "UTF8")
        self.run("pg_ctl", *self.cluster, "-w", "start")
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "satyapan", "satyapan")
        self.url = f"postgres://satyapan@127.0.0.1:{self.port}/satyapan"

    @property
    def cluster(self):
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        return ["-D", self.folder / "data", "-l", self.folder / "log", "-o", options]

    def run(self, program, *args):
        become = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups"] if os.geteuid() == 0 else []
        command = [*become, self.bin / program, *args]
        # Its server inherits the output: a pipe would never end.
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def rows(self, sql):
        command = [self.bin / "psql", "-XAtF\t", "-d", self.url, "-c", sql]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return [line.split("\t") for line in answer.stdout.splitlines()]

    @contextlib.contextmanager
    def locked(self, table):
        """Nobody else reads or writes a table."""
        holder = subprocess.Popen([self.bin / "psql", "-XqAt", "-d", self.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT 'locked';\n")
        holder.stdin.flush()
        expect(holder.stdout.readline().strip() == "locked", f"{table} is locked")
        try:
            yield
        finally:
            # The end of its input ends its transaction.
            holder.communicate()

    def restart(self):
        self.run("pg_ctl", *self.cluster, "-m", "immediate", "-w", "restart")

    def stop(self):
        self.run("pg_ctl", *self.cluster, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Nginx:
    """The load balancer of `deploy/nginx.conf` before front doors of this machine."""

    def __init__(self, folder, ports):
        self.port = free_port()
        text = (DEPLOY / "nginx.conf").read_text().replace("listen 8080", f"listen 127.0.0.1:{self.port}").replace("/tmp/", f"{folder}/")
        for place, port in enumerate(ports, 1):
            text = text.replace(f"serve-{place}:8080", f"127.0.0.1:{port}")
        (folder / "nginx.conf").write_text(text)
        options = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.process = Process(folder / "nginx.log", [program, "-p", folder, "-c", folder / "nginx.conf", "-g", options])

    def listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def __enter__(self):
        until("nginx listens", self.listens, 30, self.process)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Ground:
    def __init__(self, binary, folder, store):
        self.binary, self.folder = binary, folder
        self.settings, self.processes = {}, []
        self.postgres = Postgres() if store == "postgres" else None
        self.at(folder / "store")
        self.template = json.loads((BOOK / "invoices" / "clean.json").read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.postgres:
            self.postgres.stop()

    def at(self, directory):
        """Puts the store there and loads the book."""
        directory.mkdir(exist_ok=True)
        self.file = directory / "satyapan.db"
        self.store = self.postgres.url if self.postgres else f"sqlite:{self.file}"

    def set(self, **settings):
        """Settings by name, `queue__lease_s` for `queue.lease_s`; then the book is loaded."""
        self.settings = {f"SATYAPAN__{name.upper()}": str(value) for name, value in settings.items()}
        self.ran("load", BOOK, "--store", self.store)

    @staticmethod
    def quick(lease_s):
        # One supplier sends all of the invoices here, and its share must not be what is measured.
        return {"queue__lease_s": lease_s, "queue__poll_ms": 100, "queue__in_flight_vendor": 100_000}

    def environment(self, more):
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SATYAPAN__", "OPENAI_"))}
        return {**own, "NO_COLOR": "1", **self.settings, **more}

    def ran(self, *args):
        command = [self.binary, *map(str, args)]
        ran = subprocess.run(command, capture_output=True, text=True, env=self.environment({}), timeout=600)
        expect(ran.returncode == 0, f"{' '.join(map(str, args[:2]))} ended with {ran.returncode}", (ran.stderr or ran.stdout)[-300:].replace("\n", " / "))
        return ran.stdout

    def started(self, *args, **env):
        log = self.folder / f"{len(self.processes)}.log"
        process = Process(log, [self.binary, *map(str, args)], env=self.environment(env), cwd=self.folder)
        self.processes.append(process)
        return process

    def worker(self, *args, **env):
        return self.started("worker", "--store", self.store, *args, **env)

    def front(self, *args, **env):
        """A `serve` that is ready, and its port."""
        port = free_port()
        env = {"SATYAPAN__SERVER__LISTEN": f"127.0.0.1:{port}", "SATYAPAN__SERVER__API_KEYS": KEY, **env}
        server = self.started("serve", "--store", self.store, *args, **env)

        def ready():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    return answer.status == 200
            except (urllib.error.HTTPError, OSError):
                return False

        until("it is ready", ready, 60, server)
        return server, port

    @contextlib.contextmanager
    def serve(self, **env):
        if not self.settings:
            self.set(**self.quick(30))
        server, port = self.front(**env)
        yield f"http://127.0.0.1:{port}"
        self.end(server)

    def end(self, process, seconds=60):
        """SIGTERM; how it ended."""
        process.terminate()
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"still there {seconds} s after SIGTERM") from None

    @contextlib.contextmanager
    def asleep(self, process):
        """Stopped, but not while it writes to a file: there nobody can write until it goes on or dies."""
        while True:
            process.send_signal(signal.SIGSTOP)
            if self.postgres or self.is_writable():
                break
            process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def small_disk(self, megabytes):
        disk = self.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", disk], check=True)
        try:
            self.at(disk)
            yield disk
        finally:
            for process in self.processes:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            subprocess.run(["umount", disk], check=True)

    @staticmethod
    def fill(path):
        """Writes until the disk is full; how many bytes that took."""
        written, block = 0, bytes(1 << 16)
        with open(path, "wb", buffering=0) as out:
            while block:
                try:
                    written += out.write(block)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    block = block[: len(block) // 2]
        return written

    def invoice(self, n):
        invoice = copy.deepcopy(self.template)
        invoice["DocDtls"]["No"] = f"CH/26-27/{n:05}"
        return json.dumps(invoice, separators=(",", ":")).encode()

    def add(self, jobs):
        """Puts so many different invoices into the queue."""
        files = []
        for first in range(0, jobs, INVOICES_A_FILE):
            files.append(self.folder / f"invoices-{first}.ndjson")
            last = min(first + INVOICES_A_FILE, jobs)
            files[-1].write_bytes(b"".join(self.invoice(n) + b"\n" for n in range(first, last)))
        self.ran("queue", "add", "--store", self.store, *files)
        for file in files:
            file.unlink()
        expect(self.scalar("SELECT count(*) FROM job") == jobs, f"{jobs} jobs were added")

    def rows(self, sql):
        if self.postgres:
            return self.postgres.rows(sql)
        store = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)
        with contextlib.closing(store):
            return store.execute(sql).fetchall()

    def is_writable(self):
        store = sqlite3.connect(self.file, timeout=0.1, isolation_level=None)
        with contextlib.closing(store):
            try:
                store.execute("BEGIN IMMEDIATE")
                store.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return False
            return True

    def scalar(self, sql):
        value = self.rows(sql)[0][0]
        return int(value) if str(value).lstrip("-").isdigit() else value

    def ended(self):
        return self.scalar("SELECT count(*) FROM job WHERE state IN ('done', 'dead')")

    def done(self):
        return {row[0] for row in self.rows("SELECT id FROM job WHERE state = 'done'")}

    def leased(self):
        """Jobs that are with a worker, each with the attempt: the next one is another."""
        return {(row[0], str(row[1])) for row in self.rows("SELECT id, attempt FROM job WHERE state = 'leased'")}

    def row(self, scenario, jobs, **further):
        """What was counted; what every scenario promises is held here."""
        verdicts = self.scalar("SELECT count(*) FROM verdict")
        dead = self.scalar("SELECT count(*) FROM job WHERE state = 'dead'")
        row = {
            "scenario": scenario,
            "jobs": jobs,
            "verdicts": verdicts,
            "lost": self.scalar("SELECT count(*) FROM job WHERE state = 'done' AND verdict NOT IN (SELECT id FROM verdict)") + jobs - self.ended(),
            "twice": verdicts - self.scalar("SELECT count(DISTINCT document) FROM verdict"),
            "dead": dead,
            **further,
        }
        expect(row["lost"] == 0, "nothing is lost", row)
        expect(row["twice"] == 0, "nothing is judged twice", row)
        expect(dead == 0, "nothing is dead", row)
        expect(verdicts == jobs, "there are as many verdicts as invoices", row)
        self.ran("audit", "verify", "--store", self.store)
        return row
