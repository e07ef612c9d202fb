"""What every floor stands on: errors, progress, places, time. No domain words."""
