"""Reports the shipments that the warehouse puts on a queue."""

import json
import logging
import os
from collections import Counter
from dataclasses import dataclass
from datetime import date

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))

LATE_AFTER_DAYS = int(os.environ.get("LATE_AFTER_DAYS", "3"))


@dataclass(frozen=True)
class Shipment:
    order_id: str
    carrier: str
    ordered: date
    shipped: date

    @property
    def days(self) -> int:
        return (self.shipped - self.ordered).days

    @property
    def is_late(self) -> bool:
        return self.days > LATE_AFTER_DAYS


def lambda_handler(event: dict, context) -> dict:
    """Counts the shipments of a batch by carrier. Messages that are no shipments go back to the queue."""
    shipments = []
    failures = []
    for record in event["Records"]:
        try:
            shipments.append(parse_shipment(record["body"]))
        except (KeyError, TypeError, ValueError) as error:
            logger.warning("Message %s is no shipment: %r", record["messageId"], error)
            failures.append({"itemIdentifier": record["messageId"]})

    for shipment in shipments:
        if shipment.is_late:
            logger.warning("Order %s was late: %d days", shipment.order_id, shipment.days)

    by_carrier = Counter(shipment.carrier for shipment in shipments)
    logger.info("Shipments by carrier: %s", json.dumps(by_carrier))
    return {"batchItemFailures": failures}


def parse_shipment(body: str) -> Shipment:
    message = json.loads(body)
    return Shipment(
        order_id=message["orderId"],
        carrier=message["carrier"],
        ordered=date.fromisoformat(message["ordered"]),
        shipped=date.fromisoformat(message["shipped"]),
    )
