"""Offline is a tested property: the process refuses to connect, bind or look a name up."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from app.base.errors import Refused

TRY = {
    "connect": "socket.socket().connect(('127.0.0.1', 9))",
    "connect-ex": "socket.socket().connect_ex(('127.0.0.1', 9))",
    "bind": "socket.socket().bind(('127.0.0.1', 0))",
    "look-up": "socket.getaddrinfo('localhost', 80)",
    "host-by-name": "socket.gethostbyname('localhost')",
    "name-of-host": "socket.getnameinfo(('127.0.0.1', 80), 0)",
    "datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "by-library": "urllib.request.urlopen('http://127.0.0.1:9/')",
}


@pytest.mark.parametrize("attempt", TRY.values(), ids=TRY.keys())
def test_every_way_out_is_refused(attempt: str) -> None:
    code = (
        "import socket, urllib.request\n"
        "from app.base.process import refuse_network\n"
        "refuse_network()\n"
        f"{attempt}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Refused: network-refused" in done.stderr


def test_the_tests_themselves_run_offline() -> None:
    with socket.socket() as open_one, pytest.raises(Refused, match="network-refused"):
        open_one.connect(("127.0.0.1", 9))


def test_the_program_refuses_before_it_reads_its_arguments() -> None:
    code = (
        "import sys, socket\n"
        "sys.argv = ['muniment', '--version']\n"
        "from app.__main__ import main\n"
        "main()\n"
        "socket.getaddrinfo('localhost', 80)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Refused: network-refused" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="core limits are read the Linux way")
def test_a_crash_leaves_no_memory_on_disk() -> None:
    code = (
        "import resource, ctypes\n"
        "from app.base.process import forbid_core_dumps\n"
        "forbid_core_dumps()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) 0"
