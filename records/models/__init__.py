from records.models.calendar import CalendarDay, CalendarYear
from records.models.files import StoredFile
from records.models.jobs import Job
from records.models.messages import Message
from records.models.notices import Notice, NumberSeries
from records.models.submissions import Submission
from records.models.values import PolicyValue
from records.models.versioned import Versioned

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "Job",
    "Message",
    "Notice",
    "NumberSeries",
    "PolicyValue",
    "StoredFile",
    "Submission",
    "Versioned",
]
