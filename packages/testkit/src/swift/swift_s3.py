"""OpenStack Swift with its S3 interface, whole in one process: an object store that is none of ours.

Arguments: the folder where it keeps everything, the access key and the secret key of its one user, and the port to listen on, 0 for any.
Says on standard output where it listens, as JSON, and ends with its standard input.
"""
import array
import json
import os
import sys

import eventlet

eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True, time=True)

from eventlet import wsgi  # noqa: E402
from eventlet.green import socket  # noqa: E402
from swift.account.server import AccountController  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring.ring import RingData  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402
from swift.container.server import ContainerController  # noqa: E402
from swift.obj.server import ObjectController  # noqa: E402

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_{user} = {secret} .admin
[filter:slo]
use = egg:swift#slo
"""


class MemoryCache:
    """In place of memcached; what is in it never ends."""

    def __init__(self):
        self.values = {}

    def get(self, key, **_options):
        return self.values.get(key)

    def set(self, key, value, **_options):
        self.values[key] = value

    def delete(self, key, **_options):
        self.values.pop(key, None)

    def incr(self, key, delta=1, **_options):
        self.values[key] = max(0, int(self.values.get(key) or 0) + int(delta))
        return self.values[key]


class Quiet:
    def write(self, _text):
        pass

    def flush(self):
        pass


def with_cache(app):
    cache = MemoryCache()

    def call(env, start_response):
        env["swift.cache"] = cache
        return app(env, start_response)

    return call


def serve(app, server_socket):
    eventlet.spawn(wsgi.server, server_socket, app, Quiet(), debug=False)


def listen(port=0):
    return eventlet.listen(("127.0.0.1", port), family=socket.AF_INET)


def main(folder, access_key, secret, port):
    utils.HASH_PATH_PREFIX, utils.HASH_PATH_SUFFIX = b"plenum", b"tests"
    os.makedirs(os.path.join(folder, "disk"), exist_ok=True)
    conf = {
        "devices": folder,
        "swift_dir": folder,
        "mount_check": "false",
        "disable_fallocate": "true",
        "log_level": "CRITICAL",
    }
    servers = {"account": AccountController, "container": ContainerController, "object": ObjectController}
    for name, controller in servers.items():
        server_socket = listen()
        device = {
            "id": 0,
            "zone": 0,
            "region": 1,
            "weight": 1.0,
            "device": "disk",
            "ip": "127.0.0.1",
            "port": server_socket.getsockname()[1],
        }
        RingData([array.array("H", [0, 0, 0, 0])], [device], 30).save(os.path.join(folder, name + ".ring.gz"))
        serve(controller(conf), server_socket)
    user = access_key.split(":")[1]
    proxy_conf = os.path.join(folder, "proxy.conf")
    with open(proxy_conf, "w", encoding="utf-8") as file:
        file.write(PROXY.format(folder=folder, user=user, secret=secret))
    front = listen(int(port))
    serve(with_cache(loadapp(proxy_conf)), front)
    print(json.dumps({"event": "listening", "port": front.getsockname()[1]}), flush=True)
    while eventlet.tpool.execute(sys.stdin.readline):
        pass


main(*sys.argv[1:5])
