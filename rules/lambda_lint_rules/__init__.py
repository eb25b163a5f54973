"""Everything about AWS Lambda."""
