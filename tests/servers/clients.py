"""Signs and verifies webhooks with other people's code. A JSON array of tasks on stdin, an array of answers on stdout.

sign:   {"do": "sign", "by", "secret", "body", "id", "timestamp"} -> the headers by name
verify: {"do": "verify", "by", "secret", "body", "headers"} -> true or false
Bodies are texts. The libraries verify against their own clock.
"""

import base64
import datetime
import hashlib
import hmac
import json
import sys


def standardwebhooks(secret):
    from standardwebhooks.webhooks import Webhook

    return Webhook(secret)


def svix(secret):
    from svix.webhooks import Webhook

    return Webhook(secret)


def sign(task):
    by, secret, body, at = task["by"], task["secret"], task["body"], task["timestamp"]
    if by in ("standardwebhooks", "svix"):
        when = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
        signature = globals()[by](secret).sign(task["id"], when, body)
        return {"webhook-id": task["id"], "webhook-timestamp": str(at), "webhook-signature": signature}
    if by == "stripe":
        import stripe

        signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", secret)
        return {"Stripe-Signature": f"t={at},v1={signature}"}
    if by == "frappe":
        # As frappe/integrations/doctype/webhook/webhook.py does it.
        digest = hmac.new(secret.encode("utf8"), body.encode("utf8"), hashlib.sha256).digest()
        return {"X-Frappe-Webhook-Signature": base64.b64encode(digest).decode()}
    raise SystemExit(f"unknown client {by}")


def verify(task):
    try:
        globals()[task["by"]](task["secret"]).verify(task["body"], task["headers"])
    except Exception as error:
        if type(error).__name__ != "WebhookVerificationError":
            raise
        return False
    return True


tasks = json.load(sys.stdin)
json.dump([{"sign": sign, "verify": verify}[task["do"]](task) for task in tasks], sys.stdout)
