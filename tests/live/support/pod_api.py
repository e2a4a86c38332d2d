# SPDX-License-Identifier: Apache-2.0
"""What plays the API server of a cluster for one question, GET /api/v1/pods: over TLS, for whoever brings the token,
in pages, in the shape of a v1 PodList (the real one is asked in tests/chart)."""

import http.server
import json
import socket
import ssl
import threading
import urllib.parse


def pod(name, namespace, addresses, labels, host_network=False, phase="Running"):
    """With members beside those that are read, as each pod has them."""
    return {
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-of-{name}",
            "resourceVersion": "4711",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": labels,
            "annotations": {"example.com/labels": '{"app": "another"}'},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "owner", "uid": "1"}],
            "managedFields": [{"manager": "kubelet", "fieldsV1": {"f:status": {"f:podIPs": {".": {}}}}}],
        },
        "spec": {
            "containers": [{"name": "main", "image": "example.com/main:1", "resources": {}}],
            "nodeName": "worker-1",
            **({"hostNetwork": True} if host_network else {}),
        },
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:09Z"}],
            "hostIP": "198.51.100.1",
            "hostIPs": [{"ip": "198.51.100.1"}],
            "podIP": addresses[0],
            "podIPs": [{"ip": address} for address in addresses],
            "startTime": "2026-01-01T00:00:00Z",
            "containerStatuses": [{"name": "main", "ready": True, "restartCount": 0}],
            "qosClass": "BestEffort",
        },
    }


class PodApi:
    """Listens when it is made, at 127.0.0.1 of a namespace. `pods` may be changed, `token` too; with `fails` it
    answers that status. `requests` are the queries that were asked."""

    def __init__(self, namespace, port, tls, token, page=2):
        """`tls`: a folder with key.pem and certificate.pem."""
        self.pods, self.token, self.fails, self.requests = [], token, None, []
        self._page = page
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # pylint: disable=invalid-name
                api._answer(self)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("", 0), Handler, bind_and_activate=False)
        self._server.socket.close()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{tls}/certificate.pem", f"{tls}/key.pem")
        listener = namespace.call(lambda: socket.create_server(("127.0.0.1", port)))
        self._server.socket = context.wrap_socket(listener, server_side=True)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        self.requests.append(query)
        if self.fails:
            return self._say(handler, self.fails, self._status(self.fails, "the server is not there for now"))
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            return self._say(handler, 401, self._status(401, "Unauthorized"))
        if url.path != "/api/v1/pods" or query.get("fieldSelector") != "spec.nodeName=worker-1":
            return self._say(handler, 403, self._status(403, "pods is forbidden"))
        if "continue" in query and "resourceVersion" in query:
            return self._say(handler, 400, self._status(400, "resourceVersion may not be set with continue"))
        first = int(query.get("continue", "page+0=").split("+")[1].rstrip("="))
        metadata = {"resourceVersion": "9000"}
        if first + self._page < len(self.pods):
            metadata |= {"continue": f"page+{first + self._page}=", "remainingItemCount": 1}
        return self._say(
            handler,
            200,
            {
                "kind": "PodList",
                "apiVersion": "v1",
                "metadata": metadata,
                "items": self.pods[first : first + self._page],
            },
        )

    @staticmethod
    def _status(code, message):
        return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}

    @staticmethod
    def _say(handler, status, document):
        body = json.dumps(document).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
