"""Names of the statistics that each report of Klaviyo knows.

Belongs here: the names. Does not belong here: counting (`numbers.py`).
"""

from __future__ import annotations

MESSAGE = """
average_order_value bounce_rate bounced bounced_or_failed bounced_or_failed_rate click_rate
click_to_open_rate clicks clicks_unique conversion_rate conversion_uniques conversion_value
conversions delivered delivery_rate failed failed_rate message_segment_count_sum open_rate opens
opens_unique recipients revenue_per_recipient spam_complaint_rate spam_complaints
text_message_credit_usage_amount text_message_roi text_message_spend unsubscribe_rate
unsubscribe_uniques unsubscribes
"""
FORM = """
closed_form closed_form_uniques qualified_form qualified_form_uniques submit_rate submits
submitted_form_step submitted_form_step_uniques viewed_form viewed_form_step
viewed_form_step_uniques viewed_form_uniques
"""
SEGMENT = "members_added members_removed net_members_changed total_members"
STATISTICS = {
    "campaign": tuple(MESSAGE.split()),
    "flow": tuple(MESSAGE.split()),
    "form": tuple(FORM.split()),
    "segment": tuple(SEGMENT.split()),
}
