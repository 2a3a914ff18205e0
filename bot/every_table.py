"""Every table of a clinic's database, for the migrations."""

from bot import alert_rows, channel_tables, dose_tables, link_rows, media_rows, teaching_tables
from bot.tables import metadata

__all__ = ["alert_rows", "channel_tables", "dose_tables", "link_rows", "media_rows", "metadata", "teaching_tables"]
