"""For a web container: is this process serving and its database there? Broker and workers have their own checks."""

import http.client
import json
import os
import sys

host = os.environ["YIMEN_ALLOWED_HOSTS"].split(",")[0].strip()
port = int(os.environ.get("YIMEN_BIND", "0.0.0.0:8000").rpartition(":")[2])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
connection.request("GET", "/healthz", headers={"Host": host})
parts = json.loads(connection.getresponse().read())["parts"]
sys.exit(0 if parts["database"] == "ok" else 1)
