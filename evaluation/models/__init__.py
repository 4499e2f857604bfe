from evaluation.models.evaluation import Assignment, Evaluation, Objection, Score
from evaluation.models.sample import ReplyDoubt, Sample, SampleUnit
from evaluation.models.scheme import Indicator, Scheme
from evaluation.models.survey import Answer, Survey, SurveyCode, SurveyReply

__all__ = [
    "Answer",
    "Assignment",
    "Evaluation",
    "Indicator",
    "Objection",
    "ReplyDoubt",
    "Sample",
    "SampleUnit",
    "Scheme",
    "Score",
    "Survey",
    "SurveyCode",
    "SurveyReply",
]
