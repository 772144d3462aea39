"""A pretended language model behind an OpenAI-like server: it prefers what a prompt names often, and answers in the form that is asked for."""

import json
import math
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LABELLED = re.compile(r"^([A-Z]{1,2})\. (.+)$", re.MULTILINE)


def preferences(prompt):
    """(label, item, weight) of each candidate, best first: weight 1 + how often the prompt names it elsewhere."""
    candidates = LABELLED.findall(prompt)
    weighed = [(label, item, float(prompt.count(item))) for label, item in candidates]
    return sorted(weighed, key=lambda one: (-one[2], one[1]))


def completion(request):
    ranked = preferences("\n".join(message["content"] for message in request["messages"]))
    ranked = ranked or [("A", "A", 2.0), ("B", "B", 1.0)]
    total = sum(weight for _, _, weight in ranked)
    tops = [{"token": label, "logprob": math.log(weight / total), "bytes": None} for label, _, weight in ranked]
    choice = {"message": {"role": "assistant"}, "logprobs": None, "finish_reason": "stop"}
    if request.get("logprobs"):
        choice["message"]["content"] = tops[0]["token"]
        choice["logprobs"] = {"content": [dict(tops[0], top_logprobs=tops[:request.get("top_logprobs", 1)])]}
    else:
        choice["message"]["content"] = json.dumps([item for _, item, _ in ranked[:10]])
    used = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    choices = [dict(choice, index=index) for index in range(request.get("n", 1))]
    return {"id": "pretended", "object": "chat.completion", "created": 0, "model": request["model"], "choices": choices, "usage": used}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(completion(request)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve():
    """A server at a free port of this machine, for as long as the process lives; returns the port."""
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port
