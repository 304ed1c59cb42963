"""Signs, sends and verifies webhooks with other people's code. A JSON array of tasks on stdin, an array of answers on stdout.

sign:   {"do": "sign", "by", "secret", "body", "id", "timestamp", "query"} -> the headers by name
send:   {"do": "send", "by", "secret", "url", "file", "type"} -> {"status", "location", "body"}: the file's bytes, as `by` signs them
verify: {"do": "verify", "by", "secret", "body", "headers"} -> true or false
Bodies are texts; `id`, `timestamp` and `query` are for who signs them. The libraries verify against their own clock.
"""

import base64
import datetime
import hashlib
import hmac
import json
import sys
import urllib.error
import urllib.parse
import urllib.request


def standardwebhooks(secret):
    from standardwebhooks.webhooks import Webhook

    return Webhook(secret)


def svix(secret):
    from svix.webhooks import Webhook

    return Webhook(secret)


def tag(secret, text):
    return hmac.new(secret.encode("utf8"), text.encode("utf8"), hashlib.sha256)


def sign(task):
    by, secret, body = task["by"], task["secret"], task["body"]
    if by in ("standardwebhooks", "svix"):
        at = task["timestamp"]
        when = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
        signature = globals()[by](secret).sign(task["id"], when, body)
        return {"webhook-id": task["id"], "webhook-timestamp": str(at), "webhook-signature": signature}
    if by == "stripe":
        import stripe

        at = task["timestamp"]
        signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", secret)
        return {"Stripe-Signature": f"t={at},v1={signature}"}
    if by == "frappe":
        # As frappe/integrations/doctype/webhook/webhook.py does it.
        return {"X-Frappe-Webhook-Signature": base64.b64encode(tag(secret, body).digest()).decode()}
    if by == "zoho":
        # As zoho.com/billing/kb/webhooks/securing-webhooks.html says: names and values of the query by their names, then the JSON.
        pairs = sorted(urllib.parse.parse_qsl(task["query"], keep_blank_values=True))
        text = "".join(name + value for name, value in pairs) + body
        return {"X-Zoho-Webhook-Signature": tag(secret, text).hexdigest()}
    if by == "intuit":
        # As Intuit's page "Validating the notification" says: base64 over the payload.
        return {"intuit-signature": base64.b64encode(tag(secret, body).digest()).decode()}
    if by == "bearer":
        return {"Authorization": f"Bearer {secret}"}
    if by == "nobody":
        # Who can set no header has the token in the address.
        return {}
    raise SystemExit(f"unknown client {by}")


def send(task):
    with open(task["file"], "rb") as file:
        body = file.read()
    query = urllib.parse.urlsplit(task["url"]).query
    headers = sign({**task, "body": body.decode("utf8"), "query": query}) | {"Content-Type": task["type"]}
    request = urllib.request.Request(task["url"], data=body, headers=headers, method="POST")
    # The machine's proxy is none of loopback's.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        answer = opener.open(request, timeout=60)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        return {"status": answer.status, "location": answer.headers["Location"], "body": answer.read().decode("utf8")}


def verify(task):
    try:
        globals()[task["by"]](task["secret"]).verify(task["body"], task["headers"])
    except Exception as error:
        if type(error).__name__ != "WebhookVerificationError":
            raise
        return False
    return True


tasks = json.load(sys.stdin)
json.dump([{"sign": sign, "send": send, "verify": verify}[task["do"]](task) for task in tasks], sys.stdout)
