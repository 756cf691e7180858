"""What must not be reached, and every way to write it."""

from __future__ import annotations

import socket

# Addresses that are forbidden however they are written, and texts that are none: what a page, a feed or a redirect
# would write to have something inside asked.
SPELLINGS = """
127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.255 127.1 127.0.1 0 0.0.0.0 0.1.2.3 0x7f.0.0.1 0x7f000001 0x7f.1 2130706433
017700000001 0177.0.0.1 127.000.000.001 127.0.0.1. 127.1. １２７.0.0.1 ①②⑦.0.0.1 127。0。0。1 127.0.0.１ localhost
LOCALHOST localhost. localhost.localdomain inside.example InSiDe.ExAmPlE. ｌocalhost ⓛⓞⓒⓐⓛⓗⓞⓢⓣ localhost%2e
[::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:127.0.0.1] [::ffff:0:127.0.0.1]
[::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [64:ff9b:1::7f00:1] [64:ff9b:1:ffff::127.0.0.1] [2002:7f00:1::]
[2001:0:7f00:1::1] [2001:10::1] [2001:20::1] [2001:2::1] [2001:db8::1] [3fff::1] [5f00::1] [100::1] [fe80::1]
[fe80::1%25lo] [fe80::1%lo] [fec0::1] [fc00::1] [fd00:ec2::254] [fd20:ce::254] [ff02::1] [2620:4f:8000::1]
[2606:4700::5efe:127.0.0.1] [2606:4700::200:5efe:10.0.0.1] 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200
169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
127.0.0.53 192.31.196.1 192.52.193.1 192.175.48.1 100.127.255.254 [febf::1] [feff::1] [::2] [64:ff9b::a00:1]
[::ffff:10.0.0.1] [::ffff:169.254.169.254] [2001:1::1] [2001:1ff::1] [2002:a00:1::1] [4000::1] [100:0:0:1::1]
user@127.0.0.1 example.org@127.0.0.1 user:pw@[::1] 127.0.0.1\\@example.org example.org\\@127.0.0.1
example.org\\.127.0.0.1 127.0.0.1%00.example.org 127.0.0.1%2f 127.0.0.1%23 %31%32%37.0.0.1
127.0.0.1&example.org 127.0.0.1,example.org
""".split()


class Inside:
    """What must not be reached: it listens on loopback, IPv4 and IPv6, and counts who came."""

    def __init__(self) -> None:
        self._servers = [socket.create_server(("127.0.0.1", 0))]
        self.port: int = self._servers[0].getsockname()[1]
        for host in ("127.0.0.2", "::1"):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            try:
                self._servers.append(socket.create_server((host, self.port), family=family))
            except OSError:  # a machine without IPv6, or with one loopback address
                continue
        for server in self._servers:
            server.setblocking(False)

    def connections(self) -> int:
        """How many came since it was last asked. They need not be accepted: the system queues them."""
        count = 0
        for server in self._servers:
            while True:
                try:
                    server.accept()[0].close()
                except BlockingIOError:
                    break
                count += 1
        return count

    def close(self) -> None:
        for server in self._servers:
            server.close()
