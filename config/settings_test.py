from config.settings import *  # noqa: F403
