#!/usr/bin/env python
"""Django's command line for Final Whistle."""

import os
import sys

from django.core.management import execute_from_command_line

from config.env import Unconfigured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except Unconfigured as fault:
        sys.exit(str(fault))
    except Exception as error:
        from core.http import database_outage  # only now: it needs the settings

        if text := database_outage.outage_message(error):
            sys.exit(text)
        raise
